"""The page of a packet: where it stands, what is missing, what can be done."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, F, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from applications import completeness, doors, printing
from applications.access import application_for, desk_for
from applications.capacity import holders
from applications.models import (
    Application,
    CorrectionRequest,
    Packet,
    Recommendation,
    StateLog,
)
from applications.overview import Standing, standing_of_packet
from applications.presenting import Change, changes
from applications.recommenders import levels_of
from applications.services import drafting, lifecycle, projects, renewing, scans, signoff
from applications.services.paper import papers_of
from applications.services.standing import packet_findings, refusals, standing_of
from applications.states import (
    AWARDED,
    EDITABLE,
    FROZEN,
    PASSED_CHECK,
    TRANSITIONS,
    Action,
    Actor,
    State,
)
from calls.enums import PacketMode
from portal import clock
from portal.errors import RuleViolation
from portal.face.wording import listed


@require_safe
def overview(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the packet: next step, applications, versions, receipts, what came back."""
    desk = desk_for(request, pk)
    packet, now = desk.packet, clock.now()
    late = doors.late_end(packet.call, packet.organisation)
    standing = standing_of_packet(packet, desk.membership, now, late_until=late)
    version = packet.latest_version()
    return render(
        request,
        "applications/packet.html",
        {
            **frame(packet, doors.end_of_packet(packet, late, now)),
            "desk": desk,
            "standing": standing,
            "version": version,
            "document": printing.form_of(version) if version else None,
            "scan": version.scans.first() if version else None,
            "takes_scan": desk.seals and scans.takes_scan(packet, now),
            "receipts": packet.handins.select_related("version"),
            "corrections": corrections(standing.applications),
            "log": history(standing.applications),
            "helped": _helped(packet),
            "confidential": packet.has_confidential_part(),
            "papers": papers_of(packet),
            "frozen": any(a.state in FROZEN for a in standing.applications),
            "scan_until": doors.scan_end(packet.call, late, packet.last_correction_due),
            "turn_of": _turn_of(standing),
            "held_up": [] if standing.overdue else completeness.held_up(standing.applications),
            "plan_url": _plan_url(packet),
            "levels": levels_of(packet.call),
            "may_choose": all(a.state == State.DRAFT for a in standing.applications),
            "stations": stations(packet),
            "judged": any(
                a.state in PASSED_CHECK - {State.ACCEPTED} for a in standing.applications
            ),
            "editable": EDITABLE,
            "withdrawable": TRANSITIONS[Action.WITHDRAW].sources,
            "projects": _projects(packet),
        },
    )


def _turn_of(standing: Standing) -> str:
    """Say whose turn it is, to whom the next step is not; nothing where there is none."""
    if standing.next is None or standing.task or standing.overdue:
        return ""
    right = standing.next.rights[0]
    people = holders(standing.packet.organisation, right)
    if not people:
        nobody = _("Nobody in your unit is %(right)s yet; its administrator appoints one.")
        return nobody % {"right": right.label}
    words = {"right": right.label, "names": listed(person.name for person in people)}
    return _("It is the turn of your unit's %(right)s: %(names)s.") % words


def _projects(packet: Packet) -> set[uuid.UUID]:
    """Return which applications are projects with pages of their own."""
    awarded = [a.pk for a in packet.shown_applications if a.state in AWARDED]
    return set(awarded) if awarded and projects.executes(packet.call) else set()


def stations(packet: Packet) -> list[Recommendation]:
    """Return where the packet's applications are on their way through the levels."""
    rows = Recommendation.objects.filter(application__packet=packet)
    return list(
        rows.select_related("level", "organisation", "application").order_by(
            "application__position", "level__no"
        )
    )


def _plan_url(packet: Packet) -> str:
    """Return the first step of the plan, or nothing where the call wants none."""
    plan = drafting.sections_of(packet, None)
    return completeness.plan_step_url(packet, plan[0]["code"]) if plan else ""


def frame(packet: Packet, end: dt.datetime | None = None) -> dict[str, object]:
    """Return what every page of a packet shows above its own content.

    ``end`` is that of the packet (`doors.end_of_packet`), where the page has asked already.
    """
    now = clock.shown()
    applications = packet.shown_applications
    returned = [a.correction_due for a in applications if a.correction_due]
    if returned:
        deadline = min(returned)
    else:
        late = doors.late_end(packet.call, packet.organisation) if end is None else None
        deadline = end or doors.end_of_packet(packet, late, now)
    unfinished = any(a.state in FROZEN or a.state in ("draft", "returned") for a in applications)
    return {
        "packet": packet,
        "call": packet.call,
        "issuer": packet.call.issuer,
        "unit": packet.organisation,
        "now": now,
        "deadline": deadline,
        "late": now >= deadline,
        "returned": bool(returned),
        "not_handed_in": unfinished,
        "plan_mode": packet.call.packet_mode == PacketMode.PLAN,
        # Asked for only where a stamped scan can be uploaded.
        "scan_boxes": partial(scans.boxes_of, packet),
        "form_change": renewing.change_since_begun(packet).sentences() if unfinished else [],
    }


def corrections(applications: list[Application]) -> list[CorrectionRequest]:
    """Return the open requests for correction, with the points by section."""
    returned = [a for a in applications if a.correction_due]
    found = []
    for application in returned:
        request = application.corrections.prefetch_related("items").select_related("version")
        if latest := request.first():
            found.append(latest)
    return found


def history(applications: list[Application]) -> list[StateLog]:
    """Return what happened, the newest first."""
    logs = [
        entry
        for application in applications
        for entry in application.log.select_related("by", "application")
    ]
    return sorted(logs, key=lambda entry: entry.at, reverse=True)


def _helped(packet: Packet) -> list[Any]:
    """Return who from outside the unit wrote answers that stand now: how many, and when last."""
    members = packet.organisation.memberships.values("user")
    return list(
        packet.saves.exclude(by__in=members)
        .values(helper=F("by__name"))
        .annotate(answers=Count("pk"), last=Max("at"))
        .order_by("-last")
    )


def renew_form(request: HttpRequest, packet: Packet) -> bool:
    """Move a draft to a form that was changed a moment ago; tell what changed, and whether any."""
    change = renewing.adopt_if_lagging(packet)
    for sentence in change.sentences():
        messages.info(request, sentence)
    return bool(change)


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """List what is missing with links; send the finished draft to the approver."""
    desk = desk_for(request, pk, Actor.FILLER)
    packet = desk.packet
    if request.method == "POST":
        if renew_form(request, packet):
            return redirect("applications:check", pk)
        try:
            if packet.call.signoff:
                signoff.request_signoff(packet_id=pk, by=desk.user)
                messages.success(request, _("The draft now waits for the approver's sign-off."))
            else:
                signoff.freeze(packet_id=pk, by=desk.user)
                messages.success(request, _("The form is frozen and being printed."))
        except RuleViolation as refusal:
            messages.error(request, refusal.reasons[0].message)
            return redirect("applications:check", pk)
        return redirect("applications:packet", pk)
    applications = completeness.movable(packet)
    findings = packet_findings(applications)
    found = completeness.gaps(packet, findings)
    return render(
        request,
        "applications/check.html",
        {
            **frame(packet),
            "desk": desk,
            "gaps": found,
            "missing": len(found),
            "warnings": completeness.warnings(findings),
            "held_up": completeness.held_up_by(findings),
            "applications": applications,
            "changes": _changes_since_return(packet, applications),
        },
    )


def _changes_since_return(
    packet: Packet, applications: list[Application]
) -> list[tuple[Application, list[Change]]]:
    """Return what was changed since the version that came back, application by application."""
    from applications.freezing import draft_version

    version = packet.latest_version()
    if version is None:
        return []
    draft = draft_version(packet)
    return [(a, changes(version, draft, a)) for a in applications if a.state == State.RETURNED]


@require_http_methods(["GET"])
def add(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Offer the categories that may still go into this packet; say of the others why not."""
    desk = desk_for(request, pk, Actor.FILLER)
    packet, now = desk.packet, clock.now()
    standings = standing_of(packet.call, packet.organisation)
    late = doors.late_end(packet.call, packet.organisation)
    return render(
        request,
        "applications/add.html",
        {
            **frame(desk.packet),
            "desk": desk,
            "standings": [
                (one, refusals(one.findings), doors.refusal_to_begin(one.category, late, now))
                for one in standings
            ],
        },
    )


class WithdrawForm(forms.Form):
    """Asks for the reason once something was handed in."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it withdrawn?"), widget=forms.Textarea, max_length=500
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm, then withdraw an application or discard a draft."""
    desk, application = application_for(request, pk, Actor.FILLER)
    handed_in = application.handed_in_at is not None
    form = WithdrawForm(request.POST or None)
    form.fields["reason"].required = handed_in
    reasons = []
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.withdraw(application_id=pk, by=desk.user, reason=form.cleaned_data["reason"])
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            done = _("Withdrawn; the place is free again.") if handed_in else _("Draft discarded.")
            messages.success(request, done)
            return redirect("applications:my")
    return render(
        request,
        "applications/withdraw.html",
        {
            **frame(desk.packet),
            "application": application,
            "handed_in": handed_in,
            "form": form,
            "reasons": reasons,
        },
    )
