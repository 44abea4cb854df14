"""Time is the database's, days are Shanghai's, and an end excludes itself."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection, transaction

from portal import clock

UTC = dt.UTC


@pytest.mark.django_db
def test_now_is_the_databases_clock_and_not_the_workers() -> None:
    real = dt.datetime.now(UTC)
    with time_machine.travel("2001-01-01", tick=False):
        assert abs(clock.now() - real) < dt.timedelta(seconds=10)


@pytest.mark.django_db
def test_now_moves_on_inside_a_transaction() -> None:
    with transaction.atomic():
        first = clock.now()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.02)")
        assert clock.now() - first >= dt.timedelta(milliseconds=20)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (dt.datetime(2024, 3, 5, 15, 59, 59, tzinfo=UTC), dt.date(2024, 3, 5)),
        (dt.datetime(2024, 3, 5, 16, 0, 0, tzinfo=UTC), dt.date(2024, 3, 6)),
        (dt.datetime(2024, 3, 5, 16, 0, 1, tzinfo=UTC), dt.date(2024, 3, 6)),
    ],
)
def test_the_day_changes_at_shanghais_midnight(
    monkeypatch: pytest.MonkeyPatch, instant: dt.datetime, day: dt.date
) -> None:
    monkeypatch.setattr(clock, "now", lambda: instant)
    assert clock.today() == day


def test_the_end_of_a_day_is_the_start_of_the_next() -> None:
    assert clock.end_of(dt.date(2024, 3, 5)) == dt.datetime(2024, 3, 5, 16, tzinfo=UTC)
    assert clock.end_of(dt.date(2024, 3, 5)) == clock.start_of(dt.date(2024, 3, 6))
    assert clock.local(clock.end_of(dt.date(2024, 2, 28))).date() == dt.date(2024, 2, 29)
