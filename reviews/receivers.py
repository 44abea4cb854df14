"""What reviews do when a call was made from another one."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from calls.models import Call
from calls.signals import call_cloned
from reviews.models import CheckItem


@receiver(call_cloned, dispatch_uid="copy-the-checklist")
def copy_checklist(origin: Call, call: Call, **_sent: Any) -> None:
    """Give the new call the points staff had added to the checklist of the old one."""
    CheckItem.objects.bulk_create(
        CheckItem(call=call, text=item.text, position=item.position)
        for item in origin.check_items.all()
    )
