"""The last evening: which entitled units handed in, began or never began, and whom to call."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Count, Max, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from applications.services import history
from applications.states import FREED
from calls.models import Call, Category, LateDoor
from calls.rulebook import specs_for
from calls.rules import evaluate
from calls.rules.facts import Facts, RuleSpec, Stage, UnitFacts, Verdict
from portal import clock
from portal.people.models import Affiliation, Membership, Organisation, YearlyFact


class Standing(TextChoices):
    """How far a unit is."""

    HANDED_IN = "handed_in", _("Handed in")
    MORE_BEGUN = "more_begun", _("Handed in, more begun")
    BEGUN = "begun", _("Begun, not handed in")
    NOT_BEGUN = "not_begun", _("Not begun")


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to call."""

    name: str
    phone: str
    is_administrator: bool


@dataclass(slots=True)
class UnitLine:
    """One unit on the list."""

    organisation: Organisation
    affiliation: Affiliation | None
    categories: list[Category]
    unknown: bool = False
    handed_in: int = 0
    drafts: int = 0
    last_edit: dt.datetime | None = None
    people: list[Person] = field(default_factory=list)

    @property
    def standing(self) -> Standing:
        """A unit with a draft beside what it handed in may still have something to finish."""
        if self.drafts:
            return Standing.MORE_BEGUN if self.handed_in else Standing.BEGUN
        return Standing.HANDED_IN if self.handed_in else Standing.NOT_BEGUN

    @property
    def is_entitled(self) -> bool:
        """Tell whether the unit may apply in at least one category."""
        return bool(self.categories)


@dataclass(frozen=True, slots=True)
class Closed:
    """Categories that closed before their call, and the units a late door lets in all the same."""

    categories: frozenset[int]
    let_in: frozenset[int]

    def to(self, organisation: int, category: int) -> bool:
        """Tell whether a unit cannot hand in there any more."""
        return category in self.categories and organisation not in self.let_in


def lines_of(call: Call) -> list[UnitLine]:
    """Return every unit that may apply or has begun, those to be called first.

    The rules of the call judge all units in bulk: the number of queries does not grow with them.
    """
    affiliations = list(
        Affiliation.objects.verified()
        .filter(issuer=call.issuer_id, organisation__merged_into=None)
        .select_related("organisation")
    )
    leaves = list(call.categories.filter(children=None).select_related("parent"))
    closed = _closed(call, leaves, clock.now())
    judged = _judge(call, affiliations, leaves, closed)
    lines = {line.organisation.pk: line for line in judged}
    _count_work(call, lines, closed)
    wanted = [line for line in lines.values() if line.is_entitled or line.handed_in or line.drafts]
    _add_people(wanted)
    return sorted(wanted, key=_whom_first)


_ORDER = (Standing.BEGUN, Standing.MORE_BEGUN, Standing.NOT_BEGUN, Standing.HANDED_IN)


def _whom_first(line: UnitLine) -> tuple[int, str, str]:
    kind = line.affiliation.kind if line.affiliation else ""
    return _ORDER.index(line.standing), kind, line.organisation.name


def _judge(
    call: Call, affiliations: Sequence[Affiliation], leaves: Sequence[Category], closed: Closed
) -> list[UnitLine]:
    """Judge each unit by the eligibility rules; nothing else can be judged before a draft.

    A category that has closed before its call is no reason to call anybody but those let in late.
    """
    specs = specs_for(call)
    by_leaf = [(leaf, [s for s in specs if s.covers(leaf.path)]) for leaf in leaves]
    facts = _facts(call, affiliations)
    granted = _granted(call)
    units = [affiliation.organisation_id for affiliation in affiliations]
    past = history.past_of_units(call, units) if history.asks(specs, history.HISTORY) else {}
    today = clock.today()
    lines = []
    for affiliation in affiliations:
        unit = _unit(affiliation, facts)
        line = UnitLine(affiliation.organisation, affiliation, [])
        for leaf, rules in by_leaf:
            if closed.to(affiliation.organisation_id, leaf.pk):
                continue
            told = Facts(
                unit=unit,
                category_path=leaf.path,
                granted_rule_ids=granted.get(unit.organisation_id, frozenset()),
                today=today,
                past=past.get(unit.organisation_id, ()),
            )
            may, unsure = _entitled(rules, told)
            if may:
                line.categories.append(leaf)
                line.unknown = line.unknown or unsure
        lines.append(line)
    return lines


def _closed(call: Call, leaves: Iterable[Category], now: dt.datetime) -> Closed:
    """Read what has closed while the call is still open; of a closed call the whole list stays."""
    shut = {leaf.pk for leaf in leaves if leaf.own_end is not None and leaf.own_end <= now}
    if not shut or now >= call.closes_at:
        return Closed(frozenset(), frozenset())
    doors = LateDoor.objects.filter(call=call, until__gt=now)
    return Closed(frozenset(shut), frozenset(doors.values_list("organisation_id", flat=True)))


def _entitled(rules: Iterable[RuleSpec], facts: Facts) -> tuple[bool, bool]:
    """Return whether no strict rule is in the way, and whether a fact is still unknown."""
    findings = evaluate(rules, facts, {Stage.ELIGIBILITY})
    return (
        not any(f.blocks for f in findings),
        any(f.verdict is Verdict.UNKNOWN and not f.priority for f in findings),
    )


def _facts(
    call: Call, affiliations: Sequence[Affiliation]
) -> Mapping[int, Mapping[tuple[str, int], str]]:
    """Read the yearly facts of all units at once."""
    found: dict[int, dict[tuple[str, int], str]] = defaultdict(dict)
    rows = YearlyFact.objects.filter(
        code__issuer=call.issuer_id, organisation__in=[a.organisation_id for a in affiliations]
    ).values_list("organisation_id", "code__code", "year", "value")
    for organisation_id, code, year, value in rows:
        found[organisation_id][code, year] = value
    return found


def _granted(call: Call) -> Mapping[int, frozenset[int]]:
    """Read the exceptions of all units at once."""
    found: dict[int, set[int]] = defaultdict(set)
    for organisation_id, rule_id in call.grants.values_list("organisation_id", "rule_id"):
        found[organisation_id].add(rule_id)
    return {pk: frozenset(rules) for pk, rules in found.items()}


def _unit(
    affiliation: Affiliation, facts: Mapping[int, Mapping[tuple[str, int], str]]
) -> UnitFacts:
    organisation = affiliation.organisation
    return UnitFacts(
        organisation_id=organisation.pk,
        name=organisation.name,
        kind=affiliation.kind,
        level=affiliation.level,
        region=organisation.region,
        verified=True,
        uscc=organisation.uscc or "",
        facts=facts.get(organisation.pk, {}),
    )


def _count_work(call: Call, lines: dict[int, UnitLine], closed: Closed) -> None:
    """Count hand-ins and drafts of each unit; a unit that is not entitled but began is added.

    A draft where the category has closed cannot be handed in and is not counted.
    """
    handed_in = Q(handed_in_at__isnull=False) & ~Q(state__in=FREED)
    too_late = Q(category__in=closed.categories) & ~Q(packet__organisation__in=closed.let_in)
    draft = Q(handed_in_at=None) & ~Q(state__in=FREED) & ~too_late
    counts = {
        row["packet__organisation"]: row
        for row in Application.objects.filter(packet__call=call)
        .order_by()
        .values("packet__organisation")
        .annotate(
            handed_in=Count("pk", filter=handed_in),
            drafts=Count("pk", filter=draft),
            last_edit=Max("updated_at", filter=draft, output_field=models.DateTimeField()),
        )
    }
    strangers = Organisation.objects.filter(pk__in=counts.keys() - lines.keys())
    for organisation in strangers:
        lines[organisation.pk] = UnitLine(organisation, None, [])
    for pk, row in counts.items():
        line = lines[pk]
        line.handed_in, line.drafts = row["handed_in"], row["drafts"]
        line.last_edit = row["last_edit"]


def _add_people(lines: Sequence[UnitLine]) -> None:
    """Add whom to call: administrators first, then those who fill in."""
    by_pk = {line.organisation.pk: line for line in lines}
    members = (
        Membership.objects.active()
        .filter(Q(is_administrator=True) | Q(is_filler=True), organisation__in=by_pk)
        .select_related("user")
        .order_by("-is_administrator", "pk")
    )
    for member in members:
        by_pk[member.organisation_id].people.append(
            Person(member.user.name, member.user.phone, member.is_administrator)
        )


def counts_of(lines: Iterable[UnitLine]) -> dict[str, int]:
    """Return how many units stand where, for the head of the page."""
    counts = {standing.value: 0 for standing in Standing}
    for line in lines:
        counts[line.standing] += 1
    return counts
