"""Rules of a draft about units: who may apply, how many, standing, honours."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from calls.reader.who import OTHERS, read_names
from calls.services.notice_categories import is_award
from calls.services.notice_facts import Confirmed, Sheet
from calls.services.notice_levels import level_of, line_of
from calls.services.notice_people import person_role
from portal.people.enums import OrganisationKind

# Facts of the register that most associations keep, by the notice's words for them.
FACT_CODES = {
    "年检合格": "annual_inspection",
    "学会评价": "society_evaluation",
    "有研究生培养资格": "graduate_training",
    "法人": "legal_person",
}


def _fact_code(sheet: Sheet, label: str, type_: str = "yes_no") -> str:
    """Return the code of a yearly fact, noting that the association keeps it."""
    known = next((code for words, code in FACT_CODES.items() if words in label), "")
    taken = sheet.fact_codes.get(label)
    if taken:
        return taken["code"]
    code = known or f"fact-{len(sheet.fact_codes) + 1}"
    sheet.fact_codes[label] = {"code": code, "label": label[:60], "type": type_}
    return code


def eligible_rule(sheet: Sheet, fact: Confirmed) -> None:
    """Admit the kinds of units the register keeps; others stay open."""
    lines: list[dict[str, Any]] = []
    for unit in read_names(str(fact.values["units"])):
        if not unit.kind:
            continue
        line = line_of(unit)
        if unit.quality:
            label = f"有{unit.quality}"
            code = _fact_code(sheet, label)
            line["facts"] = [{"code": code, "values": ["yes"], "label": label}]
        if line not in lines:
            lines.append(line)
    if lines:
        sheet.rule("kinds", fact, {"any_of": lines})
    if not lines or any(not unit.kind for unit in read_names(str(fact.values["units"]))):
        sheet.leave(fact, _("The register keeps no such kind of unit; choose how to admit it."))


def quota_rule(sheet: Sheet, fact: Confirmed) -> None:
    """Limit how many a unit or a person hands in, or how many a list names."""
    subject = fact.values.get("subject", "applicant")
    if "limit" not in fact.values:
        return  # what is not limited needs no rule
    if subject != "applicant" and fact.values.get("per_batch"):
        sheet.leave(fact, _("Only a limit of applying units is counted anew in each batch."))
    # Without those who recommend, 推荐 is the notice's word for applying.
    if subject == "recommender" and (sheet.of("recommender") or sheet.of("recommend_by")):
        _list_quota(sheet, fact)
        return
    if subject == "person":
        role = person_role(sheet, fact)
        limits = {"roles": [role], "limit": fact.values["limit"]}
        sheet.rule("person_places", fact, limits)
        return
    scope = _scope(sheet, fact)
    params: dict[str, Any] = {"limit": fact.values["limit"], "scope": scope}
    if fact.values.get("per_batch"):
        params["per_batch"] = True
    if binds := _whom(sheet, fact):
        params["binds"] = binds
    if not _all_kept(fact):
        sheet.leave(fact, _("The register keeps no such kind of unit; choose whom it binds."))
    if fact.values.get("units") and not binds:
        return
    sheet.rule("quota", fact, params, everywhere=scope != "category")


def _list_quota(sheet: Sheet, fact: Confirmed) -> None:
    """Bound the lists of the recommending units; what is not clear is left to staff."""
    binds = sheet.binds(fact)
    level = level_of(binds, sheet.levels)
    if level is None or (fact.values.get("units") and not binds):
        sheet.leave(fact, _("Set the recommending level; the number bounds its list."))
        return
    if not _all_kept(fact):
        sheet.leave(fact, _("The register keeps no such kind of unit; choose whom it binds."))
    scope = _scope(sheet, fact)
    params: dict[str, Any] = {"limit": fact.values["limit"], "scope": scope, "level": level}
    if binds:
        params["binds"] = binds
    sheet.rule("list_quota", fact, params, everywhere=scope != "category")


def _all_kept(fact: Confirmed) -> bool:
    """Tell whether the register keeps every kind of unit the fact names."""
    named = read_names(str(fact.values.get("units", "")))
    return all(unit.kind or unit.word == OTHERS for unit in named)


def _whom(sheet: Sheet, fact: Confirmed) -> list[dict[str, Any]]:
    """Return whom a limit binds; 其他单位 are all kinds that no other limit of the notice names."""
    binds = sheet.binds(fact)
    if any(unit.word == OTHERS for unit in read_names(str(fact.values.get("units", "")))):
        named = {
            unit.kind
            for one in sheet.of("quota")
            for unit in read_names(str(one.values.get("units", "")))
        }
        binds += [{"kind": kind.value} for kind in OrganisationKind if kind.value not in named]
    return binds


def _scope(sheet: Sheet, fact: Confirmed) -> str:
    """Return within what a number counts; a category unknown here means each by itself."""
    if fact.values.get("scope") != "category":
        return "call"
    return "category" if sheet.category_code(fact) else "each_top_category"


def money_rules(sheet: Sheet) -> None:
    """Hold what is applied for to what the notice gives, and to its share of the whole cost."""
    if "amount" not in sheet.roles:
        return
    for fact in sheet.of("amount"):
        if not is_award(fact) and not sheet.same("amount", fact):
            sheet.rule("amount", fact, {})
    for fact in sheet.of("cost_share")[:1]:
        sheet.rule("cost_share", fact, {"max_percent": fact.values["percent"]})
        sheet.roles.setdefault("total_cost", {})


def fact_rule(sheet: Sheet, fact: Confirmed) -> None:
    """Ask the register for a standing of the unit."""
    label = str(fact.values["label"])
    params: dict[str, Any] = {
        "code": _fact_code(sheet, label),
        "year": fact.values.get("year"),
        "values": ["yes"],
        "label": label,
    }
    if binds := sheet.binds(fact):
        params["binds"] = binds
    sheet.rule("yearly_fact", fact, params)


def honour_rule(sheet: Sheet, fact: Confirmed) -> None:
    """Give priority to an honour of the years the notice names."""
    first, last = fact.values.get("from"), fact.values.get("to")
    if first is None or last is None:
        sheet.leave(fact, _("The notice names no years for this honour."))
        return
    label = str(fact.values["label"])
    honour = {"code": _fact_code(sheet, label, "honour"), "label": label}
    for params in sheet.same("priority", fact):
        if (params["from_year"], params["to_year"]) == (first, last):
            params["honours"].append(honour)
            return
    params = {"honours": [honour], "from_year": first, "to_year": last}
    sheet.rule("priority", fact, params)


def excluded_rule(sheet: Sheet, fact: Confirmed) -> None:
    """Refuse what the notice takes no part in, by its word in the title."""
    word = str(fact.values["text"])
    for params in sheet.same("excluded_kinds", fact):
        params["words"].append(word)
        return
    sheet.rule("excluded_kinds", fact, {"words": [word], "role": "title"})
