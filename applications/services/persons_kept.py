"""What applications keep about a person with an account, and when they need the account."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import ngettext

from applications.models import Packet
from portal.people.models import User


def tell(user: User) -> dict[str, Any]:
    """Return the packets the person began, signed off or handed in, and what she uploaded."""
    packets = _of(user).values("number", "call__title", "organisation__name", "created_at")
    return {"applications": list(packets)}


def needs(user: User) -> list[str]:
    """Return that forms which bear her doing are still kept, where there are any."""
    number = _of(user).filter(erasure=None).count()
    if not number:
        return []
    said = ngettext(
        "%(n)d form she began, signed off or handed in is still kept; it is evidence until its"
        " time is over.",
        "%(n)d forms she began, signed off or handed in are still kept; they are evidence until"
        " their time is over.",
        number,
    )
    return [said % {"n": number}]


def _of(user: User) -> QuerySet[Packet]:
    own = Q(created_by=user) | Q(versions__by=user) | Q(handins__by=user)
    return Packet.objects.filter(own).distinct().order_by("created_at")
