"""Award notices of a call: made from a published list, sealed, handed out."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from applications.services.countersealing import usable_seals
from applications.views.sealing import SealForm
from calls.models import Call, Notice
from portal.errors import Refusal, RuleViolation
from portal.files.services import serve
from portal.numbers import whole_number
from reviews.access import may_write, require_call
from reviews.awards import file_of
from reviews.models import AwardNotice
from reviews.services import awarding
from reviews.views.pages import actor, back_to, show, tell
from reviews.views.sealing import may_seal


@sensitive_variables()
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the notices of the chosen list, and make, seal or hand them out."""
    sent = request.method == "POST"
    call = require_call(request.user, pk, writes=sent)
    lists = awarding.lists_of(call)
    chosen = _chosen(request, lists)
    if not sent or chosen is None:
        return _page(request, call, lists, chosen)
    asked = request.POST.get("do", "")
    try:
        if asked == "seal":
            return _seal(request, call, lists, chosen)
        _make_or_hand_out(request, call, chosen, asked)
    except RuleViolation as refused:
        tell(request, refused)
    answer = back_to("reviews_awards", call.pk)
    answer["Location"] += f"?list={chosen.pk}"
    return answer


def _chosen(request: HttpRequest, lists: list[Notice]) -> Notice | None:
    """Return the list asked for, else the newest."""
    wanted = whole_number((request.POST.get("list") or request.GET.get("list")) or "")
    return next((one for one in lists if one.pk == wanted), lists[0] if lists else None)


def _make_or_hand_out(request: HttpRequest, call: Call, chosen: Notice, asked: str) -> None:
    by = actor(request)
    if asked == "make":
        number = len(awarding.make(call_id=call.pk, notice_id=chosen.pk, by=by))
        text = ngettext("%(n)d award notice is made.", "%(n)d award notices are made.", number)
    else:
        number = awarding.hand_out(call_id=call.pk, notice_id=chosen.pk, by=by)
        text = ngettext(
            "%(n)d award notice is handed out.", "%(n)d award notices are handed out.", number
        )
    messages.success(request, text % {"n": number})


def _seal(request: HttpRequest, call: Call, lists: list[Notice], chosen: Notice) -> HttpResponse:
    form = SealForm(request.POST, seals=usable_seals(call.issuer))
    if not form.is_valid():
        return _page(request, call, lists, chosen, form)
    try:
        number = awarding.seal(awards=_awards(chosen), by=actor(request), **form.cleaned_data)
    except RuleViolation as refused:
        return _page(request, call, lists, chosen, form, refused.reasons)
    text = ngettext("%(n)d award notice is sealed.", "%(n)d award notices are sealed.", number)
    messages.success(request, text % {"n": number})
    answer = back_to("reviews_awards", call.pk)
    answer["Location"] += f"?list={chosen.pk}"
    return answer


def _awards(notice: Notice) -> list[AwardNotice]:
    rows = AwardNotice.objects.filter(notice=notice)
    return list(rows.select_related("packet__organisation"))


def _page(
    request: HttpRequest,
    call: Call,
    lists: list[Notice],
    chosen: Notice | None,
    form: SealForm | None = None,
    reasons: list[Refusal] | None = None,
) -> HttpResponse:
    awards = _awards(chosen) if chosen else []
    unsealed = {award.pk for award in awarding.unsealed(awards)}
    seals = usable_seals(call.issuer)
    initial = {"place": call.issuer.organisation.region}
    context = {
        "title": _("Award notices"),
        "call": call,
        "lists": lists,
        "chosen": chosen,
        "rows": [(award, file_of(award) is not None, award.pk in unsealed) for award in awards],
        "unsealed": len(unsealed),
        "to_hand_out": sum(award.handed_out_at is None for award in awards),
        "seals": seals,
        "keeps": may_seal(request, call.issuer),
        "form": form or SealForm(seals=seals, initial=initial),
        "reasons": reasons or [],
        "writes": may_write(request.user, call),
    }
    return show(request, "reviews/awards.html", context, status=409 if reasons else 200)


@require_safe
def pdf(request: HttpRequest, pk: int, award_pk: int) -> HttpResponseBase:
    """Hand out one award notice to the association's staff."""
    call = require_call(request.user, pk)
    award = get_object_or_404(AwardNotice, pk=award_pk, notice__about=call)
    file = file_of(award)
    if file is None:
        raise Http404
    return serve(file, inline=True)
