"""Tells who holds applications what an amendment of their call changed, from what to what.

The amendment waits as a row until its mail is queued: a task comes right after the commit, a sweep
finds what it missed. A second run queues nothing, since every person is told of an amendment once.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from applications.models import Application, Packet
from applications.services import notices
from applications.states import EDITABLE, FROZEN, OVER, State
from calls.differences import DATES
from calls.models import Amendment
from portal import clock
from portal.mail.services import queue
from portal.people.models import Organisation
from portal.publishing import publish

# States in which what the call says no longer matters to the unit's work.
_OVER = (State.WITHDRAWN, State.NOT_ACCEPTED, State.NOT_SELECTED, *sorted(OVER))


def tell_soon(amendment_id: int) -> None:
    """Let a worker tell of the amendment once the transaction at hand has committed."""
    task = "applications.tasks.tell_amended"
    transaction.on_commit(lambda: publish(task, amendment_id=amendment_id))


def tell_amendments(*, amendment_id: int | None = None) -> int:
    """Tell of one amendment, or of all nobody was told of (None); return how many there were."""
    waiting = Amendment.objects.untold()
    if amendment_id is not None:
        waiting = waiting.filter(pk=amendment_id)
    keys = list(waiting.order_by("pk").values_list("pk", flat=True))
    for key in keys:
        _tell(key)
    return len(keys)


@transaction.atomic
def _tell(amendment_id: int) -> None:
    """Queue the mails of one amendment and mark it told, both or neither."""
    amendment = (
        Amendment.objects.untold()
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("call__issuer__organisation")
        .filter(pk=amendment_id)
        .first()
    )
    if amendment is None:
        return
    by_unit: dict[Organisation, list[Packet]] = {}
    for packet in concerned(amendment):
        by_unit.setdefault(packet.organisation, []).append(packet)
    for unit, packets in by_unit.items():
        _tell_unit(amendment, unit, packets)
    amendment.told_at = clock.now()
    amendment.save(update_fields=["told_at"])


def _tell_unit(amendment: Amendment, unit: Organisation, packets: Sequence[Packet]) -> None:
    """Tell those who work for a unit once, whatever it has; several applications lead to a list."""
    one = len(packets) == 1
    for user in notices.workers_of(unit):
        queue(
            to=user,
            template="applications/call_amended",
            context={"amendment": amendment, "call": amendment.call},
            occasion=f"amendment:{amendment.pk}:{unit.pk}",
            issuer=amendment.call.issuer,
            url=notices.packet_url(packets[0]) if one else reverse("applications:my"),
        )


def concerned(amendment: Amendment) -> QuerySet[Packet]:
    """Return the packets it matters to: those in work, and with changed dates all that stand.

    An amendment of the form alone has no differences here; drafts hear of it when they move to
    the new form.
    """
    packets = Packet.objects.filter(call=amendment.call).select_related("call", "organisation")
    if not amendment.changes:
        return packets.none()
    applications = Application.objects.filter(packet=OuterRef("pk")).exclude(state__in=_OVER)
    if all(change["part"] != DATES for change in amendment.changes):
        in_work = Q(handed_in_at=None) | Q(state__in=EDITABLE | FROZEN)
        applications = applications.filter(in_work)
    return packets.filter(Exists(applications)).order_by("created_at")
