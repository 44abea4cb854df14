"""Handing in: one last look, one button, one receipt."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications import doors, printing
from applications.access import desk_for, readable_packet
from applications.batches import batch_of
from applications.completeness import apart
from applications.models import Application, Packet
from applications.services import handin as service
from applications.services.standing import packet_findings, refusals
from applications.states import EDITABLE, Actor, State
from applications.views.packet import frame, renew_form
from calls.enums import Sealing
from calls.rules.facts import Finding
from portal import clock
from portal.errors import RuleViolation
from portal.files.services import serve
from portal.form_keys import form_key
from portal.middleware import arrived_at
from portal.numbers import whole_number


@require_http_methods(["GET", "POST"])
def hand_in(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the rules' findings and hand in; a refusal keeps the page and says why."""
    desk = desk_for(request, pk, Actor.FILLER)
    packet = desk.packet
    key, reasons = form_key(request), []
    if request.method == "POST":
        # Without sign-off the draft itself is frozen now: not by a form that has been replaced.
        if not packet.call.signoff and renew_form(request, packet):
            return redirect("applications:hand_in", pk)
        try:
            receipt = service.hand_in(
                packet_id=pk,
                by=desk.user,
                key=key,
                arrived_at=arrived_at(request),
                reasons=_unit_reasons(request),
            )
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            return redirect("applications:receipt", pk, receipt.receipt_number)
    applications = _going_in(packet.call.signoff, desk.packet.shown_applications)
    for application in applications:
        application.packet = packet
    if not applications and not reasons:
        return redirect("applications:packet", pk)
    findings = packet_findings(applications)
    common, own = apart(findings)
    return render(
        request,
        "applications/hand_in.html",
        {
            **frame(packet),
            "applications": applications,
            "common": common,
            "findings": own.items(),
            "blocking": [
                *doors.closed_early(applications, clock.shown()),
                *refusals([*common, *(f for found in own.values() for f in found)]),
            ],
            "to_explain": _to_explain(findings),
            "reasons": reasons,
            "key": key,
            **_scan(packet),
        },
        status=409 if reasons else 200,
    )


def _unit_reasons(request: HttpRequest) -> dict[int, str]:
    """Read what the unit says to in-principle rules: fields reason-<rule>."""
    keys = {name: whole_number(name.removeprefix("reason-")) for name in request.POST}
    return {
        key: request.POST[name].replace("\x00", "")[:1000]
        for name, key in keys.items()
        if key is not None and name.startswith("reason-")
    }


def _going_in(signoff: bool, applications: list[Application]) -> list[Application]:
    ready = {State.SIGNED_OFF, State.SEALED} | (set() if signoff else set(EDITABLE))
    return [a for a in applications if a.state in ready]


def _to_explain(findings: dict[Application, list[Finding]]) -> list[Finding]:
    """Return broken in-principle rules, each once."""
    found = [f for every in findings.values() for f in every if service.needs_reason(f)]
    return list({f.rule.id: f for f in found}.values())


def _scan(packet: Packet) -> dict[str, Any]:
    """Say whether the stamped scan is here, or until when it may follow where one is wanted."""
    if packet.call.sealing != Sealing.SCAN:
        return {}
    if packet.is_scanned:
        return {"scanned": True}
    return {"scan_until": doors.scan_until(packet)}


@require_safe
def receipt(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponse:
    """Show the receipt: number, the database's time, hash of the frozen content."""
    packet = readable_packet(request, pk)
    found = get_object_or_404(packet.handins.select_related("version", "by"), receipt_number=number)
    return render(
        request,
        "applications/receipt.html",
        {
            **frame(packet),
            "receipt": found,
            "batch": batch_of(packet),
            "entries": found.version.content["applications"],
            "document": printing.receipt_document(found),
            "scan_until": doors.scan_until(packet),
            "scan_wanted": packet.call.sealing == Sealing.SCAN
            and not found.version.scans.standing().exists(),
        },
    )


@require_safe
def receipt_pdf(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponseBase:
    """Download the receipt."""
    packet = readable_packet(request, pk)
    found = get_object_or_404(packet.handins, receipt_number=number)
    document = printing.receipt_document(found)
    if document is None or document.file is None:
        raise Http404(_("The receipt is still being printed."))
    return serve(document.file)
