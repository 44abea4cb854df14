"""Moves running drafts to their call's newest form and tells who works on them what changed.

A changed form reaches the drafts by a task after the amendment (applications.tasks.move_drafts);
whoever saves or sends a draft before the task came moves it herself. Opening a page moves nothing.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from applications.models import Packet
from applications.services import locking, notices
from applications.states import EDITABLE, State
from calls.forms_schema import FieldSpec, answer_key
from calls.models import FormRevision
from portal.mail.services import queue
from portal.publishing import publish


@dataclass(frozen=True, slots=True)
class FormChange:
    """What a new form asks otherwise than the old one: the questions' labels."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def sentences(self) -> list[str]:
        """Return one sentence for each question, in the language of who reads the page."""
        return [
            *(_("New: %(label)s") % {"label": label} for label in self.added),
            *(_("Changed: %(label)s") % {"label": label} for label in self.changed),
            *(_("No longer asked: %(label)s") % {"label": label} for label in self.removed),
        ]


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
    fixed = set(State) - EDITABLE - {State.WITHDRAWN}
    newest = FormRevision.objects.filter(call=OuterRef("call")).order_by("-no").values("pk")[:1]
    return (
        Packet.objects.annotate(newest_form=Subquery(newest))
        .exclude(form_revision=F("newest_form"))
        .filter(applications__state__in=EDITABLE)
        .exclude(applications__state__in=fixed)
        .distinct()
    )


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
    change = change_between(packet.form_revision, newest)
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


def change_between(old: FormRevision, new: FormRevision) -> FormChange:
    """Compare two forms question by question."""
    before, after = _questions(old), _questions(new)
    return FormChange(
        added=tuple(after[k]["label"] for k in after if k not in before),
        changed=tuple(after[k]["label"] for k in after if k in before and after[k] != before[k]),
        removed=tuple(before[k]["label"] for k in before if k not in after),
    )


def _questions(revision: FormRevision) -> dict[str, FieldSpec]:
    return {
        answer_key(section, field): field
        for section in revision.schema["sections"]
        for field in section["fields"]
    }


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
