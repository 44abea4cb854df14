"""The public pages: object against a list being shown, and look up what became of it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from calls.enums import NoticeState
from portal import clock
from portal.documents.codes import read, shown
from portal.errors import Refusal, RuleViolation
from portal.form_keys import form_key
from portal.middleware import arrived_at
from reviews.models import Publicity
from reviews.objecting.forms import ObjectionForm, ReceiptForm
from reviews.objecting.limits import asks_too_often, files_too_often
from reviews.services import objections


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form and take an objection in; after the end the page says that it is over."""
    publicity = get_object_or_404(
        Publicity.objects.select_related("notice", "call__issuer__organisation"),
        notice=pk,
        notice__state=NoticeState.PUBLISHED,
    )
    sent = request.method == "POST"
    if not publicity.takes_objections(arrived_at(request) if sent else clock.now()):
        return _page(request, publicity, None, status=409 if sent else 200)
    if not sent:
        return _page(request, publicity, ObjectionForm(publicity=publicity))
    form = ObjectionForm(request.POST, request.FILES, publicity=publicity)
    if not form.is_valid():
        return _page(request, publicity, form)
    if files_too_often(request):
        return _page(request, publicity, form, [_too_many()], status=429)
    try:
        _objection, code = objections.file(
            publicity_id=publicity.pk,
            statement=form.statement(),
            uploads=form.cleaned_data["evidence"],
            key=form_key(request),
            arrived_at=arrived_at(request),
        )
    except RuleViolation as refused:
        return _page(request, publicity, form, refused.reasons, status=409)
    return redirect("objections:receipt", shown(code))


def _page(
    request: HttpRequest,
    publicity: Publicity,
    form: ObjectionForm | None,
    reasons: list[Refusal] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "publicity": publicity,
        "notice": publicity.notice,
        "issuer": publicity.call.issuer,
        "contacts": publicity.call.contacts.all(),
        "form": form,
        "key": form_key(request),
        "reasons": reasons or [],
    }
    return render(request, "objecting/file.html", context, status=status)


def _too_many() -> Refusal:
    return Refusal(
        _(
            "Many objections were sent from your network within the hour. Please wait an hour, or"
            " bring the objection by letter."
        )
    )


def _too_often(request: HttpRequest) -> HttpResponse:
    response = render(request, "documents_web/too_often.html", status=429)
    response["Retry-After"] = "60"
    return response


@login_not_required
@never_cache
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a receipt."""
    form = ReceiptForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        if asks_too_often(request):
            return _too_often(request)
        if objections.find(form.cleaned_data["code"]) is not None:
            return redirect("objections:receipt", shown(form.cleaned_data["code"]))
        form.add_error("code", _("No objection has this code."))
    return render(request, "objecting/check.html", {"form": form})


@login_not_required
@never_cache
@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Show an objection's receipt and what became of it, to whoever has its code."""
    if asks_too_often(request):
        return _too_often(request)
    objection = objections.find(code)
    if objection is None:
        raise Http404
    context = {
        "objection": objection,
        "notice": objection.publicity.notice,
        "issuer": objection.publicity.call.issuer,
        "contacts": objection.publicity.call.contacts.all(),
        "code": shown(read(code)),
    }
    return render(request, "objecting/receipt.html", context)
