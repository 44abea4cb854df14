"""The call itself of a draft: dates, words, contacts, publicity, review, what follows."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from calls.services.notice_categories import amount_of
from calls.services.notice_facts import Confirmed, Sheet, instant

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
_SIGNERS = (
    ("society", r"学会|理事长"),
    ("enterprise_association", r"企业科协"),
    ("university_association", r"高校|学校|校长"),
)

# Stages in which experts give points.
_SCORED = ("scoring", "panel", "defence")


def call_of(sheet: Sheet, code: str) -> dict[str, Any]:
    """Return the entry of the call: dates, papers, money and words."""
    call: dict[str, Any] = {
        "code": code,
        "title": name_of(sheet),
        "year": sheet.head.year,
        "opens_at": instant(sheet.head.opens_at, end=False),
        "closes_at": instant(sheet.head.closes_at, end=True),
        "form_title": _("%(title)s: application form") % {"title": subject_of(sheet)},
    }
    for fact in sheet.of("paper_copies")[:1]:
        if fact.values.get("copies"):
            call["paper_copies"] = fact.values["copies"]
    _paper(sheet, call)
    for fact in sheet.of("total_places")[:1]:
        if sheet.of("category") and "high" in fact.values:
            call["slots_max"] = fact.values["high"]
            if fact.values.get("about"):
                sheet.leave(fact, _("“About” so many: the draft holds the number as the most."))
    for fact in sheet.of("total_money")[:1]:
        call["total_max"] = amount_of(fact.values["amount"])
    for fact in sheet.of("result_by")[:1]:
        call["result_by"] = str(fact.values["day"])
    for fact in sheet.of("result_where")[:1]:
        call["result_where"] = str(fact.values["text"])
    for fact in sheet.of("acknowledgement")[:1]:
        call["acknowledgement"] = str(fact.values["text"])
    for fact in sheet.of("confidential")[:1]:
        call["confidential_how"] = fact.sentence
    if words := _signers(sheet):
        call["signatory_words"] = words
    return call


def name_of(sheet: Sheet) -> str:
    """Return what the call is called: its subject and what is done, as in 科普活动项目申报."""
    title, subject = sheet.head.title, subject_of(sheet)
    done = re.search(
        r"关于(?:组织|做好|开展|启动)*(申报|征集|推荐|评选|遴选)"
        r"|(申报|征集|推荐|评选|遴选|认定)(?:工作)?的?(?:通知|公告|函|指南)",
        title,
    )
    if subject == title or done is None:
        return subject
    return subject + (done[1] or done[2])


def subject_of(sheet: Sheet) -> str:
    """Return what the call is about: its title without 关于…的通知."""
    bare = re.sub(
        r"^.{0,30}?关于(?:组织|做好|开展|征集|申报|举办|推荐|评选|启动)*", "", sheet.head.title
    )
    return re.sub(
        r"(?:(?:候选人)?(?:申报|推荐|征集|遴选|评选|认定|工作|有关)*的?(?:通知|公告|函|指南).*)$",
        "",
        bare,
    ) or (sheet.head.title)


def _paper(sheet: Sheet, call: dict[str, Any]) -> None:
    """Take the end for paper only where copies are asked for, as the call wants both."""
    ends = sheet.of("paper_by")
    if not call.get("paper_copies"):
        for fact in ends:
            sheet.leave(fact, _("A day for paper, but no number of copies."))
        return
    if ends:
        day, time = ends[0].values["day"], ends[0].values.get("time", "")
        call["paper_by"] = f"{day} {time}".strip()
    else:
        call["paper_by"] = call["closes_at"]
    for fact in sheet.of("paper_counts")[:1]:
        call["paper_counts"] = str(fact.values["counts"])


def _signers(sheet: Sheet) -> dict[str, str]:
    words: dict[str, str] = {}
    for fact in sheet.of("sign"):
        who = str(fact.values["text"])
        kind = next((kind for kind, pattern in _SIGNERS if re.search(pattern, who)), "others")
        words.setdefault(kind, who)
    return words


# Bodies that seal a form beside the unit that applies; 推荐单位 and 企业 may be that unit itself.
_BESIDE = ("依托单位", "乡镇政府", "县级科协")


def boxes_of(sheet: Sheet, *, plan: bool) -> list[dict[str, Any]]:
    """Return a box on the form for each body that seals it beside the applying unit.

    The forms of a plan have no such boxes, and of some bodies it is not sure whether they are the
    unit that applies: these seals are left to staff.
    """
    own = {"申报单位", "所在单位", "主办单位"} | ({"推荐单位"} if sheet.levels else set())
    boxes = []
    for fact in sheet.of("seal"):
        who = str(fact.values["text"])
        if who in _BESIDE and not plan:
            title = _("Seal of %(who)s") % {"who": who}
            boxes.append({"title": title, "box": "sealed", "clause": fact.sentence})
        elif who not in own:
            sheet.leave(fact, _("The draft asks for the seal of the applying unit only."))
    return boxes


def batches_of(sheet: Sheet) -> list[dict[str, str]]:
    """Return the ends of a call that is taken in batches."""
    return [
        {
            "title": str(fact.values["title"]),
            "closes_at": f"{fact.values['day']} {fact.values.get('time', '')}".strip(),
        }
        for fact in sheet.of("batch")
    ]


def notice_of(sheet: Sheet) -> dict[str, Any]:
    """Return the notice as it was pasted."""
    notice: dict[str, Any] = {"title": sheet.head.title, "body": sheet.text}
    for fact in sheet.of("document_number")[:1]:
        notice["number"] = str(fact.values["text"])
    return notice


def contacts_of(sheet: Sheet) -> list[dict[str, str]]:
    """Return whom to ask, each with what belongs to them."""
    found = []
    for fact in sheet.of("contact"):
        contact = {"name": str(fact.values.get("name") or _("Enquiries"))}
        if fact.values.get("phone"):
            contact["phone"] = str(fact.values["phone"])
        found.append(contact)
    more = [(name, sheet.of(name)) for name in ("email", "address")]
    if not found and any(facts for _name, facts in more):
        found.append({"name": _("Enquiries")})
    for name, facts in more:
        for place, fact in enumerate(facts):
            if place < len(found):
                found[place][name] = str(fact.values["text"])
            else:
                sheet.leave(fact, _("There is no contact to go with it."))
    return found


def _publicity(fact: Confirmed) -> dict[str, Any]:
    own = re.search(r"单位内|推荐单位|所在单位|本单位|用人单位", fact.sentence)
    return {
        "where": "unit" if own else "association",
        "length": fact.values["days"],
        "counting": fact.values.get("counting", "calendar"),
        "clause": fact.sentence,
    }


def deliverables_of(sheet: Sheet) -> list[dict[str, Any]]:
    """Return what is handed in after completion."""
    found = []
    for fact in sheet.of("deliverable"):
        title = str(fact.values["title"])
        kind = next((kind for kind, words in _DELIVERABLES if re.search(words, title)), "other")
        one: dict[str, Any] = {"kind": kind, "title": title, "clause": fact.sentence}
        if category := sheet.category_code(fact):
            one["category"] = category
        if "day" in fact.values:
            one["due_on"] = str(fact.values["day"])
            if fact.values.get("yearly"):
                one["yearly"] = True
        elif "days_after" in fact.values:
            one["days_after"] = fact.values["days_after"]
            if fact.values.get("working"):
                one["working_days"] = True
        else:
            sheet.leave(fact, _("No day is stated until which it is due."))
            continue
        for name in ("max_words", "photos_min", "photos_max"):
            if name in fact.values:
                one[name] = fact.values[name]
        if "photos_min" in one and "photos_max" not in one:
            one["photos_max"] = max(int(str(one["photos_min"])), 20)
        found.append(one)
    return found


def publicity_of(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the periods of publicity, one before the recommendation and one after the review."""
    periods: dict[str, dict[str, Any]] = {}
    for fact in sheet.of("publicity"):
        period = _publicity(fact)
        if periods.setdefault(period["where"], period) is not period:
            sheet.leave(
                fact, _("Another publicity of this kind is stated; choose which one holds.")
            )
    return list(periods.values())


def review_of(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the stages of the review, in the order of the notice."""
    stages = []
    for fact in sheet.of("review"):
        stage: dict[str, Any] = {"kind": str(fact.values["stage"]), "clause": fact.sentence}
        mark = fact.values.get("pass_mark")
        if mark and stage["kind"] in _SCORED and int(str(mark)) <= 100:
            stage["pass_mark"] = mark
        stages.append(stage)
    return stages
