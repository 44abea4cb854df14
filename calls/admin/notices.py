"""Notices that staff write themselves; those of calls and results come from their own pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from calls.admin.frame import actor, show, tell, try_to
from calls.admin.lifecycle import ATTACHMENT_TYPES, IssuerForm
from calls.admin.overview import writable_issuers
from calls.enums import CallState, NoticeKind, NoticeState
from calls.models import Call, Notice, NoticeAttachment
from calls.services.editing import change_notice, create_notice, remove_attachment
from calls.services.notices import attach, publish_notice, withdraw_notice
from portal.errors import RuleViolation
from portal.files.services import store
from portal.numbers import whole_number
from portal.people.access import require_staff
from portal.people.admin_scope import IssuerScopedAdmin
from portal.people.enums import StaffRole
from portal.people.models import StaffPost, User

_BADGES = {
    NoticeState.DRAFT: "warn",
    NoticeState.PUBLISHED: "open",
    NoticeState.WITHDRAWN: "idle",
}


class NewNoticeForm(IssuerForm):
    """What a notice needs to begin with."""

    groups = ((gettext_lazy("Notice"), ("issuer", "title", "number", "body")),)
    title = forms.CharField(label=pgettext_lazy("of a notice", "Title"), max_length=200)
    number = forms.CharField(label=gettext_lazy("Document number"), max_length=60, required=False)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"rows": 24}),
        required=False,
        help_text=gettext_lazy(
            "Plain text: lines that begin with 一、 or （一） become headings, the date at the"
            " end is set as the signature."
        ),
    )


class NoticeForm(forms.ModelForm[Notice]):
    """The text of a notice."""

    groups = ((gettext_lazy("Notice"), ("title", "number", "body")),)

    class Meta:
        model = Notice
        fields = ("title", "number", "body")
        widgets = {"body": forms.Textarea(attrs={"rows": 24})}


def require_notice(request: HttpRequest, pk: int, *, writes: bool = True) -> Notice:
    """Return a notice of the person's own issuer; strangers get 404, officials 403 on writes."""
    notice = Notice.objects.select_related("issuer__organisation", "about").filter(pk=pk).first()
    if notice is None:
        raise Http404
    require_staff(actor(request), notice.issuer, writes=writes)
    return notice


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a general notice; it stays a draft until it is published."""
    issuers = writable_issuers(actor(request))
    if not issuers:
        raise Http404
    form = NewNoticeForm(request.POST or None, issuers=issuers)
    made: list[Notice] = []
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        if try_to(request, form, lambda _s: made.append(create_notice(by=actor(request), **data))):
            return _to(made[0])
    context = {"title": _("New notice"), "form": form, "opts": Notice._meta}
    return show(request, "admin/calls/notice_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a notice, and let its text be changed unless it belongs to a call or is a result."""
    notice = require_notice(request, pk, writes=request.method == "POST")
    call = Call.objects.filter(notice=notice).first()
    form = NoticeForm(request.POST or None, instance=notice)
    writes = _may_write(actor(request), notice)
    frozen = notice.kind in (NoticeKind.RESULT, NoticeKind.PUBLICITY)
    own_text = writes and call is None and not frozen
    if request.method == "POST":
        if not own_text:
            raise Http404
        if form.is_valid() and try_to(
            request,
            form,
            lambda _s: change_notice(notice, by=actor(request), change=lambda _n: form.save()),
        ):
            return _to(notice)
    context = {
        "title": notice.title,
        "opts": Notice._meta,
        "notice": notice,
        "of_call": call,
        "form": form if own_text else None,
        "writes": writes,
        "badge": _BADGES[NoticeState(notice.state)],
        "attachments": notice.attachments.select_related("file"),
        "carries_open_call": call is not None and call.state == CallState.PUBLISHED,
    }
    return show(request, "admin/calls/notice.html", context)


def _may_write(user: User, notice: Notice) -> bool:
    if user.is_superuser:
        return True
    posts = StaffPost.objects.active().filter(user=user, issuer=notice.issuer_id)
    return posts.exclude(role=StaffRole.OFFICIAL).exists()


def _to(notice: Notice) -> HttpResponse:
    return redirect(reverse("admin:calls_notice_editor", args=[notice.pk]))


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish or withdraw a notice, attach a file or take one away."""
    notice = require_notice(request, pk)
    by = actor(request)
    try:
        match request.POST.get("do", ""):
            case "publish":
                if Call.objects.filter(notice=notice).exists():
                    raise RuleViolation([_("This notice carries a call; publish the call.")])
                publish_notice(notice, by=by)
                messages.success(request, _("The notice is published."))
            case "withdraw":
                withdraw_notice(notice, by=by, reason=request.POST.get("reason", ""))
                messages.success(request, _("The notice is withdrawn."))
            case "attach":
                _attach(request, notice)
            case "detach":
                key = request.POST.get("attachment", "")
                found = get_object_or_404(
                    NoticeAttachment, notice=notice, pk=whole_number(key) or 0
                )
                remove_attachment(found, by=by)
                messages.success(request, _("The file is taken away."))
            case _unknown:
                raise Http404
    except RuleViolation as refused:
        tell(request, refused)
    return _to(notice)


def _attach(request: HttpRequest, notice: Notice) -> None:
    upload = request.FILES.get("file")
    if upload is None:
        raise RuleViolation([_("Choose a file first.")])
    stored = store(upload, by=actor(request), allowed=ATTACHMENT_TYPES, purpose="notice")
    title = request.POST.get("title", "")[:120]
    attach(notice, file=stored, title=title, by=actor(request))
    messages.success(request, _("The file is attached."))


@admin.register(Notice)
class NoticeAdmin(IssuerScopedAdmin):
    """Notices of the person's own issuers."""

    list_display = ("title", "kind", "standing", "number", "published_at")
    list_filter = ("kind", "state", "issuer")
    ordering = ("-published_at", "-pk")
    list_select_related = ("issuer__organisation",)
    list_per_page = 50
    # Makes the search box appear; the searching itself is done by get_search_results.
    search_fields = ("title",)
    change_list_template = "admin/calls/notice_list.html"
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave the long columns in the database."""
        return super().get_queryset(request).defer("body", "grams", "rows")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search title and text as the public does."""
        found: Any = queryset
        return found.containing(search_term), False

    def get_urls(self) -> list[URLPattern]:
        """Mount our own pages before those of the model."""
        guard = self.admin_site.admin_view
        return [
            path("new/", guard(new), name="calls_notice_new"),
            path("<int:pk>/editor/", guard(edit), name="calls_notice_editor"),
            path("<int:pk>/do/", guard(act), name="calls_notice_act"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Write a notice on our own page."""
        return redirect(reverse("admin:calls_notice_new"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Change a notice on our own page, which authorises it."""
        if not object_id.isdecimal():
            return redirect(reverse("admin:calls_notice_changelist"))
        return redirect(reverse("admin:calls_notice_editor", args=[int(object_id)]))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Notices are withdrawn, never removed."""
        return False

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def standing(self, notice: Notice) -> str:
        """Say whether the public sees it."""
        return format_html(
            '<span class="badge {}">{}</span>',
            _BADGES[NoticeState(notice.state)],
            notice.get_state_display(),
        )
