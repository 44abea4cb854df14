"""Where the current request came from; services read it without knowing HTTP."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_address: ContextVar[str | None] = ContextVar("address", default=None)


def current_address() -> str | None:
    """Return the address of the request being served; None in tasks and commands."""
    return _address.get()


def client_address(request: HttpRequest) -> str | None:
    """Return the visitor's address, or None where there is none (a Unix socket).

    ``X-Forwarded-For`` is believed only behind the configured proxy, and of it only the last
    entry, the one that proxy wrote itself.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        address = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip() or address
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None


class OriginMiddleware:
    """Keeps the visitor's address for the audit rows written while the request is served."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request with its address set, and forget the address afterwards."""
        token = _address.set(client_address(request))
        try:
            return self.get_response(request)
        finally:
            _address.reset(token)
