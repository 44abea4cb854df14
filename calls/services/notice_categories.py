"""Categories of a draft with their places, money and windows, from confirmed facts of a notice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from calls.callfile.instants import read_instant
from calls.reader import Value
from calls.services.notice_facts import Confirmed, Sheet

# The rule that holds the planned dates to the window each category has.
_BY_CATEGORY = {"role": "dates"}
# The window of what exists already says when it came out, not when it is planned.
_CAME_OUT = re.compile(r"发表|出版|刊登|创作|完成并")
# 一等奖: what is given for a rank nobody applies for.
_RANK = re.compile(r"等奖$|特别奖$|优秀奖$")


def categories_of(sheet: Sheet, subject: str) -> list[dict[str, Any]]:
    """Return the categories with their figures; a notice without any has one of its own."""
    named = sheet.of("category")
    titles = [str(one.values["title"]) for one in named] or [subject[:100]]
    if not named:
        sheet.codes[""] = ""
    found = []
    for place, title in enumerate(dict.fromkeys(titles), 1):
        code = f"category-{place}"
        sheet.codes[title] = code
        category: dict[str, Any] = {"code": code, "title": title}
        edition = next(
            (one.values.get("edition") for one in named if one.values["title"] == title), None
        )
        if edition:
            category["edition"] = edition
        key = title if named else ""
        parts = [one for one in sheet.of("part") if one.values.get("category") == key]
        _parts(sheet, category, parts)
        _places(sheet, category, key, parts)
        _money(sheet, category, key)
        _window(sheet, category, key)
        _joint(sheet, category, key)
        found.append(category)
    _closing(sheet, found)
    if not named:
        sheet.codes[""] = ""
    return found


def _at(sheet: Sheet, kind: str, key: str) -> list[Confirmed]:
    """Return the facts of a category; those of the whole call hold for each without its own."""
    return _of(sheet, kind, key) or [
        one for one in sheet.of(kind) if not one.values.get("category")
    ]


def _parts(sheet: Sheet, category: dict[str, Any], facts: list[Confirmed]) -> None:
    """Make the parts of a category, each with the number of its own where it has one."""
    parts = []
    for n, fact in enumerate(facts, 1):
        title = str(fact.values["title"])
        part: dict[str, Any] = {"code": f"{category['code']}-{n}", "title": title}
        sheet.codes.setdefault(title, part["code"])
        own = _of(sheet, "places", title)
        if own or fact.values.get("places"):
            part["places"] = places_of(own[0].values) if own else fact.values["places"]
        parts.append(part)
    if parts:
        category["parts"] = parts


def _closing(sheet: Sheet, categories: list[dict[str, Any]]) -> None:
    """Let categories and parts close earlier than the call, where the notice says so."""
    every = [entry for one in categories for entry in (one, *one.get("parts", []))]
    by_title = {entry["title"]: entry for entry in every}
    for fact in sheet.of("category_closes"):
        end = f"{fact.values['day']} {fact.values.get('time', '')}".strip()
        entry = by_title.get(str(fact.values["category"]))
        while_open = sheet.head.opens_at < read_instant(end, end=True) < sheet.head.closes_at
        if entry is not None and while_open:
            entry.setdefault("closes_at", end)
        else:
            sheet.leave(fact, _("This does not lie between the opening and the deadline."))


def _of(sheet: Sheet, kind: str, key: str) -> list[Confirmed]:
    """Return the facts of a kind that name a category or part."""
    return [one for one in sheet.of(kind) if one.values.get("category", "") == key]


def _places(sheet: Sheet, category: dict[str, Any], key: str, parts: list[Confirmed]) -> None:
    facts = _of(sheet, "places", key) or ([] if key else sheet.of("total_places"))
    if parts:
        if all("places" in part for part in category["parts"]):
            return
        if facts and facts[0].values.get("high") == len(parts):
            for part in category["parts"]:
                part["places"] = 1
        elif facts:
            sheet.leave(facts[0], _("Divide the places among the parts."))
        return
    if facts:
        category["places"] = places_of(facts[0].values)


def _money(sheet: Sheet, category: dict[str, Any], key: str) -> None:
    parts = category.get("parts", [])
    for part in parts:
        for one in _of(sheet, "amount", part["title"])[:1]:
            part["money"] = money_of(one.values)
            sheet.roles.setdefault("amount", {})
    amounts = _at(sheet, "amount", key)
    _further(category, [one for one in amounts if is_award(one)])
    amounts = [one for one in amounts if not is_award(one)]
    payment = {str(one.values["how"]) for one in sheet.of("payment")}
    if not amounts and not any("money" in part for part in parts):
        own = [one for one in sheet.of("payment") if one.values["how"] == "self"]
        if own and re.search(re.escape(key[:2]) + "|自筹", key) and "自筹" in key:
            category["money"] = "self"
        return
    holders = [category]
    if parts:
        amounts = _money_of_parts(sheet, parts, amounts)
        holders = parts
    else:
        category["money"] = money_of(amounts[0].values)
        amounts = amounts[1:]
        sheet.roles.setdefault("amount", {})
    for holder in holders:
        if "money" not in holder:
            continue
        if "instalments" in payment:
            holder["paid"] = "instalments"
            _instalments(sheet, holder)
        elif "after" in payment:
            holder["paid"] = "after_acceptance"
        for share in sheet.of("cost_share")[:1]:
            holder["cost_share_percent"] = share.values["percent"]
    _further(category, amounts)


def _instalments(sheet: Sheet, holder: dict[str, Any]) -> None:
    """State the instalments of the money where those of the notice make up the whole of it."""
    facts = sheet.of("instalment")
    if facts and sum(int(str(one.values["percent"])) for one in facts) != 100:
        for fact in facts:
            sheet.leave(fact, _("The instalments do not make up the whole; enter them."))
    elif facts:
        holder["instalments"] = [
            {"title": str(one.values["title"]), "percent": one.values["percent"]} for one in facts
        ]


def is_award(fact: Confirmed) -> bool:
    """Tell whether an amount is a prize: nobody applies for it, and no budget is held to it."""
    prize = re.search(r"奖励|奖金", fact.sentence)
    ranked = _RANK.search(str(fact.values.get("label", "")))
    return bool(ranked or (prize and not re.search(r"资助|支持|经费|补助", fact.sentence)))


def _further(category: dict[str, Any], amounts: list[Confirmed]) -> None:
    """Note money that is not applied for: prizes, and what is given beside the amount."""
    for one in amounts:
        if one.values.get("high") is None:
            continue
        title = str(one.values.get("label") or (_("Award") if is_award(one) else ""))
        category.setdefault("further_money", []).append(
            {
                "title": title or _("Further money"),
                "amount": amount_of(one.values["high"]),
                "applied_for": False,
            }
        )


def _money_of_parts(
    sheet: Sheet, parts: list[dict[str, Any]], amounts: list[Confirmed]
) -> list[Confirmed]:
    """Give each part the amount whose label its title ends with; return the others.

    A single amount without a label, 每项资助3万元, is that of every part.
    """
    used: set[int] = set()
    for part in (one for one in parts if "money" not in one):
        for place, one in enumerate(amounts):
            label = str(one.values.get("label", ""))
            if label and (part["title"].endswith(label) or label.endswith(part["title"])):
                part["money"] = money_of(one.values)
                used.add(place)
                break
    if not used and len(amounts) == 1 and not amounts[0].values.get("label"):
        used.add(0)
        for part in parts:
            part.setdefault("money", money_of(amounts[0].values))
    if used:
        sheet.roles.setdefault("amount", {})
    return [one for place, one in enumerate(amounts) if place not in used]


def _window(sheet: Sheet, category: dict[str, Any], key: str) -> None:
    """Set when a category and its parts are carried out; one end alone is a rule by itself."""
    whole = _at(sheet, "window", key)
    for holder in category.get("parts", [category]):
        own = _of(sheet, "window", holder["title"]) if holder is not category else []
        for fact in (own or whole)[:1]:
            _carried_out(sheet, holder, fact)


def _ends(sheet: Sheet, fact: Confirmed) -> dict[str, str]:
    """Return both ends of a window; one that a category leaves open is that of the whole call."""
    common = next((one.values for one in sheet.of("window") if not one.values.get("category")), {})
    ends = {name: fact.values.get(name, common.get(name)) for name in ("from", "to")}
    return {name: str(day) for name, day in ends.items() if day}


def _carried_out(sheet: Sheet, holder: dict[str, Any], fact: Confirmed) -> None:
    asked = sheet.roles.setdefault("dates", {})
    if _CAME_OUT.search(fact.sentence):
        asked["label"] = _("Published or completed")
    ends = _ends(sheet, fact)
    if len(ends) == 2:
        holder["window"] = ends
        if not any(rule["kind"] == "date_window" and rule["params"] == _BY_CATEGORY
                   for rule in sheet.rules):  # fmt: skip
            sheet.rule("date_window", fact, dict(_BY_CATEGORY), everywhere=True)
        return
    names = {"from": "start", "to": "end"}
    params = {"role": "dates", **{names[name]: day for name, day in ends.items()}}
    if params not in sheet.same("date_window", fact):
        sheet.rule("date_window", fact, params)


def _joint(sheet: Sheet, category: dict[str, Any], key: str) -> None:
    for fact in _at(sheet, "joint", key)[:1]:
        how = str(fact.values["joint"])
        category["joint"] = "allowed" if how == "required" else how
        if how == "required":
            sheet.rule("partners", fact, {"min": 1})


def places_of(values: Mapping[str, Value]) -> Any:
    """Write places as call files do; 不超过5项 is from one to five."""
    low, high = values.get("low"), values.get("high")
    if values.get("about") and high is not None:
        return {"about": high}
    if high is None:
        return "unlimited"
    if low is None:
        return high if high == 1 else {"from": 1, "to": high}
    return high if low == high else {"from": low, "to": high}


def money_of(values: Mapping[str, Value]) -> Any:
    """Write an amount as call files do."""
    low, high = values.get("low"), values.get("high")
    if high is None:
        assert low is not None, "an amount has one end"
        return amount_of(low)
    if low is None:
        return {"up_to": amount_of(high)}
    return amount_of(high) if low == high else {"from": amount_of(low), "to": amount_of(high)}


def amount_of(value: Value) -> int | float:
    """Write yuan as a plain number."""
    number = Decimal(str(value))
    return int(number) if number == number.to_integral_value() else float(number)
