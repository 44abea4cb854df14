"""The fetcher that lets a rendering reach nothing outside the document itself."""

from __future__ import annotations

from typing import Any

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse


class ForbiddenAddress(FatalURLFetchingError):  # type: ignore[misc]  # untyped package
    """A document named an address other than data:. The rendering stops; the message says which."""


class OwnAssetsOnly(URLFetcher):  # type: ignore[misc]  # untyped package
    """Allows ``data:`` (our own inline pictures) and stops at everything else.

    WeasyPrint's own fetcher reads disk and network. Style sheets are given as strings and the QR
    code stands in the page as SVG, so there is nothing that would have to be fetched; an address
    in a document is either a mistake in a template or an attack, and both should be seen.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return the content of a ``data:`` address; raise ForbiddenAddress for any other."""
        if not url.lower().startswith("data:"):
            raise ForbiddenAddress(f"{url[:80]} may not be read by a document")
        return super().fetch(url, headers)
