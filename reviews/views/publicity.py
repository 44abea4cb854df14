"""The publicity of a call: show a list, watch it, call it off, announce it; approve a proposal."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls.models import Call
from portal import clock
from portal.errors import RuleViolation
from portal.numbers import whole_number
from reviews import public_list, results
from reviews.access import may_write, require_call
from reviews.board import (
    board_of,
    fingerprint,
    refusals_to_publish,
    rule_of,
    selects_nobody,
    warnings,
)
from reviews.forms import SendBackForm, WithdrawListForm
from reviews.models import Publicity
from reviews.services import approving, publicising
from reviews.services.deciding import is_approved
from reviews.views import last_look
from reviews.views.pages import actor, back_to, show, tell


def _publicity(call: Call) -> Publicity | None:
    """Return the list a call's page is about: the newest one."""
    return call.publicities.select_related("notice", "by").first()


@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the list, how each project on it stands, and the objections."""
    call = require_call(request.user, pk)
    publicity = _publicity(call)
    context = {
        "title": _("Publicity and objections"),
        "call": call,
        "rule": rule_of(call),
        "publicity": publicity,
        "earlier": call.publicities.select_related("notice")[1:],
        "writes": may_write(request.user, call),
        "now": clock.now(),
    }
    if publicity is not None:
        decisions = publicising.to_announce(publicity, board_of(call))
        context |= {
            "over": publicity.is_over(clock.now()),
            "entries": publicity.entries.select_related(
                "application__packet__organisation", "application__category"
            ),
            "objections": publicity.objections.select_related("entry__application"),
            "in_the_way": publicising.refusals_to_announce(publicity, decisions),
            "form": WithdrawListForm(),
        }
    return show(request, "reviews/publicity.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def publicise(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the list as the public will see it, with its dates, and put it before the public."""
    call = require_call(request.user, pk, writes=True)
    rule = rule_of(call)
    board = board_of(call)
    decisions = board.to_publish
    if rule is None or (decisions and selects_nobody(decisions)):
        return back_to("reviews_publish", call.pk)
    form = last_look.form_of(request, decisions, public_list.title_of(call))
    answer = last_look.put_out(
        request, call, form, partial(publicising.publicise, call_id=call.pk),
        said=_("Shown to the public: %(title)s"), refused_to="reviews_deciding",
        done_to="reviews_publicity",
    )  # fmt: skip
    if answer is not None:
        return answer
    period = publicising.period_from_now(rule)
    columns, groups = public_list.columns_and_groups(board, decisions)
    context = {
        "title": _("Show the list to the public"),
        "call": call,
        "rule": rule,
        "period": period,
        "form": form,
        "columns": columns,
        "list": groups,
        "sentence": public_list.body_of(call, rule, period),
        "in_the_way": [
            *refusals_to_publish(board),
            *publicising.refusals_of_period(period),
            *_unapproved(call, fingerprint(decisions)),
        ],
        "warnings": warnings(board),
    }
    return show(request, "reviews/publicise.html", context)


def _unapproved(call: Call, seen: str) -> list[str]:
    if call.two_deciders and not is_approved(call, seen):
        return [_("A second person has not approved this list yet.")]
    return []


@require_POST
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the list as wrong, with a reason."""
    call = require_call(request.user, pk, writes=True)
    publicity, form = _publicity(call), WithdrawListForm(request.POST)
    if publicity is None or not form.is_valid():
        messages.error(request, _("Say why the publicity is called off."))
        return back_to("reviews_publicity", call.pk)
    try:
        publicising.call_off(
            publicity_id=publicity.pk, by=actor(request), reason=form.cleaned_data["reason"]
        )
        messages.success(request, _("The list is withdrawn; decide anew and show it again."))
    except RuleViolation as refused:
        tell(request, refused)
    return back_to("reviews_publicity", call.pk)


@require_POST
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one project off the list, as when its unit gives it up."""
    call = require_call(request.user, pk, writes=True)
    publicity, chosen = _publicity(call), whole_number(request.POST.get("entry", ""))
    if publicity is None or not publicity.entries.filter(pk=chosen or 0).exists():
        messages.error(request, _("Choose the project."))
        return back_to("reviews_publicity", call.pk)
    try:
        entry = publicising.strike(
            publicity_id=publicity.pk,
            entry_id=chosen or 0,
            by=actor(request),
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, _("Struck from the list: %(title)s") % {"title": entry})
    except RuleViolation as refused:
        tell(request, refused)
    return back_to("reviews_publicity", call.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what would be announced now, and announce it."""
    call = require_call(request.user, pk, writes=True)
    publicity = _publicity(call)
    if publicity is None:
        return back_to("reviews_publicity", call.pk)
    board = board_of(call)
    decisions = publicising.to_announce(publicity, board)
    shown = last_look.result_shown(call, board, decisions)
    further = not publicity.is_running
    title = results.default_title(call, further=further, nobody=shown["nobody"])
    form = last_look.form_of(request, decisions, title)
    answer = last_look.put_out(
        request, call, form, partial(publicising.announce, publicity_id=publicity.pk),
        said=_("Published: %(title)s"), refused_to="reviews_publicity",
        done_to="reviews_publicity",
    )  # fmt: skip
    if answer is not None:
        return answer
    context = {
        **shown,
        "title": _("Announce the list"),
        "call": call,
        "publicity": publicity,
        "form": form,
        "in_the_way": publicising.refusals_to_announce(publicity, decisions),
    }
    return show(request, "reviews/announce.html", context)


@require_POST
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose the list, approve it as a second person, or send it back."""
    call = require_call(request.user, pk, writes=True)
    asked, by = request.POST.get("do", ""), actor(request)
    seen = request.POST.get("seen", "")[:64]
    try:
        if asked == "propose":
            approving.propose(call_id=call.pk, seen=seen, by=by)
            messages.success(request, _("The list waits for a second person's approval."))
        elif asked == "approve":
            approving.approve(call_id=call.pk, seen=seen, by=by)
            messages.success(request, _("The list is approved and can be published."))
        else:
            form = SendBackForm(request.POST)
            reason = form.cleaned_data["reason"] if form.is_valid() else ""
            approving.send_back(call_id=call.pk, seen=seen, by=by, reason=reason)
            messages.success(request, _("The list is sent back."))
    except RuleViolation as refused:
        tell(request, refused)
    return back_to("reviews_deciding", call.pk)
