"""Sets the rules of a call: choose a kind by what it does, fill in its form, paste the clause."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from calls.admin.frame import (
    actor,
    require_call,
    seen_in,
    show,
    tell,
    to_overview,
    try_to,
    watch,
    with_summary,
)
from calls.admin.part_forms import PartForm
from calls.models import Call, Rule
from calls.rules import KINDS
from calls.rules.facts import Stage
from calls.rules_forms import RULE_FORMS, RuleParamsForm
from calls.services.declaring import ask_declaration
from calls.services.editing import change_call, last_position
from portal.errors import RuleViolation
from portal.people.models import FactCode

_ABOUT_FACTS = ("yearly_fact", "priority", "not_barred")
_STAGES = (
    (Stage.ELIGIBILITY, gettext_lazy("Who may apply")),
    (Stage.QUOTA, gettext_lazy("How many")),
    (Stage.LIST, gettext_lazy("What a list must be like")),
    (Stage.OBJECT, gettext_lazy("What is applied for, and by whom it is done")),
)


class RuleForm(PartForm):
    """What every rule has: where it holds, how strictly, and the notice's own words."""

    groups = ((gettext_lazy("The rule in the notice"), ("category", "mode", "clause")),)

    class Meta:
        model = Rule
        fields = ("category", "mode", "clause")
        widgets = {"mode": forms.RadioSelect, "clause": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "clause": gettext_lazy("Paste the notice's sentence: a refused person reads it."),
            "mode": gettext_lazy(
                "In principle: whoever breaks it is warned, and you may let it pass with a reason."
            ),
        }


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer the kinds of rules, then the form of the one chosen."""
    call = require_call(request, pk)
    kind = request.GET.get("kind", "")
    if not kind:
        return _choose(request, call)
    if kind not in RULE_FORMS:
        raise Http404
    rule = Rule(call=call, kind=kind, position=last_position(call.rules.all()))
    category = request.GET.get("category", "")
    if category.isdecimal():
        rule.category = get_object_or_404(call.categories, pk=category)
    return _edited(request, call, rule)


def _choose(request: HttpRequest, call: Call) -> HttpResponse:
    stages = [
        (label, [kind for kind in KINDS.values() if kind.stage is stage])
        for stage, label in _STAGES
    ]
    context = {
        "title": _("New rule: what kind?"),
        "stages": stages,
        "category": request.GET.get("category", ""),
    }
    return show(request, "admin/calls/rule_kinds.html", context, call=call)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int, row_pk: int) -> HttpResponse:
    """Change a rule."""
    call = require_call(request, pk)
    return _edited(request, call, get_object_or_404(call.rules, pk=row_pk))


@require_POST
def ask(request: HttpRequest, pk: int, row_pk: int) -> HttpResponse:
    """Put the question into the form that the declaration of a rule lacks."""
    call = require_call(request, pk)
    rule = get_object_or_404(call.rules, pk=row_pk)
    try:
        ask_declaration(call, by=actor(request), rule=rule)
        messages.success(request, _("The form now asks for the declaration."))
    except RuleViolation as refused:
        tell(request, refused)
    return to_overview(call)


def _edited(request: HttpRequest, call: Call, rule: Rule) -> HttpResponse:
    """Show both forms or take both in; what was typed stays when something is refused."""
    data = request.POST or None
    form = RuleForm(data, instance=rule, call=call)
    params = _params_form(data, call, rule)
    with_summary(form, call)
    key = rule.pk

    def fresh() -> list[forms.BaseForm]:
        now = get_object_or_404(call.rules, pk=key)
        return [RuleForm(instance=now, call=call), _params_form(None, call, now)]

    if key is not None:
        watch(form, fresh)
    wanted = request.method == "POST" and not params.asks_for_rows
    if wanted and all([form.is_valid(), params.is_valid()]):

        def write(_locked: Call) -> Any:
            rule.params = params.to_params()
            return form.save()

        def act(summary: str) -> None:
            change_call(
                call,
                by=actor(request),
                part="rule",
                change=write,
                summary=summary,
                seen=seen_in(form, fresh) if key is not None else None,
            )

        if try_to(request, form, act, params, fresh=fresh if key is not None else None):
            return to_overview(call, "rules" if rule.category_id is None else "categories")
    kind = KINDS[rule.kind]
    context = {
        "title": kind.title,
        "lead": kind.explanation,
        "form": form,
        "params": params,
        "rule": rule,
        "no_facts": not params.fact_codes and rule.kind in _ABOUT_FACTS,
    }
    return show(request, "admin/calls/rule.html", context, call=call)


def _params_form(data: Any, call: Call, rule: Rule) -> RuleParamsForm:
    """Build the form of the rule's kind with the yearly facts that the issuer keeps."""
    form_class = RULE_FORMS.get(rule.kind)
    if form_class is None:
        raise Http404
    facts = list(FactCode.objects.filter(issuer=call.issuer_id).values_list("code", "label"))
    initial = form_class.initial_from(rule.params) if rule.params else {}
    return form_class(data, initial=initial, fact_codes=facts)
