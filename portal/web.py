"""The pages of the house itself: its health, its privacy notice, its refusals."""

from __future__ import annotations

import logging
from typing import Any

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path
from django.views import defaults
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.people.models import Issuer

logger = logging.getLogger(__name__)


@login_not_required
@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Say whether this worker can serve: 200, or 503 when its database does not answer.

    Without the broker the portal still takes applications, only slower in what follows; that is
    said (``degraded``) but no reason to take the worker out of service. Parts are named, never
    addresses or versions.
    """
    database, broker = _database_answers(), _broker_answers()
    state = "down" if not database else "ok" if broker else "degraded"
    words = {"database": _word(database), "broker": _word(broker)}
    return JsonResponse({"status": state, **words}, status=200 if database else 503)


def _word(answers: bool) -> str:
    return "ok" if answers else "down"


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.warning("health: database does not answer")
        return False
    return True


def _broker_answers() -> bool:
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=settings.REDIS_TIMEOUT,
        socket_connect_timeout=settings.REDIS_TIMEOUT,
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        logger.warning("health: broker does not answer")
        return False
    finally:
        client.close()


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show what is done with personal data, with each association's own words below."""
    issuers = Issuer.objects.select_related("organisation").exclude(privacy_notice="")
    return render(request, "privacy.html", {"issuers": issuers})


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Let search engines read the public pages only."""
    work = ("/admin/", "/desk/", "/inbox/", "/jobs/", "/my/")
    closed = ("/accounts/", *work, "/register/", "/seals/", "/files/")
    lines = ["User-agent: *", *(f"Disallow: {path_}" for path_ in closed)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show that the request could not be understood."""
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show that a colleague would need another right."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show that there is nothing here, to strangers and for wrong addresses alike."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """Show the page for faults; Django renders it without context, which may be what failed."""
    return defaults.server_error(request)


urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("portal.face.urls")),
    path("healthz", health, name="healthz"),
    path("privacy/", privacy, name="privacy"),
    path("robots.txt", robots, name="robots"),
]
