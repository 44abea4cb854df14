"""What an action is called on pages; each app adds the words for its own actions."""

from __future__ import annotations

from collections.abc import Mapping

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_LABELS: dict[str, str | Promise] = {
    "login": _("Signed in"),
    "login_failed": _("Failed to sign in"),
    "logout": _("Signed out"),
    "password_changed": _("Password changed"),
    "password_reset": _("Password reset"),
    "email_confirmed": _("Mailbox confirmed"),
    "email_changed": _("Mailbox changed"),
    "second_factor_added": _("Second factor set up"),
    "second_factor_removed": _("Second factor removed"),
    "recovery_codes_renewed": _("Recovery codes renewed"),
    "second_factor_failed": _("Second factor failed"),
    "admin_added": _("Added in the administration"),
    "admin_changed": _("Changed in the administration"),
    "admin_deleted": _("Deleted in the administration"),
}


def register_actions(labels: Mapping[str, str | Promise]) -> None:
    """Add the words for actions; called from an app's ``ready()``.

    Raises ``ValueError`` if another app has given the same action other words.
    """
    for action, label in labels.items():
        if _LABELS.setdefault(action, label) != label:
            raise ValueError(f"action {action!r} has a label already")


def labelled_actions() -> list[tuple[str, str]]:
    """Return every action that has words, with them, in the order of the words."""
    return sorted(((action, str(label)) for action, label in _LABELS.items()), key=lambda p: p[1])


def label_of(action: str) -> str:
    """Return the words for an action, or the action itself where nobody gave any."""
    return str(_LABELS.get(action, action))


def target_in_words(target: str) -> str:
    """Return "call 12" for ``calls.call:12``; what is no model of ours stays as it is.

    Of a random number of 32 digits the first eight are shown, enough to tell rows of a list apart.
    """
    label, _colon, number = target.rpartition(":")
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return target
    if isinstance(model._meta.pk, models.UUIDField):
        number = f"{number[:8]}…"
    return f"{model._meta.verbose_name} {number}"
