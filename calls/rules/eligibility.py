"""Who may apply, judged from the unit alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.rules.facts import Facts, Finding, RuleSpec, Stage, UnitFacts, Verdict
from calls.rules.kind import (
    BINDS,
    SLUG,
    TEXT,
    TEXTS,
    USCC,
    WHO,
    YEAR,
    Params,
    RuleKind,
    as_day,
    binds,
    is_meant,
    is_named,
    mapping,
    newest,
    out_of_order,
)
from calls.rules.words import all_words, day, fact_words, kind_words
from portal.face.wording import listed

# More names than these are counted, not listed, in a refusal.
_FEW_NAMES = 5


def _found(
    spec: RuleSpec,
    verdict: Verdict,
    message: str,
    *facts: str,
    priority: bool = False,
) -> Finding:
    return Finding(spec, Stage.ELIGIBILITY, verdict, message, priority=priority, facts=facts)


def judge_kinds(spec: RuleSpec, facts: Facts) -> Finding:
    """Accept units of the named kinds and levels, with the qualifications asked of them."""
    unit, lines = facts.unit, spec.params["any_of"]
    named = {"eligible": all_words(lines), "own": _own_words(unit)}
    if not unit.kind:
        message = _(
            "This category is for %(eligible)s; what your unit is has not been recorded yet."
        )
        return _found(spec, Verdict.UNKNOWN, message % named)
    meant = [line for line in lines if is_meant(line, unit)]
    verdicts = [_has_qualities(line, unit) for line in meant]
    told = (_("Registered as %(own)s.") % named, *_qualities(meant, unit))
    if Verdict.YES in verdicts:
        message = _("Your unit is registered as %(own)s; this category is for %(eligible)s.")
        return _found(spec, Verdict.YES, message % named, *told)
    if Verdict.UNKNOWN in verdicts:
        message = _(
            "This category is for %(eligible)s; whether your unit is qualified is not recorded,"
            " so the association will check it."
        )
        return _found(spec, Verdict.UNKNOWN, message % named, *told)
    message = _("Your unit is registered as %(own)s; this category is open to %(eligible)s only.")
    return _found(spec, Verdict.NO, message % named, *told)


def _qualities(lines: Iterable[Mapping[str, Any]], unit: UnitFacts) -> list[str]:
    """Say what is recorded of the facts these lines ask for."""
    needed = [fact for line in lines for fact in line.get("facts", ())]
    return list(dict.fromkeys(_recorded(f["label"], *newest(unit, f["code"])) for f in needed))


def _recorded(label: str, year: int | None, value: str | None) -> str:
    """Say what the register holds of one fact."""
    words = {"label": label, "year": year, "value": fact_words(value or "")}
    if value is None and year is None:
        return _("%(label)s: nothing is recorded.") % words
    if value is None:
        return _("%(label)s (%(year)s): nothing is recorded.") % words
    return _("%(label)s (%(year)s): %(value)s.") % words


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
    told = _recorded(params["label"], year, value)
    if not unit.kind and "binds" in params and value not in params["values"]:
        what["units"] = all_words(params["binds"])
        message = _("%(label)s is asked of %(units)s; what your unit is is not recorded yet.")
        return _found(spec, Verdict.UNKNOWN, message % what, told)
    if value is None and params.get("absent_ok"):
        message = _("%(label)s: nothing against it is recorded.")
        return _found(spec, Verdict.YES, message % what, told)
    if value is None:
        message = (
            _("%(label)s: nothing is recorded, so the association will check it.")
            if year is None
            else _("%(label)s (%(year)s): nothing is recorded, so the association will check it.")
        )
        return _found(spec, Verdict.UNKNOWN, message % what, told)
    if value in params["values"]:
        return _found(spec, Verdict.YES, _("%(label)s (%(year)s): fulfilled.") % what, told)
    message = _("%(label)s (%(year)s): not fulfilled by the association's records.")
    return _found(spec, Verdict.NO, message % what, told)


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
        return _found(spec, Verdict.YES, message, *held, priority=True)
    message = _("Priority is given to %(honours)s of %(first)s–%(last)s; none is recorded.") % {
        "honours": listed(honour["label"] for honour in params["honours"]),
        "first": params["from_year"],
        "last": params["to_year"],
    }
    return _found(spec, Verdict.NO, message, priority=True)


def judge_named_units(spec: RuleSpec, facts: Facts) -> Finding:
    """Accept only the units named, or everybody but them."""
    unit, lines = facts.unit, spec.params["any_of"]
    named = any(is_named(line, unit) for line in lines)
    if spec.params.get("except"):
        if named:
            message = _("Your unit is among those that may not apply here.")
            return _found(spec, Verdict.NO, message)
        return _found(spec, Verdict.YES, _("Your unit is not among those left out here."))
    if named:
        return _found(spec, Verdict.YES, _("Your unit is named among those that may apply."))
    message = _("Only units named by the notice may apply: %(units)s.")
    return _found(spec, Verdict.NO, message % {"units": _names(lines)})


def _names(lines: Sequence[Mapping[str, Any]]) -> str:
    """Name a few units; a long list stands in the notice."""
    names = [line["name"] for line in lines]
    if len(names) <= _FEW_NAMES:
        return listed(names)
    return _("%(first)s and others, %(count)s in all") % {
        "first": listed(names[:_FEW_NAMES]),
        "count": len(names),
    }


def judge_region(spec: RuleSpec, facts: Facts) -> Finding:
    """Accept units whose region begins as one of those named; none recorded is unknown."""
    region = facts.unit.region.strip()
    words = {"regions": listed(spec.params["any_of"]), "own": region}
    if not region:
        message = _("For units in %(regions)s; where your unit is has not been recorded.")
        return _found(spec, Verdict.UNKNOWN, message % words)
    told = _("Recorded in %(own)s.") % words
    if any(region.startswith(prefix) for prefix in spec.params["any_of"]):
        message = _("Your unit is recorded in %(own)s; this is for units in %(regions)s.")
        return _found(spec, Verdict.YES, message % words, told)
    message = _("Your unit is recorded in %(own)s; this is for units in %(regions)s only.")
    return _found(spec, Verdict.NO, message % words, told)


def judge_not_barred(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Refuse units that are barred until a day, that day included; nothing recorded is fine.

    Of several bans the one that ends last counts. A value that is no day leaves it unknown.
    """
    params = spec.params
    if facts.today is None:
        return None
    values = [value for (code, _year), value in facts.unit.facts.items() if code == params["code"]]
    days = [until for value in values if (until := as_day(value))]
    until = max(days, default=None)
    words = {"label": params["label"], "until": day(until) if until else ""}
    if until and facts.today <= until:
        message = _("%(label)s: your unit may not apply until %(until)s.") % words
        return _found(spec, Verdict.NO, message, _("%(label)s: until %(until)s.") % words)
    if len(days) < len(values):
        message = _("%(label)s: the day recorded cannot be read; the association will check it.")
        return _found(spec, Verdict.UNKNOWN, message % words)
    if until:
        message = _("%(label)s: ended on %(until)s.") % words
        return _found(spec, Verdict.YES, message, message)
    return _found(spec, Verdict.YES, _("%(label)s: nothing against it is recorded.") % words)


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
            # Nothing recorded counts as fulfilled: what is overdue, sanctions.
            absent_ok={"type": "boolean"},
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
    RuleKind(
        "named_units",
        Stage.ELIGIBILITY,
        judge_named_units,
        mapping(
            ("any_of",),
            any_of={
                "type": "array",
                "minItems": 1,
                "items": mapping(("name",), name=TEXT, uscc=USCC),
            },
            **{"except": {"type": "boolean"}},
        ),
        gettext_lazy("Units by name"),
        gettext_lazy(
            "Only the units named may apply, or all but them. A unit is recognised by its unified"
            " code where both have one, otherwise by its exact name."
        ),
    ),
    RuleKind(
        "region",
        Stage.ELIGIBILITY,
        judge_region,
        mapping(("any_of",), any_of=TEXTS),
        gettext_lazy("Region of the unit"),
        gettext_lazy("The unit's region begins with one of these, such as 吉林省 or 嘉兴市."),
    ),
    RuleKind(
        "not_barred",
        Stage.ELIGIBILITY,
        judge_not_barred,
        mapping(("code", "label"), code=SLUG, label=TEXT),
        gettext_lazy("Not barred"),
        gettext_lazy(
            "A fact from the register says until which day, that day included, a unit may not"
            " apply; what is not recorded bars nobody."
        ),
    ),
)
