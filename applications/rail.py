"""The steps beside a form: a packet's plan, an application's own, and the check at the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.completeness import (
    Gap,
    application_url,
    partners_url,
    plan_step_url,
    step_url,
    unanswered,
)
from applications.models import Application, Packet
from applications.services import drafting
from applications.states import EDITABLE
from calls.enums import Joint, PacketMode


@dataclass(frozen=True, slots=True)
class RailStep:
    """A step as the rail shows it."""

    number: int
    label: str
    url: str
    current: bool
    missing: int
    state: str


@dataclass(frozen=True, slots=True)
class _Stop:
    """A place on the way; without a section it stands for a whole application."""

    label: str
    url: str
    section: str
    application: Application | None = None

    def missing(self, gaps: Iterable[Gap]) -> int:
        """Count what is missing here."""
        own = (gap for gap in gaps if gap.application == self.application)
        return sum(not self.section or gap.section == self.section for gap in own)


def rail(
    packet: Packet,
    application: Application | None,
    current: str,
    gaps: Iterable[Gap] | None = None,
) -> list[RailStep]:
    """Return the steps of the plan, then of the application or the plan's applications.

    ``current`` is the section shown; ``gaps`` is what is missing, read from the answers if None.
    """
    stops = _plan_stops(packet)
    stops += _whole_stops(packet) if application is None else _own_stops(packet, application)
    if gaps is None:
        gaps = unanswered(packet, [application] if application else [])
    found = list(gaps)
    steps = [
        RailStep(
            number=number,
            label=stop.label,
            url=stop.url,
            current=(stop.section, stop.application) == (current, application),
            missing=(missing := stop.missing(found)),
            # Naming partners is never done by itself: how many are asked for, the check says.
            state="gap" if missing else ("" if stop.section == "partners" else "done"),
        )
        for number, stop in enumerate(stops, start=1)
    ]
    check = reverse("applications:check", args=[packet.pk])
    label = _("Check and sign-off")
    return [*steps, RailStep(len(steps) + 1, label, check, current == "check", 0, "")]


def next_url(steps: list[RailStep]) -> str:
    """Return the step after the current one; the check, which is the last, leads to itself."""
    current = next(i for i, one in enumerate(steps) if one.current)
    return steps[min(current + 1, len(steps) - 1)].url


def _plan_stops(packet: Packet) -> list[_Stop]:
    if packet.call.packet_mode != PacketMode.PLAN:
        return []
    return [
        _Stop(section["title"], plan_step_url(packet, section["code"]), section["code"])
        for section in drafting.sections_of(packet, None)
    ]


def _whole_stops(packet: Packet) -> list[_Stop]:
    return [
        _Stop(one.title or one.category.full_title, application_url(one), "", one)
        for one in packet.shown_applications
        if one.state in EDITABLE
    ]


def _own_stops(packet: Packet, application: Application) -> list[_Stop]:
    stops = [
        _Stop(
            section["title"], step_url(application, section["code"]), section["code"], application
        )
        for section in drafting.sections_of(packet, application)
    ]
    if application.category.joint != Joint.NO:
        stops.append(_Stop(_("Partners"), partners_url(application), "partners", application))
    if packet.call.avoid_experts_max:
        url = reverse("applications:avoid", args=[application.pk])
        stops.append(_Stop(_("Experts to avoid"), url, "avoid", application))
    return stops
