"""The stamped final accounts as a scan: taken in, handed out to the unit."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications.models import AccountsScan
from applications.services import accounts_scans
from applications.views.projects import deliverable_for
from portal.errors import RuleViolation
from portal.files.services import serve


@require_POST
def upload(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the stamped scan; a scan of another version is refused with the right number."""
    desk, row = deliverable_for(request, pk)
    if not desk.seals:
        raise PermissionDenied
    chosen = request.FILES.get("scan")
    if chosen is None:
        messages.error(request, _("Choose the scanned file first."))
        return redirect("applications:deliverable", pk)
    try:
        taken = accounts_scans.upload_scan(deliverable_id=row.pk, upload=chosen, by=desk.user)
    except RuleViolation as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason.message)
    else:
        if taken.waits:
            messages.warning(
                request,
                _(
                    "The portal could not recognise every page of the scan; the association "
                    "compares it by eye."
                ),
            )
        else:
            messages.success(request, _("The scan was recognised as the right version."))
    return redirect("applications:deliverable", pk)


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out a stamped scan to the unit."""
    found = get_object_or_404(AccountsScan.objects.select_related("version", "file"), pk=pk)
    deliverable_for(request, found.version.deliverable_id)
    return serve(found.file)
