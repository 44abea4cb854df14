"""From score sheets to one figure for each application: exact decimals, rules of the call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import TypeVar

from calls.enums import ScoreMethod

CENT = Decimal("0.01")
# Normalised totals are compared to here: what is equal but for the last digits is equal.
FINE = Decimal("1e-12")
# Digits kept on the way: figures are rounded once, at the end.
PRECISION = 40

F = TypeVar("F")
E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Weight:
    """One criterion: the greatest score on its scale, and what it counts for in the total."""

    key: int
    top: Decimal
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Summing:
    """How a call sums up; ``drop_over`` None never drops, ``tolerance`` in points of the total."""

    method: ScoreMethod = ScoreMethod.MEAN
    drop_over: int | None = None
    normalise: bool = False
    tolerance: Decimal = Decimal(15)


@dataclass(frozen=True, slots=True)
class Line:
    """One expert's total for one application on its way into the figure."""

    expert: int
    raw: Decimal
    used: Decimal
    dropped: bool
    outlier: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """What the experts' totals of one application come to; None while there are none."""

    lines: tuple[Line, ...]
    score: Decimal | None
    mean: Decimal | None
    median: Decimal | None
    variance: Decimal | None
    spread: Decimal | None

    @property
    def has_outliers(self) -> bool:
        """Tell whether some expert stands far from the others."""
        return any(line.outlier for line in self.lines)


def rounded(value: Decimal) -> Decimal:
    """Round half up to two places, as score sheets are added by hand."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def total_of(scores: Mapping[int, Decimal], weights: Sequence[Weight]) -> Decimal:
    """Return a sheet's total: each score as a share of its scale, times its weight.

    Raises KeyError while a criterion has no score.
    """
    with localcontext() as context:
        context.prec = PRECISION
        total = sum((scores[w.key] * w.weight / w.top for w in weights), Decimal(0))
        return rounded(total)


def mean_of(values: Sequence[Decimal]) -> Decimal:
    """Return the mean of at least one value, unrounded."""
    return sum(values, Decimal(0)) / len(values)


def median_of(values: Sequence[Decimal]) -> Decimal:
    """Return the median of at least one value, unrounded."""
    ordered, middle = sorted(values), len(values) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def variance_of(values: Sequence[Decimal]) -> Decimal:
    """Return the variance of all values, unrounded; one value varies by nothing."""
    middle = mean_of(values)
    return sum(((value - middle) ** 2 for value in values), Decimal(0)) / len(values)


def normalised(
    totals: Mapping[tuple[F, int], Decimal],
) -> dict[tuple[F, int], Decimal]:
    """Take out who marks high or low: each expert's totals get the mean and spread of all.

    ``totals`` are keyed by application and expert. z = (x - the expert's mean) / her deviation,
    shown again on the scale of all totals. Who gave one total alone keeps it, since nothing is
    known of her measure; who gave everybody the same says nothing and stands at the mean of all.
    """
    by_expert: dict[int, list[Decimal]] = {}
    for (_file, expert), value in totals.items():
        by_expert.setdefault(expert, []).append(value)
    for values in by_expert.values():
        values.sort()  # the last digits of a sum depend on its order
    if not totals:
        return {}
    with localcontext() as context:
        context.prec = PRECISION
        every = sorted(totals.values())
        middle, spread = mean_of(every), variance_of(every).sqrt()
        measures = {
            expert: (mean_of(values), variance_of(values).sqrt(), len(values))
            for expert, values in by_expert.items()
        }
        found = {}
        for key, value in totals.items():
            own_mean, own_spread, number = measures[key[1]]
            if number < 2:
                found[key] = value
            elif not own_spread:
                found[key] = middle.quantize(FINE)
            else:
                moved = middle + spread * (value - own_mean) / own_spread
                found[key] = moved.quantize(FINE)
        return found


def dropped_of(values: Mapping[int, Decimal], drop_over: int | None) -> frozenset[int]:
    """Return whose totals are dropped: one highest and one lowest when more than ``drop_over``.

    Of equal ones the expert with the smaller key goes; the figure is the same. One at least is
    left over.
    """
    if drop_over is None or len(values) <= max(drop_over, 2):
        return frozenset()
    ordered = sorted(values, key=lambda expert: (values[expert], expert))
    highest = max(values, key=lambda expert: (values[expert], -expert))
    lowest = ordered[0] if ordered[0] != highest else ordered[1]
    return frozenset({lowest, highest})


def summarise(totals: Mapping[tuple[F, int], Decimal], how: Summing) -> dict[F, Summary]:
    """Sum up every application by the call's rules; ``totals`` are keyed by file and expert.

    Outliers, mean, median and variance speak of the raw totals, so that staff see what was given;
    only the score is made of the normalised ones.
    """
    used = normalised(totals) if how.normalise else dict(totals)
    by_file: dict[F, dict[int, Decimal]] = {}
    for (file, expert), value in totals.items():
        by_file.setdefault(file, {})[expert] = value
    with localcontext() as context:
        context.prec = PRECISION
        return {
            file: _summary(raw, {e: used[file, e] for e in raw}, how)
            for file, raw in by_file.items()
        }


def _summary(raw: Mapping[int, Decimal], used: Mapping[int, Decimal], how: Summing) -> Summary:
    dropped = dropped_of(used, how.drop_over)
    kept = sorted(value for expert, value in used.items() if expert not in dropped)
    middle = median_of(list(raw.values()))
    lines = tuple(
        Line(
            expert=expert,
            raw=raw[expert],
            used=rounded(used[expert]),
            dropped=expert in dropped,
            outlier=len(raw) > 2 and abs(raw[expert] - middle) > how.tolerance,
        )
        for expert in sorted(raw)
    )
    combine = median_of if how.method == ScoreMethod.MEDIAN else mean_of
    variance = variance_of(sorted(raw.values()))
    return Summary(
        lines=lines,
        score=rounded(combine(kept)),
        mean=rounded(mean_of(list(raw.values()))),
        median=rounded(middle),
        variance=rounded(variance),
        spread=rounded(variance.sqrt()),
    )
