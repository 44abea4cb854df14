"""Bars of a chart: lengths and places reckoned here, drawn as SVG by a template."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise

# In the drawing's own units; it is 360 wide, so that a phone shows it at its true size.
WIDTH, LABEL, BAR, GAP, VALUE = 360, 20, 12, 14, 78
MOST_BARS = 12
LONGEST_LABEL = 24


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with the bar of the year before beneath it; ``y`` is the upper edge of its label."""

    label: str
    value: str
    before: str
    width: float
    width_before: float
    y: int

    @property
    def label_y(self) -> int:
        """The baseline of the label."""
        return self.y + 14

    @property
    def bar_y(self) -> int:
        """The upper edge of this year's bar."""
        return self.y + LABEL

    @property
    def before_y(self) -> int:
        """The upper edge of the bar of the year before."""
        return self.bar_y + BAR + 2

    @property
    def value_x(self) -> float:
        """Where this year's value begins."""
        return self.width + 5

    @property
    def before_x(self) -> float:
        """Where the value of the year before begins."""
        return self.width_before + 5


@dataclass(frozen=True, slots=True)
class Chart:
    """A whole chart; ``left_out`` tells how many lines only the table shows."""

    code: str
    title: str | Promise
    unit: str | Promise
    bars: tuple[Bar, ...]
    height: int
    left_out: int = 0
    # Whether the bars of the year before are drawn.
    compare: bool = True


def chart_of(
    code: str,
    title: str | Promise,
    unit: str | Promise,
    rows: Iterable[tuple[str, Decimal | int | None, Decimal | int | None]],
    *,
    compare: bool = True,
) -> Chart:
    """Lay out bars for label, value and the value of the year before; the longest fills the width.

    Without ``compare`` the year before is left away. Values are not negative. Amounts of money
    are written in 万元 by giving them so; None is not known yet and has no bar.
    """
    lines = list(rows)
    shown = lines[:MOST_BARS]
    top = max((max(now or 0, before or 0) for _label, now, before in shown), default=0)
    step = LABEL + BAR + GAP + (BAR + 2 if compare else 0)
    bars = tuple(
        Bar(
            _short(label),
            _said(now),
            _said(before),
            _width(now, top),
            _width(before, top),
            position * step,
        )
        for position, (label, now, before) in enumerate(shown)
    )
    return Chart(
        code, title, unit, bars, max(len(bars) * step, 1), len(lines) - len(shown), compare
    )


def _width(value: Decimal | int | None, top: Decimal | int) -> float:
    """Return a bar's length; the smallest value that is not nothing stays visible."""
    if not value or not top:
        return 0.0
    return max(1.0, round(float(Decimal(value) / Decimal(top)) * (WIDTH - VALUE), 1))


def _said(value: Decimal | int | None) -> str:
    if value is None:
        return "—"
    if isinstance(value, int):
        return str(value)
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
