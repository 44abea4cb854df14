"""A person at a browser without scripts: pages, forms, cookies, uploads, nothing but Python."""

from __future__ import annotations

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser


class Surprise(Exception):
    """The portal did not answer as the walk expects."""


@dataclass
class Form:
    """A form of a page with the values it would send."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a form or one of its controls."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is not None:
            self._control(tag, given, self._open)

    def _control(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "button" or given.get("type") == "submit":
            form.buttons.append((name, value))
        elif tag == "textarea" and name:
            form.fields.append((name, ""))
        elif tag == "input" and name:
            ticks = given.get("type") in ("radio", "checkbox")
            if given.get("type") != "file" and (not ticks or "checked" in given):
                form.fields.append((name, value))

    def handle_endtag(self, tag: str) -> None:
        """Leave the form."""
        if tag == "form":
            self._open = None


@dataclass
class Page:
    """What came back."""

    url: str
    status: int
    text: str
    data: bytes

    def form(self, marker: str = "") -> Form:
        """Return the first form whose action, field or button holds the marker."""
        reader = _Reader()
        reader.feed(self.text)
        for form in reader.forms:
            parts = [form.action, *(part for pair in form.fields + form.buttons for part in pair)]
            if form.method == "post" and any(marker in part for part in parts):
                return form
        raise Surprise(f"{self.url} has no form with “{marker}”")

    def own_form(self) -> Form:
        """Return the form that the page sends to itself."""
        reader = _Reader()
        reader.feed(self.text)
        for form in reader.forms:
            if form.method == "post" and not form.action:
                return form
        raise Surprise(f"{self.url} has no form of its own")


class Browser:
    """One person with her cookies."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self._cookies)
        )

    def keep(self, name: str, value: str) -> None:
        """Put a cookie in the jar, as if the site had set it."""
        host = urllib.parse.urlsplit(self.base).hostname or ""
        self._cookies.set_cookie(
            http.cookiejar.Cookie(
                0, name, value, None, False, host, True, False, "/", True, False, None, True,
                None, None, {},
            )
        )  # fmt: skip

    def get(self, path: str) -> Page:
        """Open a page; raise Surprise unless it is there."""
        return self._send(urllib.request.Request(self._absolute(path)))  # noqa: S310

    def _absolute(self, path: str) -> str:
        return urllib.parse.urljoin(self.base, path)

    def _send(self, request: urllib.request.Request) -> Page:
        try:
            with self._opener.open(request, timeout=60) as answer:
                data = answer.read()
                text = data.decode(errors="replace")
                return Page(answer.url, answer.status, text, data)
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")
            raise Surprise(f"{request.full_url} answered {error.code}: {_words(said)}") from None

    def send(self, page: Page, form: Form, **values: str) -> Page:
        """Send a form with some values changed and follow where it leads."""
        fields = dict(form.fields) | values
        body = urllib.parse.urlencode(fields).encode()
        return self._post(page, form.action, body, "application/x-www-form-urlencoded")

    def upload(self, page: Page, form: Form, name: str, filename: str, data: bytes) -> Page:
        """Send a form with one file."""
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in form.fields
        ]
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; '
            f'filename="{filename}"\r\nContent-Type: application/pdf\r\n\r\n'
        )
        body = "".join(parts).encode() + head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
        return self._post(page, form.action, body, f"multipart/form-data; boundary={boundary}")

    def _post(self, page: Page, action: str, body: bytes, content_type: str) -> Page:
        target = urllib.parse.urljoin(page.url, action or page.url)
        request = urllib.request.Request(target, data=body, method="POST")  # noqa: S310
        request.add_header("Content-Type", content_type)
        request.add_header("Referer", page.url)
        return self._send(request)

    def sign_in(self, mailbox: str, password: str) -> None:
        """Sign in through the portal's own page."""
        page = self.get("/accounts/login/")
        after = self.send(page, page.form("login"), login=mailbox, password=password)
        if "/accounts/login" in after.url:
            raise Surprise(f"{mailbox} could not sign in")


def _words(html: str) -> str:
    """Return the beginning of a page's words, for an error message."""
    reader = HTMLParser()
    said: list[str] = []
    reader.handle_data = said.append  # type: ignore[assignment,method-assign]
    reader.feed(html)
    return " ".join(" ".join(said).split())[:400]
