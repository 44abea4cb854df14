"""The formal check: keep the checklist, accept, return, refuse, take up again."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import HandIn, Version
from applications.models.recommendation import Stand
from applications.models.version import ScanMatch
from applications.services import lifecycle, locking
from applications.states import TO_CHECK
from calls.enums import Sealing
from portal import clock
from portal.audit.services import record
from portal.errors import Refusal, RuleViolation
from portal.people.models import User
from reviews.access import require_writer
from reviews.checklist import Answer, latest_scan, unread
from reviews.models import CheckOutcome, FormalCheck, Submission

# The code of a refusal because of a point that nobody has looked at.
UNREAD = "unread"


def version_in_hand(submission: Submission) -> Version | None:
    """Return the version last handed in; a newer freeze that was not handed in does not count."""
    receipt = (
        HandIn.objects.filter(packet=submission.packet_id)
        .select_related("version__form_revision")
        .order_by("-version__no")
        .first()
    )
    return receipt.version if receipt else None


@transaction.atomic
def save_check(
    *, application_id: uuid.UUID, version_id: int, answers: Sequence[Answer], by: User
) -> FormalCheck:
    """Keep what was found so far, without a conclusion.

    Raises RuleViolation when the unit handed in another version meanwhile or the application is
    no longer to be checked, PermissionDenied for who only reads.
    """
    submission, version = _take_up(application_id, version_id, by)
    if submission.state not in TO_CHECK:
        raise RuleViolation([_("This application is not waiting for a formal check.")])
    return _keep(submission, version, by, answers=answers)


@transaction.atomic
def accept(
    *,
    application_id: uuid.UUID,
    version_id: int,
    by: User,
    note: str = "",
) -> FormalCheck:
    """Accept (受理): conclude the check and move the application on.

    Raises RuleViolation with everything in the way: unsettled flags, a scan of the form or of the
    recommending unit's table missing or not compared, a point of the kept checklist not looked at
    or not in order, a newer version.
    """
    submission, version = _take_up(application_id, version_id, by)
    check = _keep(submission, version, by)
    if refusals := refusals_to_accept(submission, version, check.items):
        raise RuleViolation(refusals)
    _conclude(check, CheckOutcome.ACCEPTED, note)
    lifecycle.accept(application_id=application_id, by=by, note=note)
    return check


@transaction.atomic
def return_for_changes(
    *,
    application_id: uuid.UUID,
    version_id: int,
    by: User,
    reason: str,
    items: Mapping[str, str],
    due: dt.datetime,
) -> FormalCheck:
    """Return for correction with a reason for each section and an exclusive end.

    Raises RuleViolation where the lifecycle refuses, or when a newer version lies there.
    """
    submission, version = _take_up(application_id, version_id, by)
    check = _keep(submission, version, by)
    said = [text.strip() for text in (reason, *items.values()) if text.strip()]
    lifecycle.return_for_changes(
        application_id=application_id, by=by, reason=reason, items=items, due=due
    )
    _conclude(check, CheckOutcome.RETURNED, "\n".join(said))
    return check


@transaction.atomic
def not_accept(
    *,
    application_id: uuid.UUID,
    version_id: int,
    by: User,
    reason: str,
) -> FormalCheck:
    """Refuse to accept (不予受理), also for a correction that never came; the place is free."""
    submission, version = _take_up(application_id, version_id, by, counting=True)
    check = _keep(submission, version, by)
    lifecycle.not_accept(application_id=application_id, by=by, reason=reason)
    _conclude(check, CheckOutcome.NOT_ACCEPTED, reason.strip())
    return check


@transaction.atomic
def reopen(*, application_id: uuid.UUID, by: User, reason: str) -> None:
    """Take the check up again after an acceptance or a refusal.

    Raises RuleViolation while a drafted decision stands: whoever drafted it should know first.
    """
    submission = _lock(application_id, counting=True)
    require_writer(by, submission.packet.call)
    decision = getattr(submission, "decision", None)
    if decision is not None and decision.outcome:
        raise RuleViolation(
            [_("A decision is drafted for this application; clear it on the deciding page first.")]
        )
    lifecycle.reopen_check(application_id=application_id, by=by, reason=reason)


def refusals_to_accept(
    submission: Submission, version: Version, answers: Sequence[Answer]
) -> list[Refusal]:
    """Return everything that keeps staff from accepting; the page shows the same list."""
    found = []
    if submission.state not in TO_CHECK:
        found.append(
            Refusal(_("This application is not waiting for a formal check."), code="state")
        )
    found += _scan_refusals(submission, version)
    found += _list_scan_refusals(submission)
    for flag in submission.flags.filter(settled_at=None).select_related("rule"):
        found.append(
            Refusal(
                _("To be settled first: %(what)s") % {"what": flag.message},
                clause=flag.rule.clause if flag.rule else "",
                code="flag",
            )
        )
    return found + _point_refusals(answers)


def _point_refusals(answers: Sequence[Answer]) -> list[Refusal]:
    """Every point is looked at and in order; the scan has its own, clearer sentence."""
    words = {
        None: (UNREAD, _("Not looked at yet: %(point)s")),
        False: ("point", _("Found not in order: %(point)s")),
    }
    found, waiting = [], unread(answers)
    for answer in answers:
        is_open = answer["ok"] is False or answer["code"] in waiting
        if is_open and answer["code"] != "scan":
            code, sentence = words[answer["ok"]]
            place = f"#point-{answer['code']}"
            found.append(Refusal(sentence % {"point": answer["label"]}, code=code, url=place))
    return found


def _scan_refusals(submission: Submission, version: Version) -> list[Refusal]:
    if submission.packet.call.sealing != Sealing.SCAN:
        return []
    scan = latest_scan(version)
    if scan is None:
        return [Refusal(_("The stamped scan is not there yet."), code="scan")]
    if scan.match == ScanMatch.BY_EYE:
        return [Refusal(_("The stamped scan must be compared by eye first."), code="scan")]
    return []


def _list_scan_refusals(submission: Submission) -> list[Refusal]:
    """The lists it was recommended on must bear a stamp that somebody has read.

    Without it nobody knows whether the unit recommends this very list, and an acceptance is seen
    by the applicant at once: so it waits, as it does for the scan of the form itself.
    """
    words = {
        ScanMatch.BY_EYE: _("The stamped summary table of %(unit)s must be compared by eye first."),
        ScanMatch.REFUSED: _(
            "The stamped summary table of %(unit)s shows something else; it must be sent again."
        ),
    }
    rows = submission.recommendations.filter(
        state=Stand.RECOMMENDED, list__scan_match__in=words
    ).select_related("list", "organisation")
    return [
        Refusal(
            words[ScanMatch(row.list.scan_match)] % {"unit": row.organisation}, code="list_scan"
        )
        for row in rows
        if row.list is not None
    ]


@dataclass(frozen=True, slots=True)
class BulkLine:
    """One line of a bulk acceptance: accepted or refused, with the reasons."""

    submission: Submission
    version: Version | None
    refusals: tuple[Refusal, ...]


def preview_accept(submissions: Sequence[Submission]) -> list[BulkLine]:
    """Say for each submission whether it would be accepted, without changing anything."""
    lines = []
    for submission in submissions:
        version = version_in_hand(submission)
        if version is None:
            lines.append(BulkLine(submission, None, (Refusal(_("Nothing was handed in yet.")),)))
            continue
        kept = submission.checks.in_progress().first()
        refusals = refusals_to_accept(submission, version, kept.items if kept else [])
        lines.append(BulkLine(submission, version, tuple(refusals)))
    return lines


def accept_many(*, chosen: Mapping[uuid.UUID, int], by: User) -> list[BulkLine]:
    """Accept each application by itself: one that is refused does not hold up the others.

    ``chosen`` maps applications to the version the person saw in the preview. Whoever accepts
    has said of all at once that every point is in order; the check says so.
    """
    note = _("Accepted together with others; every point was looked at and is in order.")
    lines = []
    for application_id, version_id in chosen.items():
        refusals: tuple[Refusal, ...] = ()
        try:
            accept(application_id=application_id, version_id=version_id, by=by, note=note)
        except RuleViolation as refused:
            refusals = tuple(refused.reasons)
        submission = Submission.objects.get(pk=application_id)
        lines.append(BulkLine(submission, None, refusals))
    return lines


def _lock(application_id: uuid.UUID, *, counting: bool) -> Submission:
    """Lock in the order of every step: what counts places first, where one is taken or freed."""
    if counting:
        locking.lock_with_participation(application_id)
    return (
        Submission.objects.select_for_update(of=("self",))
        .select_related("packet__call__issuer", "packet__organisation", "category")
        .get(pk=application_id)
    )


def _take_up(
    application_id: uuid.UUID, version_id: int, by: User, *, counting: bool = False
) -> tuple[Submission, Version]:
    """Lock the application and hold the version the person saw against the one in hand."""
    submission = _lock(application_id, counting=counting)
    require_writer(by, submission.packet.call)
    version = version_in_hand(submission)
    if version is None or version.pk != version_id:
        raise RuleViolation(
            [
                Refusal(
                    _("The unit has handed in another version meanwhile; look at it first."),
                    code="version",
                )
            ]
        )
    return submission, version


def _keep(
    submission: Submission,
    version: Version,
    by: User,
    *,
    answers: Sequence[Answer] | None = None,
) -> FormalCheck:
    """Write the open check of this version; ``answers`` None leaves what was kept."""
    check = submission.checks.in_progress().first()
    if check is None:
        check = FormalCheck(application=submission, version=version, items=[])
    if check.version_id != version.pk:
        # Found about an older version: true no longer, so one starts afresh.
        check.version, check.items = version, []
    if answers is not None:
        check.items = list(answers)
    check.by, check.at = by, clock.now()
    check.save()
    return check


def _conclude(check: FormalCheck, outcome: CheckOutcome, reason: str) -> None:
    """Close the check; it is kept as it was."""
    check.outcome, check.reason = outcome, reason
    check.save(update_fields=["outcome", "reason"])
    packet = check.application.packet
    record(
        "check_concluded",
        by=check.by,
        target=check.application,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
        outcome=outcome,
        version=check.version.no,
    )
