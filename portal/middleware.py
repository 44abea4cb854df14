"""What happens to every request: the arrival by the database's clock, second factor, refusals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import is_valid_path, reverse

from portal import clock
from portal.errors import RuleViolation

Handler = Callable[[HttpRequest], HttpResponse]


class ArrivalMiddleware:
    """Gives every POST its arrival time, read before any lock is waited for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note the time before anything waits."""
        if request.method == "POST":
            request.arrived_at = clock.now()  # type: ignore[attr-defined]
        return self.get_response(request)


def arrived_at(request: HttpRequest) -> dt.datetime:
    """Return when this POST reached the portal, by the database's clock."""
    arrival: dt.datetime = request.arrived_at  # type: ignore[attr-defined]
    return arrival


class StaffSecondFactorMiddleware:
    """Sends staff without an authenticator to set one up; the demo runs without."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request pass, or send its person to the set-up."""
        if self._must_set_up(request):
            return redirect(reverse("mfa_activate_totp"))
        return self.get_response(request)

    def _must_set_up(self, request: HttpRequest) -> bool:
        if not request.user.is_authenticated or not request.user.is_staff:
            return False
        if not request.path.startswith(reverse("admin:index")):
            return False
        return lacks_second_factor(request.user)


def lacks_second_factor(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Tell whether a person must set up an authenticator first; in the demo nobody must."""
    if settings.DEMO or not user.is_authenticated:
        return False
    from allauth.mfa.utils import is_mfa_enabled

    return not is_mfa_enabled(user)


class RefusalMiddleware:
    """Turns a refusal nobody caught, and an address opened the wrong way, into a page of words."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; an address that takes no such request says so in words (405)."""
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or not request.accepts("text/html"):
            return response
        page = render(request, "405.html", {"above": _page_above(request.path)}, status=405)
        page["Allow"] = response["Allow"]
        return page

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Show the reasons with status 409; other faults go their usual way."""
        if not isinstance(error, RuleViolation):
            return None
        return render(request, "refused.html", {"reasons": error.reasons}, status=409)


def _page_above(path: str) -> str:
    """Return the nearest address above this one that the portal knows; the first page has none."""
    while path := path.rstrip("/").rpartition("/")[0]:
        if is_valid_path(f"{path}/"):
            return f"{path}/"
    return reverse("home")
