"""Writes down logins, failures and changes of credentials, as the signals tell them."""

from __future__ import annotations

import json
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils.crypto import salted_hmac

from portal.audit.services import record, write
from portal.people.models import Issuer, User


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


@receiver(mfa.authentication_failed)
def _second_factor_failed(user: User, **kwargs: Any) -> None:
    record("second_factor_failed", by=None, target=user)


@receiver(mfa.authenticator_reset)
def _recovery_codes_renewed(user: User, authenticator: Any, **kwargs: Any) -> None:
    record("recovery_codes_renewed", by=user, target=user, type=authenticator.type)


_ADMIN_ACTIONS = {ADDITION: "admin_added", CHANGE: "admin_changed", DELETION: "admin_deleted"}


@receiver(post_save, sender=LogEntry)
def _done_in_admin(instance: LogEntry, created: bool, **kwargs: Any) -> None:
    """Repeat what the admin logs, without the names it writes: its own log can be emptied."""
    if not created or instance.content_type is None:
        return
    kind = instance.content_type
    write(
        _ADMIN_ACTIONS[instance.action_flag],
        by=instance.user,
        target=f"{kind.app_label}.{kind.model}:{instance.object_id}",
        issuer=_issuer_of(instance),
        changed=_changed_fields(instance),
    )


def _issuer_of(entry: LogEntry) -> Issuer | None:
    """Return the issuer the row says it belongs to; None where it says nothing or is gone."""
    try:
        row = entry.get_edited_object()
    except (ObjectDoesNotExist, ValidationError):
        return None
    issuer = row if isinstance(row, Issuer) else getattr(row, "issuer", None)
    return issuer if isinstance(issuer, Issuer) else None


def _changed_fields(entry: LogEntry) -> list[str]:
    """Return the names of changed fields; what they held may be personal and is left out."""
    try:
        steps = json.loads(entry.change_message or "[]")
    except ValueError:
        return []
    found = [step.get("changed", {}).get("fields", []) for step in steps if isinstance(step, dict)]
    return sorted({str(name) for names in found for name in names})
