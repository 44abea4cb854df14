"""The figures of a year: counts and sums with the year before beside each; pure arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.states import AWARDED, FREED, PASSED_CHECK, State

ZERO = Decimal(0)
# What a published list says of an application; before there is one, no share is selected.
DECIDED = {*AWARDED, State.RESERVE, State.NOT_SELECTED}


@dataclass(frozen=True, slots=True)
class Entry:
    """One application that was handed in, with what it is counted by."""

    year: int
    call: int
    category: str
    kind: str
    region: str
    unit: int
    state: str
    asked: Decimal | None = None
    granted: Decimal | None = None
    paid: Decimal | None = None
    spent: Decimal | None = None


@dataclass(slots=True)
class Sum:
    """Counts of applications and sums of their money, in yuan."""

    entries: int = 0
    freed: int = 0
    accepted: int = 0
    decided: int = 0
    selected: int = 0
    asked: Decimal = ZERO
    granted: Decimal = ZERO
    paid: Decimal = ZERO
    spent: Decimal = ZERO
    units: set[int] = field(default_factory=set)

    def add(self, entry: Entry) -> None:
        """Count one application; what was withdrawn or not accepted asks for nothing."""
        self.entries += 1
        self.units.add(entry.unit)
        if entry.state in FREED:
            self.freed += 1
            return
        self.asked += entry.asked or ZERO
        self.accepted += entry.state in PASSED_CHECK
        self.decided += entry.state in DECIDED
        if entry.state in AWARDED:
            self.selected += 1
            self.granted += entry.granted or ZERO
            self.paid += entry.paid or ZERO
            self.spent += entry.spent or ZERO

    @property
    def acceptance(self) -> int | None:
        """Percent of what was handed in that passed the formal check; None of nothing."""
        return share(self.accepted, self.entries)

    @property
    def success(self) -> int | None:
        """Percent of what was handed in that was selected; None before anything is decided."""
        return share(self.selected, self.entries) if self.decided else None


def share(part: int | Decimal, whole: int | Decimal) -> int | None:
    """Return a part in whole percent, rounded half up; None where there is no whole."""
    if not whole:
        return None
    return int((Decimal(part) * 100 / Decimal(whole)).quantize(Decimal(1), "ROUND_HALF_UP"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: this year's sum and the one before."""

    label: str
    now: Sum
    before: Sum

    @property
    def change(self) -> int:
        """How many applications more than the year before."""
        return self.now.entries - self.before.entries


@dataclass(frozen=True, slots=True)
class Table:
    """Everything of two years parted by one thing; lines with the most entries first."""

    code: str
    title: str | Promise
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of how many, this year and the year before."""

    label: str | Promise
    part: int = 0
    whole: int = 0
    part_before: int = 0
    whole_before: int = 0

    @property
    def percent(self) -> int | None:
        """This year's percentage; None of nothing."""
        return share(self.part, self.whole)

    @property
    def percent_before(self) -> int | None:
        """The percentage of the year before; None of nothing."""
        return share(self.part_before, self.whole_before)

    @property
    def is_known(self) -> bool:
        """Tell whether in one of the years anything was due."""
        return bool(self.whole or self.whole_before)


@dataclass(frozen=True, slots=True)
class Load:
    """What one expert had to do in the year; ``late`` came after the panel's end or is missing."""

    name: str
    assigned: int
    handed_in: int
    late: int
    recused: int


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call of the year with its planned money; ``before`` are the same association's last."""

    title: str
    now: Sum
    planned: Decimal | None
    slots: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one association and year."""

    year: int
    total: Line
    planned: Decimal
    planned_before: Decimal
    calls: tuple[CallLine, ...]
    tables: tuple[Table, ...]
    rates: tuple[Rate, ...]
    loads: tuple[Load, ...]

    @property
    def has_before(self) -> bool:
        """Tell whether there is a year before to compare with."""
        return bool(self.total.before.entries)

    @property
    def money(self) -> tuple[tuple[str | Promise, Decimal, Decimal], ...]:
        """Planned, asked, granted, paid and spent, each with the year before."""
        now, before = self.total.now, self.total.before
        return (
            (_("Planned by the calls"), self.planned, self.planned_before),
            (_("Applied for"), now.asked, before.asked),
            (_("Granted"), now.granted, before.granted),
            (_("Paid"), now.paid, before.paid),
            (_("Spent by final accounts"), now.spent, before.spent),
        )


def total_of(entries: Iterable[Entry], year: int, label: str) -> Line:
    """Sum a year up beside the one before."""
    now, before = Sum(), Sum()
    for entry in entries:
        if entry.year in (year, year - 1):
            (now if entry.year == year else before).add(entry)
    return Line(label, now, before)


def table_of(
    entries: Iterable[Entry],
    year: int,
    *,
    code: str,
    title: str | Promise,
    by: Callable[[Entry], str],
    otherwise: str,
) -> Table:
    """Part the entries of two years by a label; an empty one is put under ``otherwise``."""
    sums: dict[str, tuple[Sum, Sum]] = {}
    for entry in entries:
        if entry.year in (year, year - 1):
            pair = sums.setdefault(by(entry) or otherwise, (Sum(), Sum()))
            pair[0 if entry.year == year else 1].add(entry)
    lines = [Line(label, *pair) for label, pair in sums.items()]
    lines.sort(key=lambda line: (-line.now.entries, -line.before.entries, line.label))
    return Table(code, title, tuple(lines))


def call_lines(
    entries: Sequence[Entry],
    titles: Mapping[int, str],
    planned: Mapping[int, Decimal | None],
    slots: Mapping[int, int | None],
) -> tuple[CallLine, ...]:
    """Return one line for each call of the year, in the order of ``titles``, empty ones too."""
    sums = {pk: Sum() for pk in titles}
    for entry in entries:
        if entry.call in sums:
            sums[entry.call].add(entry)
    return tuple(
        CallLine(title, sums[pk], planned.get(pk), slots.get(pk)) for pk, title in titles.items()
    )
