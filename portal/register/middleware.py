"""Gives every request its unit, looked up only when somebody asks."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from portal.register import access

Handler = Callable[[HttpRequest], HttpResponse]


class UnitMiddleware:
    """Sets ``request.unit`` and ``request.on_behalf`` for templates.

    Both are lazy and false when there is none; code asks ``access.current_unit(request)``, whose
    answer can be compared with None.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set both, then pass the request on."""
        request.unit = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: access.current_unit(request)
        )
        request.on_behalf = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: access.on_behalf(request)
        )
        return self.get_response(request)
