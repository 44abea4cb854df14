"""What of a packet is owed on paper, what of it has come, and whether it came in time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.enums import PaperCounts
from calls.models import Call, PaperRule
from portal.clock import local

# The key of the printed form; other papers bear the key of their rule.
FORM = "form"
MOST_COPIES = 99


class PaperStanding(TextChoices):
    """How far the papers of one packet are."""

    COMPLETE = "complete", gettext_lazy("All here")
    LATE = "late", gettext_lazy("All here, too late")
    PARTLY = "partly", gettext_lazy("Something missing")
    OLD_VERSION = "old_version", gettext_lazy("An earlier version")
    MISSING = "missing", gettext_lazy("Nothing here")


@dataclass(frozen=True, slots=True)
class Expected:
    """One paper of the notice and in how many copies it is to come."""

    key: str
    title: str
    copies: int


@dataclass(frozen=True, slots=True)
class Come:
    """Copies of one paper that were booked in; ``version`` is the form's, None for others."""

    key: str
    copies: int
    day: dt.date
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Where a packet's papers stand; ``complete_on`` is the day that made them complete."""

    standing: PaperStanding
    missing: tuple[Expected, ...] = ()
    complete_on: dt.date | None = None

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing is waited for any more."""
        return not self.missing


def is_asked(call: Call, papers: Iterable[PaperRule]) -> bool:
    """Tell whether the call asks for anything on paper."""
    return bool(call.paper_copies) or any(paper.copies for paper in papers)


def expected_of(
    call: Call, papers: Iterable[PaperRule], categories: Collection[int]
) -> tuple[Expected, ...]:
    """Return what a packet owes on paper, the printed form first.

    ``categories`` are the keys of its applications' categories and of those above them; a paper
    of one category is owed by who applies in it.
    """
    owed = [Expected(FORM, _("The printed form"), call.paper_copies)] if call.paper_copies else []
    owed += [
        Expected(str(paper.pk), paper.title, paper.copies)
        for paper in papers
        if paper.copies and (paper.category_id is None or paper.category_id in categories)
    ]
    return tuple(owed)


def last_day(call: Call) -> dt.date | None:
    """Return the last day that is in time, None where the call names none.

    Papers are judged by whole days: a postmark has no hour, and a pile of letters is booked in
    when somebody comes to it.
    """
    return local(call.paper_by - dt.timedelta(microseconds=1)).date() if call.paper_by else None


def counting_day(call: Call, arrived_on: dt.date, postmarked_on: dt.date | None) -> dt.date:
    """Return the day that is held against the deadline; what was handed over bears no postmark."""
    if call.paper_counts == PaperCounts.POSTMARK and postmarked_on:
        return postmarked_on
    return arrived_on


def judge(
    expected: Sequence[Expected],
    come: Iterable[Come],
    *,
    version: int,
    last: dt.date | None,
) -> Judgement:
    """Hold what has come against what is owed; a form of another version does not count.

    ``version`` is the one last handed in, ``last`` the last day in time.
    """
    come = sorted(come, key=lambda one: one.day)
    counted = [one for one in come if one.key != FORM or one.version == version]
    if lacking := _lacking(expected, counted):
        if counted:
            return Judgement(PaperStanding.PARTLY, lacking)
        standing = PaperStanding.OLD_VERSION if come else PaperStanding.MISSING
        return Judgement(standing, lacking)
    complete_on = _complete_on(expected, counted)
    late = last is not None and complete_on is not None and complete_on > last
    standing = PaperStanding.LATE if late else PaperStanding.COMPLETE
    return Judgement(standing, (), complete_on)


def _lacking(expected: Iterable[Expected], come: Iterable[Come]) -> tuple[Expected, ...]:
    """Return the papers still owed, each with the copies that lack."""
    have = _copies(come)
    return tuple(
        Expected(one.key, one.title, one.copies - have[one.key])
        for one in expected
        if have[one.key] < one.copies
    )


def _copies(come: Iterable[Come]) -> Mapping[str, int]:
    found: dict[str, int] = defaultdict(int)
    for one in come:
        found[one.key] += one.copies
    return found


def _complete_on(expected: Sequence[Expected], come: Sequence[Come]) -> dt.date | None:
    """Return the day by which every paper had its copies; None where nothing is owed."""
    days = []
    for one in expected:
        left = one.copies
        for arrival in (c for c in come if c.key == one.key):
            left -= arrival.copies
            if left <= 0:
                days.append(arrival.day)
                break
    return max(days, default=None)
