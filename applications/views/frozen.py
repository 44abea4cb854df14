"""Sign-off, printed form, stamped scan: everything about a frozen version."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import presenting, printing
from applications.access import desk_for, readable_packet, versions_for
from applications.completeness import held_up
from applications.freezing import draft_version
from applications.models import Version
from applications.services import scans, signoff
from applications.states import Actor, State
from applications.views.packet import frame
from portal import clock
from portal.audit.services import record
from portal.documents import word
from portal.documents.models import Document
from portal.errors import RuleViolation
from portal.files.names import clean_name
from portal.files.services import serve
from portal.middleware import arrived_at
from portal.people.models import User

# A form is set in a few seconds; after this many the page says that nobody is setting it.
PATIENCE_SECONDS = 30


class DeclineForm(forms.Form):
    """Why the approver gives the draft back."""

    reason = forms.CharField(
        label=gettext_lazy("What has to be changed?"), widget=forms.Textarea, max_length=1000
    )


@require_http_methods(["GET", "POST"])
def sign_off(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the approver the whole content; sign off freezes it, decline gives it back."""
    desk = desk_for(request, pk, Actor.APPROVER)
    packet = desk.packet
    waiting = [a for a in packet.shown_applications if a.state == State.AWAITING_SIGNOFF]
    declining = request.POST.get("step") == "decline"
    form = DeclineForm(request.POST if declining else None)
    reasons = []
    if request.method == "POST" and (not declining or form.is_valid()):
        try:
            if declining:
                signoff.decline(packet_id=pk, by=desk.user, reason=form.cleaned_data["reason"])
                messages.success(request, _("Given back to the filler."))
            else:
                signoff.sign_off(
                    packet_id=pk,
                    by=desk.user,
                    arrived_at=arrived_at(request),
                    signature=request.FILES.get("signature"),
                )
                messages.success(request, _("Signed off. The form is frozen and being printed."))
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            return redirect("applications:packet", pk)
    elif not waiting:
        messages.info(request, _("Nothing waits for sign-off here."))
        return redirect("applications:packet", pk)
    draft = draft_version(packet)
    return render(
        request,
        "applications/signoff.html",
        {
            **frame(packet),
            "form": form,
            "by_hand": signoff.takes_hand(packet.call),
            "held_up": held_up(waiting),
            "reasons": reasons,
            "plan": presenting.plan_sections(draft),
            "parts": [(a, presenting.application_sections(draft, a)) for a in waiting],
        },
        status=409 if reasons else 200,
    )


@require_POST
def take_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Open a frozen packet for editing again."""
    desk = desk_for(request, pk, Actor.FILLER)
    try:
        signoff.take_back(packet_id=pk, by=desk.user)
        messages.success(request, _("Open for editing again; the next freeze is a new version."))
    except RuleViolation as refusal:
        messages.error(request, refusal.reasons[0].message)
    return redirect("applications:packet", pk)


@require_POST
def preview(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Order a preview of the draft and go to where it will be."""
    desk = desk_for(request, pk, Actor.FILLER)
    printing.order_preview(desk.packet, clock.now())
    return redirect("applications:form", pk)


def _is_silent(document: Document) -> bool:
    """Tell whether a form waits for longer than printing ever takes."""
    waited = clock.now() - document.created_at
    return document.is_waiting and waited.total_seconds() > PATIENCE_SECONDS


@require_safe
def form(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Show how far the printing is and offer the file; htmx asks again while it waits."""
    desk = desk_for(request, pk)
    version = desk.packet.latest_version()
    in_editing = any(a.state in ("draft", "returned") for a in desk.packet.shown_applications)
    if in_editing or version is None:
        document = Document.objects.filter(
            subject_label=printing.label_of_preview(desk.packet)
        ).last()
    else:
        document = printing.form_of(version)
    if document is None:
        raise Http404
    file = printing.file_of(document)
    if file is not None and "download" in request.GET:
        return serve(file)
    template = "applications/_form_work.html" if request.headers.get("HX-Request") else None
    return render(
        request,
        template or "applications/form.html",
        {
            **frame(desk.packet),
            "desk": desk,
            "document": document,
            "version": version,
            "silent": _is_silent(document),
            "takes_scan": desk.seals and scans.takes_scan(desk.packet, clock.now()),
        },
    )


@require_POST
def scan(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the stamped scan and lead on to the hand-in; one of another version is refused.

    Who only keeps the seal, and who sends the scan after the hand-in, sees the overview.
    """
    desk = desk_for(request, pk)
    if not desk.seals:
        raise PermissionDenied
    upload = request.FILES.get("scan")
    if upload is None:
        messages.error(request, _("Choose the scanned file first."))
        return redirect("applications:packet", pk)
    try:
        taken = scans.upload_scan(
            packet_id=pk,
            upload=upload,
            by=desk.user,
            arrived_at=arrived_at(request),
            boxes_there="boxes" in request.POST,
        )
    except RuleViolation as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason.message)
    else:
        if taken.match == "matched":
            messages.success(
                request,
                _("The scan was recognised: version %(no)s.") % {"no": taken.version.no},
            )
        else:
            messages.warning(
                request,
                _(
                    "The portal could not recognise every page of the scan; the association "
                    "compares it by eye."
                ),
            )
        if desk.fills and scans.before_hand_in(desk.packet):
            return redirect("applications:hand_in", pk)
    return redirect("applications:packet", pk)


@require_safe
def version(request: HttpRequest, pk: uuid.UUID, no: int) -> HttpResponse:
    """Show one frozen version as it was signed."""
    packet = readable_packet(request, pk)
    versions = versions_for(request, packet).select_related("form_revision", "by")
    shown = get_object_or_404(versions, no=no)
    parts = {p["id"] for p in shown.content["applications"]}
    applications = [
        a for a in packet.applications.select_related("category__parent") if str(a.pk) in parts
    ]
    return render(
        request,
        "applications/version.html",
        {
            **frame(packet),
            "version": shown,
            "document": printing.form_of(shown),
            "plan": presenting.plan_sections(shown),
            "parts": [(a, presenting.application_sections(shown, a)) for a in applications],
        },
    )


@require_safe
def version_pdf(request: HttpRequest, pk: uuid.UUID, no: int) -> HttpResponseBase:
    """Download the printed form of a version."""
    packet = readable_packet(request, pk)
    asked = get_object_or_404(versions_for(request, packet), no=no)
    document = printing.form_of(asked)
    file = printing.file_of(document) if document else None
    if file is None:
        raise Http404
    _log_download(request, asked)
    return serve(file)


@require_safe
def version_word(request: HttpRequest, pk: uuid.UUID, no: int) -> HttpResponse:
    """Download the form of a version as a Word file, for who must hand on Word.

    Made on the spot from what was frozen: a tenth of a second, and never signed or sealed.
    """
    packet = readable_packet(request, pk)
    asked = get_object_or_404(versions_for(request, packet), no=no)
    document = printing.form_of(asked)
    if document is None or not word.has_word(document):
        raise Http404
    _log_download(request, asked)
    name = content_disposition_header(True, clean_name(word.name_of(document)))
    headers = {"Content-Disposition": name or "attachment", "Cache-Control": "private, no-store"}
    return HttpResponse(word.word_of(document), content_type=word.CONTENT_TYPE, headers=headers)


def _log_download(request: HttpRequest, version: Version) -> None:
    """Write down that somebody outside the unit read the form."""
    assert isinstance(request.user, User)
    packet = version.packet
    if packet.organisation.memberships.filter(user=request.user, ended_at=None).exists():
        return
    record(
        "form_downloaded",
        by=request.user,
        target=version,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
    )
