"""What staff allow beyond the notice: exceptions, late doors, an extension for all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from calls.models import Call
from calls.services.exceptions import grant_exception, open_late_door
from calls.services.publish import extend_deadline
from portal.clock import local
from portal.errors import RuleViolation
from portal.people.models import User
from reviews.access import may_write, require_call
from reviews.forms import ExtensionForm, GrantForm, LateDoorForm
from reviews.views.pages import actor, back_to, show, tell

AnyForm = GrantForm | LateDoorForm | ExtensionForm


def _grant(call: Call, data: dict[str, Any], by: User) -> str:
    grant_exception(data["rule"], organisation=data["organisation"], reason=data["reason"], by=by)
    return _("The exception for %(unit)s is written down.") % {"unit": data["organisation"]}


def _open_door(call: Call, data: dict[str, Any], by: User) -> str:
    open_late_door(
        call,
        organisation=data["organisation"],
        until=data["until"],
        reason=data["reason"],
        by=by,
    )
    return _("%(unit)s may hand in until %(when)s.") % {
        "unit": data["organisation"],
        "when": f"{local(data['until']):%m-%d %H:%M}",
    }


def _extend(call: Call, data: dict[str, Any], by: User) -> str:
    only_drafts = data["only_drafts"]
    extend_deadline(
        call, closes_at=data["until"], reason=data["reason"], by=by, only_drafts=only_drafts
    )
    if only_drafts:
        return _("Drafts begun before the deadline have more time; nothing new can be begun.")
    return _("The deadline is extended for all units.")


_DO: dict[str, Callable[[Call, dict[str, Any], User], str]] = {
    "grant": _grant,
    "door": _open_door,
    "extend": _extend,
}


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """List what was allowed and take a new exception, late door or extension."""
    writing = request.method == "POST"
    call = require_call(request.user, pk, writes=writing)
    forms: dict[str, AnyForm] = {
        "grant": GrantForm(call=call),
        "door": LateDoorForm(call=call),
        "extend": ExtensionForm(),
    }
    if writing:
        chosen = request.POST.get("do", "")
        if chosen in _DO:
            forms[chosen] = _bound(chosen, request, call)
            if forms[chosen].is_valid() and _done(request, call, chosen, forms[chosen]):
                return back_to("reviews_exceptions", call.pk)
    context = {
        "title": _("Exceptions and late doors"),
        "call": call,
        "forms": forms,
        "grants": call.grants.select_related("organisation", "rule", "by").order_by("-at"),
        "doors": call.late_doors.select_related("organisation", "by").order_by("-at"),
        "early": call.categories.closing_early(),
        "writes": may_write(request.user, call),
    }
    return show(request, "reviews/exceptions.html", context)


def _bound(chosen: str, request: HttpRequest, call: Call) -> AnyForm:
    if chosen == "grant":
        return GrantForm(request.POST, call=call)
    if chosen == "door":
        return LateDoorForm(request.POST, call=call)
    return ExtensionForm(request.POST)


def _done(request: HttpRequest, call: Call, chosen: str, form: AnyForm) -> bool:
    """Call the service; a refusal is told and leaves the form as it was filled in."""
    data = dict(form.cleaned_data)
    if isinstance(form, ExtensionForm):
        data["until"] = form.closes_at()
    try:
        said = _DO[chosen](call, data, actor(request))
    except RuleViolation as refused:
        tell(request, refused)
        return False
    messages.success(request, said)
    return True
