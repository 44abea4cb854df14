"""Moves running drafts to their call's newest form and tells who works on them what changed.

A changed form reaches the drafts by a task after the amendment (applications.tasks.move_drafts);
whoever saves or sends a draft before the task came moves it herself. Opening a page moves nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from applications.models import Application, Packet
from applications.services import locking, notices
from applications.states import EDITABLE, State
from calls.form_changes import FormChange, change_between
from calls.models import Call, FormRevision
from calls.ports import UnderWay
from portal.mail.services import queue
from portal.publishing import publish


def renew_drafts(*, call_id: int | None = None) -> int:
    """Move every draft of a call (None: of all calls) that lags behind; return how many lagged."""
    lagging = lagging_packets()
    if call_id is not None:
        lagging = lagging.filter(call=call_id)
    keys = list(lagging.values_list("pk", flat=True))
    for pk in keys:
        adopt_newest_form(packet_id=pk)
    return len(keys)


def lagging_packets() -> QuerySet[Packet]:
    """Return packets wholly in editing whose form is not the newest of their call."""
    newest = FormRevision.objects.filter(call=OuterRef("call")).order_by("-no").values("pk")[:1]
    lagging = Packet.objects.annotate(newest_form=Subquery(newest)).exclude(
        form_revision=F("newest_form")
    )
    return _in_editing(lagging)


@transaction.atomic
def adopt_newest_form(*, packet_id: uuid.UUID) -> FormChange:
    """Move a draft to the call's newest form, tell its workers by mail, return what changed.

    Answers to removed questions are kept unseen. A frozen or handed-in packet is left alone.
    """
    packet = locking.lock_packet(packet_id)
    newest = packet.call.form_revisions.latest("no")
    states = set(packet.applications.values_list("state", flat=True)) - {State.WITHDRAWN}
    if packet.form_revision_id == newest.pk or not states or not states <= EDITABLE:
        return FormChange()
    change = change_between(packet.form_revision.schema, newest.schema)
    packet.form_revision = newest
    packet.save(update_fields=["form_revision", "updated_at"])
    if change:
        _tell(packet, change, newest)
    return change


def adopt_if_lagging(packet: Packet) -> FormChange:
    """Move a draft the task has not reached yet, and the packet in hand with it.

    One small query where there is nothing to do.
    """
    newest = packet.call.form_revisions.order_by("-no").values_list("pk", flat=True).first()
    if newest == packet.form_revision_id:
        return FormChange()
    change = adopt_newest_form(packet_id=packet.pk)
    packet.refresh_from_db(fields=["form_revision"])
    return change


def renew_soon(call_id: int) -> None:
    """Let a worker move what lags behind, once the transaction at hand has committed."""
    transaction.on_commit(lambda: publish("applications.tasks.move_drafts", call_id=call_id))


def change_since_begun(packet: Packet) -> FormChange:
    """Return what is asked otherwise than when the draft was begun, for the people who fill it in.

    One query where the form never changed.
    """
    if packet.form_revision.no == 1:
        return FormChange()
    first = (
        packet.call.form_revisions.filter(
            Q(created_at__lte=packet.created_at) | Q(no=1), no__lte=packet.form_revision.no
        )
        .order_by("-no")
        .first()
    )
    assert first is not None, "a form in use has a first revision"
    return change_between(first.schema, packet.form_revision.schema)


def under_way(call: Call, keys: Sequence[str]) -> UnderWay:
    """Count what a changed form would meet; answers only in packets still in editing."""
    moving = _in_editing(Packet.objects.filter(call=call))
    begun = Packet.objects.filter(call=call).exclude(pk__in=moving)
    fixed = begun.exclude(applications__state=State.WITHDRAWN).distinct().count()
    applications = Application.objects.filter(packet__in=moving, state__in=EDITABLE)
    answered = {
        key: applications.filter(answers__has_key=key)
        .exclude(answers__contains={key: None})
        .exclude(answers__contains={key: ""})
        .count()
        for key in keys
    }
    return UnderWay(moving.count(), fixed, answered)


def _in_editing(packets: QuerySet[Packet]) -> QuerySet[Packet]:
    """Return those of the packets that are wholly in editing."""
    fixed = set(State) - EDITABLE - {State.WITHDRAWN}
    return (
        packets.filter(applications__state__in=EDITABLE)
        .exclude(applications__state__in=fixed)
        .distinct()
    )


def _tell(packet: Packet, change: FormChange, newest: FormRevision) -> None:
    for user in notices.workers(packet):
        queue(
            to=user,
            template="applications/form_changed",
            context={"packet": packet, "call": packet.call, "change": change},
            occasion=f"packet:{packet.pk}:form:{newest.no}",
            issuer=packet.call.issuer,
            url=notices.packet_url(packet),
        )
