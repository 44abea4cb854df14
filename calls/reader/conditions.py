"""Conditions: standing of the unit, priority, bars, exclusions, age, degree, figures asked."""

from __future__ import annotations

import datetime as dt
import re

from django.utils.translation import gettext as _

from calls.reader.figures import CHINESE, count_pattern, counts, money, number
from calls.reader.finding import Value
from calls.reader.moments import dates
from calls.reader.notes import Notes
from calls.reader.text import Sentence, clauses, mark_of
from calls.reader.who import names, units

_YEARS = re.compile(r"(20\d{2})\s*(?:年度?)?\s*[-—–~～至到、]\s*(20\d{2})\s*年")
_YEAR = re.compile(r"(20\d{2})\s*年")
_NUM = rf"(?:\d{{1,3}}|[{CHINESE}]{{1,4}})"


def read_conditions(notes: Notes) -> None:
    """Find every condition that an applicant, a person or a plan must meet."""
    for sentence in notes.body():
        _facts(notes, sentence)
        _honours(notes, sentence)
        _bars(notes, sentence)
        _excluded(notes, sentence)
        _ages(notes, sentence)
        _qualities(notes, sentence)
        _numbers(notes, sentence)
        _lengths(notes, sentence)
    _table_attendees(notes)


def _condition(
    notes: Notes,
    kind: str,
    sentence: Sentence,
    place: int,
    *,
    why: str = "",
    **values: Value | None,
) -> None:
    """Note a condition once for each category it holds for."""
    for category in notes.scopes(sentence, place):
        notes.add(kind, sentence, why=why, category=category, **values)


# Standing of the unit -----------------------------------------------------------------------------

_INSPECTED = re.compile(
    r"年检(?:结论|结果)?(?:须|应|均|必须)?(?:为)?(?:[^，。；]{0,4})合格|(?:未参加年检|年检不合格)"
)
_EVALUATED = re.compile(r"参加[^，。；]{0,12}(?P<what>学会(?:综合)?评价|学会评估|考核评估)")
_LEGAL = re.compile(
    r"具有法人资格|独立(?:的)?法人(?:资格|资质)?|具备[^，。；]{0,6}法人资格|法人(?:资格|单位)(?:的)?"
)
_GRADE = re.compile(r"(?P<what>[345A]A级(?:及)?以上|[345]A级)(?:（含）)?(?:学会|社会组织)?")


def _facts(notes: Notes, sentence: Sentence) -> None:
    text = sentence.text
    if "优先" in text and "年检" not in text and not _EVALUATED.search(text):
        return
    who = names([unit for unit in units(text) if unit.word in ("学会", "高校科协", "企业科协")][:1])
    for match in _INSPECTED.finditer(text):
        _inspection(notes, sentence, match, who)
    if evaluated := _EVALUATED.search(text):
        year = _YEAR.search(_clause_around(text, evaluated.start()))
        _condition(
            notes, "fact", sentence, evaluated.end(), label=evaluated["what"],
            year=int(year[1]) if year else None, units=who,
            why="" if year else _("The notice names no year."),
        )  # fmt: skip
    _legal_person(notes, sentence)
    for match in _GRADE.finditer(text):
        if "优先" not in text and re.search(r"须|应|为|具|限", text):
            _condition(notes, "fact", sentence, match.end(), label=match["what"])


def _inspection(notes: Notes, sentence: Sentence, match: re.Match[str], who: str) -> None:
    """Note that the yearly inspection must be passed: of the years named, or of last year."""
    clause = _clause_around(sentence.text, match.start())
    years: list[int | None] = [int(year) for year in re.findall(r"(20\d{2})", clause)]
    why = "" if years else _("The notice names no year.")
    if re.search(r"上(?:一)?年度|去年", clause):
        years = [_year_before(notes)] if notes.base else []
        why = _("The year is counted from the notice: the one before.")
    for year in years or [None]:
        _condition(
            notes, "fact", sentence, match.end(), why=why, label="年检合格", year=year, units=who
        )


_NO_STANDING = re.compile(r"优先|签字|法定代表人|复印件|证明|证书")


def _legal_person(notes: Notes, sentence: Sentence) -> None:
    text = sentence.text
    match = _LEGAL.search(text)
    if match is None or "授权" in match.group():
        return
    required = re.search(r"须|应|具有|具备|必须|为|条件|要求", text + sentence.above)
    if required and not _NO_STANDING.search(_clause_around(text, match.start())):
        _condition(notes, "fact", sentence, match.end(), label=match.group().removesuffix("的"))


def _year_before(notes: Notes) -> int:
    """Return the year before the one the notice's title names, or before that of issue."""
    titles = notes.of("title")
    named = _YEAR.search(str(titles[0].values["text"])) if titles else None
    return (int(named[1]) if named else notes.base.year if notes.base else 0) - 1


def _clause_around(text: str, place: int) -> str:
    return next(
        (clause for start, clause in clauses(text) if start <= place <= start + len(clause)), text
    )


_PRIORITY = re.compile(r"优先(?:支持|考虑|推荐|资助|立项|申报|安排|遴选|认定)?")


def _honours(notes: Notes, sentence: Sentence) -> None:
    """优先支持2021—2023年度先进学会、… or …的优先."""
    text = sentence.text
    match = _PRIORITY.search(text)
    if not match:
        return
    after = re.split(r"[，。；]", text[match.end() :])[0]
    before = re.split(r"[，。；：]|[一二三四五]是|\d\.", text[: match.start()])[-1]
    if before in ("同等条件下", "同等条件", "在同等条件下"):
        before = re.split(r"[，。；：]", text[: match.start() - len(before) - 1])[-1]
        after = ""
    body = (
        after
        if len(after) > 3
        else re.sub(
            r"(?:称号的单位|的单位|的项目|的学会|者|的|予以|给予|可|单位|可以)+$", "", before
        )
    )
    years = _YEARS.search(body)
    first, last = (int(years[1]), int(years[2])) if years else (None, None)
    if years:
        body = body[: years.start()] + body[years.end() :]
    elif year := _YEAR.search(body):
        first = last = int(year[1])
        body = body[: year.start()] + body[year.end() :]
    body = re.sub(
        r"^(?:度|获得|评为|近.{1,2}年(?:内)?(?:获得过|获得|获评|获)?|对)+|(?:申报项目|申报|等)$",
        "",
        body.strip(),
    )
    for piece in re.split(r"、|和|或", body) if "、" in body else [body]:
        label = re.sub(r"^(?:度|获得过|获得|获|曾获)", "", piece).strip("”“ ")
        if 3 <= len(label) <= 30 and re.search(
            r"先进|优秀|奖|荣誉|表彰|称号|等级|评估|示范|获|集体|A级", label
        ):
            _condition(notes, "honour", sentence, match.end(), label=label, from_=first, to_=last)


# Bars and exclusions ------------------------------------------------------------------------------

_REFUSED = re.compile(
    r"不得|不能|不可|不予(?:受理|支持|推荐)|不再|不受理|不重复|不作为|取消|不列入|不纳入|不在[^，。；]{0,16}范围|无|未曾|未获|没有|不支持|不建议|不参加|仅限|只能|未(?:列|被|受|发生|出现)"
)
_BARS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("channel", re.compile(r"只能(?:通过|由|选择)?(?:一个|1个|一种)[^，。；]{0,6}(?:渠道|单位|途径)|多(?:渠道|头)推荐|通过多个渠道")),
    ("running", re.compile(r"(?:正在承担|在研|尚未结题|未结题|承担[^，。；]{0,12}未结)[^，。；]*|逾期未结")),
    ("overdue", re.compile(r"未(?:能)?(?:按期|按时|如期|通过)[^，。；]{0,6}(?:结项|结题|验收|完成)|验收(?:不合格|未通过)|逾期未(?:结项|结题|验收|完成)")),
    ("sanction", re.compile(
        r"失信|不良信用|(?:无|未发生|未出现)[^，。；]{0,14}(?:事故|责任事故|违法|违规|处罚|不端|不良|负面)|处分|弄虚作假|安全责任事故|学术不端|严重违|违法违规"
    )),
    ("duplicate", re.compile(
        r"重复申报|多头申报|同一(?:项目|内容|课题|成果)[^，。；]{0,14}(?:重复|多头|不得)|已获得[^，。；]{0,16}(?:财政)?资金支持|内容相同"
    )),
    ("earlier", re.compile(
        r"(?:已|曾|往届|获得|入选)[^，。；]{0,18}(?:入选|获奖|奖励|资助|支持|计划|称号|获得|建站|获奖者|命名|认定)|未获得过|未曾入选|往届获奖|(?:命名|认定|称号)?有效期内的"
    )),
)  # fmt: skip
_STILL_RUNNING = re.compile(r"正在承担|在研|尚未结题|承担[^，。；]{0,12}未结")
_SPAN_YEARS = re.compile(rf"(?:近|后|最近|过去)?(?P<n>{_NUM})年内?")


def _bars(notes: Notes, sentence: Sentence) -> None:
    text = sentence.text
    refused = _REFUSED.search(text)
    if not refused or re.search(r"互联网|网络传", text):
        return
    kinds = [code for code, pattern in _BARS if pattern.search(text)]
    if "channel" in kinds and "推荐" not in text and "候选" not in text and "申报" not in text:
        kinds.remove("channel")
    if {"duplicate", "earlier"} <= set(kinds) and not re.search(r"同一|资金支持", text):
        kinds.remove("duplicate")
    if len(kinds) > 1 and "earlier" in kinds:
        kinds.remove("earlier")
    if "running" in kinds and "duplicate" in kinds and "；" in text:
        pass
    elif {"running", "overdue"} <= set(kinds):
        kinds.remove("overdue" if _STILL_RUNNING.search(text) else "running")
    for code in kinds:
        pattern = dict(_BARS)[code]
        match = pattern.search(text)
        if match is None or (code == "earlier" and re.search(r"优先", text)):
            continue
        years = None
        if code in ("earlier", "sanction", "overdue"):
            found = _SPAN_YEARS.search(text)
            if (
                found
                and not re.match(r"\d{4}", found["n"])
                and re.search(
                    r"近|内|后", found.group() + text[max(0, found.start() - 1) : found.end() + 1]
                )
            ):
                value = int(number(found["n"]))
                years = value if value <= 20 else None
        # …的学会，不得申报青年课题: what is refused is said last.
        place = max(match.end(), refused.end())
        _condition(notes, "bar", sentence, place, what=code, years=years)


_OUT = re.compile(
    r"^(?P<what>.{2,80}?)(?:等)?(?:活动|会议)?(?:，)?(?:均)?(?:不在|不属于|不列入|不纳入|不予受理|不予支持|不予资助|不作为|不能作为|不得作为)(?P<rest>[^。；]{0,24})"
)


# （不含专著、教材）: what is left out of what was just named.
_WITHOUT = re.compile(
    r"（(?:不含|不包括)(?P<what>[\u4e00-\u9fff]{2,8}(?:、[\u4e00-\u9fff]{2,8})*)）"
)


def _excluded(notes: Notes, sentence: Sentence) -> None:
    """培训班、庆典、表彰大会等不在范围之内."""
    body = sentence.text[
        mark_of(sentence.text)[1] if sentence.start == sentence.line.start else 0 :
    ]
    for left in _WITHOUT.finditer(body):
        for word in re.split(r"、|和|及", left["what"]):
            _condition(notes, "excluded", sentence, left.end(), text=word)
    match = _OUT.match(body)
    if not match or not re.search(
        r"范围|受理|支持|资助|推荐|申报|参评|评选", match["rest"] + match.group()
    ):
        return
    what = re.split(r"[，：]", match["what"])[-1]
    if "、" not in what or re.search(
        r"单位|负责人|学会|不得|材料|院士|逾期|年检|入选|人才|人员|作者|的(?!活动|工作)", what
    ):
        return
    what = re.sub(r"^(?:各类|各种|一般性)", "", what)
    for piece in re.split(r"、|和|以及|及", what):
        word = re.sub(r"^(?:一般的|各类|各种|一般性?的?)|等$", "", piece)
        if 2 <= len(word) <= 14:
            _condition(notes, "excluded", sentence, match.end(), text=word)


# Persons ------------------------------------------------------------------------------------------

_AGE = re.compile(
    rf"(?:(?:年龄|年满|不超过|未满|男性?|女性?|在|放宽[到至]?|延长至|为|一般|应|须|原则上|不得超过|不大于|均)[^，。；\d]{{0,10}})?"
    rf"(?P<n>\d{{2}}|[{CHINESE}]{{2,3}})(?:周)?岁(?P<after>（含）|\(含\))?(?:以下|及以下|以内)?"
)
_NOT_AGE = re.compile(
    r"占比|比例|不少于|不低于|的(?:成员|青年)|以上|岁以下成员|岁以下青年(?:占|不)"
)
# 35周岁以下作者的论文一般不少于30%: what a list holds, no bound for anyone.
_SHARE_OF_AGE = re.compile(r"[^，。；]{0,16}?(?:不少于|不低于|占)[^，。；]{0,8}%")
_BORN_AFTER = re.compile(
    r"(?:（含）|\(含\)|\（含当日\）)?(?:及|（含）)?(?:以后|之后|后|及以后)(?:（含）)?出生"
)


def _ages(notes: Notes, sentence: Sentence) -> None:
    text = sentence.text
    if "岁" not in text and "出生" not in text:
        return
    found: list[dict[str, object]] = []
    for match in _AGE.finditer(text):
        around = text[max(0, match.start() - 6) : match.end() + 8]
        shared = _SHARE_OF_AGE.match(text, match.end())
        if (
            shared
            or _NOT_AGE.search(around[6:])
            or not re.search(
                r"年龄|不超过|以下|以内|放宽|未满|周岁",
                text[max(0, match.start() - 12) : match.end() + 4],
            )
        ):
            continue
        found.append({"max": int(number(match["n"])), "at": match.start(), "end": match.end()})
    for one in dates(text, base=None):
        after = text[one.end :]
        born = text[: one.start].endswith("生于") and re.match(r"(?:以|之)?后", after)
        if not (born or _BORN_AFTER.match(after)) and not re.match(
            r"（含）[^，。；]{0,3}(?:以后|后)出生", after
        ):
            continue
        near = [item for item in found if 0 <= one.start - int(str(item["end"])) <= 6]
        if near:
            near[-1]["born"] = one.first.day
        else:
            found.append({"born": one.first.day, "at": one.start, "end": one.end})
    on = next(
        (one.first.day for one in dates(text, base=notes.base)
         if re.search(r"(?:以|截至|截止|计算至)\s*$", text[: one.start])
         and re.match(r"(?:日)?(?:为准|为截止|，|计算|）|前)?", text[one.end :])), None,
    )  # fmt: skip
    for item in found:
        _add_age(notes, sentence, item, on)


def _add_age(notes: Notes, sentence: Sentence, item: dict[str, object], on: dt.date | None) -> None:
    text, place = sentence.text, int(str(item["at"]))
    own = re.split(r"[，；。（]", text[:place])[-1] + text[place : int(str(item["end"]))]
    before = own if "女" in own or "男" in own else re.split(r"[；。]", text[:place])[-1][-9:]
    sex = "female" if "女" in before else "male" if "男" in before else ""
    born = item.get("born")
    limit = item.get("max")
    principle = "原则" in own or "一般" in own
    _condition(
        notes, "age", sentence, place, max=limit if isinstance(limit, int) else None, as_of=on,
        born_from=born if isinstance(born, dt.date) else None, sex=sex,
        in_principle=principle or None,
        why=_("A wider limit for special cases.") if re.search(r"特别优秀|破格", before) else "",
    )  # fmt: skip


_QUALITY = re.compile(
    r"(?P<what>(?:正高级|副高级|中级|高级|初级|副高|正高|高级工程师|副教授|教授|副研究员|研究员|讲师)(?:（含）|\(含\)|及|（及以上）|职称)*(?:以上)?(?:（含）)?"
    r"(?:专业)?(?:技术)?(?:职称|职务|资格)(?:及?以上)?|(?:博士|硕士|学士)(?:研究生)?(?:及?以上)?(?:学位|学历)(?:及?以上)?|(?:大学)?本科(?:及)?以上学历)"
)
# 副高级以上职称或博士学位 is one condition: what stands between its two halves.
_AND_OR = re.compile(r"[，、]?(?:或者?|且|并)(?:具有|具备|取得|获得)*")
# 其中高级职称不少于3人: a number of some, asked of nobody.
_SHARE_OF_SOME = re.compile(r"[^，。；]{0,6}(?:不少于|不低于|占|至少|达到)")


def _qualities(notes: Notes, sentence: Sentence) -> None:
    text = sentence.text
    if not re.search(r"具有|具备|取得|须|应|一般|条件|有", text + sentence.above):
        return
    if re.search(r"优先|复印件|证明材料|证书", text):
        return
    stretches: list[tuple[int, int]] = []
    for match in _QUALITY.finditer(text):
        if stretches and _AND_OR.fullmatch(text, stretches[-1][1], match.start()):
            stretches[-1] = (stretches[-1][0], match.end())
        elif not _SHARE_OF_SOME.match(text, match.end()):
            stretches.append(match.span())
    for start, end in stretches:
        _condition(notes, "quality", sentence, end, text=text[start:end])


# Figures asked for --------------------------------------------------------------------------------

_ANY = count_pattern(
    r"万人次|人次|万人|人|名|篇|届|场次|次|家|户|年|平方米|㎡|天|场|项|所|期|份|支|条|种|门|课时|学时|小时|件|个|位|部|套|册|万元|元"
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
            if named and exact and not re.search(r"设|由|须|应|领衔人|人\d", clause):
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
    elif re.search(r"补助|资助|奖励|限报|限推|推荐.*名额|占比|比例", clause) or (
        what != "papers" and "以内" in clause and what not in ("members", "attendees")
    ):
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
    _condition(
        notes, "number", sentence, sentence.text.find(clause), why=why, what=what, min=low,
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
    titles = {one.title: one for one in notes.categories}
    for line in rows:
        cells = [cell.strip() for cell in line.text.split("\t")]
        title = next((cell for cell in cells if cell in titles), None)
        if column is None or title is None or column >= len(cells):
            continue
        for one in counts(cells[column], count_pattern("人次|人|名"))[:1]:
            if _OF_SOME.search(cells[column][: one.start]):
                continue
            notes.add(
                "number", titles[title].sentence, category=title, what="attendees", min=one.low,
                max=one.high, unit="人", label=cells[column],
            )  # fmt: skip


_LENGTH = count_pattern(r"万字|字|个字|个汉字|汉字")
_OF_WHAT = re.compile(
    r"(推荐意见|论文(?=字数)|推荐理由|(?:中文)?摘要|主要事迹|事迹材料|(?:会议|项目|课题|活动|作品)名称|题目|"
    r"书稿|样章|论证活页|活页|主要(?:学术)?成绩|主要贡献|标题|研究报告|调研报告|决策建议|成果(?:摘报|要报|简介)|"
    r"简介|工作总结|总结|报告|申报书|论文正文|正文|专报|建议|综述|说明|方案|意见|事迹)"
)


_HANDED_IN = re.compile(
    r"每年[^。；]{0,8}前(?:报送|提交)|(?:完成|结束|验收|结题)后|成果(?:要求|形式)?\b|成果要求|成果(?:形式|提交)"
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
                _condition(
                    notes, "length", sentence, sentence.text.find(clause) + one.end,
                    what=words[-1], min=low, max=high,
                )  # fmt: skip
        previous = clause
