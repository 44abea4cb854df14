"""Filling in a score sheet, handing it in once, opening it again with a reason."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from calls.models import Call, Criterion, ReviewStage, ScoreSheet
from portal import clock
from portal.audit.services import record
from portal.errors import Conflict, Refusal, RuleViolation
from portal.mail.services import queue
from portal.people.models import User
from reviews.access import require_writer
from reviews.files import versions_in_hand
from reviews.models import Assignment, AssignmentState, Score, SheetEntry
from reviews.models.panel import HELD
from reviews.scoring import total_of
from reviews.services.assigning import is_live
from reviews.sheets import (
    MAX_TEXT,
    keys_of,
    read_sheet,
    refusals_to_hand_in,
    weights_of,
)


def sheet_of(stage: ReviewStage) -> ScoreSheet | None:
    """Return the stage's sheet, or None: it is not scored on line."""
    return ScoreSheet.objects.filter(stage=stage).first()


def has_scores(stage: ReviewStage) -> bool:
    """Tell whether a sheet of the stage was ever handed in; its lines are fixed from then on."""
    return Score.objects.filter(assignment__panel__stage=stage).exists()


@transaction.atomic
def change_sheet(*, stage: ReviewStage, by: User, change: Callable[[], None]) -> None:
    """Change a stage's sheet under its lock: ``change`` writes sheet and criteria.

    Raises RuleViolation once a sheet was handed in, PermissionDenied for who does not work for
    the association.
    """
    require_writer(by, stage.call)
    ReviewStage.objects.select_for_update().get(pk=stage.pk)
    if has_scores(stage):
        raise RuleViolation(
            [_("A score sheet has been handed in; what it was scored by stays as it is.")]
        )
    change()
    record("score_sheet_set", by=by, target=stage, issuer=stage.call.issuer)


def criteria_of(assignment: Assignment) -> list[Criterion]:
    """Return the lines of the sheet in their order."""
    return list(Criterion.objects.filter(sheet__stage=assignment.panel.stage_id))


def texts_of(assignment: Assignment) -> dict[str, str]:
    """Return what is typed so far, by entry."""
    return dict(assignment.entries.values_list("key", "text"))


@transaction.atomic
def save_entry(
    *, assignment_id: uuid.UUID, key: str, text: str, revision: int, by: User
) -> SheetEntry:
    """Keep one entry as typed, sound or not.

    ``revision`` is the one the page was shown. Raises Conflict when another page of the same
    expert wrote a different text meanwhile, RuleViolation when the sheet cannot be written.
    """
    one = _writable(assignment_id, by)
    if key not in keys_of(criteria_of(one)):
        raise RuleViolation([_("The score sheet has no such line.")])
    return _keep(one, key, text, revision)


@transaction.atomic
def save_entries(
    *, assignment_id: uuid.UUID, texts: Mapping[str, str], revisions: Mapping[str, int], by: User
) -> dict[str, Conflict]:
    """Keep a whole page; return the entries that another page changed meanwhile, unwritten."""
    one = _writable(assignment_id, by)
    conflicts = {}
    for key in keys_of(criteria_of(one)):
        if key not in texts:
            continue
        try:
            _keep(one, key, texts[key], revisions.get(key, 0))
        except Conflict as conflict:
            conflicts[key] = conflict
    return conflicts


def _keep(one: Assignment, key: str, text: str, revision: int) -> SheetEntry:
    text = text.replace("\x00", "").replace("\r\n", "\n")[: MAX_TEXT * 2]
    entry = one.entries.filter(key=key).first()
    if entry is None:
        if not text:
            return SheetEntry(assignment=one, key=key, text="", revision=0, at=clock.now())
        return SheetEntry.objects.create(assignment=one, key=key, text=text, at=clock.now())
    if entry.text == text:
        return entry
    if entry.revision != revision:
        raise Conflict(entry.text, entry.revision, _("You, on another page"))
    entry.text, entry.revision, entry.at = text, entry.revision + 1, clock.now()
    entry.save(update_fields=["text", "revision", "at"])
    return entry


@transaction.atomic
def hand_in(*, assignment_id: uuid.UUID, version_id: int, by: User) -> Assignment:
    """Hand the sheet in, once: what was typed becomes the scores.

    ``version_id`` is the version the expert looked at. A second click returns the sheet of the
    first. Raises RuleViolation with everything the sheet lacks, and when the unit's application
    was handed in anew meanwhile.
    """
    one = _locked(assignment_id)
    _require_own(one, by)
    if one.state == AssignmentState.SUBMITTED:
        return one
    one = _writable(assignment_id, by)
    version = versions_in_hand([one.application.packet_id])[one.application.packet_id]
    if version.pk != version_id:
        raise RuleViolation(
            [_("A corrected version has been handed in meanwhile; look at it first.")]
        )
    criteria, texts = criteria_of(one), texts_of(one)
    sheet = ScoreSheet.objects.get(stage=one.panel.stage_id)
    if refusals := refusals_to_hand_in(sheet, criteria, texts):
        raise RuleViolation(refusals)
    _write(one, criteria, texts)
    one.version, one.state, one.submitted_at = version, AssignmentState.SUBMITTED, clock.now()
    one.save(update_fields=["version", "state", "submitted_at", "opinion", "total"])
    record("scores_handed_in", by=by, target=one, issuer=one.panel.stage.call.issuer)
    return one


def _write(one: Assignment, criteria: Sequence[Criterion], texts: Mapping[str, str]) -> None:
    """Turn the entries into scores, and keep total and opinion on the assignment, unsaved."""
    read = read_sheet(criteria, texts)
    one.scores.all().delete()
    Score.objects.bulk_create(
        Score(assignment=one, criterion=c, value=read.scores[c.pk], comment=read.comments[c.pk])
        for c in criteria
    )
    one.opinion = read.opinion
    one.total = total_of(read.scores, weights_of(criteria))


@transaction.atomic
def reopen(*, assignment_id: uuid.UUID, by: User, reason: str) -> Assignment:
    """Open a sheet that was handed in; its figures count no more until it is handed in again.

    Raises RuleViolation without a reason and for a sheet that is not handed in, PermissionDenied
    for who does not work for the association.
    """
    one = _locked(assignment_id)
    require_writer(by, one.panel.stage.call)
    if not reason.strip():
        raise RuleViolation([_("Say why the sheet is opened again; the expert reads it.")])
    if one.state != AssignmentState.SUBMITTED:
        raise RuleViolation([_("This score sheet is not handed in.")])
    one.state, one.reopened_reason = AssignmentState.OPEN, reason.strip()[:300]
    one.submitted_at = one.total = None
    one.save(update_fields=["state", "reopened_reason", "submitted_at", "total"])
    call: Call = one.panel.stage.call
    record("score_sheet_reopened", by=by, target=one, issuer=call.issuer)
    queue(
        to=one.expert.user or (one.expert.email, one.expert.name),
        template="reviews/sheet_reopened",
        context={"call": call, "alias": one.alias, "reason": one.reopened_reason},
        occasion=f"sheet-reopened:{one.pk}:{clock.now():%Y%m%d%H%M%S%f}",
        issuer=call.issuer,
        url=reverse("desk:file", args=[one.pk]),
    )
    return one


def _locked(assignment_id: uuid.UUID) -> Assignment:
    return (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("expert__user", "application", "panel__stage__call__issuer")
        .get(pk=assignment_id)
    )


def _require_own(one: Assignment, by: User) -> None:
    if one.expert.user_id != by.pk or one.expert.ended_at or one.state not in HELD:
        raise RuleViolation([_("This file is not on your desk any more.")])


def _writable(assignment_id: uuid.UUID, by: User) -> Assignment:
    """Lock a sheet that its expert may write now; raises RuleViolation with the reason else."""
    one = _locked(assignment_id)
    _require_own(one, by)
    if not is_live(one):
        raise RuleViolation([_("This application is not in review at present.")])
    if one.state == AssignmentState.SUBMITTED:
        raise RuleViolation(
            [Refusal(_("This score sheet has been handed in already."), code="handed_in")]
        )
    if one.state == AssignmentState.ASSIGNED:
        raise RuleViolation([_("Declare first that you have no conflict.")])
    return one
