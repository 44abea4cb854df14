"""Taking the cut line of a summary over as draft decisions, on the yes to a preview."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from calls.models import Call, ScoreSheet
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import User
from reviews.access import require_writer
from reviews.board import board_of
from reviews.models import Panel
from reviews.proposal import Change, Fate, Proposal, propose
from reviews.services import deciding
from reviews.services.deciding import Choice, Saved
from reviews.summary import summary_of

Lines = Mapping[int, tuple[int | None, int]]


def proposal_of(panel: Panel, sheet: ScoreSheet, lines: Lines | None = None) -> Proposal:
    """Return what the line would make of the decisions; writes nothing.

    ``lines`` moves the line of a category as in ``summary_of``.
    """
    return propose(board_of(panel.stage.call), summary_of(panel, sheet, lines))


@transaction.atomic
def take_over(
    *,
    panel: Panel,
    sheet: ScoreSheet,
    lines: Lines,
    shown: str,
    replacing: Collection[uuid.UUID],
    by: User,
) -> Saved:
    """Write the line as draft decisions, and over colleagues' drafts only those named.

    ``shown`` is the fingerprint of the preview; ``replacing`` the applications whose draft is to
    give way. Raises RuleViolation when a score or a decision changed since, or nothing is left to
    write, PermissionDenied for who only reads.
    """
    require_writer(by, panel.stage.call)
    # The call's lock: two who take over or save at once go one after the other.
    Call.objects.select_for_update().get(pk=panel.stage.call_id)
    current = proposal_of(panel, sheet, lines)
    if current.shown != shown:
        raise RuleViolation([_("Scores or decisions have changed meanwhile; look at them again.")])
    chosen = {
        change.row.submission.pk: _choice(change)
        for change in current.changes
        if change.fate is Fate.NEW
        or (change.fate is Fate.OTHER and change.row.submission.pk in replacing)
    }
    if not chosen:
        raise RuleViolation([_("There is nothing to take over.")])
    saved = deciding.save_drafts(call_id=panel.stage.call_id, choices=chosen, by=by)
    record(
        "line_taken_over", by=by, target=panel, issuer=panel.stage.call.issuer,
        written=saved.written, replaced=sum(pk in replacing for pk in chosen),
    )  # fmt: skip
    return saved


def _choice(change: Change) -> Choice:
    row = change.row
    note = row.decision.note if row.decision else ""
    amount = change.amount if change.amount is not None else row.amount
    return Choice(change.outcome, amount, change.rank, note, row.base, row.revision)
