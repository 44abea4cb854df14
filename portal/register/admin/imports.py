"""Lists from spreadsheets: template, upload, differences, yes, report."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from portal.errors import Refusal, RuleViolation
from portal.people.admin_scope import IssuerScopedAdmin
from portal.people.models import Invitation, Issuer
from portal.register.admin.forms import IssuerForm, UploadForm
from portal.register.admin.scope import actor, fetch, show, working_issuers
from portal.register.imports import facts, runs, units, workbook
from portal.register.models import ImportKind, ImportRun

PER_PAGE = 100


@admin.register(ImportRun)
class ImportRunAdmin(IssuerScopedAdmin):
    """Uploaded lists, what they would do and what they did."""

    issuer_lookup = "issuer"
    list_display = ["filename", "kind", "issuer", "by", "created_at", "applied_at"]
    list_filter = ["kind", "issuer"]
    list_select_related = ["issuer__organisation", "by"]
    change_list_template = "admin/register/import_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A run begins with an upload on its own page."""
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a run as differences or report, not as a form."""
        return redirect(
            "admin:register_importrun_diff", fetch(self, request, object_id, writes=False).pk
        )

    def get_urls(self) -> list[URLPattern]:
        """Add template, upload and differences."""
        wrap = self.admin_site.admin_view
        return [
            path(f"{address}/", wrap(view), name=f"register_importrun_{name}")
            for address, view, name in (
                ("<str:kind>/template", self.template_view, "template"),
                ("<str:kind>/upload", self.upload_view, "upload"),
                ("<uuid:pk>/diff", self.diff_view, "diff"),
            )
        ] + super().get_urls()

    def template_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Hand out the spreadsheet to fill in; facts' columns are the chosen association's."""
        self._require_work(request)
        form = IssuerForm(request.GET, issuers=working_issuers(request))
        if not form.is_valid():
            raise Http404
        kind = _kind(kind)
        content = _template(kind, form.cleaned_data["issuer"])
        name = _("%(list)s (template).xlsx") % {"list": kind.label}
        response = HttpResponse(content, content_type=workbook.XLSX)
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return response

    def upload_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Take a filled spreadsheet; nothing is written to the register yet."""
        self._require_work(request)
        kind = _kind(kind)
        issuers = working_issuers(request)
        form = UploadForm(request.POST or None, request.FILES or None, issuers=issuers)
        reasons: list[Refusal] = []
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                run = runs.begin(
                    by=actor(request),
                    issuer=form.cleaned_data["issuer"],
                    kind=kind,
                    filename=file.name or "",
                    file=file,
                )
            except RuleViolation as refusal:
                reasons = refusal.reasons
            else:
                return redirect("admin:register_importrun_diff", run.pk)
        context = {"form": form, "reasons": reasons, "issuers": issuers, "kind": kind}
        title = _("Import: %(list)s") % {"list": kind.label}
        return show(self, request, "upload", title, context)

    def diff_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Show what the list would do, apply it on the yes, then show what it did."""
        run: ImportRun = fetch(self, request, pk, writes=request.method == "POST")
        reasons: list[Refusal] = []
        if request.method == "POST":
            try:
                runs.confirm(by=actor(request), run=run, shown=request.POST.get("shown", ""))
            except RuleViolation as refusal:
                reasons = refusal.reasons
            else:
                self.message_user(request, _("The list has been taken over."), messages.SUCCESS)
                return redirect("admin:register_importrun_diff", run.pk)
        if run.applied_at is not None:
            return self._report(request, run)
        planned = runs.plan(run)
        outcome = request.GET.get("outcome", "")
        chosen = [one for one in planned if outcome in ("", one.outcome.value)]
        counts = Counter(str(one.outcome.value) for one in planned)
        context = {
            "run": run,
            "is_units": run.kind == ImportKind.UNITS,
            "counts": [(kind, counts[kind.value]) for kind in _outcomes(run) if counts[kind.value]],
            "total": len(planned),
            "outcome": outcome,
            "page": Paginator(chosen, PER_PAGE).get_page(request.GET.get("page")),
            "shown": runs.fingerprint(planned),
            "writes": any(counts[kind.value] for kind in _WRITING),
            "may_confirm": self.has_change_permission(request, run),
            "reasons": reasons,
        }
        return show(
            self, request, "diff", _("Differences: %(file)s") % {"file": run.filename}, context
        )

    def _report(self, request: HttpRequest, run: ImportRun) -> HttpResponse:
        labels = {kind.value: kind.label for kind in _outcomes(run)}
        to_print = Invitation.objects.filter(
            pk__in=run.report.get("to_print", []), accepted_at=None, revoked_at=None
        ).select_related("organisation")
        context = {
            "run": run,
            "counts": [
                (labels.get(key, key), count) for key, count in run.report["counts"].items()
            ],
            "invited": run.report.get("invited", 0),
            "to_print": [invitation.organisation for invitation in to_print],
            "list_url": reverse(
                "admin:people_organisation_changelist"
                if run.kind == ImportKind.UNITS
                else "admin:people_yearlyfact_changelist"
            ),
        }
        return show(
            self, request, "report", _("Report: %(file)s") % {"file": run.filename}, context
        )

    def _require_work(self, request: HttpRequest) -> None:
        """Let staff pass who do more than read for some association."""
        allowed = request.user.has_perm("register.add_importrun")
        if not allowed or not working_issuers(request).exists():
            raise PermissionDenied


_WRITING = frozenset(
    {
        units.Outcome.NEW,
        units.Outcome.JOINS,
        units.Outcome.CHANGED,
        facts.Outcome.NEW,
        facts.Outcome.CHANGED,
    }
)


def _kind(text: str) -> ImportKind:
    if text not in ImportKind:
        raise Http404
    return ImportKind(text)


def _outcomes(run: ImportRun) -> list[units.Outcome] | list[facts.Outcome]:
    return list(units.Outcome) if run.kind == ImportKind.UNITS else list(facts.Outcome)


def _template(kind: ImportKind, issuer: Issuer) -> bytes:
    if kind == ImportKind.UNITS:
        return workbook.template(_("Units"), units.columns(), units.notes())
    return workbook.template(_("Yearly facts"), facts.columns(issuer), facts.notes())
