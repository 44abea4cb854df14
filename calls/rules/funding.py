"""How much may be applied for, held against what the category gives."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.rules.facts import Facts, Finding, RuleSpec, Stage, Verdict
from calls.rules.kind import PERCENT, Params, RuleKind, as_amount, mapping
from calls.rules.words import yuan

EQUALS, AT_LEAST = BUDGETS = ("equals", "at_least")


def judge_amount(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Hold the amount against the category's money, and the budget against the amount."""
    answers = facts.answers or {}
    amount = as_amount(answers.get("amount"))
    if amount is None:
        return None
    least, most = spec.bounds.get(facts.category_path[-1], (None, None))
    message = _outside(amount, least, most) or _budget_differs(
        spec.params.get("budget", ""), amount, answers.get("budget")
    )
    if message:
        return Finding(spec, Stage.OBJECT, Verdict.NO, message)
    message = _("Amount applied for: %(amount)s yuan.") % {"amount": yuan(amount)}
    return Finding(spec, Stage.OBJECT, Verdict.YES, message)


def _outside(amount: Decimal, least: Decimal | None, most: Decimal | None) -> str:
    words = {
        "amount": yuan(amount),
        "least": yuan(least) if least is not None else "",
        "most": yuan(most) if most is not None else "",
    }
    if least is not None and least == most and amount != least:
        message = _("This category gives %(least)s yuan for each; %(amount)s yuan are applied for.")
        return message % words
    if least is not None and amount < least:
        return _("At least %(least)s yuan; %(amount)s yuan are applied for.") % words
    if most is not None and amount > most:
        return _("At most %(most)s yuan; %(amount)s yuan are applied for.") % words
    return ""


def bounds_in_words(least: Decimal | None, most: Decimal | None) -> str:
    """Say how much may be applied for in a category, in yuan; nothing where nothing is set."""
    words = {
        "least": yuan(least) if least is not None else "",
        "most": yuan(most) if most is not None else "",
    }
    if least is not None and least == most:
        return _("This category gives %(least)s yuan for each.") % words
    if least is not None and most is not None:
        return _("In this category %(least)s to %(most)s yuan.") % words
    if most is not None:
        return _("In this category at most %(most)s yuan.") % words
    return _("In this category at least %(least)s yuan.") % words if least is not None else ""


def _budget_differs(mode: str, amount: Decimal, rows: object) -> str:
    if not mode or not isinstance(rows, list):
        return ""
    total = sum((as_amount(row.get("amount")) or Decimal(0) for row in rows), Decimal(0))
    words = {"total": yuan(total), "amount": yuan(amount)}
    if mode == EQUALS and total != amount:
        return (
            _("The budget comes to %(total)s yuan, the amount applied for is %(amount)s yuan.")
            % words
        )
    if mode == AT_LEAST and total < amount:
        return (
            _("The budget comes to %(total)s yuan, less than the %(amount)s yuan applied for.")
            % words
        )
    return ""


def judge_cost_share(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Hold the amount against a share of the project's whole cost."""
    answers = facts.answers or {}
    amount, cost = as_amount(answers.get("amount")), as_amount(answers.get("total_cost"))
    if amount is None or cost is None:
        return None
    share = int(spec.params["max_percent"])
    words = {"share": share, "amount": yuan(amount), "cost": yuan(cost)}
    told = (
        _("Amount applied for: %(amount)s yuan.") % words,
        _("Total cost: %(cost)s yuan.") % words,
    )
    if amount * 100 <= cost * share:
        message = _("%(amount)s of %(cost)s yuan, at most %(share)s %% of the total cost.") % words
        return Finding(spec, Stage.OBJECT, Verdict.YES, message, facts=told)
    message = (
        _("%(amount)s yuan are more than %(share)s %% of the total cost of %(cost)s yuan.") % words
    )
    return Finding(spec, Stage.OBJECT, Verdict.NO, message, facts=told)


def judge_matching(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Ask for matching funds of such a share of the amount applied for."""
    answers = facts.answers or {}
    amount, matching = as_amount(answers.get("amount")), as_amount(answers.get("matching"))
    if amount is None or matching is None:
        return None
    share = int(spec.params["min_percent"])
    words = {"share": share, "amount": yuan(amount), "matching": yuan(matching)}
    told = (
        _("Amount applied for: %(amount)s yuan.") % words,
        _("Matching funds: %(matching)s yuan.") % words,
    )
    if matching * 100 >= amount * share:
        message = (
            _(
                "Matching funds of %(matching)s yuan, at least %(share)s %% of the amount applied"
                " for."
            )
            % words
        )
        return Finding(spec, Stage.OBJECT, Verdict.YES, message, facts=told)
    message = (
        _(
            "Matching funds of %(matching)s yuan are less than %(share)s %% of the %(amount)s yuan"
            " applied for."
        )
        % words
    )
    return Finding(spec, Stage.OBJECT, Verdict.NO, message, facts=told)


def _cost_share_roles(params: Params) -> frozenset[str]:
    return frozenset({"amount", "total_cost"})


def _matching_roles(params: Params) -> frozenset[str]:
    return frozenset({"amount", "matching"})


def _amount_roles(params: Params) -> frozenset[str]:
    return frozenset({"amount", "budget"} if "budget" in params else {"amount"})


KINDS = (
    RuleKind(
        "amount",
        Stage.OBJECT,
        judge_amount,
        mapping((), budget={"enum": list(BUDGETS)}),
        gettext_lazy("Amount applied for"),
        gettext_lazy(
            "Must be what the category gives, or lie in its range; the figures stand on the"
            " category. The budget may be held against it."
        ),
        roles=_amount_roles,
    ),
    RuleKind(
        "cost_share",
        Stage.OBJECT,
        judge_cost_share,
        mapping(("max_percent",), max_percent=PERCENT),
        gettext_lazy("Share of the cost"),
        gettext_lazy("The amount is at most such a share of the project's total cost."),
        roles=_cost_share_roles,
    ),
    RuleKind(
        "matching",
        Stage.OBJECT,
        judge_matching,
        mapping(("min_percent",), min_percent={"type": "integer", "minimum": 1, "maximum": 1000}),
        gettext_lazy("Matching funds"),
        gettext_lazy("Matching funds come to at least such a share of the amount applied for."),
        roles=_matching_roles,
    ),
)
