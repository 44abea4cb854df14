"""Final accounts against the budget: lines, sums and what is beyond the plan; pure arithmetic."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One line of the budget as it stands; ``code`` names it in the answers of a deliverable."""

    code: str
    item: str
    planned: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the final accounts, in yuan; ``planned`` is None for what no budget foresaw."""

    item: str
    planned: Decimal | None
    spent: Decimal | None
    note: str

    @property
    def difference(self) -> Decimal | None:
        """Spent less planned; None while nothing is entered."""
        return None if self.spent is None else self.spent - (self.planned or ZERO)

    @property
    def is_over(self) -> bool:
        """Whether more was spent than planned."""
        return (self.difference or ZERO) > 0


@dataclass(frozen=True, slots=True)
class Accounts:
    """Income and spending of a project, in yuan."""

    granted: Decimal
    own: Decimal
    lines: tuple[Line, ...]

    @property
    def planned(self) -> Decimal:
        """Sum of the budget."""
        return sum((line.planned or ZERO for line in self.lines), ZERO)

    @property
    def spent(self) -> Decimal:
        """Sum of what was spent, as far as entered."""
        return sum((line.spent or ZERO for line in self.lines), ZERO)

    @property
    def difference(self) -> Decimal:
        """Spent less planned, over all."""
        return self.spent - self.planned

    @property
    def income(self) -> Decimal:
        """The grant and the unit's own money."""
        return self.granted + self.own

    @property
    def balance(self) -> Decimal:
        """What is left; negative where more was spent than came in."""
        return self.income - self.spent


def budget_lines(rows: Iterable[Mapping[str, Any]]) -> list[BudgetLine]:
    """Return the lines of a budget answer, each with a code that stays while its words stay.

    Two lines of the same words are told apart by their order.
    """
    lines: list[BudgetLine] = []
    seen: dict[str, int] = {}
    for row in rows:
        item = str(row.get("item") or "").strip()
        amount = money(row.get("amount"))
        if not item and amount is None:
            continue
        turn = seen[item] = seen.get(item, 0) + 1
        code = f"{zlib.crc32(f'{item}#{turn}'.encode()):08x}"
        lines.append(BudgetLine(code, item, amount or ZERO))
    return lines


def read(
    answers: Mapping[str, Any],
    budget: Sequence[BudgetLine],
    *,
    granted: Decimal | None,
    prefix: str,
) -> Accounts:
    """Return the accounts as they are filled in; what is no amount counts as not entered.

    ``prefix`` stands before each key: ``spent-<code>`` and ``note-<code>`` for a line of the
    budget, ``extra`` for rows beside it, ``own`` for the unit's money and ``received`` for the
    grant where the association has not written one down.
    """
    lines = [
        Line(
            line.item,
            line.planned,
            money(answers.get(f"{prefix}spent-{line.code}")),
            str(answers.get(f"{prefix}note-{line.code}") or ""),
        )
        for line in budget
    ]
    lines += [
        Line(str(row.get("item") or ""), None, money(row.get("amount")), str(row.get("note") or ""))
        for row in answers.get(f"{prefix}extra") or ()
        if isinstance(row, Mapping)
    ]
    received = money(answers.get(f"{prefix}received")) or ZERO
    return Accounts(
        granted=received if granted is None else granted,
        own=money(answers.get(f"{prefix}own")) or ZERO,
        lines=tuple(lines),
    )


def money(value: object) -> Decimal | None:
    """Return an amount that was kept as text, None for nothing and for what is no amount."""
    try:
        amount = Decimal(str(value if value is not None else "").replace(",", ""))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
