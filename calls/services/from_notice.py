"""Confirmed findings of a notice into a draft call, by way of a call file.

What the notice says and a call file has no place for, or what nobody confirmed, is not lost: the
draft keeps it as open points, each with the notice's sentence.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from calls.callfile import read_call
from calls.models import Call, OpenPoint
from calls.reader import KINDS, Part, PartType, Value
from calls.reader.who import read_names
from calls.services.editing import free_code
from calls.services.notice_form import form_for
from calls.services.notice_levels import level_of, levels_for, line_of
from portal import clock
from portal.people.models import Issuer, User

# Facts of the register that most associations keep, by the notice's words for them.
FACT_CODES = {
    "年检合格": "annual_inspection",
    "学会评价": "society_evaluation",
    "有研究生培养资格": "graduate_training",
    "法人": "legal_person",
}
_DELIVERABLES: tuple[tuple[str, str], ...] = (
    ("news_report", r"报道|信息|新闻"),
    ("scores", r"成绩"),
    ("final_accounts", r"决算|经费(?:使用|支出)"),
    ("review_or_papers", r"综述|论文"),
    ("research_report", r"研究报告|调研报告|咨询报告"),
    ("acceptance", r"验收|结题"),
    ("summary", r"总结|纪要"),
    ("photos", r"照片"),
)
_ROLES = {"attendees": "attendees", "papers": "papers"}
_SIGNERS = (
    ("society", r"学会|理事长"),
    ("enterprise_association", r"企业科协"),
    ("university_association", r"高校|学校|校长"),
)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A fact as a person left it, with the sentence it was read from."""

    kind: str
    values: Mapping[str, Value]
    sentence: str
    # Why the reader was not sure; empty where it was.
    why: str = ""

    def words(self) -> str:
        """Say the fact in one line, as the list of open points shows it."""
        parts = fact_words(self.kind, self.values)
        return _("%(kind)s: %(parts)s") % {"kind": KINDS[self.kind].label, "parts": parts}


@dataclass(frozen=True, slots=True)
class Head:
    """What every draft begins with; staff have filled in what the notice leaves open."""

    title: str
    year: int
    opens_at: dt.datetime
    closes_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Leftover:
    """A point for the editor's list."""

    fact: Confirmed
    reason: str


# Two ends that are said together: 6, 2—3, at most 5.
_ENDS = (("low", "high"), ("min", "max"), ("from", "to"))


def fact_words(kind: str, values: Mapping[str, Value]) -> str:
    """Say the parts of a fact in one line."""
    ends = {low: high for low, high in _ENDS if low in values and high in values}
    said = []
    for part in KINDS[kind].parts:
        if part.name not in values or part.name in ends.values():
            continue
        if part.name in ends:
            low, high = values[part.name], values[ends[part.name]]
            said.append(str(low) if low == high else f"{low}—{high}")
        else:
            said.append(part_words(part, values[part.name]))
    return " · ".join(filter(None, said))


def part_words(part: Part, value: Value) -> str:
    """Say one part of a fact with its label where the value does not speak for itself."""
    if part.type is PartType.FLAG:
        return str(part.label) if value else ""
    if part.type is PartType.CHOICE:
        value = next((str(label) for code, label in part.choices if code == value), str(value))
    if part.type in (PartType.TEXT, PartType.UNITS, PartType.CATEGORY, PartType.CHOICE):
        return str(value)
    return f"{part.label} {value}"


@transaction.atomic
def draft_from_notice(
    *,
    issuer: Issuer,
    by: User,
    head: Head,
    text: str,
    confirmed: Sequence[Confirmed],
    unsure: Sequence[Confirmed] = (),
) -> Call:
    """Make a draft call of what was confirmed; ``unsure`` is listed in its editor.

    Raises ``RuleViolation`` with the sentences of the call file's import where the facts do not
    make a call, such as a deadline before the opening; nothing is kept then.
    """
    Issuer.objects.select_for_update().get(pk=issuer.pk)  # codes are given out under this lock
    taken = Call.objects.filter(issuer=issuer).values_list("code", flat=True)
    code = free_code(taken, f"{head.year}-")
    file = CallFile(head, code, text, confirmed)
    data = yaml.safe_dump(file.data(), allow_unicode=True, sort_keys=False)
    call = read_call(data, issuer=issuer, by=by)
    left = [*file.left, *(Leftover(one, one.why or _("Not confirmed.")) for one in unsure)]
    OpenPoint.objects.bulk_create(
        OpenPoint(
            call=call, words=one.fact.words()[:300], reason=one.reason[:300],
            sentence=one.fact.sentence, position=place,
        )
        for place, one in enumerate(left)
    )  # fmt: skip
    return call


def _instant(moment: dt.datetime, *, end: bool) -> str:
    """Write an instant as call files do; midnight is 24:00 of the day before for an end."""
    local = clock.local(moment)
    if local.time() == dt.time(0):
        return (local.date() - dt.timedelta(days=end)).isoformat()
    return local.strftime("%Y-%m-%d %H:%M")


def _amount(value: Value) -> int | float:
    number = Decimal(str(value))
    return int(number) if number == number.to_integral_value() else float(number)


@dataclass
class CallFile:
    """Builds the data of a call file from facts; ``left`` holds those without a place in it."""

    head: Head
    code: str
    text: str
    facts: Sequence[Confirmed]
    left: list[Leftover] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with no categories, rules or kinds of facts."""
        self.codes: dict[str, str] = {}
        self.rules: list[dict[str, Any]] = []
        self.fact_codes: dict[str, dict[str, str]] = {}
        self.roles: dict[str, dict[str, Any]] = {}
        self.levels: list[dict[str, Any]] = []

    def data(self) -> dict[str, Any]:
        """Return the call file."""
        categories = self._categories()
        # Before the rules: a limit for recommending units bounds the lists of a level.
        self.levels = levels_for(
            self._of("recommender"), self._of("recommend_by"),
            closes_at=_instant(self.head.closes_at, end=True), text=self.text, leave=self._leave,
        )  # fmt: skip
        for fact in self.facts:
            rule = getattr(self, f"_{fact.kind}_rule", None)
            if rule is not None:
                rule(fact)
        call = self._call()
        plan = [str(one.values["text"]) for one in self._of("plan")]
        if plan:
            call["packet_mode"] = "plan"
        data = {
            "format": 1,
            "call": call,
            "notice": self._notice(),
            "contacts": self._contacts(),
            "facts": list(self.fact_codes.values()),
            "categories": categories,
            "rules": self.rules,
            "recommending": self.levels,
            "publicity": [self._publicity(one) for one in self._of("publicity")],
            "deliverables": self._deliverables(),
            "form": form_for(self.roles, plan=plan),
        }
        return {name: value for name, value in data.items() if value or name in _NEEDED}

    def _of(self, kind: str) -> list[Confirmed]:
        return [one for one in self.facts if one.kind == kind]

    def _leave(self, fact: Confirmed, reason: str) -> None:
        self.left.append(Leftover(fact, reason))

    # The call ---------------------------------------------------------------------------------

    def _call(self) -> dict[str, Any]:
        call: dict[str, Any] = {
            "code": self.code,
            "title": self.head.title,
            "year": self.head.year,
            "opens_at": _instant(self.head.opens_at, end=False),
            "closes_at": _instant(self.head.closes_at, end=True),
            "form_title": _("%(title)s: application form") % {"title": self._subject()},
        }
        for fact in self._of("paper_copies")[:1]:
            if fact.values.get("copies"):
                call["paper_copies"] = fact.values["copies"]
        self._paper(call)
        for fact in self._of("total_places")[:1]:
            if self._of("category") and "high" in fact.values:
                call["slots_max"] = fact.values["high"]
        for fact in self._of("total_money")[:1]:
            call["total_max"] = _amount(fact.values["amount"])
        for fact in self._of("result_by")[:1]:
            call["result_by"] = str(fact.values["day"])
        for fact in self._of("result_where")[:1]:
            call["result_where"] = str(fact.values["text"])
        for fact in self._of("confidential")[:1]:
            call["confidential_how"] = fact.sentence
        if words := self._signers():
            call["signatory_words"] = words
        return call

    def _subject(self) -> str:
        """Return what the call is about: its title without 关于…的通知."""
        bare = re.sub(r"^.{0,30}?关于(?:组织|做好|开展|征集|申报|举办)*", "", self.head.title)
        return re.sub(
            r"(?:(?:申报|推荐|征集|遴选|评选)?(?:有关|工作)*的?(?:通知|公告|函|指南).*)$", "", bare
        ) or (self.head.title)

    def _paper(self, call: dict[str, Any]) -> None:
        """Take the end for paper only where copies are asked for, as the call wants both."""
        ends = self._of("paper_by")
        if not call.get("paper_copies"):
            for fact in ends:
                self._leave(fact, _("A day for paper, but no number of copies."))
            return
        if ends:
            day, time = ends[0].values["day"], ends[0].values.get("time", "")
            call["paper_by"] = f"{day} {time}".strip()
        else:
            call["paper_by"] = call["closes_at"]
        for fact in self._of("paper_counts")[:1]:
            call["paper_counts"] = str(fact.values["counts"])

    def _signers(self) -> dict[str, str]:
        words: dict[str, str] = {}
        for fact in self._of("sign"):
            who = str(fact.values["text"])
            kind = next((kind for kind, pattern in _SIGNERS if re.search(pattern, who)), "others")
            words.setdefault(kind, who)
        return words

    def _notice(self) -> dict[str, Any]:
        notice: dict[str, Any] = {"title": self.head.title, "body": self.text}
        for fact in self._of("document_number")[:1]:
            notice["number"] = str(fact.values["text"])
        return notice

    def _contacts(self) -> list[dict[str, str]]:
        found = []
        for fact in self._of("contact"):
            contact = {"name": str(fact.values.get("name") or _("Enquiries"))}
            if fact.values.get("phone"):
                contact["phone"] = str(fact.values["phone"])
            found.append(contact)
        more = [(name, self._of(name)) for name in ("email", "address")]
        if not found and any(facts for _name, facts in more):
            found.append({"name": _("Enquiries")})
        for name, facts in more:
            for place, fact in enumerate(facts):
                if place < len(found):
                    found[place][name] = str(fact.values["text"])
                else:
                    self._leave(fact, _("There is no contact to go with it."))
        return found

    def _publicity(self, fact: Confirmed) -> dict[str, Any]:
        own = re.search(r"单位内|推荐单位|所在单位|本单位|用人单位", fact.sentence)
        return {
            "where": "unit" if own else "association",
            "length": fact.values["days"],
            "counting": fact.values.get("counting", "calendar"),
            "clause": fact.sentence,
        }

    def _deliverables(self) -> list[dict[str, Any]]:
        found = []
        for fact in self._of("deliverable"):
            title = str(fact.values["title"])
            kind = next((kind for kind, words in _DELIVERABLES if re.search(words, title)), "other")
            one: dict[str, Any] = {"kind": kind, "title": title, "clause": fact.sentence}
            if category := self._category_code(fact):
                one["category"] = category
            if "day" in fact.values:
                one["due_on"] = str(fact.values["day"])
            elif "days_after" in fact.values:
                one["days_after"] = fact.values["days_after"]
            else:
                self._leave(fact, _("No day is stated until which it is due."))
                continue
            for name in ("max_words", "photos_min", "photos_max"):
                if name in fact.values:
                    one[name] = fact.values[name]
            if "photos_min" in one and "photos_max" not in one:
                one["photos_max"] = max(int(str(one["photos_min"])), 20)
            found.append(one)
        return found

    # Categories -------------------------------------------------------------------------------

    def _category_code(self, fact: Confirmed) -> str:
        return self.codes.get(str(fact.values.get("category", "")), "")

    def _categories(self) -> list[dict[str, Any]]:
        """Return the categories with their figures; a notice without any has one of its own."""
        named = self._of("category")
        titles = [str(one.values["title"]) for one in named] or [self._subject()[:100]]
        if not named:
            self.codes[""] = ""
        found = []
        for place, title in enumerate(dict.fromkeys(titles), 1):
            code = f"category-{place}"
            self.codes[title] = code
            category: dict[str, Any] = {"code": code, "title": title}
            edition = next(
                (one.values.get("edition") for one in named if one.values["title"] == title), None
            )
            if edition:
                category["edition"] = edition
            key = title if named else ""
            parts = [one for one in self._of("part") if one.values.get("category") == key]
            self._places(category, key, parts)
            self._money(category, key, parts)
            self._window(category, key)
            self._joint(category, key)
            found.append(category)
        if not named:
            self.codes[""] = ""
        return found

    def _at(self, kind: str, key: str) -> list[Confirmed]:
        """Return the facts of a category; those of the whole call hold for each without its own."""
        own = [one for one in self._of(kind) if one.values.get("category", "") == key]
        return own or [one for one in self._of(kind) if not one.values.get("category")]

    def _places(self, category: dict[str, Any], key: str, parts: list[Confirmed]) -> None:
        own = [one for one in self._of("places") if one.values.get("category", "") == key]
        facts = own or ([] if key else self._of("total_places"))
        if parts:
            category["parts"] = [
                {"code": f"{category['code']}-{n}", "title": str(one.values["title"])}
                for n, one in enumerate(parts, 1)
            ]
            if facts and facts[0].values.get("high") == len(parts):
                for part in category["parts"]:
                    part["places"] = 1
            elif facts:
                self._leave(facts[0], _("Divide the places among the parts."))
            return
        if facts:
            category["places"] = places_of(facts[0].values)

    def _money(self, category: dict[str, Any], key: str, parts: list[Confirmed]) -> None:
        amounts = self._at("amount", key)
        payment = {str(one.values["how"]) for one in self._of("payment")}
        if not amounts:
            own = [one for one in self._of("payment") if one.values["how"] == "self"]
            if own and re.search(re.escape(key[:2]) + "|自筹", key) and "自筹" in key:
                category["money"] = "self"
            return
        holders = [category]
        if parts:
            amounts = self._money_of_parts(category["parts"], amounts)
            holders = category["parts"]
        else:
            category["money"] = money_of(amounts[0].values)
            amounts = amounts[1:]
            self.roles.setdefault("amount", {})
        for holder in holders:
            if "money" not in holder:
                continue
            if "instalments" in payment:
                holder["paid"] = "instalments"
            elif "after" in payment:
                holder["paid"] = "after_acceptance"
            for share in self._of("cost_share")[:1]:
                holder["cost_share_percent"] = share.values["percent"]
        further = [one for one in amounts if one.values.get("high") is not None]
        if further:
            category["further_money"] = [
                {
                    "title": str(one.values.get("label") or _("Further money")),
                    "amount": _amount(one.values["high"]),
                    "applied_for": False,
                }
                for one in further
            ]

    def _money_of_parts(
        self, parts: list[dict[str, Any]], amounts: list[Confirmed]
    ) -> list[Confirmed]:
        """Give each part the amount whose label its title ends with; return the others.

        A single amount without a label, 每项资助3万元, is that of every part.
        """
        used: set[int] = set()
        for part in parts:
            for place, one in enumerate(amounts):
                label = str(one.values.get("label", ""))
                if label and (part["title"].endswith(label) or label.endswith(part["title"])):
                    part["money"] = money_of(one.values)
                    used.add(place)
                    break
        if not used and len(amounts) == 1 and not amounts[0].values.get("label"):
            used.add(0)
            for part in parts:
                part["money"] = money_of(amounts[0].values)
        if used:
            self.roles.setdefault("amount", {})
        return [one for place, one in enumerate(amounts) if place not in used]

    def _window(self, category: dict[str, Any], key: str) -> None:
        for fact in self._at("window", key)[:1]:
            if "from" not in fact.values or "to" not in fact.values:
                continue
            window = {"from": str(fact.values["from"]), "to": str(fact.values["to"])}
            for holder in category.get("parts", [category]):
                holder["window"] = window
            if not self._has("date_window"):
                self._rule("date_window", fact, {"role": "dates"}, everywhere=True)
            self.roles.setdefault("dates", {})

    def _joint(self, category: dict[str, Any], key: str) -> None:
        for fact in self._at("joint", key)[:1]:
            how = str(fact.values["joint"])
            category["joint"] = "allowed" if how == "required" else how

    # Rules ------------------------------------------------------------------------------------

    def _has(self, kind: str) -> bool:
        return any(rule["kind"] == kind for rule in self.rules)

    def _rule(
        self, kind: str, fact: Confirmed, params: dict[str, Any], *, everywhere: bool = False
    ) -> None:
        rule: dict[str, Any] = {"kind": kind, "params": params, "clause": fact.sentence}
        if not everywhere and (code := self._category_code(fact)):
            rule["category"] = code
        if fact.values.get("in_principle"):
            rule["mode"] = "in_principle"
        self.rules.append(rule)

    def _fact_code(self, label: str, type_: str = "yes_no") -> str:
        """Return the code of a yearly fact, noting that the association keeps it."""
        known = next((code for words, code in FACT_CODES.items() if words in label), "")
        taken = self.fact_codes.get(label)
        if taken:
            return taken["code"]
        code = known or f"fact-{len(self.fact_codes) + 1}"
        self.fact_codes[label] = {"code": code, "label": label[:60], "type": type_}
        return code

    def _binds(self, fact: Confirmed) -> list[dict[str, Any]]:
        return [
            line_of(unit) for unit in read_names(str(fact.values.get("units", ""))) if unit.kind
        ]

    def _eligible_rule(self, fact: Confirmed) -> None:
        lines: list[dict[str, Any]] = []
        for unit in read_names(str(fact.values["units"])):
            if not unit.kind:
                continue
            line = line_of(unit)
            if unit.quality:
                label = f"有{unit.quality}"
                code = self._fact_code(label)
                line["facts"] = [{"code": code, "values": ["yes"], "label": label}]
            if line not in lines:
                lines.append(line)
        if lines:
            self._rule("kinds", fact, {"any_of": lines})
        if not lines or any(not unit.kind for unit in read_names(str(fact.values["units"]))):
            self._leave(fact, _("The register keeps no such kind of unit; choose how to admit it."))

    def _quota_rule(self, fact: Confirmed) -> None:
        subject = fact.values.get("subject", "applicant")
        if "limit" not in fact.values:
            return  # what is not limited needs no rule
        # Without those who recommend, 推荐 is the notice's word for applying.
        if subject == "recommender" and (self._of("recommender") or self._of("recommend_by")):
            self._list_quota(fact)
            return
        if subject == "person":
            role = self._person_role(fact)
            limits = {"roles": [role], "limit": fact.values["limit"]}
            self._rule("person_places", fact, limits)
            return
        scope = self._scope(fact)
        params: dict[str, Any] = {"limit": fact.values["limit"], "scope": scope}
        if binds := self._binds(fact):
            params["binds"] = binds
        elif fact.values.get("units"):
            self._leave(fact, _("The register keeps no such kind of unit; choose whom it binds."))
            return
        self._rule("quota", fact, params, everywhere=scope != "category")

    def _list_quota(self, fact: Confirmed) -> None:
        """Bound the lists of the recommending units; what is not clear is left to staff."""
        binds = self._binds(fact)
        level = level_of(binds, self.levels)
        if level is None or (fact.values.get("units") and not binds):
            self._leave(fact, _("Set the recommending level; the number bounds its list."))
            return
        scope = self._scope(fact)
        params: dict[str, Any] = {"limit": fact.values["limit"], "scope": scope, "level": level}
        if binds:
            params["binds"] = binds
        self._rule("list_quota", fact, params, everywhere=scope != "category")

    def _scope(self, fact: Confirmed) -> str:
        """Return within what a number counts; a category unknown here means each by itself."""
        if fact.values.get("scope") != "category":
            return "call"
        return "category" if self._category_code(fact) else "each_top_category"

    def _fact_rule(self, fact: Confirmed) -> None:
        label = str(fact.values["label"])
        params: dict[str, Any] = {
            "code": self._fact_code(label),
            "year": fact.values.get("year"),
            "values": ["yes"],
            "label": label,
        }
        if binds := self._binds(fact):
            params["binds"] = binds
        self._rule("yearly_fact", fact, params)

    def _honour_rule(self, fact: Confirmed) -> None:
        first, last = fact.values.get("from"), fact.values.get("to")
        if first is None or last is None:
            self._leave(fact, _("The notice names no years for this honour."))
            return
        label = str(fact.values["label"])
        honour = {"code": self._fact_code(label, "honour"), "label": label}
        for rule in self.rules:
            params = rule["params"]
            if rule["kind"] == "priority" and (params["from_year"], params["to_year"]) == (
                first,
                last,
            ):
                params["honours"].append(honour)
                return
        params = {"honours": [honour], "from_year": first, "to_year": last}
        self._rule("priority", fact, params)

    def _excluded_rule(self, fact: Confirmed) -> None:
        word = str(fact.values["text"])
        for rule in self.rules:
            if rule["kind"] == "excluded_kinds":
                rule["params"]["words"].append(word)
                return
        self._rule("excluded_kinds", fact, {"words": [word], "role": "title"})

    def _number_rule(self, fact: Confirmed) -> None:
        what = str(fact.values.get("what", "other"))
        bounds = {name: fact.values[name] for name in ("min", "max") if name in fact.values}
        if what == "convenors" and bounds:
            exact = bounds.get("min") == bounds.get("max")
            params = {"exactly": bounds["min"]} if exact else bounds
            self._rule("row_count", fact, {"role": "convenors", **params, "unit": "人"})
            self._need("convenors", fact)
            return
        if what not in _ROLES or not bounds:
            self._leave(fact, _("Ask for it in the form and add a rule, if it is to be checked."))
            return
        unit = str(fact.values.get("unit") or "")
        unit = "人" if what == "attendees" else unit
        self._rule("number", fact, {"role": what, **bounds, **({"unit": unit} if unit else {})})
        self._need(what, fact)

    def _need(self, role: str, fact: Confirmed) -> None:
        """Let the form ask for a role: of every category, or only of those that need it."""
        only = self.roles.setdefault(role, {}).setdefault("categories", [])
        only.append(self._category_code(fact))

    def _age_rule(self, fact: Confirmed) -> None:
        role = self._person_role(fact)
        line = {
            name: str(fact.values[given])
            for name, given in (("born_from", "born_from"), ("age_on", "as_of"))
            if given in fact.values
        }
        if "age_on" in line and "max" in fact.values:
            limit: dict[str, Any] = {"age_max": fact.values["max"]}
        elif "born_from" in line:
            limit = {"born_from": line["born_from"]}
            line.pop("age_on", None)
        else:
            self._leave(fact, _("No day is stated on which the age is counted."))
            return
        sex = fact.values.get("sex")
        common = next((rule for rule in self.rules if rule["kind"] == "person_age"), None)
        if sex and common is not None:
            other = {"column": "sex", "equals": sex, **limit}
            common["params"].setdefault("others", []).append(other)
            return
        if sex or common is not None:
            self._leave(fact, _("A second limit of age; say for whom it holds."))
            return
        self._rule("person_age", fact, {"role": role, **line, **limit})

    def _person_role(self, fact: Confirmed) -> str:
        """Return whose row is meant: the candidate's, or the leader's."""
        candidates = re.search(
            r"候选人|被托举|申报人|人选|人才|工程师", f"{fact.sentence} {self.head.title}"
        )
        leads = re.search(r"负责人|组长|领衔人|主编|召集人|主持", fact.sentence)
        role = "candidates" if candidates and not leads else "leader"
        self.roles.setdefault(role, {})
        return role

    def _quality_rule(self, fact: Confirmed) -> None:
        self._leave(fact, _("List the titles or degrees that are enough, and add a rule."))

    def _bar_rule(self, fact: Confirmed) -> None:
        self._leave(fact, _("Add the rule that fits, or a declaration to tick."))

    def _matching_rule(self, fact: Confirmed) -> None:
        self._leave(fact, _("Ask for matching funds in the form and add the rule."))

    def _length_rule(self, fact: Confirmed) -> None:
        names = re.search(r"名称|题目|标题", str(fact.values.get("what", "")))
        if names and "max" in fact.values:
            self._rule("title_length", fact, {"max": fact.values["max"]})
            return
        opinion = re.search(r"推荐(?:单位)?(?:的)?意见", str(fact.values.get("what", "")))
        if opinion and "max" in fact.values and self.levels:
            self.levels[-1]["opinion_max"] = fact.values["max"]
            return
        self._leave(fact, _("Set the length at the question of the form."))


# Entries a call file must hold even when they are empty.
_NEEDED = frozenset({"format", "call", "notice", "contacts", "categories", "rules", "form"})


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
        return _amount(low)
    if low is None:
        return {"up_to": _amount(high)}
    return _amount(high) if low == high else {"from": _amount(low), "to": _amount(high)}
