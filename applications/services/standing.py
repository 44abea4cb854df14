"""Gathers what the rules are told about a unit; page, hand-in and `explain` all ask here."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Application, Packet, Partner
from applications.models.partner import PartnerState
from applications.persons import persons_of
from applications.services import debts, history
from applications.services.families import family_ids
from calls.answers import by_role
from calls.enums import PacketMode
from calls.models import Batch, Call, Category, Grant
from calls.phases import batch_at
from calls.ports import CategoryStanding
from calls.rulebook import specs_for
from calls.rules import KINDS, evaluate, judge_list
from calls.rules.facts import (
    REGISTERED,
    UNREGISTERED,
    Counted,
    Elsewhere,
    Facts,
    Finding,
    ListEntry,
    ListFacts,
    PastProject,
    Person,
    RuleSpec,
    Stage,
    UnitFacts,
    Verdict,
)
from calls.rules.quota import ALL as JOINT_ALL
from portal import clock
from portal.errors import Refusal
from portal.people.enums import VerificationState
from portal.people.models import Affiliation, Organisation, YearlyFact

UNIT_STAGES = frozenset({Stage.ELIGIBILITY, Stage.QUOTA})
OBJECT_STAGES = frozenset({Stage.OBJECT})
QUOTA_STAGES = frozenset({Stage.QUOTA})


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is the same for every category of one call, read once."""

    call: Call
    organisation: Organisation
    specs: tuple[RuleSpec, ...]
    unit: UnitFacts
    counted: tuple[Counted, ...]
    counted_family: tuple[Counted, ...]
    granted: frozenset[int]
    today: dt.date
    # Where the persons asked about stand in other applications of the call.
    elsewhere: tuple[Elsewhere, ...] = ()
    past: tuple[PastProject, ...] = ()
    # Ends of the batches in order, read only where a rule counts within a batch.
    batches: tuple[Batch, ...] = ()

    def batch_at(self, handed_in_at: dt.datetime | None) -> int | None:
        """Return the batch of a hand-in; without an instant that of a hand-in now."""
        found = batch_at(self.batches, handed_in_at or clock.now()) if self.batches else None
        return found.pk if found else None

    def findings(
        self,
        category: Category,
        stages: frozenset[Stage],
        *,
        answers: Mapping[str, Any] | None = None,
        people: tuple[Person, ...] = (),
        partners: tuple[UnitFacts, ...] = (),
        more: Sequence[Counted] = (),
        more_places: Sequence[Elsewhere] = (),
        without: frozenset[Any] = frozenset(),
        handed_in_at: dt.datetime | None = None,
    ) -> list[Finding]:
        """Judge one category.

        ``handed_in_at`` is when what is judged was handed in first, None where it was not yet.

        ``more`` and ``more_places`` are applications of the same packet counted before it, and
        the persons in them.
        """
        keep = [c for c in self.counted if c.application_id not in without]
        facts = Facts(
            unit=self.unit,
            category_path=category.path,
            counted=(*keep, *more),
            counted_family=tuple(c for c in self.counted_family if c.application_id not in without),
            answers=answers,
            granted_rule_ids=self.granted,
            today=self.today,
            people=people,
            partners=partners,
            elsewhere=(*self.elsewhere, *more_places),
            past=self.past,
            batch=self.batch_at(handed_in_at),
        )
        judged = evaluate(self.specs, facts, stages)
        registered = [self._registered()] if Stage.ELIGIBILITY in stages else []
        return [*registered, *judged]

    def _registered(self) -> Finding:
        """The rule no notice needs to state: the association has verified the unit."""
        unit, kind, verdict = self.unit, REGISTERED, Verdict.NO
        if unit.verified:
            verdict = Verdict.YES
            message = _("%(unit)s is registered with the association.")
        elif unit.refused:
            kind = UNREGISTERED
            message = _("The association has refused to register %(unit)s; ask it again.")
        elif not unit.kind:
            kind = UNREGISTERED
            message = _("%(unit)s is not registered with this association; ask it first.")
        else:
            message = _("The association has not verified %(unit)s yet; ask it to do so.")
        rule = RuleSpec(id=0, kind=kind, params={})
        return Finding(rule, Stage.ELIGIBILITY, verdict, message % {"unit": unit.name})


def gather(
    call: Call,
    organisation: Organisation,
    *,
    people: tuple[Person, ...] = (),
    without: frozenset[Any] = frozenset(),
    today: dt.date | None = None,
) -> Gathered:
    """Read everything the rules of a call may ask about one unit, in a fixed number of queries.

    ``people`` are the persons its applications name, ``without`` the applications judged now.
    What no rule of the call asks about is not read. ``today`` is given to ask about another day.
    """
    specs = tuple(specs_for(call))
    batches: tuple[Batch, ...] = ()
    if any(spec.params.get("per_batch") for spec in specs):
        batches = tuple(call.batches.all())
    own, family = _counted(call, organisation, batches)
    grants = Grant.objects.filter(call=call, organisation=organisation)
    return Gathered(
        call=call,
        organisation=organisation,
        specs=specs,
        unit=_with_debts(unit_facts(call, organisation), call, specs),
        counted=own,
        counted_family=family,
        granted=frozenset(grants.values_list("rule_id", flat=True)),
        today=today or clock.today(),
        batches=batches,
        **_people_facts(call, organisation, specs, people, without),
    )


def _people_facts(
    call: Call,
    organisation: Organisation,
    specs: Sequence[RuleSpec],
    people: tuple[Person, ...],
    without: Collection[Any],
) -> dict[str, Any]:
    """Read where persons stand elsewhere, and what was before, as far as the rules ask."""
    found: dict[str, Any] = {}
    if people and history.asks(specs, history.PLACES):
        found["elsewhere"] = history.elsewhere(call, people, without)
    if history.asks(specs, history.HISTORY):
        found["past"] = history.past_projects(call, organisation.pk, people)
    return found


def _with_debts(unit: UnitFacts, call: Call, specs: Sequence[RuleSpec]) -> UnitFacts:
    """Let what is overdue now count where the register says nothing about the year."""
    owed = debts.facts_of(call, specs, unit.organisation_id)
    return replace(unit, facts={**owed, **unit.facts}) if owed else unit


def unit_facts(call: Call, organisation: Organisation) -> UnitFacts:
    """Return the unit as the call's issuer sees it."""
    affiliation = _standing_affiliations(call, [organisation.pk]).first()
    facts = YearlyFact.objects.filter(organisation=organisation, code__issuer=call.issuer_id)
    return UnitFacts(
        organisation_id=organisation.pk,
        name=organisation.name,
        kind=affiliation.kind if affiliation else "",
        level=affiliation.level if affiliation else "",
        region=organisation.region,
        uscc=organisation.uscc or "",
        verified=bool(affiliation and affiliation.state == VerificationState.VERIFIED),
        refused=bool(affiliation and affiliation.state == VerificationState.REFUSED),
        facts={(f.code.code, f.year): f.value for f in facts.select_related("code")},
    )


def _counted(
    call: Call, organisation: Organisation, batches: Sequence[Batch]
) -> tuple[tuple[Counted, ...], tuple[Counted, ...]]:
    """Return what counts against the unit's own places and against its family's bucket."""
    relatives = family_ids(organisation)
    kinds = dict(_standing_affiliations(call, relatives).values_list("organisation_id", "kind"))
    own: list[Counted] = []
    family: list[Counted] = []
    for application in _taking_places(call, organisation, relatives):
        lead = application.packet.organisation_id
        at = application.handed_in_at
        batch = batch_at(batches, at) if at is not None else None
        counted = replace(
            as_counted(application, kinds.get(lead, ""), lead=lead == organisation.pk),
            batch=batch.pk if batch else None,
        )
        (family if lead in relatives - {organisation.pk} else own).append(counted)
    return tuple(own), tuple(family)


def _standing_affiliations(call: Call, organisations: Iterable[int]) -> QuerySet[Affiliation]:
    return Affiliation.objects.filter(
        organisation__in=organisations, issuer=call.issuer_id
    ).exclude(state=VerificationState.ENDED)


def _taking_places(
    call: Call, organisation: Organisation, relatives: Iterable[int]
) -> QuerySet[Application]:
    """Applications that take a place: the family's own, and those the unit joined as partner.

    Both are found from the unit's side: an "or" over one join would read the whole call.
    """
    taking = Application.objects.counting_against_quota().filter(packet__call=call).order_by()
    own = taking.filter(packet__organisation__in=relatives)
    joined = taking.filter(
        partners__organisation=organisation, partners__state=PartnerState.CONFIRMED
    )
    return (
        Application.objects.filter(pk__in=own.values("pk").union(joined.values("pk")))
        .select_related("category", "packet")
        .only("title", "state", "handed_in_at", "category__parent", "packet__organisation")
    )


def as_counted(application: Application, kind: str, *, lead: bool = True) -> Counted:
    """Return an application as the quota rules see it."""
    return Counted(
        application_id=application.pk,
        title=str(application),
        category_path=application.category.path,
        organisation_id=application.packet.organisation_id,
        kind=kind,
        state_label=str(application.get_state_display()),
        lead=lead,
        url=reverse("applications:packet", args=[application.packet_id]),
    )


def standing_of(
    call: Call, organisation: Organisation, *, today: dt.date | None = None
) -> list[CategoryStanding]:
    """Return what the unit may do in each leaf category now (calls.ports.Standing).

    With ``today`` the rules about days are asked for that day; places are always those of now.
    """
    gathered = gather(call, organisation, today=today)
    leaves = call.categories.filter(children=None).select_related("parent")
    begun = _begun(call, organisation)
    standings = []
    for category in leaves:
        findings = gathered.findings(category, UNIT_STAGES)
        left = [finding.left for finding in findings if finding.left is not None]
        standings.append(
            CategoryStanding(
                category,
                tuple(findings),
                min(left, default=None),
                gathered.specs,
                begun=tuple(begun[category.pk]),
            )
        )
    return standings


def _begun(call: Call, organisation: Organisation) -> defaultdict[int, list[Counted]]:
    """Return what the unit has begun and never handed in, by category."""
    found: defaultdict[int, list[Counted]] = defaultdict(list)
    drafts = Application.objects.never_handed_in().filter(
        packet__call=call, packet__organisation=organisation
    )
    for one in drafts.select_related("category__parent", "packet"):
        found[one.category_id].append(as_counted(one, ""))
    return found


def findings_for(application: Application) -> list[Finding]:
    """Return every rule's finding for one application as it stands now, itself not counted."""
    return _findings_of_packet([application])[application]


def _findings_of_packet(applications: Sequence[Application]) -> dict[Application, list[Finding]]:
    """Judge applications of one packet in order, each counting those before it."""
    packet = applications[0].packet
    without = frozenset(a.pk for a in applications)
    answers = {a: _answers(packet, a) for a in applications}
    people = {a: persons_of(answers[a], packet.organisation.name) for a in applications}
    gathered = gather(
        packet.call,
        packet.organisation,
        people=tuple(person for each in people.values() for person in each),
        without=without,
    )
    more: list[Counted] = []
    more_places: list[Elsewhere] = []
    of_partners: dict[int, list[Counted]] = {}
    partners_count = any(spec.params.get("joint") == JOINT_ALL for spec in gathered.specs)
    partners = _partners(packet.call, gathered.specs, applications)
    of_list = _list_findings(packet, gathered, answers)
    found = {}
    for application in applications:
        found[application] = gathered.findings(
            application.category,
            UNIT_STAGES | OBJECT_STAGES,
            answers=answers[application],
            people=people[application],
            partners=partners.get(application.pk, ()),
            more=tuple(more),
            more_places=tuple(more_places),
            without=without,
            handed_in_at=application.handed_in_at,
        )
        if partners_count:
            found[application] += _partner_findings(application, of_partners, without)
        found[application] += of_list
        counted = as_counted(application, gathered.unit.kind)
        more.append(replace(counted, batch=gathered.batch_at(application.handed_in_at)))
        more_places += [
            Elsewhere(person, application.pk, application.category.path)
            for person in people[application]
        ]
    return found


def _partners(
    call: Call, specs: Iterable[RuleSpec], applications: Sequence[Application]
) -> dict[UUID, tuple[UnitFacts, ...]]:
    """Return whom each application names as partners, as the association knows them.

    Where no rule asks, nothing is read.
    """
    if not any(spec.kind == "partners" for spec in specs):
        return {}
    named = (
        Partner.objects.filter(application__in=applications)
        .exclude(state=PartnerState.DECLINED)
        .order_by("pk")
    )
    rows = list(named.values_list("application_id", "organisation_id", "name"))
    registered = {organisation for _a, organisation, _n in rows if organisation}
    known = _standing_affiliations(call, registered)
    kinds = {one.organisation_id: one for one in known}
    found: defaultdict[UUID, list[UnitFacts]] = defaultdict(list)
    for application, organisation, name in rows:
        one = kinds.get(organisation)
        found[application].append(
            UnitFacts(
                organisation or 0,
                name,
                kind=one.kind if one else "",
                level=one.level if one else "",
            )
        )
    return {application: tuple(each) for application, each in found.items()}


def _answers(packet: Packet, application: Application) -> dict[str, Any]:
    return by_role(packet.form_revision.schema, application.answers, application.category)


def _list_findings(
    packet: Packet, gathered: Gathered, answers: Mapping[Application, Mapping[str, Any]]
) -> list[Finding]:
    """Judge the applications of a plan together as the list they are.

    Those that the unit handed in before, with this plan or another one, stand on the list too.
    Where a call has levels of recommending, these rules are about their lists alone.
    """
    asks = any(KINDS[spec.kind].judge_list for spec in gathered.specs)
    if not asks or packet.call.packet_mode != PacketMode.PLAN:
        return []
    if packet.call.levels.exists():
        return []
    before = (
        Application.objects.counting_against_quota()
        .filter(packet__call=packet.call, packet__organisation=packet.organisation)
        .exclude(pk__in=[a.pk for a in answers])
        .select_related("category__parent", "packet__form_revision")
    )
    every = dict(answers) | {a: _answers(a.packet, a) for a in before}
    facts = ListFacts(
        unit=gathered.unit,
        entries=tuple(
            as_entry(application, gathered.unit.kind, given) for application, given in every.items()
        ),
        granted_rule_ids=gathered.granted,
    )
    return judge_list(gathered.specs, facts)


def as_entry(
    application: Application, kind: str, answers: Mapping[str, Any], *, reserve: bool = False
) -> ListEntry:
    """Return an application as the rules about lists see it; ``kind`` is what its unit is."""
    category = application.category
    return ListEntry(
        application_id=application.pk,
        category_path=category.path,
        category_title=(category.parent or category).title,
        kind=kind,
        answers=answers,
        reserve=reserve,
    )


def _partner_findings(
    application: Application,
    before: dict[int, list[Counted]],
    without: frozenset[Any],
    only: Partner | None = None,
) -> list[Finding]:
    """Judge the places of confirmed partners, where a call counts joint applications for them too.

    The lead learns that a partner has no place left, never with what it used its places.
    """
    found = []
    partners = application.partners.filter(state=PartnerState.CONFIRMED)
    if only is not None:
        partners = partners.filter(pk=only.pk)
    for partner in partners.select_related("organisation__parent"):
        assert partner.organisation is not None
        gathered = gather(application.packet.call, partner.organisation)
        counted = before.setdefault(partner.organisation.pk, [])
        judged = gathered.findings(
            application.category, QUOTA_STAGES, more=tuple(counted), without=without
        )
        told = _("%(name)s takes part and has no place left; it counts for every partner.")
        found += [
            replace(finding, message=told % {"name": partner.name}, in_the_way=())
            for finding in judged
            if finding.verdict is not Verdict.YES and finding.rule.params.get("joint") == JOINT_ALL
        ]
        counted.append(as_counted(application, gathered.unit.kind, lead=False))
    return found


def object_findings(application: Application) -> list[Finding]:
    """Judge the answers given so far against the rules about the thing applied for.

    For the person filling in, by the time the page shows; the hand-in judges anew.
    """
    packet = application.packet
    answers = _answers(packet, application)
    people = persons_of(answers, packet.organisation.name)
    specs = specs_for(packet.call)
    facts = Facts(
        unit=_unit_for_objects(packet, specs),
        category_path=application.category.path,
        answers=answers,
        today=clock.local(clock.shown()).date(),
        people=people,
        partners=_partners(packet.call, specs, [application]).get(application.pk, ()),
        **_people_facts(
            packet.call, packet.organisation, specs, people, frozenset({application.pk})
        ),
    )
    return evaluate(specs, facts, OBJECT_STAGES)


def _unit_for_objects(packet: Packet, specs: Iterable[RuleSpec]) -> UnitFacts:
    """Return the unit with its kind where a rule about the thing binds some kinds only."""
    if any("binds" in spec.params for spec in specs):
        return unit_facts(packet.call, packet.organisation)
    unit = packet.organisation
    return UnitFacts(unit.pk, unit.name, region=unit.region, uscc=unit.uscc or "")


def packet_findings(applications: Sequence[Application]) -> dict[Application, list[Finding]]:
    """Judge what a packet would hand in together; the page and the hand-in both ask this."""
    return _findings_of_packet(applications) if applications else {}


def refusals(findings: Iterable[Finding]) -> list[Refusal]:
    """Turn blocking findings into the sentences a refused person reads."""
    return [
        Refusal(
            message=finding.message,
            clause=finding.rule.clause,
            code=finding.rule.kind,
            url=finding.in_the_way[0].url if finding.in_the_way else "",
        )
        for finding in findings
        if finding.blocks
    ]


def quota_refusals(applications: Sequence[Application]) -> list[Refusal]:
    """Return why these applications have no places, given what counts now."""
    return refusals(
        finding
        for findings in _findings_of_packet(applications).values()
        for finding in findings
        if takes_place(finding)
    )


def takes_place(finding: Finding) -> bool:
    """Tell whether a finding is about places that others may take or free meanwhile."""
    return finding.stage is Stage.QUOTA or finding.rule.kind in history.PLACES


def partner_refusals(application: Application, partner: Partner) -> list[Refusal]:
    """Return why a partner who says yes after the hand-in has no place for it."""
    found = _partner_findings(application, {}, frozenset({application.pk}), only=partner)
    return refusals(found)
