"""Growing delays against guessing that no rival can turn into a lock-out.

Failures are counted per account *and* address, so that a stranger's attempts slow the stranger. A
browser that has logged in to the account before carries a signed cookie and is counted by itself:
its owner gets in on the last evening whatever others do from anywhere. All other browsers share one
wider count per account, which makes guessing from many addresses slow as well. The keys are made of
what was typed, so known and unknown mailboxes are answered alike. Rows live in the database: the
limits hold while the cache is away.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from portal import clock
from portal.people.models import User
from portal.register.models import LoginDelay

COOKIE = "known_browser"
COOKIE_AGE = dt.timedelta(days=180)
FORGET_AFTER = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gate:
    """One count: its key, how many failures are free, and the longest delay in seconds."""

    key: str
    free: int
    longest: int

    def delay(self, failures: int) -> dt.timedelta:
        """Return the wait after so many failures: 2, 4, 8 … seconds beyond the free ones."""
        beyond = failures - self.free
        if beyond <= 0:
            return dt.timedelta(0)
        return dt.timedelta(seconds=min(2 ** min(beyond, 20), self.longest))


def gates(request: HttpRequest, email: str, address: str) -> list[Gate]:
    """Return the counts that an attempt from this browser and address falls under."""
    email = email.strip().lower()
    browser = _known_browser(request, email)
    if browser:
        return [Gate(_key("browser", email, browser), free=4, longest=300)]
    return [
        Gate(_key("address", email, address), free=4, longest=900),
        Gate(_key("account", email), free=30, longest=30),
    ]


@transaction.atomic
def attempt(passed: list[Gate]) -> int:
    """Count an attempt before the password is looked at; return the seconds to wait, 0 to go on.

    The row is locked, so parallel guesses are counted one after another. An attempt that must wait
    is not counted: waiting patiently always helps.
    """
    begun = clock.now()
    rows = []
    # In the order of the keys, so that two attempts never wait for each other crosswise.
    for gate in sorted(passed, key=lambda one: one.key):
        LoginDelay.objects.get_or_create(
            key=gate.key, defaults={"blocked_until": begun, "last_at": begun}
        )
        rows.append((gate, LoginDelay.objects.select_for_update().get(key=gate.key)))
    # Read with the locks held: who waited for them is judged by the time it got them.
    now = clock.now()
    wait = max((row.blocked_until - now).total_seconds() for _gate, row in rows)
    if wait > 0:
        return int(wait) + 1
    for gate, row in rows:
        row.failures = row.failures + 1 if row.last_at > now - FORGET_AFTER else 1
        row.last_at = now
        row.blocked_until = now + gate.delay(row.failures)
        row.save(update_fields=["failures", "last_at", "blocked_until"])
    return 0


def succeeded(passed: list[Gate]) -> None:
    """Forget the failures after the right password, and rows that nobody needs any more."""
    LoginDelay.objects.filter(key__in=[gate.key for gate in passed]).delete()
    LoginDelay.objects.filter(last_at__lt=clock.now() - FORGET_AFTER).delete()


def remember_browser(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Mark this browser as one that has proved to be the account owner's."""
    marks = [mark for mark in _marks(request) if mark.split(".")[0] != _account(user.email)]
    # A shared computer in a small society's office: the last few people are remembered.
    marks = [f"{_account(user.email)}.{secrets.token_hex(8)}", *marks][:5]
    response.set_signed_cookie(
        COOKIE,
        " ".join(marks),
        max_age=COOKIE_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _marks(request: HttpRequest) -> list[str]:
    cookie = request.get_signed_cookie(COOKIE, default="", max_age=int(COOKIE_AGE.total_seconds()))
    return cookie.split() if cookie else []


def _known_browser(request: HttpRequest, email: str) -> str:
    """Return this browser's own number for the account, or nothing."""
    for mark in _marks(request):
        account, _dot, number = mark.partition(".")
        if constant_time_compare(account, _account(email)):
            return number
    return ""


def _account(email: str) -> str:
    return salted_hmac("portal.register.known_browser", email.lower()).hexdigest()[:16]


def _key(*parts: str) -> str:
    """Return a keyed hash: the table names nobody."""
    digest = salted_hmac("portal.register.login_delay", "\n".join(parts), algorithm="sha256")
    return digest.hexdigest()
