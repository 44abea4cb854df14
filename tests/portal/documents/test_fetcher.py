"""21 ways out of a renderer: none reaches network or disk, from HTML or from a style sheet."""

from __future__ import annotations

import http.server
import re
import threading
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from portal.documents.render.pdf import RenderError, render_pdf

SECRET = "TOPSECRET-4711"


class Listener:
    """A server on the loopback that remembers what it was asked for."""

    def __init__(self) -> None:
        asked: list[str] = []
        self.asked = asked

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.server.shutdown()
    listener.server.server_close()


HTML_WAYS = {
    "img http": '<img src="{web}/img">',
    "img file": '<img src="file://{svg}">',
    "attachment http": '<link rel=attachment href="{web}/att">',
    "attachment file": '<link rel=attachment href="file://{secret}">',
    "a attachment": '<a rel=attachment href="file://{secret}">x</a>',
    "link stylesheet": '<link rel=stylesheet href="{web}/a.css">',
    "style import http": "<style>@import url({web}/b.css);</style>",
    "style import file": "<style>@import url(file://{secret});</style>",
    "background": '<p style="background:url({web}/bg)">x</p>',
    "font face": "<style>@font-face{{font-family:q;src:url({web}/f.ttf)}} p{{font-family:q}}</style><p>x</p>",
    "content": "<style>p::before{{content:url({web}/cu)}}</style><p>x</p>",
    "list style": '<ul style="list-style-image:url({web}/ls)"><li>x</ul>',
    "object": '<object data="{web}/obj"></object>',
    "embed": '<embed src="{web}/emb">',
    "iframe": '<iframe src="{web}/ifr"></iframe>',
    "svg image": '<svg width="9" height="9"><image href="{web}/svgi" width="9" height="9"/></svg>',
    "svg use": '<svg width="9" height="9"><use href="{web}/svgu#a"/></svg>',
    "base": '<base href="{web}/base/"><img src="rel">',
    "redirect": '<img src="{web}/redir">',
    "input image": '<input type=image src="{web}/inp">',
    "body background": '<body background="{web}/bgattr">',
    "upper case scheme": '<img src="FILE://{svg}">',
    "data svg with image": (
        '<img src=\'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="9" '
        'height="9"><image href="{web}/nested" width="9" height="9"/></svg>\'>'
    ),
}
CSS_WAYS = {
    "import http": "@import url({web}/css-import.css);",
    "import file": "@import url(file://{secret});",
    "background": "p {{ background: url({web}/css-bg) }}",
    "font face": "@font-face {{ font-family: q; src: url({web}/css-f.ttf) }} p {{ font-family: q }}",
}


def _filled(text: str, listener: Listener, folder: Path) -> str:
    secret, svg = folder / "secret.txt", folder / "secret.svg"
    secret.write_text(SECRET)
    svg.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>{SECRET}</text></svg>'
    )
    return text.format(web=listener.address, secret=secret, svg=svg)


def _assert_nothing_left(html: str, css: str, listener: Listener) -> None:
    listener.asked.clear()
    pdf = b""
    with suppress(RenderError):
        pdf = render_pdf(html, css)
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            pdf += zlib.decompress(stream)
    assert listener.asked == []
    assert SECRET.encode() not in pdf
    assert b"/EmbeddedFile" not in pdf


@pytest.mark.parametrize("way", HTML_WAYS)
def test_nothing_leaves_through_the_page(way: str, listener: Listener, tmp_path: Path) -> None:
    html = "<html><body>" + _filled(HTML_WAYS[way], listener, tmp_path)
    _assert_nothing_left(html, "p { margin: 0 }", listener)


@pytest.mark.parametrize("way", CSS_WAYS)
def test_nothing_leaves_through_the_style_sheet(
    way: str, listener: Listener, tmp_path: Path
) -> None:
    _assert_nothing_left("<p>x", _filled(CSS_WAYS[way], listener, tmp_path), listener)


def test_an_own_inline_picture_is_set() -> None:
    svg = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    assert render_pdf(f'<img src="{svg}">', "").startswith(b"%PDF")


def test_an_address_in_a_document_stops_it_with_a_sentence() -> None:
    with pytest.raises(RenderError, match="may not be read"):
        render_pdf('<img src="http://192.0.2.1/x">', "")
