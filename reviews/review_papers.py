"""The papers of a call's review for its archive: scores, meetings, decisions, publicity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from calls.models import Call
from portal.files.names import clean_name, ending
from reviews import awards
from reviews.dossier import Entry, of_document, of_file, values_of, written
from reviews.models import (
    Assignment,
    AwardNotice,
    Decision,
    Feedback,
    ListApproval,
    Meeting,
    Objection,
    Panel,
    Publicity,
    ReviewRecord,
    Vote,
)

# Names inside the archive are Chinese whatever language the person at the screen reads.
REVIEW, SHOWN, AWARDED = "评审", "公示", "入选通知"
SCORES, MEETINGS = "评分.json", "会议.json"
DECISIONS, PUBLICITY = "评审结果.json", "公示与异议.json"


def papers_of(call: Call) -> list[Entry]:
    """Return what experts, meetings, deciders and objectors left, in the order of the review.

    Persons included: the archive is the association's own. A stage of the review that the call
    does not have leaves nothing.
    """
    found: list[Entry] = []
    panels = Panel.objects.filter(stage__call=call).select_related("stage")
    for number, panel in enumerate(panels.order_by("stage__position", "stage"), start=1):
        found += _of_panel(panel, f"{REVIEW}/{number}-{panel.stage.get_kind_display()}")
    if decisions := _decisions(call):
        found.append(written("decisions", DECISIONS, _("Decisions and their approval"), decisions))
    for number, publicity in enumerate(call.publicities.order_by("begins_at", "pk"), start=1):
        found += _of_publicity(publicity, f"{SHOWN}/{number}")
    found += _award_notices(call)
    return found


def _of_panel(panel: Panel, folder: str) -> Iterator[Entry]:
    """Yield the scores as data, the meetings, and every paper that was printed and signed."""
    scores = {"assignments": [_scored(one) for one in _assignments(panel)]}
    title = _("Score sheets: %(stage)s") % {"stage": panel.stage}
    yield written(f"scores-{panel.pk}", f"{folder}/{SCORES}", title, scores)
    meetings = panel.meetings.select_related("chair").prefetch_related("attendances__expert")
    if held := [_meeting(one) for one in meetings]:
        title = _("Meetings: %(stage)s") % {"stage": panel.stage}
        data = {"meetings": held}
        yield written(f"meetings-{panel.pk}", f"{folder}/{MEETINGS}", title, data)
    records = panel.records.select_related("document__file", "signed", "expert")
    for number, record in enumerate(records.order_by("made_at", "pk"), start=1):
        yield from _printed(record, f"{folder}/{number}-{record.get_kind_display()}")


def _assignments(panel: Panel) -> list[Assignment]:
    rows = panel.assignments.select_related("application", "expert")
    return list(rows.prefetch_related("scores__criterion").order_by("application__number", "pk"))


def _scored(one: Assignment) -> dict[str, Any]:
    """Return one expert's sheet for one application, also one that was never handed in."""
    return {
        "application": one.application.number,
        "expert": {"name": one.expert.name, "unit": one.expert.unit_name},
        "state": one.state,
        "assigned_at": one.assigned_at,
        "no_conflict_declared_at": one.cleared_at,
        "submitted_at": one.submitted_at,
        "total": one.total,
        "opinion": one.opinion,
        "ended_reason": one.ended_reason,
        "reopened_reason": one.reopened_reason,
        "scores": [
            {"criterion": score.criterion.title, "value": score.value, "comment": score.comment}
            for score in one.scores.all()
        ],
    }


def _meeting(meeting: Meeting) -> dict[str, Any]:
    """Return a meeting with who was there and how each project was voted on."""
    return {
        "begins_at": meeting.begins_at,
        "place": meeting.place,
        "chair": meeting.chair and meeting.chair.name,
        "quorum": meeting.quorum,
        "majority": meeting.majority,
        "ballot": meeting.ballot,
        "state": meeting.state,
        "opened_at": meeting.opened_at,
        "closed_at": meeting.closed_at,
        "notes": meeting.notes,
        "present": [seat.expert.name for seat in meeting.attendances.all()],
        "items": values_of(
            meeting.items.all(),
            "application__number", "votes_for", "votes_against", "abstained", "passed", "note",
        ),
        # In a secret vote these say who has voted, not how.
        "votes": values_of(
            Vote.objects.filter(item__meeting=meeting),
            "item__application__number", "expert__name", "choice",
        ),
    }  # fmt: skip


def _printed(record: ReviewRecord, path: str) -> Iterator[Entry]:
    """Yield a printed paper and its signed copy; a later printing leaves the earlier one there."""
    title = record.get_kind_display()
    if record.expert is not None:
        title = f"{title} · {record.expert.name}"
    yield of_document(f"record-{record.pk}", title, record.document, f"{path}.pdf")
    if record.signed is not None:
        said = _("%(title)s, signed copy") % {"title": title}
        name = f"{path}-签名.{ending(record.signed.name)}"
        yield of_file(f"signed-{record.pk}", said, record.signed, name)


def _decisions(call: Call) -> dict[str, Any]:
    """Return every decision with its approval by a second person; empty where nothing was."""
    decisions = values_of(
        Decision.objects.filter(application__packet__call=call).order_by("application__number"),
        "application__number", "outcome", "amount", "rank", "note", "by__name", "at",
        "published_in__title", "published_in__published_at",
    )  # fmt: skip
    approvals = values_of(
        ListApproval.objects.filter(call=call).order_by("pk"),
        "seen", "proposed_by__name", "proposed_at", "judged_by__name", "judged_at", "approved",
        "reason",
    )  # fmt: skip
    feedback = values_of(
        Feedback.objects.filter(application__packet__call=call).order_by("application__number"),
        "application__number",
        "text",
        "by__name",
        "at",
        "released_at",
    )
    found = {"decisions": decisions, "approvals": approvals, "feedback": feedback}
    return found if any(found.values()) else {}


def _of_publicity(publicity: Publicity, folder: str) -> Iterator[Entry]:
    """Yield what was shown and objected, how it was handled, and the objectors' files."""
    objections = list(
        publicity.objections.select_related("entry__application").prefetch_related("log__by")
    )
    data = {
        "notice": publicity.notice.title,
        "begins_at": publicity.begins_at,
        "ends_at": publicity.ends_at,
        "state": publicity.state,
        "by": publicity.by.name,
        "called_off_reason": publicity.called_off_reason,
        "shown": publicity.notice.rows,
        "entries": values_of(
            publicity.entries.all(), "application__number", "standing", "settled_at"
        ),
        "objections": [_objection(one) for one in objections],
    }
    title = _("Publicity and objections: %(list)s") % {"list": publicity.notice.title}
    yield written(f"publicity-{publicity.pk}", f"{folder}/{PUBLICITY}", title, data)
    for objection in objections:
        for number, sent in enumerate(objection.files.select_related("file"), start=1):
            path = f"{folder}/{objection.number}/{number}-{clean_name(sent.file.name)}"
            said = _("File of objection %(number)s") % {"number": objection.number}
            yield of_file(f"objection-file-{sent.pk}", said, sent.file, path)


def _objection(one: Objection) -> dict[str, Any]:
    """Return an objection under its author's name with the record of its handling."""
    return {
        "number": one.number,
        "application": one.entry and one.entry.application.number,
        "name": one.name,
        "unit": one.unit_name,
        "phone": one.phone,
        "email": one.email,
        "text": one.text,
        "filed_at": one.filed_at,
        "state": one.state,
        "answer": one.answer,
        "log": [
            {"step": step.step, "note": step.note, "by": step.by and step.by.name, "at": step.at}
            for step in one.log.all()
        ],
    }


def _award_notices(call: Call) -> Iterator[Entry]:
    """Yield the award notices as they were handed out, with the association's seal."""
    rows = AwardNotice.objects.filter(notice__about=call).select_related("packet", "notice")
    for award in rows.order_by("notice", "packet__number"):
        document = awards.document_of(award)
        if document is not None:
            said = _("Award notice %(packet)s") % {"packet": award.packet}
            name = f"{AWARDED}/{clean_name(str(award.packet))}-{award.notice_id}.pdf"
            yield of_document(f"award-{award.pk}", said, document, name)
