"""What calls do themselves when one of them has changed."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from calls.services.blank_forms import order_soon
from calls.signals import call_changed


@receiver(call_changed, dispatch_uid="set-empty-forms-anew")
def set_empty_forms(call_id: int, **_sent: Any) -> None:
    """Let a worker set the call's empty forms; the signal comes after the commit."""
    order_soon(call_id)
