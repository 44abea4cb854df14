"""Who may apply, judged from the unit alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.rules.facts import Facts, Finding, RuleSpec, Stage, UnitFacts, Verdict
from calls.rules.kind import (
    BINDS,
    SLUG,
    TEXT,
    TEXTS,
    WHO,
    YEAR,
    Params,
    RuleKind,
    binds,
    is_meant,
    mapping,
    newest,
    out_of_order,
)
from calls.rules.words import all_words, kind_words
from portal.face.wording import listed


def _found(spec: RuleSpec, verdict: Verdict, message: str, *, priority: bool = False) -> Finding:
    return Finding(spec, Stage.ELIGIBILITY, verdict, message, priority=priority)


def judge_kinds(spec: RuleSpec, facts: Facts) -> Finding:
    """Accept units of the named kinds and levels, with the qualifications asked of them."""
    unit, lines = facts.unit, spec.params["any_of"]
    named = {"eligible": all_words(lines), "own": _own_words(unit)}
    if not unit.kind:
        message = _(
            "This category is for %(eligible)s; what your unit is has not been recorded yet."
        )
        return _found(spec, Verdict.UNKNOWN, message % named)
    verdicts = [_has_qualities(line, unit) for line in lines if is_meant(line, unit)]
    if Verdict.YES in verdicts:
        message = _("Your unit is registered as %(own)s; this category is for %(eligible)s.")
        return _found(spec, Verdict.YES, message % named)
    if Verdict.UNKNOWN in verdicts:
        message = _(
            "This category is for %(eligible)s; whether your unit is qualified is not recorded,"
            " so the association will check it."
        )
        return _found(spec, Verdict.UNKNOWN, message % named)
    message = _("Your unit is registered as %(own)s; this category is open to %(eligible)s only.")
    return _found(spec, Verdict.NO, message % named)


def _own_words(unit: UnitFacts) -> str:
    return kind_words(unit.kind, unit.level) if unit.kind else ""


def _has_qualities(line: Mapping[str, Any], unit: UnitFacts) -> Verdict:
    """Judge the facts a line asks for; one that is missing is unknown, not false."""
    verdicts = set()
    for needed in line.get("facts", ()):
        _year, value = newest(unit, needed["code"])
        if value is None:
            verdicts.add(Verdict.UNKNOWN)
        else:
            verdicts.add(Verdict.YES if value in needed["values"] else Verdict.NO)
    if Verdict.NO in verdicts:
        return Verdict.NO
    return Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts else Verdict.YES


def judge_yearly_fact(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Ask for a fact of a year from the units it binds; other units are not asked."""
    unit, params = facts.unit, spec.params
    if unit.kind and not binds(params, unit):
        return None
    year, value = newest(unit, params["code"], params["year"])
    what = {"label": params["label"], "year": year, "value": value}
    if not unit.kind and "binds" in params and value not in params["values"]:
        what["units"] = all_words(params["binds"])
        message = _("%(label)s is asked of %(units)s; what your unit is is not recorded yet.")
        return _found(spec, Verdict.UNKNOWN, message % what)
    if value is None:
        message = (
            _("%(label)s: nothing is recorded, so the association will check it.")
            if year is None
            else _("%(label)s (%(year)s): nothing is recorded, so the association will check it.")
        )
        return _found(spec, Verdict.UNKNOWN, message % what)
    if value in params["values"]:
        return _found(spec, Verdict.YES, _("%(label)s (%(year)s): fulfilled.") % what)
    message = _("%(label)s (%(year)s): not fulfilled by the association's records.")
    return _found(spec, Verdict.NO, message % what)


def judge_priority(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Name the honours that give priority; their absence is never in the way."""
    unit, params = facts.unit, spec.params
    if unit.kind and not binds(params, unit):
        return None
    years = range(params["from_year"], params["to_year"] + 1)
    held = [
        _("%(honour)s (%(year)s)") % {"honour": honour["label"], "year": year}
        for honour in params["honours"]
        for year in years
        if unit.facts.get((honour["code"], year)) == "yes"
    ]
    if held:
        message = _("Supported with priority: %(honours)s.") % {"honours": listed(held)}
        return _found(spec, Verdict.YES, message, priority=True)
    message = _("Priority is given to %(honours)s of %(first)s–%(last)s; none is recorded.") % {
        "honours": listed(honour["label"] for honour in params["honours"]),
        "first": params["from_year"],
        "last": params["to_year"],
    }
    return _found(spec, Verdict.NO, message, priority=True)


def _years_unsound(params: Params) -> str:
    if out_of_order(params, "from_year", "to_year"):
        return _("The last year must not lie before the first.")
    return ""


KINDS = (
    RuleKind(
        "kinds",
        Stage.ELIGIBILITY,
        judge_kinds,
        mapping(("any_of",), any_of=WHO),
        gettext_lazy("Who may apply"),
        gettext_lazy(
            "Kinds of units, each with the levels and the qualifications asked of it; a unit that"
            " fits one line may apply."
        ),
    ),
    RuleKind(
        "yearly_fact",
        Stage.ELIGIBILITY,
        judge_yearly_fact,
        mapping(
            ("code", "year", "values", "label"),
            code=SLUG,
            year={"anyOf": [YEAR, {"type": "null"}]},
            values=TEXTS,
            label=TEXT,
            binds=BINDS,
        ),
        gettext_lazy("Yearly fact of the unit"),
        gettext_lazy(
            "A fact from the register, such as the yearly inspection; without a year the newest"
            " one known counts. What is not recorded is not refused but marked to be checked."
        ),
    ),
    RuleKind(
        "priority",
        Stage.ELIGIBILITY,
        judge_priority,
        mapping(
            ("honours", "from_year", "to_year"),
            honours={
                "type": "array",
                "minItems": 1,
                "items": mapping(("code", "label"), code=SLUG, label=TEXT),
            },
            from_year=YEAR,
            to_year=YEAR,
            binds=BINDS,
        ),
        gettext_lazy("Priority by honours"),
        gettext_lazy("Honours of some years that staff see as a badge; they never refuse anybody."),
        unsound=_years_unsound,
    ),
)
