"""Reads what the figures of a year are reckoned from; the number of queries does not grow."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, Sum
from django.utils.translation import gettext as _

from applications import printing_accounts
from applications.models import (
    CorrectionRequest,
    Deliverable,
    DeliverableVersion,
    HandIn,
    Payment,
)
from applications.models.deliverable import OPEN, DeliverableState
from applications.papers import PaperStanding
from calls.enums import CallState, DeliverableKind
from calls.models import Call, Category
from portal import clock
from portal.people.enums import OrganisationKind, VerificationState
from portal.people.models import Affiliation, Issuer
from reviews import paper_register
from reviews.figures import (
    DECIDED,
    Entry,
    Figures,
    Load,
    Rate,
    Table,
    call_lines,
    table_of,
    total_of,
)
from reviews.models import Assignment, AssignmentState, Submission
from reviews.models.panel import HELD

_EDITION = re.compile(r"第[〇零一二三四五六七八九十百\d]+[届次期]")


def years_of(issuer: Issuer) -> list[int]:
    """Return the years of an association's published calls, the newest first."""
    calls = Call.objects.filter(issuer=issuer).exclude(state=CallState.DRAFT)
    return list(calls.order_by("-year").values_list("year", flat=True).distinct())


def telling_year(issuer: Issuer, years: Sequence[int]) -> int:
    """Return the newest of an association's years with a published result, else the newest.

    A year in which nothing is decided yet tells least; the current one where there is none.
    """
    decided = Submission.objects.filter(packet__call__issuer=issuer, state__in=DECIDED)
    newest = decided.aggregate(year=Max("packet__call__year"))["year"]
    return int(newest or (years[0] if years else clock.today().year))


def figures_of(issuer: Issuer, year: int) -> Figures:
    """Reckon everything about an association's year, the year before beside it."""
    now = clock.now()
    calls = list(
        Call.objects.filter(issuer=issuer, year__in=(year, year - 1))
        .exclude(state=CallState.DRAFT)
        .order_by("opens_at", "pk")
    )
    categories = _categories(calls)
    entries = _entries(issuer, calls, categories)
    planned = {call.pk: _planned(call, categories.values()) for call in calls}
    current = {call.pk: call.title for call in calls if call.year == year}
    loads = _loads(current, now)
    return Figures(
        year=year,
        total=total_of(entries, year, str(year)),
        planned=_sum(planned[pk] for pk in current),
        planned_before=_sum(planned[call.pk] for call in calls if call.pk not in current),
        calls=call_lines(entries, current, planned, {c.pk: _slots(c, categories) for c in calls}),
        tables=(
            _parted(entries, year, "category", _("By category"), lambda e: e.category),
            _parted(entries, year, "kind", _("By kind of unit"), lambda e: e.kind),
            _parted(entries, year, "region", _("By region"), lambda e: e.region),
        ),
        rates=_rates(calls, year, now),
        loads=loads,
    )


def _parted(
    entries: Sequence[Entry], year: int, code: str, title: str, by: Callable[[Entry], str]
) -> Table:
    return table_of(entries, year, code=code, title=title, by=by, otherwise=_("not stated"))


def _categories(calls: Sequence[Call]) -> dict[int, Category]:
    """Return the leaves of all calls by key, each with the category above it."""
    leaves = Category.objects.filter(call__in=calls, children=None).select_related("parent")
    return {leaf.pk: leaf for leaf in leaves}


def _entries(
    issuer: Issuer, calls: Sequence[Call], categories: Mapping[int, Category]
) -> list[Entry]:
    """Read every application that was handed in, with what was decided on it."""
    years = {call.pk: call.year for call in calls}
    kinds, paid, spent = _kinds(issuer), _paid(calls), _spent(calls)
    rows = (
        Submission.objects.filter(packet__call__in=calls)
        .order_by()
        .values_list(
            "pk", "packet__call", "category", "packet__organisation",
            "packet__organisation__region", "state", "amount", "decision__amount",
            "project__granted",
        )
    )  # fmt: skip
    return [
        Entry(
            year=years[call],
            call=call,
            category=_kind_of(categories[category]) if category in categories else "",
            kind=kinds.get(unit, ""),
            region=region,
            unit=unit,
            state=state,
            asked=asked,
            granted=decided if granted is None else granted,
            paid=paid.get(pk),
            spent=spent.get(pk),
        )
        for pk, call, category, unit, region, state, asked, decided, granted in rows
    ]


def _kind_of(category: Category) -> str:
    """Return a category's name without which edition it is (第十五届), so that years compare."""
    return _EDITION.sub("", category.full_title)


def _paid(calls: Sequence[Call]) -> dict[UUID, Decimal]:
    """Return what was paid to each project, in yuan."""
    rows = Payment.objects.filter(project__application__packet__call__in=calls).order_by()
    return dict(
        rows.exclude(paid=None).values_list("project").annotate(paid=Sum("paid")).order_by()
    )


def _spent(calls: Sequence[Call]) -> dict[UUID, Decimal]:
    """Return what each project spent by its accepted final accounts, in yuan."""
    versions = DeliverableVersion.objects.filter(
        deliverable__state=DeliverableState.ACCEPTED,
        deliverable__kind=DeliverableKind.FINAL_ACCOUNTS,
        deliverable__project__application__packet__call__in=calls,
    ).annotate(project=F("deliverable__project"))
    # The last one handed in is the one that was accepted.
    return {
        version.project: printing_accounts.accounts_of(version).spent
        for version in versions.order_by("no")
    }


def _kinds(issuer: Issuer) -> dict[int, str]:
    """Return what each unit is to the association, in words."""
    words = {kind.value: str(kind.label) for kind in OrganisationKind}
    rows = Affiliation.objects.filter(issuer=issuer).exclude(state=VerificationState.ENDED)
    pairs = rows.values_list("organisation", "kind")
    return {organisation: words.get(kind, "") for organisation, kind in pairs}


def _planned(call: Call, categories: Iterable[Category]) -> Decimal | None:
    """Return the money a call plans, in yuan: its own sum, else that of its categories.

    None where the notice gives money without saying how much in all.
    """
    if call.total_max is not None:
        return call.total_max
    parts = [_of_category(c) for c in categories if c.call_id == call.pk and c.is_funded]
    if not parts:
        return Decimal(0)
    return None if None in parts else _sum(parts)


def _of_category(category: Category) -> Decimal | None:
    if category.total_max is not None:
        return category.total_max
    slots = category.funded_slots or category.slots_max
    if slots is None or category.amount_max is None:
        return None
    return category.amount_max * slots


def _slots(call: Call, categories: Mapping[int, Category]) -> int | None:
    if call.slots_max is not None:
        return call.slots_max
    numbers = [c.slots_max for c in categories.values() if c.call_id == call.pk]
    return None if None in numbers or not numbers else sum(n for n in numbers if n)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def _rates(calls: Sequence[Call], year: int, now: dt.datetime) -> tuple[Rate, ...]:
    """Return what came in time, of this year and the one before."""
    counted = {
        _("Handed in by the deadline"): _in_time(calls),
        _("Corrected in time"): _corrected(calls, now),
        _("Papers complete in time"): _papers(calls, now),
        _("Score sheets in time"): _scored(calls, now),
        _("Reports and accounts of projects in time"): _delivered(calls, now),
    }
    return tuple(
        Rate(label, *found.get(year, (0, 0)), *found.get(year - 1, (0, 0)))
        for label, found in counted.items()
        if found
    )


# By year: how many of how many.
_Counted = Mapping[int, tuple[int, int]]


def _in_time(calls: Sequence[Call]) -> _Counted:
    """Count first hand-ins before the deadline that holds for everybody."""
    rows = (
        Submission.objects.filter(packet__call__in=calls)
        .order_by()
        .values_list("packet__call__year")
        .annotate(
            part=Count("pk", filter=Q(handed_in_at__lt=F("packet__call__closes_at"))),
            whole=Count("pk"),
        )
    )
    return {year: (part, whole) for year, part, whole in rows}


def _corrected(calls: Sequence[Call], now: dt.datetime) -> _Counted:
    """Count returns for correction that came back in time, of those whose time is over or used."""
    again = HandIn.objects.filter(
        packet=OuterRef("application__packet"),
        received_at__gt=OuterRef("at"),
        received_at__lt=OuterRef("due"),
    )
    rows = (
        CorrectionRequest.objects.filter(application__packet__call__in=calls)
        .annotate(back=Exists(again))
        .filter(Q(back=True) | Q(due__lte=now))
    )
    found: dict[int, tuple[int, int]] = {}
    for year, back in rows.values_list("application__packet__call__year", "back"):
        part, whole = found.get(year, (0, 0))
        found[year] = (part + back, whole + 1)
    return found


def _papers(calls: Sequence[Call], now: dt.datetime) -> _Counted:
    """Count packets whose papers were complete by the day of the notice, of all due by now."""
    years = {call.pk: call.year for call in calls}
    due = {call.pk for call in calls if call.paper_by is None or call.paper_by <= now}
    found: dict[int, tuple[int, int]] = {}
    for line in paper_register.lines_of_calls(calls):
        is_complete = line.standing is PaperStanding.COMPLETE
        if not line.papers.expected or not (is_complete or line.packet.call_id in due):
            continue
        year = years[line.packet.call_id]
        part, whole = found.get(year, (0, 0))
        found[year] = (part + is_complete, whole + 1)
    return found


def _scored(calls: Sequence[Call], now: dt.datetime) -> _Counted:
    """Count sheets that experts handed in before their panel's end, of all due by now."""
    in_time = Q(state=AssignmentState.SUBMITTED, submitted_at__lte=F("panel__due_at"))
    due = Q(state=AssignmentState.SUBMITTED) | Q(panel__due_at__lte=now)
    rows = (
        Assignment.objects.filter(due, application__packet__call__in=calls, state__in=HELD)
        .order_by()
        .values_list("application__packet__call__year")
        .annotate(part=Count("pk", filter=in_time), whole=Count("pk"))
    )
    return {year: (part, whole) for year, part, whole in rows}


def _delivered(calls: Sequence[Call], now: dt.datetime) -> _Counted:
    """Count what projects handed in within its time, of all that was due by now."""
    due = Q(handed_in_at__isnull=False) | Q(state__in=sorted(OPEN), due__lte=now)
    rows = (
        Deliverable.objects.filter(due, project__application__packet__call__in=calls)
        .order_by()
        .values_list("project__application__packet__call__year")
        .annotate(
            part=Count("pk", filter=Q(handed_in_at__isnull=False, late=False)), whole=Count("pk")
        )
    )
    return {year: (part, whole) for year, part, whole in rows}


def _loads(calls: Iterable[int], now: dt.datetime) -> tuple[Load, ...]:
    """Return what each expert had to do in these calls, the busiest first."""
    late = Q(submitted_at__gt=F("panel__due_at")) | (
        ~Q(state=AssignmentState.SUBMITTED) & Q(state__in=HELD, panel__due_at__lte=now)
    )
    rows = (
        Assignment.objects.filter(application__packet__call__in=list(calls))
        .order_by()
        .values_list("expert", "expert__name")
        .annotate(
            assigned=Count("pk", filter=Q(state__in=HELD)),
            handed_in=Count("pk", filter=Q(state=AssignmentState.SUBMITTED)),
            late=Count("pk", filter=late),
            recused=Count("pk", filter=Q(state=AssignmentState.RECUSED)),
        )
    )
    return tuple(
        sorted((Load(*row[1:]) for row in rows), key=lambda one: (-one.assigned, one.name))
    )
