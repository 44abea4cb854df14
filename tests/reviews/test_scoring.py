"""Figures: exact, the same whatever the order, and each rule of the call at its edge."""

from __future__ import annotations

import statistics
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.enums import ScoreMethod
from reviews.scoring import (
    Summing,
    Weight,
    dropped_of,
    normalised,
    rounded,
    summarise,
    total_of,
)

marks = st.decimals(0, 100, places=2)
D = Decimal


def one(*values: str, **how: object) -> Decimal | None:
    totals = {("a", key): D(value) for key, value in enumerate(values)}
    return summarise(totals, Summing(**how))["a"].score  # type: ignore[arg-type]


def test_a_total_weighs_each_score_as_a_share_of_its_scale() -> None:
    weights = [Weight(1, D(10), D(60)), Weight(2, D(40), D(40))]
    assert total_of({1: D("7.5"), 2: D(30)}, weights) == D("75.00")


def test_thirds_are_rounded_once_at_the_end() -> None:
    weights = [Weight(n, D(3), D("33.3333")) for n in range(3)]
    assert total_of(dict.fromkeys(range(3), D(1)), weights) == D("33.33")


def test_a_missing_score_is_no_zero() -> None:
    with pytest.raises(KeyError):
        total_of({1: D(1)}, [Weight(1, D(10), D(50)), Weight(2, D(10), D(50))])


@pytest.mark.parametrize(
    ("values", "over", "score"),
    [
        (("60", "80", "90", "100"), 4, "82.50"),
        (("60", "80", "90", "100"), 3, "85.00"),
        (("0", "80", "81", "82", "100"), 4, "81.00"),
        (("80", "80", "80", "80", "80"), 4, "80.00"),
        (("70", "90"), 2, "80.00"),
        (("60", "70", "95"), 2, "70.00"),
    ],
)
def test_highest_and_lowest_go_only_when_there_are_more_than_n(
    values: tuple[str, ...], over: int, score: str
) -> None:
    assert one(*values, drop_over=over) == D(score)


def test_median_of_even_and_odd_numbers() -> None:
    assert one("60", "70", "95", method=ScoreMethod.MEDIAN) == D("70.00")
    assert one("60", "70", "80", "95", method=ScoreMethod.MEDIAN) == D("75.00")


def test_half_a_cent_is_rounded_up() -> None:
    assert one("80.01", "80.02") == D("80.02")
    assert rounded(D("0.125")) == D("0.13")


@given(st.dictionaries(st.integers(0, 9), marks, min_size=1), st.integers(2, 6))
def test_two_are_dropped_or_none_and_they_are_the_extremes(
    values: dict[int, Decimal], over: int
) -> None:
    dropped = dropped_of(values, over)
    assert len(dropped) == (2 if len(values) > over else 0)
    if dropped:
        kept = [value for key, value in values.items() if key not in dropped]
        gone = sorted(values[key] for key in dropped)
        assert gone[0] <= min(kept)
        assert gone[1] >= max(kept)


@given(st.lists(marks, min_size=1, max_size=9))
def test_mean_median_and_variance_agree_with_exact_fractions(values: list[Decimal]) -> None:
    totals = {("a", key): value for key, value in enumerate(values)}
    found = summarise(totals, Summing())["a"]
    exact = [Fraction(value) for value in values]
    mean = sum(exact) / len(exact)
    assert found.mean is not None
    assert found.median is not None
    assert found.variance is not None
    assert abs(Fraction(found.mean) - mean) <= Fraction(1, 200)
    assert abs(Fraction(found.median) - Fraction(statistics.median(exact))) <= Fraction(1, 200)
    variance = sum((value - mean) ** 2 for value in exact) / len(exact)
    assert abs(Fraction(found.variance) - variance) <= Fraction(1, 200)
    assert found.score == found.mean


@given(
    st.dictionaries(st.tuples(st.sampled_from("abcd"), st.integers(0, 4)), marks, min_size=1),
    st.booleans(),
    st.randoms(),
)
def test_the_order_of_the_sheets_changes_nothing(
    totals: dict[tuple[str, int], Decimal], normalise: bool, random: object
) -> None:
    shuffled = list(totals.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    how = Summing(drop_over=3, normalise=normalise)
    assert summarise(totals, how) == summarise(dict(shuffled), how)


@given(
    st.lists(marks, min_size=3, max_size=6, unique=True),
    st.integers(-20, 20),
    st.sampled_from(["0.5", "1", "2"]),
)
def test_who_marks_high_or_wide_weighs_no_more_once_normalised(
    values: list[Decimal], shift: int, factor: str
) -> None:
    """Two experts of one opinion on two scales come to the same totals."""
    totals = {}
    for number, value in enumerate(values):
        totals[f"f{number}", 1] = value
        totals[f"f{number}", 2] = value * D(factor) + shift
    found = normalised(totals)
    for number in range(len(values)):
        assert abs(found[f"f{number}", 1] - found[f"f{number}", 2]) < D("1e-11")
    assert abs(sum(found.values()) - sum(totals.values())) < D("1e-11") * len(totals)


def test_one_total_alone_is_kept_and_one_who_says_nothing_stands_at_the_mean() -> None:
    totals = {("a", 1): D(90), ("a", 2): D(70), ("b", 2): D(70), ("a", 3): D(60), ("b", 3): D(80)}
    found = normalised(totals)
    assert found["a", 1] == D(90)
    assert found["a", 2] == found["b", 2] == D(74)
    assert normalised({}) == {}


@pytest.mark.parametrize(("value", "outlier"), [("65", False), ("64.99", True), ("95.01", True)])
def test_an_outlier_lies_further_from_the_median_than_the_tolerance(
    value: str, outlier: bool
) -> None:
    totals = {("a", 1): D(80), ("a", 2): D(80), ("a", 3): D(value)}
    found = summarise(totals, Summing(tolerance=D(15)))["a"]
    assert [line.outlier for line in found.lines] == [False, False, outlier]
    assert found.has_outliers is outlier


def test_two_sheets_have_no_outlier() -> None:
    found = summarise({("a", 1): D(10), ("a", 2): D(90)}, Summing())["a"]
    assert not found.has_outliers
    assert found.spread == D("40.00")
