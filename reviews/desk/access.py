"""Who may open the desk: experts of the register, with their second factor; a file only its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from portal.middleware import lacks_second_factor
from portal.people.models import User
from reviews.models import Assignment, Expert

View = Callable[..., HttpResponseBase]


def for_experts(view: View) -> View:
    """Let experts pass; to everybody else the desk does not exist.

    An expert without an authenticator is sent to set one up: applications of others are read here.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not Expert.objects.of_user(request.user).exists():
            raise Http404
        if lacks_second_factor(request.user):
            return redirect("mfa_activate_totp")
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return inner


def expert_user(request: HttpRequest) -> User:
    """Return who is at the desk."""
    assert isinstance(request.user, User)
    return request.user


def own_assignment(request: HttpRequest, pk: uuid.UUID) -> Assignment:
    """Return a file of the person's own desk; 404 for another expert's and for what was taken."""
    found = (
        Assignment.objects.of_expert(request.user)
        .select_related(
            "expert__issuer__organisation", "panel__stage__call__issuer__organisation",
            "application__category__parent", "application__packet__organisation",
        )
        .filter(pk=pk)
        .first()
    )  # fmt: skip
    if found is None:
        raise Http404
    return found
