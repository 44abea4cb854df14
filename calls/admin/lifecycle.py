"""Begins, publishes, copies and puts away calls, and takes them in and out as files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls.admin.fields import InstantField
from calls.admin.frame import (
    actor,
    require_call,
    saved,
    seen_in,
    show,
    tell,
    to_overview,
    try_to,
    watch,
    with_summary,
)
from calls.admin.overview import located, writable_issuers
from calls.admin.settings_forms import SETTINGS
from calls.callfile import read_call, write_call
from calls.enums import CallState
from calls.explained import since
from calls.models import Call
from calls.publish_check import problems
from calls.services.clone import clone_call, proposed_date
from calls.services.editing import change_call, create_call, delete_draft
from calls.services.notices import attach
from calls.services.publish import archive_call, publish_call
from portal import clock
from portal.errors import RuleViolation
from portal.files.services import store
from portal.people.models import Issuer

# What may be attached to a notice.
ATTACHMENT_TYPES = ("pdf", "docx", "xlsx", "jpg", "png")
CALL_FILE_BYTES = 512 * 1024


class IssuerForm(forms.Form):
    """Asks for whom, where the person works for several associations."""

    groups: Any = ()
    issuer = forms.ModelChoiceField(
        Issuer.objects.none(), label=gettext_lazy("Association"), empty_label=None
    )

    def __init__(self, *args: Any, issuers: list[Issuer], **kwargs: Any) -> None:
        """Offer the given associations; a single one is not asked for."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["issuer"]
        field.queryset = Issuer.objects.filter(pk__in=[one.pk for one in issuers])
        if len(issuers) == 1:
            field.initial, field.widget = issuers[0].pk, forms.HiddenInput()


class NewCallForm(IssuerForm):
    """What a call needs to begin with."""

    groups = ((gettext_lazy("New call"), ("issuer", "title", "year", "opens_at", "closes_at")),)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2000, max_value=2100)
    opens_at = InstantField(end=False, label=gettext_lazy("Applications open"))
    closes_at = InstantField(end=True, label=gettext_lazy("Applications close"))


class ImportForm(IssuerForm):
    """A call file."""

    groups = ((gettext_lazy("Call file"), ("issuer", "file")),)
    file = forms.FileField(
        label=gettext_lazy("Call file (.yaml)"),
        help_text=gettext_lazy("Written by “Export”, or by hand as docs/call-files.md says."),
    )

    def clean_file(self) -> str:
        """Return the text of the file."""
        upload = self.cleaned_data["file"]
        if upload.size > CALL_FILE_BYTES:
            raise forms.ValidationError(_("The file is too large for a call file."))
        try:
            text: str = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is not a text in UTF-8.")) from None
        return text


class CloneForm(forms.Form):
    """The dates of the new call, and the number of each edition that is counted."""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2000, max_value=2100)
    code = forms.SlugField(
        label=gettext_lazy("Short name in files and addresses"),
        max_length=60,
        help_text=gettext_lazy("Letters, figures and hyphens."),
    )
    opens_at = InstantField(end=False, label=gettext_lazy("Applications open"))
    closes_at = InstantField(end=True, label=gettext_lazy("Applications close"))

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        """Propose the next year, its dates and, for every category with an edition, the next."""
        super().__init__(*args, **kwargs)
        self.counted = [one for one in call.categories.all() if one.edition]
        year = call.year + 1
        old = str(call.year)
        code = call.code.replace(old, str(year)) if old in call.code else f"{call.code}-{year}"
        self.initial = {
            "opens_at": proposed_date(call.opens_at, end=False),
            "closes_at": proposed_date(call.closes_at, end=True),
            **self.initial,
            "year": year,
            "code": code,
        }
        for category in self.counted:
            self.fields[f"edition_{category.pk}"] = forms.IntegerField(
                label=_("“%(category)s” will be edition") % {"category": category.title},
                initial=(category.edition or 0) + 1,
                min_value=1,
                max_value=999,
            )
        editions = tuple(f"edition_{one.pk}" for one in self.counted)
        self.groups: Any = (
            (_("The new call"), ("year", "code", "opens_at", "closes_at")),
            *(((_("Editions"), editions),) if editions else ()),
        )

    def editions(self) -> dict[str, int]:
        """Return the new edition by category code."""
        return {one.code: self.cleaned_data[f"edition_{one.pk}"] for one in self.counted}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a call; everything else is entered on its overview."""
    issuers = _own_issuers(request)
    initial = {"year": clock.today().year}
    form = NewCallForm(request.POST or None, issuers=issuers, initial=initial)
    made: list[Call] = []
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in form.cleaned_data}
        if try_to(request, form, lambda _s: made.append(create_call(by=actor(request), **data))):
            return to_overview(made[0])
    submit = _("Make the draft")
    context = {"title": _("New call"), "form": form, "submit": submit, "can_import": True}
    return show(request, "admin/calls/lone_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Make a draft call from a call file; every fault is named with its line."""
    issuers = _own_issuers(request)
    form = ImportForm(request.POST or None, request.FILES or None, issuers=issuers)
    made: list[Call] = []
    if request.method == "POST" and form.is_valid():
        text, issuer = form.cleaned_data["file"], form.cleaned_data["issuer"]
        if try_to(
            request,
            form,
            lambda _s: made.append(read_call(text, issuer=issuer, by=actor(request))),
        ):
            return to_overview(made[0])
    context = {"title": _("Import a call file"), "form": form, "submit": _("Import")}
    return show(request, "admin/calls/lone_form.html", context)


def _own_issuers(request: HttpRequest) -> list[Issuer]:
    """Return the issuers the person writes for; 404 for a person who writes for none."""
    issuers = writable_issuers(actor(request))
    if not issuers:
        raise Http404
    return issuers


@require_safe
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the call as a call file."""
    call = require_call(request, pk, writes=False)
    response = HttpResponse(write_call(call), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{call.code}.yaml"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Change one group of the call's own settings."""
    call = require_call(request, pk)
    if slug not in SETTINGS:
        raise Http404
    form = SETTINGS[slug](request.POST or None, call=call)
    with_summary(form, call)

    def fresh() -> list[forms.BaseForm]:
        return [SETTINGS[slug](call=require_call(request, pk))]

    watch(form, fresh)
    if request.method == "POST" and form.is_valid():

        def write(summary: str) -> None:
            change_call(
                call,
                by=actor(request),
                part=slug,
                change=lambda locked: saved(SETTINGS[slug](request.POST, call=locked)),
                summary=summary,
                seen=seen_in(form, fresh),
            )

        if try_to(request, form, write, fresh=fresh):
            return to_overview(call, "settings")
    context = {"title": form.title, "form": form, "lead": form.lead}
    return show(request, "admin/calls/settings.html", context, call=call)


@require_POST
def add_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach an uploaded file to the call's notice."""
    call = require_call(request, pk)
    upload = request.FILES.get("file")
    title = request.POST.get("title", "")[:120]
    try:
        if upload is None:
            raise RuleViolation([_("Choose a file first.")])
        stored = store(upload, by=actor(request), allowed=ATTACHMENT_TYPES, purpose="notice")
        change_call(
            call,
            by=actor(request),
            part="attachment",
            change=lambda locked: attach(
                locked.notice, file=stored, title=title, by=actor(request)
            ),
            summary=_("Attachment added: %(title)s") % {"title": title or stored.name},
        )
        messages.success(request, _("The file is attached."))
    except RuleViolation as refused:
        tell(request, refused)
    return to_overview(call, "attachments")


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the check finds; put the call before the public once every doubt is ticked."""
    call = require_call(request, pk)
    if call.state != CallState.DRAFT:
        return to_overview(call)
    ticked = set(request.POST.getlist("confirmed"))
    refused: RuleViolation | None = None
    if request.method == "POST":
        try:
            publish_call(call, by=actor(request), confirmed=ticked)
        except RuleViolation as violation:
            refused = violation
        else:
            messages.success(request, _("The call is published."))
            return to_overview(call)
    found = problems(call)
    context = {
        "title": _("Check and publish"),
        "errors": [located(call, problem) for problem in found if problem.blocks],
        "warnings": [located(call, problem) for problem in found if not problem.blocks],
        "ticked": ticked,
        "opens": since(call.opens_at),
        "early": call.categories.closing_early(),
        "refused": refused,
    }
    return show(request, "admin/calls/publish.html", context, call=call)


@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a closed call away."""
    call = require_call(request, pk)
    try:
        archive_call(call, by=actor(request))
        messages.success(request, _("The call is archived."))
    except RuleViolation as refused:
        tell(request, refused)
    return to_overview(call)


@require_http_methods(["GET", "HEAD", "POST"])
def clone(request: HttpRequest, pk: int) -> HttpResponse:
    """Make this year's draft from the call."""
    call = require_call(request, pk)
    form = CloneForm(request.POST or None, call=call)
    made: list[Call] = []
    if request.method == "POST" and form.is_valid():
        given = {key: form.cleaned_data[key] for key in ("year", "code", "opens_at", "closes_at")}
        if try_to(
            request,
            form,
            lambda _s: made.append(
                clone_call(call, by=actor(request), editions=form.editions(), **given)
            ),
        ):
            return to_overview(made[0])
    context = {
        "title": _("Copy as a new call"),
        "form": form,
        "submit": _("Copy"),
        "lead": _(
            "Categories, rules, form, words and contacts are copied. The dates proposed are those"
            " of a year ago; correct them. Process dates move as far as the deadline does; windows"
            " such as 8–10月 move to their next occurrence. Attachments and the document number"
            " stay behind. Read the copy through before you publish it."
        ),
    }
    return show(request, "admin/calls/settings.html", context, call=call)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then remove a draft that was never published."""
    call = require_call(request, pk)
    if request.method == "POST":
        try:
            delete_draft(call, by=actor(request))
        except RuleViolation as refused:
            tell(request, refused)
            return to_overview(call)
        messages.success(request, _("The draft is removed."))
        return redirect(reverse("admin:calls_call_changelist"))
    context = {
        "title": _("Remove “%(title)s”?") % {"title": call.title},
        "row": call,
        "is_draft": call.state == CallState.DRAFT,
    }
    return show(request, "admin/calls/remove.html", context, call=call)
