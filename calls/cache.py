"""Public pages kept in Redis: a rush of readers costs no query, and none reads a stale deadline.

What holds, and why:

* One generation stands for everything the public can see. An entry carries the generation that
  stood when its making began, and is served only while that one still stands. ``renew`` puts a
  new random one after the commit of every published change, so that the next reader builds anew.
  A reader who was building meanwhile keeps an entry of the old generation, which nobody accepts.
  A generation that was lost (restart, eviction) is replaced by a new random one, so that no older
  entry comes back.
* An entry lives until the next instant at which the page would say something else (opening,
  deadline, paper, result; given by whoever builds it) and never longer than ``LONGEST``. The
  rest of its life is measured by the database's clock when it is kept, and counted by Redis.
  ``LONGEST`` also bounds what no signal tells: a worker killed between commit and renewal, a
  Redis that was away just then.
* Only what is the same for everybody is kept, by language: pages for visitors without a session
  and without messages, and a call's facts, around which a signed-in unit's page is built. What a
  unit sees of its own is never part of an entry.
* Without Redis every page is built from the database: slower, and right.

The server's time is the one thing that differs between two readings of a page: the instant it was
built at is replaced in the kept page by the instant of serving.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from calls.signals import call_changed, notice_changed
from portal import clock

T = TypeVar("T")

LONGEST = 30
_GENERATION = "public-generation"


@dataclass(frozen=True, slots=True)
class Built(Generic[T]):
    """What was built, and the instant from which it would read differently."""

    value: T
    good_until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page for everybody: ``built_at`` is the server's time as the page states it."""

    html: str
    built_at: dt.datetime
    good_until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    """A kept value with the generation that stood when its making began."""

    generation: str
    good_until: dt.datetime
    value: Any


@dataclass(frozen=True, slots=True)
class _Page:
    """A kept page and the server's time as it is written in it."""

    body: bytes
    built_at: bytes
    etag: str


def renew() -> None:
    """Let the next readers build anew, as soon as the transaction at hand has committed."""
    transaction.on_commit(lambda: cache.set(_GENERATION, secrets.token_hex(8), None))


@receiver([call_changed, notice_changed], dispatch_uid="renew-public-pages")
def _forget(**_about: object) -> None:
    """Renew when a call or a notice has changed; the signals come after the commit."""
    renew()


def remember(name: str, build: Callable[[], Built[T]]) -> T:
    """Return what is kept under the name for the language at hand, else build and keep it.

    ``build`` must read the database itself: what it read before this call may be older than the
    generation. What it raises goes through, and nothing is kept.
    """
    key = f"public:{name}:{get_language()}"
    found = cache.get_many([_GENERATION, key])
    generation, entry = found.get(_GENERATION), found.get(key)
    if entry and entry.generation == generation and clock.shown() < entry.good_until:
        value: T = entry.value
        return value
    if generation is None:
        generation = secrets.token_hex(8)
        cache.set(_GENERATION, generation, None)
    built = build()
    _keep(key, generation, built)
    return built.value


def page(request: HttpRequest, name: str, render: Callable[[], Rendered]) -> HttpResponse:
    """Answer with the kept page, or with 304 when the browser has that very page already."""
    if not shareable(request):
        return _finished(HttpResponse(render().html))
    kept = remember(f"page:{name}", lambda: _frozen(render()))
    response = HttpResponse(kept.body.replace(kept.built_at, _iso(clock.shown())))
    response["ETag"] = kept.etag
    answer = get_conditional_response(request, etag=kept.etag, response=response)
    assert isinstance(answer, HttpResponse)
    return _finished(answer)


def shareable(request: HttpRequest) -> bool:
    """Tell whether the visitor sees what everybody sees: no session, nothing left to say."""
    return request.method in ("GET", "HEAD") and not (
        settings.SESSION_COOKIE_NAME in request.COOKIES or "messages" in request.COOKIES
    )


def _keep(key: str, generation: str, built: Built[Any]) -> None:
    """Keep a value for whole seconds, rounded down so that no boundary is overrun."""
    now = clock.shown()
    latest = now + dt.timedelta(seconds=LONGEST)
    good_until = min(built.good_until or latest, latest)
    seconds = int((good_until - now).total_seconds())
    if seconds > 0:
        cache.set(key, _Entry(generation, good_until, built.value), seconds)


def _frozen(rendered: Rendered) -> Built[_Page]:
    """Turn a rendered page into what can be kept."""
    body = rendered.html.encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return Built(_Page(body, _iso(rendered.built_at), etag), rendered.good_until)


def _finished(response: HttpResponse) -> HttpResponse:
    """Let browsers ask again every time, and proxies know what the page depends on."""
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


def _iso(instant: dt.datetime) -> bytes:
    """Write an instant the way the templates write it."""
    return clock.local(instant).isoformat().encode()
