"""What every page of the association's work shares: the admin's frame, answers to refusals."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from portal.errors import RuleViolation
from portal.face.wording import bracketed
from portal.people.models import User


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page inside the admin's frame."""
    request.current_app = admin.site.name
    frame = admin.site.each_context(request)
    response = render(request, template, {**frame, **context}, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def actor(request: HttpRequest) -> User:
    """Return who acts; the admin has let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def tell(request: HttpRequest, refused: RuleViolation) -> None:
    """Say every reason of a refusal on the next page."""
    for reason in refused.reasons:
        messages.error(request, reason.message + bracketed(reason.clause))


def back_to(name: str, *args: Any, anchor: str = "") -> HttpResponse:
    """Go back to a page of the admin by the name of its address."""
    response = redirect(f"admin:{name}", *args)
    if anchor:
        response["Location"] += f"#{anchor}"
    return response
