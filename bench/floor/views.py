"""A cached page, a list, a form and a hand-in with a scan, as short as Django allows."""

import os
import uuid
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_page

from bench.floor.models import Application, HandIn, Scan


@admin.register(Application)
class ApplicationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The bare admin's list of the columns the portal's queue shows."""

    list_display = ("title", "unit", "category", "state", "amount", "handed_in_at")
    list_filter = ("state", "category")
    search_fields = ("title", "unit")


class Step(forms.ModelForm):  # type: ignore[type-arg]
    """A step of a form."""

    class Meta:
        model = Application
        fields = (
            "title",
            "category",
            "amount",
            "purpose",
            "plan",
            "starts_on",
            "ends_on",
            "people",
        )


@cache_page(3600)
def call(request: HttpRequest) -> HttpResponse:
    """Show a page that is the same for all."""
    return render(request, "floor/call.html", {"rows": range(20)})


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """List one's own applications."""
    return render(request, "floor/list.html", {"rows": Application.objects.filter(by=request.user)})


@login_required
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and save a form."""
    application = get_object_or_404(Application, pk=pk, by=request.user)
    form = Step(request.POST or None, instance=application)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("mine")
    return render(request, "floor/form.html", {"form": form})


@login_required
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the scan, then the confirmation; the file is on disk before its row is."""
    application = get_object_or_404(Application, pk=pk, by=request.user)
    if "scan" in request.FILES:
        Scan.objects.create(application=application, name=_kept(request.FILES["scan"]))
        return redirect("hand_in", pk)
    if request.method == "POST":
        with transaction.atomic():
            Application.objects.select_for_update().get(pk=pk)
            HandIn.objects.create(application=application)
            application.state = "submitted"
            application.save(update_fields=["state"])
        return redirect("mine")
    return render(request, "floor/handin.html", {"application": application})


def _kept(scan: UploadedFile) -> str:
    path = Path(settings.MEDIA_ROOT) / f"{uuid.uuid4()}.pdf"
    with path.open("wb") as out:
        for chunk in scan.chunks():
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return path.name
