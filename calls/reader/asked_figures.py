"""Figures a plan must reach, how many people it names, and how long its texts may be."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from calls.reader.figures import Count, count_pattern, counts, money, number
from calls.reader.finding import Span
from calls.reader.notes import Notes
from calls.reader.text import Line, Sentence, clauses, mark_of


def read_asked_figures(notes: Notes) -> None:
    """Find the figures asked for and the lengths of texts."""
    for sentence in notes.body():
        _numbers(notes, sentence)
        _lengths(notes, sentence)
    _table_attendees(notes)


_ANY = count_pattern(
    r"万人次|人次|万人|人|名|篇|届|场次|次|家|户|年|平方米|㎡|天|场|项|所|期|份|支|条|种|门|课时|学时|小时|件|个|位|部|套|册|亩|万元|元"
)
_NUMBER_BOUND = re.compile(r"以上|不少于|不低于|至少|不得少于|不得低于|规模")
_PERSON_WORDS = re.compile(
    r"参会|参加|参与|出席|代表|与会|受众|受益|服务群众|规模|听众|人数(?!占)|正式代表|参赛|覆盖"
)
_NOT_NUMBER = re.compile(
    r"岁|支持|资助|推荐|限|补助|奖励|论文被|给予|经费|工作日|日内|公示|三年不|年内不|不得申报|网络评审|评审专家|劳动合同|合作协议|服务期"
    r"|一线|女性|占比|比例|一致|届满|字|照片|附|联合申报"
)
_WHAT: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("papers", re.compile(r"论文"), "篇"),
    ("editions", re.compile(r"举办|连续|届"), "届"),
    ("convenors", re.compile(r"召集人"), "名人位"),
    (
        "recommenders",
        re.compile(r"专家[^，。]{0,6}推荐|推荐专家|同行专家|推荐人(?!员|选|数)"),
        "名位人",
    ),
    ("speakers", re.compile(r"主讲|报告人|主旨报告|特邀报告|讲者"), "人名位场个"),
    ("leaders", re.compile(r"领衔人|负责人\d|带头人\d"), "人名位"),
    ("members", re.compile(r"成员|课题组|团队人数|主创人员|志愿者|会员|研究人员|在册"), "人名位户"),
    ("attendees", _PERSON_WORDS, "人次万人名"),
)


def _numbers(notes: Notes, sentence: Sentence) -> None:
    text = sentence.text
    if sentence.line.is_row or re.search(
        r"过去|累计(?!不少于|不低于|达)|指导思想|背景", text + sentence.above
    ):
        return
    pieces = [
        clause
        for _start, clause in clauses(
            text[mark_of(text)[1] if sentence.start == sentence.line.start else 0 :]
        )
    ]
    # An item that is nothing but its mark has no clause at all.
    for clause, following in zip(pieces, [*pieces[1:], ""], strict=False):
        if re.search(r"推荐名额|推荐数量|限额|评审|公示", sentence.line.title):
            continue
        if "推荐名额" in sentence.above and clause.startswith("其中"):
            continue  # of a list, not of an application
        for one in counts(clause, _ANY):
            what = _counted(clause, one.start, one.end, one.unit, text)
            exact = one.low is not None and one.low == one.high
            named = what in ("convenors", "leaders", "recommenders") and not one.about
            bounded = one.low is not None and not exact
            capped = what == "members" and one.low is None and "以内" not in clause
            bounded = bounded or capped
            if not bounded and not named:
                continue
            if named and exact and not re.search(r"设|由|经|须|应|领衔人|人\d", clause):
                continue
            high = one.high if one.high is not None else _up_to(following, one.unit)
            _note_number(notes, sentence, clause, what, one.unit, one.low, high)


_UP_TO = re.compile(
    r"(?:且|但)?(?:最多)?(?:不超过|不多于|不得超过)?(?P<n>\d{1,4})(?P<unit>\D{1,2})"
)


def _up_to(clause: str, unit: str) -> int | None:
    """Return the upper end that a clause of its own adds: 不少于3人，不超过8人."""
    match = _UP_TO.fullmatch(clause.strip("，。； "))
    bound = match and re.match(r"(?:且|但)?(?:不|最多)", clause)
    return int(match["n"]) if match and bound and match["unit"] == unit else None


# What is promised for the time after the selection.
_OWED_LATER = re.compile(
    r"(?:托举|培养|资助|支持|建设|执行|实施|服务)(?:期|周期)(?:内|间|满)|(?:结束|完成|验收|结项|结题)后"
)
_SINCE_WHEN = re.compile(r"注册|成立|从事|出版|工作|签订|登记|运营|运行|任职|开放|创办")


def _note_number(
    notes: Notes, sentence: Sentence, clause: str, what: str, unit: str,
    low: int | None, high: int | None,
) -> None:  # fmt: skip
    if what == "other" and unit == "年" and ("发表" in clause or not _SINCE_WHEN.search(clause)):
        return
    if what == "other":
        if (
            _NOT_NUMBER.search(clause)
            or low is None
            or (high is not None and not re.search(r"不少于|以上", clause))
        ):
            return
        if not re.search(
            r"条件|要求|对象|申报|成果|类别|额度|方向", sentence.above
        ) and not re.search(r"须|应|条件|每项|不少于", sentence.text):
            return
    elif re.search(
        r"补助|资助|奖励|限报|限推|推荐.*名额|推荐(?:最多|不超过|至多)|占比|比例", clause
    ) or (what != "papers" and "以内" in clause and what not in ("members", "attendees")):
        return
    if unit in ("万元", "元"):
        amounts = money(clause)
        if (
            not amounts
            or amounts[0].low is None
            or not re.search(r"投入|收入|产值|资本|支出|销售", clause)
        ):
            return
        low, high, unit = int(amounts[0].low), None, "元"
    if unit in ("万人次", "万人"):
        low = low * 10_000 if low is not None else None
        high = high * 10_000 if high is not None else None
        unit = unit[1:]
    if what == "editions" and "优先" in clause:
        return  # a wish, not a condition
    known = what in ("attendees", "papers", "editions", "convenors", "members", "recommenders")
    if what == "recommenders" and re.search(r"可(?:以)?(?:联合|直接)?(?:提名|推荐)", clause):
        known, why = True, _("This is one of several ways; the rule would hold for all.")
    else:
        why = ""
    why = why if known else _("If you tick it, the form asks for this figure and checks it.")
    if _OWED_LATER.search(sentence.text):
        why = _("This is owed after the selection; as a rule it would hold at the hand-in.")
    notes.bind(
        "number", sentence, sentence.text.find(clause), why=why, what=what, min=low,
        max=high, unit=unit, label=clause.strip()[:60],
    )  # fmt: skip


def _counted(clause: str, start: int, end: int, unit: str, text: str) -> str:
    """Say what a number counts, by the words right before and after it."""
    near = clause[max(0, start - 14) : end + 8]
    if unit in ("名", "位", "人") and re.search(
        r"^.{0,16}(?:专家|人才|院士)[^，。]{0,6}(?:推荐|提名)", clause[end:]
    ):
        return "recommenders"
    for what, pattern, fitting in _WHAT:
        if unit[-1] in fitting and pattern.search(near):
            return what
    if unit in ("人", "人次", "万人次") and re.search(r"参会|参加|出席|规模", text):
        return "attendees"
    return "other"


# 境外代表不少于30人: not all who come.
_OF_SOME = re.compile(r"境外|国外|外籍|外方|特邀|其中")


def _table_attendees(notes: Notes) -> None:
    """A column 参会规模 states how many must come."""
    rows = [line for line in notes.doc.lines if line.is_row]
    column = next(
        (n for line in rows for n, cell in enumerate(line.text.split("\t"))
         if re.search(r"参会|规模|人数", cell)), None,
    )  # fmt: skip
    titles = {one.title for one in notes.categories}
    for line in rows:
        cells = [cell.strip() for cell in line.text.split("\t")]
        title = next((cell for cell in cells if cell in titles), None)
        if column is None or title is None or column >= len(cells):
            continue
        for _start, words in clauses(cells[column]):
            for one in counts(words, _ANY)[:1]:
                _cell_figure(notes, line, title, words, one)


def _cell_figure(notes: Notes, row: Line, category: str, words: str, one: Count) -> None:
    """Note one figure of a cell: 参会代表不少于300人，特邀报告不少于5个 has two."""
    what = _counted(words, one.start, one.end, one.unit, words)
    if what == "other" and one.unit in ("人", "名", "人次") and not _OF_SOME.search(words):
        what = "attendees"  # 规模：200人
    if what == "other" or (what == "attendees" and _OF_SOME.search(words[: one.start])):
        return
    unit = "人" if what == "attendees" else one.unit
    notes.add(
        "number", Span(row.start, row.end), category=category, what=what, min=one.low,
        max=one.high, unit=unit, label=words,
    )  # fmt: skip


_LENGTH = count_pattern(r"万字|字|个字|个汉字|汉字")
_OF_WHAT = re.compile(
    r"(推荐意见|论文(?=字数)|推荐理由|(?:中文)?摘要|主要事迹|事迹材料|(?:会议|项目|课题|活动|作品)名称|题目|"
    r"书稿|样章|论证活页|活页|主要(?:学术)?成绩|主要贡献|标题|研究报告|调研报告|决策建议|成果(?:摘报|要报|简介)|"
    r"简介|工作总结|总结|报告|申报书|论文正文|正文|专报|建议|综述|说明|方案|意见|事迹)"
)


_HANDED_IN = re.compile(
    r"每年[^。；]{0,8}前(?:报送|提交)|(?:完成|结束|验收|结题|期满)后|成果(?:要求|形式)?\b|成果要求|成果(?:形式|提交)"
    r"|月(?:\d{1,2}日|底)前(?:报送|提交)[^。；]{0,12}(?:总结|决算)"
)


def _lengths(notes: Notes, sentence: Sentence) -> None:
    if sentence.line.is_row:
        return
    previous = ""
    for _start, clause in clauses(sentence.text):
        for one in counts(clause, _LENGTH):
            before = clause[: one.start]
            words = (
                _OF_WHAT.findall(before)
                or _OF_WHAT.findall(clause[one.end :])
                or _OF_WHAT.findall(previous)
                or _OF_WHAT.findall(sentence.line.title)
            )
            scale = 10_000 if one.unit == "万字" else 1
            raw = re.search(r"\d+\.\d+(?=万字)", clause[one.start : one.end])
            low = one.low * scale if one.low is not None else None
            high = one.high * scale if one.high is not None else None
            if raw:
                exact = int(number(raw.group()) * 10_000)
                low, high = (
                    (exact if low is not None else None),
                    (exact if high is not None else None),
                )
            if low is not None and low == high:
                continue
            if (
                high is not None
                and low is None
                and _HANDED_IN.search(f"{sentence.above} {sentence.text}")
            ):
                continue  # a deliverable carries its own length
            if words and (low or 0) + (high or 0) > 0:
                notes.bind(
                    "length", sentence, sentence.text.find(clause) + one.end,
                    what=words[-1], min=low, max=high,
                )  # fmt: skip
        previous = clause
