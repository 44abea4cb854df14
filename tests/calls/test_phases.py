"""A call's phase at each boundary, one second before, at it and after it."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from calls.enums import CallState
from calls.phases import Phase, batch_at, next_change, phase_of
from portal import clock

SECOND = dt.timedelta(seconds=1)
OPENS = clock.start_of(dt.date(2024, 3, 25))
CLOSES = clock.end_of(dt.date(2024, 4, 22))
SEAL_BY = clock.end_of(dt.date(2024, 4, 25))


def call(**values: Any) -> Any:
    dates = {
        "state": CallState.PUBLISHED,
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "drafts_until": None,
        "signoff_by": None,
        "seal_by": None,
        "paper_by": None,
        "result_by": None,
    }
    return SimpleNamespace(**(dates | values))


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (OPENS - SECOND, Phase.ANNOUNCED),
        (OPENS, Phase.OPEN),
        (OPENS + SECOND, Phase.OPEN),
        (CLOSES - SECOND, Phase.OPEN),
        (CLOSES, Phase.SEALING),
        (CLOSES + SECOND, Phase.SEALING),
        (SEAL_BY - SECOND, Phase.SEALING),
        (SEAL_BY, Phase.CLOSED),
        (SEAL_BY + SECOND, Phase.CLOSED),
    ],
)
def test_boundaries(instant: dt.datetime, expected: Phase) -> None:
    assert phase_of(call(seal_by=SEAL_BY), instant) is expected


def test_without_a_term_for_scans_a_call_closes_at_its_deadline() -> None:
    assert phase_of(call(), CLOSES - SECOND) is Phase.OPEN
    assert phase_of(call(), CLOSES) is Phase.CLOSED


def test_a_late_door_opens_for_its_unit_alone_and_to_the_second() -> None:
    until = CLOSES + dt.timedelta(hours=2)
    assert phase_of(call(), until - SECOND, late_until=until) is Phase.LATE
    assert phase_of(call(), until, late_until=until) is Phase.CLOSED
    assert phase_of(call(), until - SECOND) is Phase.CLOSED
    assert phase_of(call(), CLOSES - SECOND, late_until=until) is Phase.OPEN
    assert phase_of(call(), OPENS - SECOND, late_until=until) is Phase.ANNOUNCED


@pytest.mark.parametrize(
    ("state", "expected"),
    [(CallState.DRAFT, Phase.DRAFT), (CallState.ARCHIVED, Phase.ARCHIVED)],
)
def test_drafts_and_archived_calls_take_nothing(state: str, expected: Phase) -> None:
    phase = phase_of(call(state=state), OPENS, late_until=SEAL_BY)
    assert phase is expected
    assert not phase.takes_hand_ins


def test_only_open_and_late_take_hand_ins() -> None:
    assert {phase for phase in Phase if phase.takes_hand_ins} == {Phase.OPEN, Phase.LATE}


def test_the_next_change_is_the_nearest_date_ahead() -> None:
    paper, result = CLOSES + dt.timedelta(days=1), dt.date(2024, 4, 30)
    dated = call(seal_by=SEAL_BY, paper_by=paper, result_by=result)
    steps = [OPENS, CLOSES, paper, SEAL_BY, clock.end_of(result)]
    for before, after in zip(steps, [*steps[1:], None], strict=True):
        assert next_change(dated, before - SECOND) == before
        assert next_change(dated, before) == after


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (CLOSES - SECOND, "first"),
        (CLOSES, "second"),
        (CLOSES + SECOND, "second"),
        (SEAL_BY - SECOND, "second"),
        (SEAL_BY, "second"),
        (SEAL_BY + SECOND, "second"),
    ],
)
def test_a_hand_in_falls_into_the_first_batch_whose_end_lies_ahead(
    instant: dt.datetime, expected: str
) -> None:
    batches = [
        SimpleNamespace(title="second", closes_at=SEAL_BY),
        SimpleNamespace(title="first", closes_at=CLOSES),
    ]
    found = batch_at(batches, instant)
    assert found is not None
    assert found.title == expected
    assert batch_at([], instant) is None


@pytest.mark.parametrize("name", ["drafts_until", "signoff_by"])
def test_a_page_is_built_anew_when_a_further_end_comes(name: str) -> None:
    end = OPENS + dt.timedelta(days=1)
    assert next_change(call(**{name: end}), end - SECOND) == end
    assert next_change(call(**{name: end}), end) == CLOSES
