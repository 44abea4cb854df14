"""The one list of what is read without signing in; a public view that is not on it fails here."""

from __future__ import annotations

from typing import Any

from tests.consistency.walking import Address, every_address

# Everything else asks for a login (django.contrib.auth's LoginRequiredMiddleware).
PUBLIC = {
    # the house
    "clock", "language", "set_language", "healthz", "privacy", "robots", "styleguide",
    # notices, calls and results
    "home", "calls:notices", "calls:notice", "calls:attachment", "calls:list", "calls:detail",
    "calls:calendar", "calls:blank_form", "calls:results",
    # closed projects as the associations present them
    "showcase:projects", "showcase:project", "showcase:photo",
    # verification of documents
    "documents:verify", "documents:verify_code",
    # objecting against a list shown to the public
    "objections:file", "objections:check", "objections:receipt",
    # an invitation in hand
    "register:activate", "register:accept", "desk:join",
    # signing in and up, and lost passwords
    "account_login", "account_logout", "account_inactive", "account_signup",
    "account_email_verification_sent", "account_confirm_email", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    # leads to the sign-in page
    "admin:login",
}  # fmt: skip
# Public for allauth's sake: these ask the session whether a sign-in is under way and send back else.
ASK_BY_THEMSELVES = {"account_confirm_login_code", "mfa_authenticate"}


def asks_for_login(address: Address) -> bool:
    view: Any = address.view
    return bool(getattr(view, "login_required", True))


def test_only_what_is_on_the_list_is_public() -> None:
    public = {address.name for address in every_address() if not asks_for_login(address)}
    assert public - ASK_BY_THEMSELVES == PUBLIC


def test_nothing_nameless_is_public() -> None:
    assert all(asks_for_login(address) for address in every_address() if not address.name)
