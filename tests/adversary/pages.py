"""Reads what a page would run: elements, handlers and addresses, as a browser finds them."""

from __future__ import annotations

from html.parser import HTMLParser

from tests.adversary.corpus import MARK

_ADDRESSES = frozenset(
    {"href", "src", "action", "formaction", "data", "srcdoc", "background", "poster", "xlink:href"}
)


class Dangers(HTMLParser):
    """Collects everything in which the mark could come to life."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the element's name and at each attribute."""
        self._inside = tag if tag in ("script", "style") else ""
        if MARK in tag:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            text = value or ""
            if (name.startswith(("on", "hx-")) and MARK in text) or (
                name in _ADDRESSES and MARK in text and not _is_harmless(text)
            ):
                self.found.append(f"{name}={text}")
            elif MARK in name:
                self.found.append(f"{name} on <{tag}>")
            elif MARK in text and name == "style":
                self.found.append(f"style={text}")

    def handle_endtag(self, tag: str) -> None:
        """Leave a script or style."""
        self._inside = ""

    def handle_data(self, data: str) -> None:
        """Find the mark inside a script or a style."""
        if self._inside and MARK in data:
            self.found.append(f"<{self._inside}>{data[:60]}")

    def handle_comment(self, data: str) -> None:
        """Find the mark where it was meant to break out of a comment."""
        if MARK in data:
            self.found.append(f"<!--{data[:60]}")


def _is_harmless(address: str) -> bool:
    """Tell whether it is a number to call, or the mark only stands, encoded, in our own query."""
    if address.startswith(("tel:", "mailto:")):
        return True
    path, _question, query = address.partition("?")
    return path.startswith("/") and not path.startswith("//") and "<" not in query


def dangers_in(page: str) -> list[str]:
    """Return what of the corpus would be more than text on this page."""
    reader = Dangers()
    reader.feed(page)
    reader.close()
    return reader.found
