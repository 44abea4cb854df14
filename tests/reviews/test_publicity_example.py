"""An example call as its file stands: decided, shown with consented columns only, announced."""

from __future__ import annotations

import datetime as dt

import pytest

from applications.models import Flag, SignedScan
from applications.services import flags, scans
from applications.states import State
from portal import clock
from portal.people.models import User
from reviews.board import board_of, fingerprint
from reviews.models import Publicity, Submission
from reviews.services import checking, deciding, publicising
from reviews.services.deciding import Choice
from tests.applications.test_example_calls import TALENT, Stage
from tests.factories.handing_in import hand_in_filled
from tests.factories.people import StaffPostFactory
from tests.factories.reviews import version_id

NAME = "01-young-talents"


def accept(submission: Submission, by: User) -> None:
    """Settle what is open and take the application past its formal check."""
    scan = SignedScan.objects.get(version__packet=submission.packet_id)
    scans.compare_by_eye(scan_id=scan.pk, by=by, matches=True)
    for flag in Flag.objects.filter(application=submission, settled_at=None):
        flags.settle(flag_id=flag.pk, by=by, note="已核实")
    checking.accept(application_id=submission.pk, version_id=version_id(submission), by=by)


@pytest.mark.django_db
def test_an_example_call_runs_through_its_publicity() -> None:
    stage = Stage(NAME)
    case, call = stage.case, stage.call
    officer: User = StaffPostFactory(issuer=call.issuer).user
    rows = []
    for name in ("林青", "何未"):
        unit = stage.unit(case.kind, case.level, case.unit)
        answers = {"candidate.candidates": [TALENT | {"name": name}]}
        taken = hand_in_filled(call, unit, case.category, answers)
        rows.append(Submission.objects.get(pk=taken.pk))
        accept(rows[-1], officer)
    choices = {}
    for row in board_of(call).rows:
        outcome = "selected" if row.submission == rows[0] else "not_selected"
        choices[row.submission.pk] = Choice(outcome, row.amount, None, "", row.base, row.revision)
    saved = deciding.save_drafts(call_id=call.pk, choices=choices, by=officer)
    assert (saved.written, dict(saved.refused)) == (2, {})

    publicity = publicising.publicise(
        call_id=call.pk, seen=fingerprint(board_of(call).to_publish), title="公示", by=officer
    )
    today = clock.local(publicity.begins_at).date()
    assert publicity.ends_at == clock.end_of(today + dt.timedelta(days=7))
    shown = publicity.notice.rows
    ((line,),) = [group["rows"] for group in shown["groups"]]
    cells = dict(zip(shown["columns"], line, strict=True))
    assert cells["候选人"].startswith("林青")
    # Neither what was not marked public, nor of a person more than name and unit.
    said = str(shown)
    assert not [word for word in ("0000-1234567", "1995", "博士", "何未") if word in said]

    Publicity.objects.update(begins_at=clock.now() - dt.timedelta(days=8), ends_at=clock.now())
    publicity.refresh_from_db()
    seen = fingerprint(publicising.to_announce(publicity, board_of(call)))
    publicising.announce(publicity_id=publicity.pk, seen=seen, title="结果", by=officer)
    states = [Submission.objects.get(pk=row.pk).state for row in rows]
    assert states == [State.SELECTED, State.NOT_SELECTED]
