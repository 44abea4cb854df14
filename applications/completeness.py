"""What is still missing before a packet can be frozen, as sentences with their place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import doors
from applications.models import Application, Packet
from applications.models.partner import PartnerState
from applications.services import recommending
from applications.services.drafting import sections_of
from applications.services.standing import (
    object_findings,
    packet_findings,
    refusals,
    takes_place,
)
from applications.states import EDITABLE
from calls.answers import asked, display, is_empty, missing, words_of_declaration
from calls.enums import FieldRole, PacketMode
from calls.forms_schema import SectionSpec, answer_key
from calls.rules.facts import REGISTERED, UNREGISTERED, Finding
from portal import clock
from portal.documents.faces import unprintable
from portal.errors import Refusal

# The kind of rule that asks for a tick.
_DECLARATION = "declaration"

_CANNOT_PRINT = gettext_lazy(
    "“%(label)s” has characters that cannot be printed: %(characters)s. Please write it without."
)


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing to be done, and where."""

    message: str
    url: str
    section: str
    application: Application | None = None
    clause: str = ""
    # Kind of the rule it breaks; empty where an answer is missing.
    code: str = ""
    # Words of the declaration that is not ticked yet; empty for everything else.
    declaration: str = ""


def movable(packet: Packet) -> list[Application]:
    """Return the applications in editing, with what the checks read along."""
    applications = list(
        packet.applications.filter(state__in=EDITABLE).select_related("category__parent")
    )
    for application in applications:
        application.packet = packet
    return applications


def gaps(packet: Packet, findings: Mapping[Application, list[Finding]]) -> list[Gap]:
    """Return everything missing, refused or unprintable, in the order of the steps.

    ``findings`` is what the rules say of the packet's movable applications, see packet_findings.
    """
    applications = list(findings)
    found = unanswered(packet, applications)
    found += _recommender_gaps(packet)
    for application in applications:
        found += _file_gaps(application)
        found += _partner_gaps(application)
    for application, each in findings.items():
        broken = [_as_gap(application, f) for f in each if f.blocks and _before_freeze(f)]
        found = _declared_once(found, broken, application)
    if not applications:
        found.append(Gap(_("There is no application in it yet."), packet_url(packet), ""))
    return found


def _declared_once(found: list[Gap], broken: list[Gap], application: Application) -> list[Gap]:
    """Add what breaks rules to what is missing; a declaration both speak of is named once.

    It keeps the words of the form, where it is ticked, and takes the clause of the notice.
    """
    told = list(found)
    for gap in broken:
        same = [
            at
            for at, one in enumerate(told)
            if one.application == application
            and one.declaration
            and gap.code == _DECLARATION
            and gap.declaration in ("", one.declaration)
        ]
        for at in same:
            told[at] = replace(told[at], clause=told[at].clause or gap.clause, code=gap.code)
        if not same:
            told.append(gap)
    return told


def _recommender_gaps(packet: Packet) -> list[Gap]:
    """A call with recommending levels wants to know who is asked to recommend."""
    refusal = recommending.unsuitable(packet, packet.recommender)
    if refusal is None:
        return []
    url = reverse("applications:recommender", args=[packet.pk])
    return [Gap(refusal.message, url, "", clause=refusal.clause)]


def unanswered(packet: Packet, applications: list[Application]) -> list[Gap]:
    """Return what the forms lack, from the answers alone: every step shows it without a query."""
    found = _plan_gaps(packet)
    for application in applications:
        found += _answer_gaps(packet, application)
    return found


def unsound(section: SectionSpec, answers: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with answers that were given; what is still empty is no fault yet."""
    return [
        sentence
        for _section, field, sentence in missing([section], answers)
        if not is_empty(answers.get(answer_key(section, field)))
    ]


def against_rules(application: Application) -> list[Gap]:
    """Return what the answers given so far break of the notice's rules, each with its step.

    A declaration not ticked and a partner not named yet are no faults of an answer: their steps
    tell them as something that lacks.
    """
    return [
        _as_gap(application, finding)
        for finding in object_findings(application)
        if finding.blocks and finding.rule.kind not in (_DECLARATION, "partners")
    ]


def warnings(
    findings: Mapping[Application, list[Finding]],
) -> list[tuple[Application | None, Finding]]:
    """Return what does not stop the freeze but will be asked: facts unknown, exceptions.

    What is said of every application alike stands first, once and with none of them.
    """
    common, own = apart(findings)
    found: list[tuple[Application | None, Finding]] = [(None, finding) for finding in common]
    found += [(application, f) for application, findings in own.items() for f in findings]
    return [(application, f) for application, f in found if f.warns]


def held_up(applications: Iterable[Application]) -> list[Refusal]:
    """Judge these, and return why they would be refused now, see held_up_by."""
    return held_up_by(packet_findings([a for a in applications if a.handed_in_at is None]))


def held_up_by(findings: Mapping[Application, list[Finding]]) -> list[Refusal]:
    """Return why applications would be refused now, though nothing in them is wrong.

    Their category has closed, no place is left, or the unit is not verified yet; the last two may
    change before the deadline. What was handed in once keeps its place and is not asked again.
    """
    found = [f for a, each in findings.items() if a.handed_in_at is None for f in each]
    barred = refusals(f for f in found if not _before_freeze(f))
    return list(dict.fromkeys([*doors.closed_early(findings, clock.shown()), *barred]))


def apart(
    findings: Mapping[Application, list[Finding]],
) -> tuple[list[Finding], dict[Application, list[Finding]]]:
    """Return what is said of every one of several applications alike, and the rest of each."""
    first, *others = findings.values() or [[]]
    common = [f for f in first if all(f in other for other in others)] if others else []
    return common, {a: [f for f in each if f not in common] for a, each in findings.items()}


def _before_freeze(finding: Finding) -> bool:
    """Places used up and a pending verification are decided at hand-in; the rest before."""
    return not takes_place(finding) and finding.rule.kind not in (REGISTERED, UNREGISTERED)


def _plan_gaps(packet: Packet) -> list[Gap]:
    if packet.call.packet_mode != PacketMode.PLAN:
        return []
    return [
        Gap(message, plan_step_url(packet, section), section)
        for section, message, _words in _lacking(sections_of(packet, None), packet.plan)
    ]


def _answer_gaps(packet: Packet, application: Application) -> list[Gap]:
    return [
        Gap(message, step_url(application, section), section, application, declaration=declaration)
        for section, message, declaration in _lacking(
            sections_of(packet, application), application.answers
        )
    ]


def _lacking(
    sections: Iterable[SectionSpec], answers: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """Return what is missing, unsound or unprintable: section, a sentence, an unticked declaration.

    The last is the declaration in its own words, empty for every other answer.
    """
    sections = list(sections)
    found = [
        (
            section["code"],
            message,
            words_of_declaration(field) if field.get("role") == FieldRole.DECLARATION else "",
        )
        for section, field, message in missing(sections, answers)
    ]
    for section, field, answer in asked(sections, answers):
        if characters := unprintable(display(field, answer)):
            words = {"label": field["label"], "characters": " ".join(characters)}
            found.append((section["code"], _CANNOT_PRINT % words, ""))
    return found


def _file_gaps(application: Application) -> list[Gap]:
    """Name uploaded files whose names the printed form could not show."""
    found = []
    for attachment in application.attachments.select_related("file"):
        if characters := unprintable(attachment.file.name):
            words = {"label": attachment.file.name, "characters": " ".join(characters)}
            section = attachment.key.partition(".")[0]
            url = step_url(application, section)
            found.append(Gap(_CANNOT_PRINT % words, url, section, application))
    return found


def _partner_gaps(application: Application) -> list[Gap]:
    sentences = []
    for partner in application.partners.all():
        words = {"name": partner.name, "label": partner.name}
        if partner.state == PartnerState.DECLINED:
            sentences.append(_("%(name)s declined to take part; remove it or ask again.") % words)
        if characters := unprintable(partner.name):
            sentences.append(_CANNOT_PRINT % (words | {"characters": " ".join(characters)}))
    return [Gap(one, partners_url(application), "partners", application) for one in sentences]


def _as_gap(application: Application, finding: Finding) -> Gap:
    """Point to the step that asks what the rule reads; rules about the unit have none."""
    rule = finding.rule
    if rule.kind == "partners":
        url = partners_url(application)
        return Gap(finding.message, url, "partners", application, rule.clause, rule.kind)
    # Kinds of rules that read one fixed role are named after it: amount, editions, declaration.
    role = str(rule.params.get("role") or rule.kind)
    section = _section_asking(application, role)
    url = step_url(application, section) if section else application_url(application)
    declared = str(rule.params.get("text", "")) if rule.kind == _DECLARATION else ""
    return Gap(
        finding.message, url, section, application, rule.clause, rule.kind, declaration=declared
    )


def _section_asking(application: Application, role: str) -> str:
    for section in sections_of(application.packet, application):
        if any(field.get("role") == role for field in section["fields"]):
            return section["code"]
    return ""


def packet_url(packet: Packet) -> str:
    """Return the page of a packet."""
    return reverse("applications:packet", args=[packet.pk])


def plan_step_url(packet: Packet, section: str) -> str:
    """Return the page of a step of the plan."""
    return reverse("applications:plan_step", args=[packet.pk, section])


def application_url(application: Application) -> str:
    """Return the first step of an application."""
    return reverse("applications:application", args=[application.pk])


def step_url(application: Application, section: str) -> str:
    """Return the page of a step of an application."""
    return reverse("applications:step", args=[application.pk, section])


def partners_url(application: Application) -> str:
    """Return the page where partners are named."""
    return reverse("applications:partners", args=[application.pk])
