"""What applications do when a call has changed."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from applications.services.amending import tell_soon
from applications.services.renewing import renew_soon
from calls.signals import call_amended, call_changed


@receiver(call_changed, dispatch_uid="move-drafts-to-the-newest-form")
def move_drafts(call_id: int, **_sent: Any) -> None:
    """Let a worker move the call's drafts to its newest form; the signal comes after the commit."""
    renew_soon(call_id)


@receiver(call_amended, dispatch_uid="tell-holders-what-was-amended")
def tell_holders(amendment_id: int, **_sent: Any) -> None:
    """Let a worker tell who holds applications; the signal comes after the commit."""
    tell_soon(amendment_id)
