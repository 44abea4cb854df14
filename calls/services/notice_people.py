"""Rules of a draft about persons, figures and texts, and the questions of the form they need."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from calls.reader import Value
from calls.services.notice_facts import FIGURES, Confirmed, Sheet
from calls.wording import declared

# Figures of the notice with a role of their own; the others share FIGURES.
_ROLES = {"attendees": "attendees", "papers": "papers"}
_PEOPLE = ("convenors", "members", "recommenders")
# More people than this are counted, not named one by one: 志愿者不少于20人.
_MOST_NAMED = 15
# The greatest number a rule holds.
_MOST = 1_000_000
_WOMEN = re.compile(r"女")
_BOUND = re.compile(
    r"(?:应|须|必须)?(?:不少于|不低于|不得少于|不得低于|至少|达到|累计|超过|满)*\d[\d.]*\s*"
    r"(?:万人次|人次|万元|平方米|场次|小时|[人名篇届次家户年㎡天场项件个位部套册元万])+(?:及?以上)?$"
)
_OTHER_CATEGORIES = ("其他类别", "其余类别", "其他各类")
_LED_BY = re.compile(r"[\d一二三四五六七八九十（）()、.．]*(?P<label>[^：，。；\d]{2,30})：")
# What the whole form is, as against one text of it.
_WHOLE = re.compile(r"^(?:申报书|正文|申请书|申报材料|推荐表|方案)$")


def number_rule(sheet: Sheet, fact: Confirmed) -> None:
    """Ask for a figure, or for so many people, and hold it to the bounds of the notice."""
    what = str(fact.values.get("what", "other"))
    bounds = {name: fact.values[name] for name in ("min", "max") if name in fact.values}
    if not bounds:
        sheet.leave(fact, _("Ask for it in the form and add a rule, if it is to be checked."))
    elif what in _PEOPLE and all(int(str(value)) <= _MOST_NAMED for value in bounds.values()):
        exact = bounds.get("min") == bounds.get("max")
        params = {"exactly": bounds["min"]} if exact else bounds
        sheet.rule("row_count", fact, {"role": what, **params, "unit": "人"})
        sheet.need(what, fact)
    elif what in _ROLES:
        unit = "人" if what == "attendees" else str(fact.values.get("unit") or "")
        _figure(sheet, fact, what, bounds, unit)
    else:
        _own_figure(sheet, fact, bounds)


def _figure(
    sheet: Sheet, fact: Confirmed, role: str, bounds: dict[str, Value], unit: str, what: str = ""
) -> None:
    params: dict[str, Any] = {"role": role, **bounds}
    if unit:
        params["unit"] = unit
    if what:
        params["what"] = what
    sheet.rule("number", fact, params)
    asked = sheet.need(role, fact)
    asked["unit"] = unit
    if what:
        asked["label"] = what


def _own_figure(sheet: Sheet, fact: Confirmed, bounds: dict[str, Value]) -> None:
    """Give a figure of this notice alone one of the roles kept for such."""
    label = _name_of_figure(sheet, fact)
    free = next(
        (role for role in FIGURES if sheet.roles.get(role, {}).get("label", label) == label), None
    )
    if free is None or len(label) < 2:
        sheet.leave(fact, _("Ask for it in the form and add a rule, if it is to be checked."))
        return
    unit = str(fact.values.get("unit") or "")
    if unit == "元" and all(int(str(value)) % 10_000 == 0 for value in bounds.values()):
        bounds = {name: int(str(value)) // 10_000 for name, value in bounds.items()}
        unit = "万元"
    if any(int(str(value)) > _MOST for value in bounds.values()):
        sheet.leave(fact, _("Ask for it in the form and add a rule, if it is to be checked."))
        return
    _figure(sheet, fact, free, bounds, unit, label)


def _name_of_figure(sheet: Sheet, fact: Confirmed) -> str:
    """Return what is counted: its clause without bound and categories, else what leads to them.

    展示面积：场馆类不少于1000平方米，科研类不少于200平方米 speaks twice of 展示面积.
    """
    label = _BOUND.sub("", str(fact.values.get("label", "")))
    for word in (*sheet.codes, *_OTHER_CATEGORIES):
        label = label.replace(word, "")
    label = label.strip("，、： ")
    led = _LED_BY.match(fact.sentence)
    return (led["label"] if led and len(label) < 2 else label)[:60]


# Persons ------------------------------------------------------------------------------------------


def age_rules(sheet: Sheet) -> None:
    """Make one rule of the limits of age; a limit for one sex is an exception from the other.

    Where each sex has its own and none is common, the stricter is the common one. Categories have
    limits of their own.
    """
    for code in dict.fromkeys(sheet.category_code(fact) for fact in sheet.of("age")):
        _age_rule(sheet, [fact for fact in sheet.of("age") if sheet.category_code(fact) == code])


def _age_rule(sheet: Sheet, facts: Sequence[Confirmed]) -> None:
    """Make the rule of one category, or of the whole call."""
    dated: list[tuple[Confirmed, dict[str, Any]]] = []
    for fact in facts:
        if limit := _limit(fact):
            dated.append((fact, limit))
        else:
            sheet.leave(fact, _("No day is stated on which the age is counted."))
    # The common limit first, else the stricter one: born later, or fewer years.
    dated.sort(
        key=lambda pair: (
            bool(pair[0].values.get("sex")),
            -int(str(pair[1].get("born_from", "0")).replace("-", "")),
            int(str(pair[1].get("age_max", 0))),
        )
    )
    common: dict[str, Any] | None = None
    for fact, limit in dated:
        sex = fact.values.get("sex")
        if common is None:
            common = {"role": person_role(sheet, fact), **limit}
            sheet.rule("person_age", fact, common)
            ask_of(sheet, common["role"], "born")
        elif sex and all(one["equals"] != sex for one in common.get("others", ())):
            bound = {name: value for name, value in limit.items() if name != "age_on"}
            common.setdefault("others", []).append({"column": "sex", "equals": sex, **bound})
            ask_of(sheet, common["role"], "sex")
        else:
            sheet.leave(fact, _("A second limit of age; say for whom it holds."))


def ask_of(sheet: Sheet, role: str, column: str) -> None:
    """Let the form require a column of the people in a role, as a rule reads it."""
    columns = sheet.roles[role].setdefault("required", [])
    if column not in columns:
        columns.append(column)


def _limit(fact: Confirmed) -> dict[str, Any]:
    """Return the bound as rules write it; empty where the day it counts from is not stated."""
    if "as_of" in fact.values and "max" in fact.values:
        return {"age_max": fact.values["max"], "age_on": str(fact.values["as_of"])}
    if "born_from" in fact.values:
        return {"born_from": str(fact.values["born_from"])}
    return {}


def person_role(sheet: Sheet, fact: Confirmed) -> str:
    """Return whose row is meant: the candidate's, or the leader's."""
    candidates = re.search(
        r"候选人|被托举|申报人|人选|人才|工程师", f"{fact.sentence} {sheet.head.title}"
    )
    leads = re.search(r"负责人|组长|领衔人|主编|召集人|主持", fact.sentence)
    role = "candidates" if candidates and not leads else "leader"
    sheet.roles.setdefault(role, {})
    return role


def composition_rule(sheet: Sheet, fact: Confirmed) -> None:
    """Ask so many of a list to be women, or to say of themselves what the notice asks for."""
    bounds = {"min": fact.values.get("min"), "min_percent": fact.values.get("percent")}
    params: dict[str, Any] = {name: value for name, value in bounds.items() if value}
    label = str(fact.values["label"])[:60]
    if not params or int(str(params.get("min_percent", 0))) > 100:
        sheet.leave(fact, _("Say how many, or what share, and add the rule."))
        return
    if not sheet.levels and not sheet.of("plan"):
        sheet.leave(fact, _("Set the recommending level; the number bounds its list."))
        return
    if _WOMEN.search(label):
        when = {"role": person_role(sheet, fact), "column": "sex", "any_of": ["female"]}
        ask_of(sheet, str(when["role"]), "sex")
    elif sheet.roles.get("option", {"label": label})["label"] == label:
        when = {"role": "option", "any_of": ["yes"]}
        sheet.roles["option"] = {"label": label}
    else:
        sheet.leave(fact, _("Ask for it in the form and add a rule, if it is to be checked."))
        return
    sheet.rule("composition", fact, {"label": label, "when": when, **params})


def bar_rule(sheet: Sheet, fact: Confirmed) -> None:
    """Keep out whom the notice bars: by a rule where the portal knows, else by a declaration."""
    what = str(fact.values.get("what", ""))
    years = fact.values.get("years")
    person = re.search(r"负责人|候选人|人选|申报人|申请人|主持人|个人", fact.sentence)
    subject: dict[str, Any] = {"subject": "unit"}
    if person:
        subject = {"subject": "person", "role": person_role(sheet, fact)}
    if what == "channel" and person:
        role = person_role(sheet, fact)
        if not sheet.same("person_places", fact):
            sheet.rule("person_places", fact, {"roles": [role], "limit": 1})
    elif what == "earlier" and years:
        sheet.rule("earlier_award", fact, {**subject, "years": years})
    elif what == "running":
        sheet.rule("running_project", fact, {**subject, "limit": 1})
    else:
        _declare(sheet, fact)


def _declare(sheet: Sheet, fact: Confirmed) -> None:
    """Let the applicant declare the sentence: the rule that asks for it and its question."""
    text = declared(fact.sentence)
    stands = sheet.declarations.setdefault(sheet.category_code(fact), [])
    if text not in stands:
        stands.append(text)
        sheet.rule("declaration", fact, {"text": text})


def matching_rule(sheet: Sheet, fact: Confirmed) -> None:
    """Ask for the own money and hold it to its share of the amount."""
    percent = int(str(fact.values.get("percent", 0)))
    if not percent or "amount" not in sheet.roles:
        sheet.leave(fact, _("Ask for matching funds in the form and add the rule."))
        return
    sheet.rule("matching", fact, {"min_percent": percent})
    sheet.need("matching", fact)


def length_rule(sheet: Sheet, fact: Confirmed) -> None:
    """Bound the title, the opinion of a recommending unit, or ask for a text of that length."""
    what, most = str(fact.values.get("what", "")), fact.values.get("max")
    if not most:
        sheet.leave(fact, _("Set the length at the question of the form."))
    elif re.search(r"名称|题目|标题", what):
        sheet.rule("title_length", fact, {"max": most})
    elif re.search(r"推荐(?:单位)?(?:的)?意见", what):
        if sheet.levels:
            sheet.levels[-1]["opinion_max"] = most
        else:
            sheet.leave(fact, _("Set the length at the question of the form."))
    elif int(str(most)) > MOST_CHARACTERS or (_WHOLE.match(what) and sheet.category_code(fact)):
        sheet.leave(fact, _("Set the length at the question of the form."))
    else:
        texts = sheet.texts.setdefault(sheet.category_code(fact), {})
        texts.setdefault("" if _WHOLE.match(what) else what[:60], int(str(most)))


# The longest answer a question of the form takes.
MOST_CHARACTERS = 20_000
