"""Hands what a forwarded call selected up to the call above (上报), onto the association's list.

The application above is a row of its own with its own number, frozen form and receipt: whoever
looks at it there needs nothing from below. It lies before the association that forwarded the call,
as if the unit had handed it in there, and leaves by that association's list like all else.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from applications import printing
from applications.capacity import works_for
from applications.models import (
    Application,
    Attachment,
    Flag,
    HandIn,
    Packet,
    Participation,
    Partner,
    Recommendation,
    SignedScan,
    Version,
)
from applications.models.handin import FlagKind
from applications.models.recommendation import ListState
from applications.models.version import ScanMatch
from applications.services import history, locking, notices, recommending, signoff
from applications.services.numbering import new_receipt_number
from applications.services.standing import packet_findings, refusals
from applications.states import Action, State
from calls.forwarding import level_above
from calls.models import Call, Category, FormRevision, RecommendingLevel
from calls.rules.facts import Finding, Stage, Verdict
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import User


def selected_below(call: Call) -> list[Application]:
    """Return what a forwarded call has selected, each with what was made of it above."""
    rows = (
        Application.objects.filter(packet__call=call, state=State.SELECTED)
        .select_related(
            "packet__organisation", "category__parent", "fed_to__packet", "packet__form_revision"
        )
        .order_by("category__position", "number")
    )
    return list(rows)


@transaction.atomic
def hand_up(*, application_id: uuid.UUID, by: User, arrived_at: dt.datetime) -> Application:
    """Make the application above of one selected below, and put it on the association's open list.

    Raises PermissionDenied for who does not work on the forwarded call, RuleViolation with every
    reason: the list above is due, no place is left there, the form above asks something else.
    """
    seen = Application.objects.select_related(
        "packet__call__issuer__organisation", "packet__organisation__parent"
    ).get(pk=application_id)
    call = seen.packet.call
    if not works_for(by, call.issuer_id):
        raise PermissionDenied
    level = _level(call)
    recommending.refuse_late(level, call.issuer.organisation, arrived_at)
    # Places above are counted under the same lock as everybody's; then the row below.
    units = [*locking.counted_units(seen.packet), call.issuer.organisation]
    locking.lock_counting(level.call, units)
    below = locking.lock(application_id)
    _refuse_unless_ready(below)
    made, version = _freeze(below, _copy(below, level, by, arrived_at), by)
    # As every hand-in does, before the persons are counted.
    history.lock_people(level.call, history.people_of(made))
    findings = packet_findings([made])[made]
    # Whether the unit may apply at all was judged below, by who knows it.
    if blocking := refusals(f for f in findings if f.stage is not Stage.ELIGIBILITY):
        raise RuleViolation(blocking)
    _acknowledge(made, version, level, by=by, at=arrived_at)
    _flag(made, findings, arrived_at)
    _lay_before(made, level, by, arrived_at)
    record(
        "handed_up", by=by, target=made, issuer=call.issuer,
        organisation=made.packet.organisation, origin=str(below.pk), level=level.no,
    )  # fmt: skip
    return made


def _level(call: Call) -> RecommendingLevel:
    """Return where the association recommends above."""
    if call.parent_call_id is None:
        raise RuleViolation([_("This call forwards no other call.")])
    level = level_above(call)
    if level is None:
        raise RuleViolation(
            [_("Your association can no longer recommend in the call that is forwarded.")]
        )
    return level


def _refuse_unless_ready(below: Application) -> None:
    if below.state != State.SELECTED:
        words = {"title": below, "state": below.get_state_display()}
        raise RuleViolation(
            [_("“%(title)s” is %(state)s; only what was selected is handed up.") % words]
        )
    if Application.objects.filter(fed_from=below).exists():
        raise RuleViolation([_("“%(title)s” was handed up already.") % {"title": below}])


def _copy(below: Application, level: RecommendingLevel, by: User, at: dt.datetime) -> Application:
    """Copy packet, answers, files, partners and what the unit said of secrets."""
    source, parent = below.packet, level.call
    unit = source.organisation
    said = Participation.objects.get(call=source.call, organisation=unit)
    Participation.objects.filter(call=parent, organisation=unit, has_confidential=None).update(
        has_confidential=said.has_confidential,
        confidential_by=said.confidential_by,
        confidential_at=said.confidential_at,
    )
    packet = Packet.objects.create(
        call=parent,
        organisation=unit,
        recommender=source.call.issuer.organisation,
        form_revision=_same_form(source.form_revision, parent),
        plan=source.plan,
        created_by=by,
    )
    made = Application.objects.create(
        packet=packet,
        category=_same_category(below.category, parent),
        answers=below.answers,
        fed_from=below,
        handed_in_at=at,
        created_by=by,
    )
    Attachment.objects.bulk_create(
        Attachment(application=made, key=one.key, file=one.file, position=one.position, by=one.by)
        for one in below.attachments.all()
    )
    Partner.objects.bulk_create(
        Partner(
            application=made, organisation=one.organisation, name=one.name, letter=one.letter,
            state=one.state, decided_by=one.decided_by, decided_at=one.decided_at,
        )
        for one in below.partners.all()
    )  # fmt: skip
    return made


def _same_form(revision: FormRevision, parent: Call) -> FormRevision:
    """Return the form above that asks exactly what was answered below."""
    found = parent.form_revisions.filter(sha256=revision.sha256).order_by("no").last()
    if found is None:
        raise RuleViolation(
            [
                _(
                    "The form above asks something else now than what was filled in here; the unit"
                    " applies above itself and names your association."
                )
            ]
        )
    return found


def _same_category(category: Category, parent: Call) -> Category:
    above = category.parent.code if category.parent else None
    found: Category = parent.categories.select_related("parent").get(
        code=category.code, parent__code=above
    )
    return found


def _freeze(below: Application, made: Application, by: User) -> tuple[Application, Version]:
    """Freeze the form above and lay the scan stamped below beside it, to be compared by eye."""
    packet = locking.lock_packet(made.packet_id)
    version = signoff.freeze_now(packet, [made], by=by, action=Action.HAND_UP)
    stamped = below.packet.latest_version()
    scan = stamped.scans.standing().first() if stamped else None
    if scan is not None:
        SignedScan.objects.create(
            version=version, file=scan.file, match=ScanMatch.BY_EYE, by=scan.by, at=scan.at
        )
    return locking.lock_applications(packet)[0], version


def _acknowledge(
    made: Application, version: Version, level: RecommendingLevel, *, by: User, at: dt.datetime
) -> None:
    """Give the receipt above, printed and mailed."""
    receipt = HandIn.objects.create(
        packet=made.packet,
        version=version,
        key=uuid.uuid4(),
        receipt_number=new_receipt_number(level.call.year),
        received_at=at,
        by=by,
    )
    printing.order_receipt(receipt)
    notices.tell_receipt(receipt)


def _flag(made: Application, findings: Sequence[Finding], at: dt.datetime) -> None:
    """Leave to staff above what is in principle only, and what they cannot know of the unit."""
    Flag.objects.bulk_create(
        Flag(
            application=made,
            rule_id=finding.rule.id or None,
            kind=FlagKind.UNKNOWN if _of_the_unit(finding) else FlagKind.IN_PRINCIPLE,
            message=finding.message,
            at=at,
        )
        for finding in findings
        if finding.warns or (_of_the_unit(finding) and finding.verdict is not Verdict.YES)
    )


def _of_the_unit(finding: Finding) -> bool:
    return finding.stage is Stage.ELIGIBILITY or finding.verdict is Verdict.UNKNOWN


def _lay_before(made: Application, level: RecommendingLevel, by: User, at: dt.datetime) -> None:
    """Lay it before the association above, at the end of its list where one is being drawn up."""
    unit = made.packet.recommender
    assert unit is not None
    row = Recommendation.objects.create(application=made, level=level, organisation=unit, at=at)
    open_list = recommending.open_list(level, unit)
    if open_list.state == ListState.OPEN:
        row.list, row.rank, row.by = open_list, recommending.last_rank(open_list) + 1, by
        row.save(update_fields=["list", "rank", "by"])
    notices.tell_recommender(row, "recommendation_asked")


def hand_up_each(
    ids: Iterable[uuid.UUID], *, by: User, arrived_at: dt.datetime
) -> tuple[list[Application], dict[uuid.UUID, list[str]]]:
    """Hand several up, each by itself; return those made and the reasons against the others."""
    made: list[Application] = []
    refused: dict[uuid.UUID, list[str]] = {}
    for pk in ids:
        try:
            made.append(hand_up(application_id=pk, by=by, arrived_at=arrived_at))
        except RuleViolation as refusal:
            refused[pk] = [reason.message for reason in refusal.reasons]
    return made, refused
