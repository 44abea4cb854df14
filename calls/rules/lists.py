"""What a whole list must be like: a recommending unit's list, or the applications of one plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.rules.facts import Finding, ListEntry, ListFacts, RuleSpec, Stage, Verdict
from calls.rules.kind import (
    BINDS,
    COUNT,
    DAY,
    FACT_LIMITS,
    LIMIT_OR_NONE,
    NAMED_LIMITS,
    NUMBER_LIMIT,
    PERCENT,
    PERSON_COLUMN,
    ROLE,
    TEXT,
    TEXTS,
    Params,
    RuleKind,
    as_day,
    binds,
    fact_of_limit,
    judged_as_list,
    limit_for,
    limits_unknown,
    mapping,
    not_recorded,
    number_unsound,
    out_of_order,
)
from calls.rules.persons import born_of, column_of, people_in
from calls.rules.quota import CATEGORY, EACH_TOP_CATEGORY, SCOPES
from calls.rules.words import PERSON_ROLES

LEVELS = (1, 2)
_LEVEL = {"enum": list(LEVELS)}


def of_level(spec: RuleSpec, facts: ListFacts) -> bool:
    """Tell whether the rule is about lists of this level; without a level it is about each."""
    return bool(spec.params.get("level", facts.level) == facts.level)


def judge_list_quota(spec: RuleSpec, facts: ListFacts) -> Finding | None:
    """Hold the number of entries, and of those in reserve, against what the unit may name."""
    params = spec.params
    if facts.unit.kind and not binds(params, facts.unit):
        return None
    limit = _at_most(limit_for(params, facts.unit), params, facts)
    groups = _groups(spec, facts.entries)
    wrong = _wrong(params, limit, groups)
    perhaps = [
        line
        for line in limits_unknown(params, facts.unit)
        if not _wrong(params, _at_most(line["limit"], params, facts), groups)
    ]
    firm = [sum(not entry.reserve for entry in entries) for entries in groups.values()]
    counted = _("On the list: %(firm)s, in reserve: %(reserve)s.") % {
        "firm": sum(firm),
        "reserve": sum(entry.reserve for entries in groups.values() for entry in entries),
    }
    allowed = (
        _("The number of places is not limited.")
        if limit is None
        else _("Places: %(limit)s.") % {"limit": limit}
    )
    reason = fact_of_limit(params, facts.unit)
    told = (reason, counted) if reason else (counted,)
    left = None if limit is None else max(0, limit - max(firm))
    if not wrong:
        message = f"{counted} {allowed}"
        return Finding(spec, Stage.LIST, Verdict.YES, message, left=left, facts=told)
    # A unit of unknown kind is not known to be bound, and a fact that is not recorded may give it
    # more: staff must look.
    unbound = not facts.unit.kind and "binds" in params
    verdict = Verdict.UNKNOWN if unbound or perhaps else Verdict.NO
    message = " ".join([*wrong, *map(not_recorded, perhaps)])
    return Finding(spec, Stage.LIST, verdict, message, left=left, facts=told)


def _wrong(
    params: Params, limit: int | None, groups: Mapping[str, Sequence[ListEntry]]
) -> list[str]:
    """Say what is wrong with the list under a limit."""
    return [
        sentence
        for title, entries in groups.items()
        for sentence in _broken(params, limit, title, entries)
    ]


def _at_most(limit: int | None, params: Params, facts: ListFacts) -> int | None:
    """Return the smaller of the number and the share of what was received, one at least."""
    if "percent" not in params or facts.received is None:
        return limit
    share = max(1, facts.received * int(params["percent"]) // 100)
    return share if limit is None else min(limit, share)


def _groups(spec: RuleSpec, entries: Sequence[ListEntry]) -> dict[str, list[ListEntry]]:
    """Part the entries the rule covers as its scope says; there is always one group at least."""
    covered = [entry for entry in entries if spec.covers(entry.category_path)]
    if spec.params["scope"] != EACH_TOP_CATEGORY:
        return {"": covered}
    groups: dict[str, list[ListEntry]] = {}
    for entry in covered:
        groups.setdefault(entry.category_title, []).append(entry)
    return groups or {"": []}


def _broken(
    params: Params, limit: int | None, title: str, entries: Sequence[ListEntry]
) -> list[str]:
    """Say what is wrong with one group of entries."""
    firm = sum(not entry.reserve for entry in entries)
    reserve, most = len(entries) - firm, int(params.get("reserve", 0))
    where = _where(params["scope"], title)
    wrong = []
    if limit is not None and firm > limit:
        words = {"where": where, "limit": limit, "used": firm}
        wrong.append(_("%(where)s: at most %(limit)s may be named; there are %(used)s.") % words)
    if firm < params.get("min", 0):
        words = {"where": where, "least": params["min"], "used": firm}
        wrong.append(_("%(where)s: at least %(least)s are asked for; there are %(used)s.") % words)
    if reserve > most:
        words = {"where": where, "limit": most, "used": reserve}
        wrong.append(_("%(where)s: at most %(limit)s in reserve; there are %(used)s.") % words)
    return wrong


def _where(scope: str, title: str) -> str:
    if title:
        return _("On the list, within “%(category)s”") % {"category": title}
    return _("On the list, in this category") if scope == CATEGORY else _("On the list")


def judge_composition(spec: RuleSpec, facts: ListFacts) -> Finding | None:
    """Ask that so many entries, or such a share of them, have a quality.

    Entries in reserve are not looked at. An entry whose answer is not known may or may not have
    the quality: the finding is unknown where that decides.
    """
    entries = [e for e in facts.entries if spec.covers(e.category_path) and not e.reserve]
    if not entries:
        return None
    params = spec.params
    verdicts = [_has(params["when"], entry) for entry in entries]
    sure, unsure = verdicts.count(Verdict.YES), verdicts.count(Verdict.UNKNOWN)
    least, most = _bounds(params, len(entries))
    words = {
        "label": params["label"],
        "sure": sure,
        "total": len(entries),
        "least": least,
        "most": most,
    }
    told = _("%(label)s: %(sure)s of %(total)s on the list.") % words
    if sure + unsure < least:
        verdict, asked = Verdict.NO, _("At least %(least)s are asked for.") % words
    elif sure > most:
        verdict, asked = Verdict.NO, _("At most %(most)s are allowed.") % words
    elif sure < least or sure + unsure > most:
        verdict, asked = Verdict.UNKNOWN, _("Of some it is not known.")
    else:
        return Finding(spec, Stage.LIST, Verdict.YES, told, facts=(told,))
    return Finding(spec, Stage.LIST, verdict, f"{told} {asked}", facts=(told,))


def _bounds(params: Params, total: int) -> tuple[int, int]:
    """Return the least and greatest number; a share is never rounded in anybody's favour."""
    least = max(int(params.get("min", 0)), -(-total * int(params.get("min_percent", 0)) // 100))
    most = min(int(params.get("max", total)), total * int(params.get("max_percent", 100)) // 100)
    return least, most


def _has(when: Mapping[str, Any], entry: ListEntry) -> Verdict:
    """Tell whether the answer, or one of the people in it, is as the rule says."""
    answer = entry.answers.get(when["role"])
    if answer is None:
        return Verdict.UNKNOWN
    if "column" in when:
        cells = [column_of(row, when["column"]) for row in people_in(answer)]
        if any(cell in when["any_of"] for cell in cells):
            return Verdict.YES
        return Verdict.UNKNOWN if not all(cells) else Verdict.NO
    if "any_of" in when:
        chosen = answer if isinstance(answer, list) else [answer]
        return Verdict.YES if set(map(str, chosen)) & set(when["any_of"]) else Verdict.NO
    first, last = as_day(when.get("born_from")), as_day(when.get("born_to"))
    born = [born_of(row) for row in people_in(answer)]
    if any(d and (not first or d >= first) and (not last or d <= last) for d in born):
        return Verdict.YES
    return Verdict.UNKNOWN if not all(born) else Verdict.NO


def _list_quota_unsound(params: Params) -> str:
    limit = params["limit"]
    if limit is not None and params.get("min", 0) > limit:
        return _("The least number must not be greater than the limit.")
    if limit is None and not {"named", "by_fact", "by_number", "percent", "min"} & set(params):
        return _("Without a limit, say at least for whom or what there is one.")
    return number_unsound(params)


def _composition_unsound(params: Params) -> str:
    if not {"min", "max", "min_percent", "max_percent"} & set(params):
        return _("Give at least one number.")
    if out_of_order(params, "min", "max") or out_of_order(params, "min_percent", "max_percent"):
        return _("The greater number must come second.")
    when = params["when"]
    by_age = bool({"born_from", "born_to"} & set(when))
    if by_age == ("any_of" in when):
        return _("Say either which answers count or which days of birth.")
    if by_age and "column" in when:
        return _("Days of birth stand in a column of their own; name no other.")
    if (by_age or "column" in when) and when["role"] not in PERSON_ROLES:
        return _("Only tables of people have such columns.")
    if when["role"] in PERSON_ROLES and not by_age and "column" not in when:
        return _("Say which column of the people counts.")
    if out_of_order(when, "born_from", "born_to"):
        return _("The last day must not lie before the first.")
    return ""


def _composition_roles(params: Params) -> frozenset[str]:
    return frozenset({params["when"]["role"]})


KINDS = (
    RuleKind(
        "list_quota",
        Stage.LIST,
        judged_as_list,
        mapping(
            ("limit", "scope"),
            limit=LIMIT_OR_NONE,
            scope={"enum": list(SCOPES)},
            named=NAMED_LIMITS,
            by_fact=FACT_LIMITS,
            by_number=NUMBER_LIMIT,
            binds=BINDS,
            # How many more may be named in reserve.
            reserve=COUNT,
            min=COUNT,
            # The share of the applications received that may be named, rounded down, one at least.
            percent=PERCENT,
            level=_LEVEL,
        ),
        gettext_lazy("How many each recommending unit may name"),
        gettext_lazy(
            "Counts the entries of one list: a recommending unit's, or the plan a unit hands in."
            " Units named have limits of their own; more may be allowed in reserve."
        ),
        unsound=_list_quota_unsound,
        judge_list=judge_list_quota,
    ),
    RuleKind(
        "composition",
        Stage.LIST,
        judged_as_list,
        mapping(
            ("label", "when"),
            label=TEXT,
            when=mapping(
                ("role",),
                role=ROLE,
                column=PERSON_COLUMN,
                any_of=TEXTS,
                born_from=DAY,
                born_to=DAY,
            ),
            min=COUNT,
            max=COUNT,
            min_percent=PERCENT,
            max_percent=PERCENT,
            level=_LEVEL,
        ),
        gettext_lazy("Composition of a list"),
        gettext_lazy("For example at least two from the front line, or 30 % women and more."),
        roles=_composition_roles,
        unsound=_composition_unsound,
        judge_list=judge_composition,
    ),
)
