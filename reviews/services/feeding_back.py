"""Feedback: what experts said, without who said it, edited by staff and released per call."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from applications.states import State
from calls.models import Call
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import User
from reviews.models import Assignment, AssignmentState, Feedback, Submission
from reviews.services.deciding import lock_call
from reviews.services.telling import tell_workers

MAX_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Draft:
    """One application not selected, with the feedback written or proposed."""

    submission: Submission
    feedback: Feedback | None
    proposed: str

    @property
    def text(self) -> str:
        """What stands in the box: what staff wrote, else what the experts said."""
        return self.feedback.text if self.feedback else self.proposed

    @property
    def revision(self) -> int:
        """Which writing this is; 0 before the first."""
        return self.feedback.revision if self.feedback else 0


def drafts(call: Call) -> list[Draft]:
    """Return the applications that were not selected; the queries do not grow with them."""
    rows = list(
        Submission.objects.filter(packet__call=call, state=State.NOT_SELECTED)
        .select_related("packet__organisation", "category__parent", "feedback")
        .order_by("number")
    )
    said = _said({row.pk for row in rows})
    return [Draft(row, getattr(row, "feedback", None), said.get(row.pk, "")) for row in rows]


def _said(keys: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return experts' opinions and comments by application, in an order that betrays nobody.

    Sheets are ordered by their random ids: neither names nor scores nor the order of assignment
    come with them.
    """
    sheets = (
        Assignment.objects.filter(application__in=keys, state=AssignmentState.SUBMITTED)
        .prefetch_related("scores__criterion")
        .order_by("pk")
    )
    found: dict[uuid.UUID, list[str]] = {}
    for sheet in sheets:
        comments = [score.comment.strip() for score in sheet.scores.all()]
        texts = [text for text in (sheet.opinion.strip(), *comments) if text]
        found.setdefault(sheet.application_id, []).extend(texts)
    return {key: "\n".join(f"· {text}" for text in texts) for key, texts in found.items() if texts}


@transaction.atomic
def save(*, call_id: int, texts: Mapping[uuid.UUID, tuple[int, str]], by: User) -> list[str]:
    """Keep texts by application, each with the revision its page showed; return who was too late.

    What is released already is not changed; an empty text that was never kept stays unwritten.
    """
    call = lock_call(call_id, by)
    late, written = [], 0
    for draft in drafts(call):
        given = texts.get(draft.submission.pk)
        if given is None:
            continue
        revision, text = given[0], given[1].strip()[:MAX_TEXT]
        kept = draft.feedback
        if kept is not None and (kept.released_at is not None or kept.text == text):
            continue
        if kept is not None and kept.revision != revision:
            late.append(str(draft.submission))
            continue
        written += _write(draft, kept, text, by)
    record("feedback_saved", by=by, target=call, issuer=call.issuer, rows=written)
    return late


def _write(draft: Draft, kept: Feedback | None, text: str, by: User) -> bool:
    if not text:
        if kept is not None:
            kept.delete()
        return kept is not None
    feedback = kept or Feedback(application=draft.submission, revision=0)
    feedback.text, feedback.by, feedback.at = text, by, clock.now()
    feedback.revision += 1
    feedback.save()
    return True


@transaction.atomic
def release(*, call_id: int, by: User) -> int:
    """Let the units read everything kept so far, and tell them; return how many are new."""
    call = lock_call(call_id, by)
    waiting = list(
        Feedback.objects.filter(
            application__packet__call=call, released_at=None,
            application__state=State.NOT_SELECTED,
        ).select_related("application__packet__organisation", "application__packet__call__issuer")
    )  # fmt: skip
    if not waiting:
        raise RuleViolation([_("There is no feedback that was kept and not released.")])
    now = clock.now()
    for feedback in waiting:
        feedback.released_at = now
        feedback.save(update_fields=["released_at"])
        application = feedback.application
        tell_workers(
            application.packet,
            "feedback",
            {"application": application},
            occasion=f"feedback:{feedback.pk}",
        )
    record("feedback_released", by=by, target=call, issuer=call.issuer, rows=len(waiting))
    return len(waiting)
