"""Files of an application: upload, download, take away."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications.access import (
    application_for,
    may_read_file,
    readable_packet,
    versions_for,
)
from applications.models import Attachment, Partner, SignedScan
from applications.services import drafting
from applications.states import Actor
from portal.errors import RuleViolation
from portal.face.wording import labelled
from portal.files.services import serve


@require_POST
def upload(request: HttpRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """Add one or several files to a question."""
    desk, application = application_for(request, pk, Actor.FILLER)
    try:
        section, _field = drafting.field_of(desk.packet, application, key)
    except RuleViolation as unknown:
        raise Http404 from unknown
    chosen = request.FILES.getlist("file")
    if not chosen:
        messages.error(request, _("Choose a file first."))
    for one in chosen:
        try:
            drafting.attach(application_id=pk, key=key, upload=one, by=desk.user)
            messages.success(request, _("%(name)s is uploaded.") % {"name": one.name})
        except RuleViolation as refusal:
            for reason in refusal.reasons:
                messages.error(request, labelled(one.name, reason.message))
    return redirect("applications:step", application.pk, section["code"])


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file away from the draft."""
    attachment = get_object_or_404(Attachment, pk=pk)
    desk, application = application_for(request, attachment.application_id, Actor.FILLER)
    try:
        drafting.detach(application_id=application.pk, attachment_id=pk, by=desk.user)
        messages.success(request, _("The file is removed."))
    except RuleViolation as refusal:
        messages.error(request, refusal.reasons[0].message)
    return redirect("applications:step", application.pk, attachment.key.partition(".")[0])


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out a file of a draft to the unit, of a hand-in to staff too."""
    attachment = get_object_or_404(Attachment.objects.select_related("application", "file"), pk=pk)
    packet = readable_packet(request, attachment.application.packet_id)
    if not may_read_file(request, packet, attachment.file):
        raise Http404
    return serve(attachment.file)


@require_safe
def scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out a stamped scan."""
    found = get_object_or_404(SignedScan.objects.select_related("version", "file"), pk=pk)
    packet = readable_packet(request, found.version.packet_id)
    if not versions_for(request, packet).filter(pk=found.version_id).exists():
        raise Http404
    return serve(found.file)


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out the letter of a partner that never registers."""
    partner = get_object_or_404(
        Partner.objects.select_related("application", "letter").exclude(letter=None), pk=pk
    )
    packet = readable_packet(request, partner.application.packet_id)
    assert partner.letter is not None
    if not may_read_file(request, packet, partner.letter):
        raise Http404
    return serve(partner.letter)
