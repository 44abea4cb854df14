"""Gathers what the rules are told about a unit; page, hand-in and `explain` all ask here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Application, Partner
from applications.models.partner import PartnerState
from applications.services.families import family_ids
from calls.answers import by_role
from calls.models import Call, Category, Grant
from calls.ports import CategoryStanding
from calls.rulebook import specs_for
from calls.rules import evaluate
from calls.rules.facts import (
    Counted,
    Facts,
    Finding,
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

    def findings(
        self,
        category: Category,
        stages: frozenset[Stage],
        *,
        answers: Mapping[str, Any] | None = None,
        more: Sequence[Counted] = (),
        without: frozenset[Any] = frozenset(),
    ) -> list[Finding]:
        """Judge one category; ``more`` are applications of the same packet counted before it."""
        keep = [c for c in self.counted if c.application_id not in without]
        facts = Facts(
            unit=self.unit,
            category_path=category.path,
            counted=(*keep, *more),
            counted_family=tuple(c for c in self.counted_family if c.application_id not in without),
            answers=answers,
            granted_rule_ids=self.granted,
            today=self.today,
        )
        judged = evaluate(self.specs, facts, stages)
        registered = [self._registered()] if Stage.ELIGIBILITY in stages else []
        return [*registered, *judged]

    def _registered(self) -> Finding:
        """The rule no notice needs to state: the association has verified the unit."""
        rule = RuleSpec(id=0, kind="registered", params={})
        if self.unit.verified:
            message = _("%(unit)s is registered with the association.")
            return Finding(rule, Stage.ELIGIBILITY, Verdict.YES, message % {"unit": self.unit.name})
        message = _("The association has not verified %(unit)s yet; ask it to do so.")
        return Finding(rule, Stage.ELIGIBILITY, Verdict.NO, message % {"unit": self.unit.name})


def gather(call: Call, organisation: Organisation) -> Gathered:
    """Read everything the rules of a call may ask about one unit, in a fixed number of queries."""
    own, family = _counted(call, organisation)
    grants = Grant.objects.filter(call=call, organisation=organisation)
    return Gathered(
        call=call,
        organisation=organisation,
        specs=tuple(specs_for(call)),
        unit=unit_facts(call, organisation),
        counted=own,
        counted_family=family,
        granted=frozenset(grants.values_list("rule_id", flat=True)),
        today=clock.today(),
    )


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
        verified=bool(affiliation and affiliation.state == VerificationState.VERIFIED),
        facts={(f.code.code, f.year): f.value for f in facts.select_related("code")},
    )


def _counted(
    call: Call, organisation: Organisation
) -> tuple[tuple[Counted, ...], tuple[Counted, ...]]:
    """Return what counts against the unit's own places and against its family's bucket."""
    relatives = family_ids(organisation)
    kinds = dict(_standing_affiliations(call, relatives).values_list("organisation_id", "kind"))
    own: list[Counted] = []
    family: list[Counted] = []
    for application in _taking_places(call, organisation, relatives):
        lead = application.packet.organisation_id
        counted = as_counted(application, kinds.get(lead, ""), lead=lead == organisation.pk)
        (family if lead in relatives - {organisation.pk} else own).append(counted)
    return tuple(own), tuple(family)


def _standing_affiliations(call: Call, organisations: Iterable[int]) -> QuerySet[Affiliation]:
    return Affiliation.objects.filter(
        organisation__in=organisations, issuer=call.issuer_id
    ).exclude(state=VerificationState.ENDED)


def _taking_places(
    call: Call, organisation: Organisation, relatives: Iterable[int]
) -> QuerySet[Application]:
    """Applications that take a place: the family's own, and those the unit joined as partner."""
    joined = Q(partners__organisation=organisation, partners__state=PartnerState.CONFIRMED)
    return (
        Application.objects.counting_against_quota()
        .filter(Q(packet__organisation__in=relatives) | joined, packet__call=call)
        .select_related("category", "packet")
        .distinct()
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


def standing_of(call: Call, organisation: Organisation) -> list[CategoryStanding]:
    """Return what the unit may do in each leaf category now (calls.ports.Standing)."""
    gathered = gather(call, organisation)
    leaves = call.categories.filter(children=None).select_related("parent")
    standings = []
    for category in leaves:
        findings = gathered.findings(category, UNIT_STAGES)
        left = [finding.left for finding in findings if finding.left is not None]
        standings.append(CategoryStanding(category, tuple(findings), min(left) if left else None))
    return standings


def findings_for(application: Application) -> list[Finding]:
    """Return every rule's finding for one application as it stands now, itself not counted."""
    return _findings_of_packet([application])[application]


def _findings_of_packet(applications: Sequence[Application]) -> dict[Application, list[Finding]]:
    """Judge applications of one packet in order, each counting those before it."""
    packet = applications[0].packet
    gathered = gather(packet.call, packet.organisation)
    without = frozenset(a.pk for a in applications)
    schema = packet.form_revision.schema
    more: list[Counted] = []
    of_partners: dict[int, list[Counted]] = {}
    partners_count = any(spec.params.get("joint") == JOINT_ALL for spec in gathered.specs)
    found = {}
    for application in applications:
        answers = by_role(schema, application.answers, application.category)
        found[application] = gathered.findings(
            application.category,
            UNIT_STAGES | OBJECT_STAGES,
            answers=answers,
            more=tuple(more),
            without=without,
        )
        if partners_count:
            found[application] += _partner_findings(application, of_partners, without)
        more.append(as_counted(application, gathered.unit.kind))
    return found


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
    """Judge the answers given so far against the rules about the thing applied for."""
    packet = application.packet
    facts = Facts(
        unit=unit_facts(packet.call, packet.organisation),
        category_path=application.category.path,
        answers=by_role(packet.form_revision.schema, application.answers, application.category),
    )
    return evaluate(specs_for(packet.call), facts, OBJECT_STAGES)


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
        if finding.stage is Stage.QUOTA
    )


def partner_refusals(application: Application, partner: Partner) -> list[Refusal]:
    """Return why a partner who says yes after the hand-in has no place for it."""
    found = _partner_findings(application, {}, frozenset({application.pk}), only=partner)
    return refusals(found)
