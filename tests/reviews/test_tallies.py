"""What a card on the dashboard says of a closed call: the first thing that is unfinished."""

from __future__ import annotations

import pytest

from applications.states import State
from reviews.tallies import Tally


@pytest.mark.parametrize(
    ("states", "work"),
    [
        ([], ""),
        ([State.SUBMITTED, State.ACCEPTED], "checking"),
        ([State.RETURNED, State.PUBLICISED], "checking"),
        ([State.PUBLICISED, State.NOT_SELECTED], "publicity"),
        ([State.ACCEPTED, State.SELECTED], "deciding"),
        ([State.SELECTED, State.NOT_SELECTED], "published"),
        ([State.NOT_SELECTED], "published"),
        ([State.SELECTED, State.RUNNING], "executing"),
        ([State.COMPLETED, State.CLOSED], "executing"),
        ([State.CLOSED, State.TERMINATED, State.NOT_SELECTED], "finished"),
        ([State.NOT_ACCEPTED, State.WITHDRAWN], ""),
    ],
)
def test_the_first_unfinished_work_is_named(states: list[State], work: str) -> None:
    tally = Tally()
    for state in states:
        tally.add(state, handed_in=True, number=1)
    assert tally.work == work


def test_a_draft_that_never_came_is_no_work() -> None:
    tally = Tally()
    tally.add(State.DRAFT, handed_in=False, number=3)
    assert tally.work == ""
