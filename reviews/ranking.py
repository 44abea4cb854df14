"""From figures to an order with places, ties by declared rules, and the line where it is cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from calls.enums import TieBreak


@dataclass(frozen=True, slots=True)
class Entry:
    """One application to be placed; ``score`` None: not scored. Money in yuan."""

    key: str
    score: Decimal | None
    breaks: Mapping[TieBreak, Decimal]
    amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Placed:
    """An application with its place; equal ones share it and are ``tied``.

    ``parted_by`` is the rule that put it behind an equal score; None where no such one precedes.
    """

    entry: Entry
    place: int | None
    tied: bool
    parted_by: TieBreak | None = None


class Side(TextChoices):
    """Where an application falls when the list is cut."""

    ABOVE = "above", _("Above the line")
    ON_LINE = "on_line", _("Tied on the line")
    RESERVE = "reserve", _("Reserve")
    BELOW = "below", _("Below the line")
    FAILED = "failed", _("Below the pass mark")
    UNSCORED = "unscored", _("Not scored")


@dataclass(frozen=True, slots=True)
class Line:
    """Where the list is cut: places, money in yuan, pass mark and reserve; None: no limit."""

    slots: int | None = None
    money: Decimal | None = None
    pass_mark: Decimal | None = None
    reserve: int = 0


@dataclass(frozen=True, slots=True)
class Cut:
    """One placed application, on which side it falls, and the money spent down to it."""

    placed: Placed
    side: Side
    money: Decimal


def rank(entries: Sequence[Entry], ties: Sequence[TieBreak] = ()) -> list[Placed]:
    """Return the applications from the best down; the unscored come last, without a place.

    Equal scores are parted by ``ties`` in their order. What stays equal shares a place (1, 2, 2,
    4) and stands in the order of its key, so that the same figures always give the same list.
    """
    scored = [entry for entry in entries if entry.score is not None]
    ordered = sorted(scored, key=lambda entry: entry.key)
    ordered.sort(key=lambda entry: _strength(entry, ties), reverse=True)
    placed: list[Placed] = []
    above: Entry | None = None
    for _strong, group in groupby(ordered, key=lambda entry: _strength(entry, ties)):
        equal = sorted(group, key=lambda entry: entry.key)
        place = len(placed) + 1
        rule = _parting(above, equal[0], ties) if above else None
        placed += [Placed(entry, place, len(equal) > 1, rule) for entry in equal]
        above = equal[0]
    unscored = sorted((e for e in entries if e.score is None), key=lambda entry: entry.key)
    return placed + [Placed(entry, None, False) for entry in unscored]


def _strength(entry: Entry, ties: Sequence[TieBreak]) -> tuple[Decimal, ...]:
    assert entry.score is not None
    return (entry.score, *(_value(entry, tie) for tie in ties))


def _value(entry: Entry, tie: TieBreak) -> Decimal:
    return entry.breaks.get(tie, Decimal(0))


def _parting(one: Entry, other: Entry, ties: Sequence[TieBreak]) -> TieBreak | None:
    """Return the first rule that parts two equal scores; None where the scores part them."""
    if one.score != other.score:
        return None
    return next((tie for tie in ties if _value(one, tie) != _value(other, tie)), None)


def cut(placed: Sequence[Placed], line: Line) -> list[Cut]:
    """Say for each application on which side of the line it falls.

    The line lies before the first application for which places or money run out; what follows
    never slips past it, however cheap. Equal ones are not parted: when only some of them fit, all
    are ``ON_LINE`` and people decide. The reserve are the next that passed.
    """
    found: list[Cut] = []
    taken, spent, closed, reserve = 0, Decimal(0), False, line.reserve
    for place, group in groupby(placed, key=lambda one: one.place):
        equal = list(group)
        if place is None:
            found += [Cut(one, Side.UNSCORED, spent) for one in equal]
            continue
        if line.pass_mark is not None and (equal[0].entry.score or 0) < line.pass_mark:
            found += [Cut(one, Side.FAILED, spent) for one in equal]
            continue
        fitting = 0 if closed else _fitting(equal, line, taken, spent)
        if fitting == len(equal):
            for one in equal:
                taken, spent = taken + 1, spent + one.entry.amount
                found.append(Cut(one, Side.ABOVE, spent))
            continue
        closed = True
        if fitting:
            found += [Cut(one, Side.ON_LINE, spent) for one in equal]
            continue
        side = Side.RESERVE if reserve > 0 else Side.BELOW
        reserve -= len(equal)
        found += [Cut(one, side, spent) for one in equal]
    return found


def _fitting(equal: Sequence[Placed], line: Line, taken: int, spent: Decimal) -> int:
    """Return how many of equal applications still fit under places and money."""
    number = 0
    for one in equal:
        spent += one.entry.amount
        if line.slots is not None and taken + number + 1 > line.slots:
            break
        if line.money is not None and spent > line.money:
            break
        number += 1
    return number
