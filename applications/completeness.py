"""What is still missing before a packet can be frozen, as sentences with their place."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Application, Packet
from applications.models.partner import PartnerState
from applications.services.drafting import sections_of
from applications.services.standing import packet_findings
from applications.states import EDITABLE
from calls.answers import missing
from calls.enums import PacketMode
from calls.rules.facts import Finding, Stage


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing to be done, and where."""

    message: str
    url: str
    section: str
    application: Application | None = None
    clause: str = ""


def movable(packet: Packet) -> list[Application]:
    """Return the applications in editing, with what the checks read along."""
    applications = list(
        packet.applications.filter(state__in=EDITABLE).select_related("category__parent")
    )
    for application in applications:
        application.packet = packet
    return applications


def gaps(packet: Packet, applications: list[Application]) -> list[Gap]:
    """Return everything missing or refused in plan and applications, in the order of the steps."""
    found = _plan_gaps(packet)
    for application in applications:
        found += _answer_gaps(packet, application)
        found += _partner_gaps(application)
    for application, findings in packet_findings(applications).items():
        found += [_as_gap(application, f) for f in findings if f.blocks and _before_freeze(f)]
    if not applications:
        found.append(Gap(_("There is no application in it yet."), packet_url(packet), ""))
    return found


def warnings(applications: list[Application]) -> list[tuple[Application, Finding]]:
    """Return what does not stop the freeze but will be asked: quotas, facts unknown, exceptions."""
    return [
        (application, finding)
        for application, findings in packet_findings(applications).items()
        for finding in findings
        if finding.warns or (finding.blocks and not _before_freeze(finding))
    ]


def _before_freeze(finding: Finding) -> bool:
    """A used-up quota and a pending verification are decided at hand-in; the rest before."""
    return finding.stage is not Stage.QUOTA and finding.rule.kind != "registered"


def _plan_gaps(packet: Packet) -> list[Gap]:
    if packet.call.packet_mode != PacketMode.PLAN:
        return []
    return [
        Gap(message, plan_step_url(packet, section["code"]), section["code"])
        for section, _field, message in missing(sections_of(packet, None), packet.plan)
    ]


def _answer_gaps(packet: Packet, application: Application) -> list[Gap]:
    return [
        Gap(message, step_url(application, section["code"]), section["code"], application)
        for section, _field, message in missing(
            sections_of(packet, application), application.answers
        )
    ]


def _partner_gaps(application: Application) -> list[Gap]:
    return [
        Gap(
            _("%(name)s declined to take part; remove it or ask again.") % {"name": partner.name},
            partners_url(application),
            "partners",
            application,
        )
        for partner in application.partners.filter(state=PartnerState.DECLINED)
    ]


def _as_gap(application: Application, finding: Finding) -> Gap:
    return Gap(finding.message, application_url(application), "", application, finding.rule.clause)


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
