"""Writes down logins, failures and changes of credentials, as the signals tell them."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.utils.crypto import salted_hmac

from portal.audit.services import record
from portal.people.models import User


@receiver(user_logged_in)
def _logged_in(user: User, **kwargs: Any) -> None:
    record("login", by=user, target=user)


@receiver(user_logged_out)
def _logged_out(user: User | None, **kwargs: Any) -> None:
    # Signing out without being signed in tells nothing.
    if user is not None:
        record("logout", by=user, target=user)


@receiver(user_login_failed)
def _login_failed(credentials: dict[str, Any], **kwargs: Any) -> None:
    """Keep a keyed hash of what was typed: failures can be counted, mailboxes not read."""
    typed = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    user = User.objects.filter(email__iexact=typed).first() if typed else None
    digest = salted_hmac("portal.audit.login_failed", typed).hexdigest()[:16]
    record("login_failed", by=None, target=user, typed=digest)


@receiver(account.password_changed)
@receiver(account.password_set)
def _password_changed(user: User, **kwargs: Any) -> None:
    record("password_changed", by=user, target=user)


@receiver(account.password_reset)
def _password_reset(user: User, **kwargs: Any) -> None:
    record("password_reset", by=user, target=user)


@receiver(account.email_confirmed)
def _email_confirmed(email_address: Any, **kwargs: Any) -> None:
    record("email_confirmed", by=email_address.user, target=email_address.user)


@receiver(account.email_changed)
def _email_changed(user: User, **kwargs: Any) -> None:
    record("email_changed", by=user, target=user)


@receiver(mfa.authenticator_added)
def _second_factor_added(user: User, authenticator: Any, **kwargs: Any) -> None:
    record("second_factor_added", by=user, target=user, type=authenticator.type)


@receiver(mfa.authenticator_removed)
def _second_factor_removed(user: User, authenticator: Any, **kwargs: Any) -> None:
    record("second_factor_removed", by=user, target=user, type=authenticator.type)


@receiver(mfa.authenticator_reset)
def _recovery_codes_renewed(user: User, authenticator: Any, **kwargs: Any) -> None:
    record("recovery_codes_renewed", by=user, target=user, type=authenticator.type)
