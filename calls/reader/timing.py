"""When: opening, deadlines of every stage, papers, the result and windows for what is held."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from calls.reader.finding import Span
from calls.reader.moments import Dates, Moment, dates
from calls.reader.notes import Notes
from calls.reader.quota_tables import tables
from calls.reader.text import Sentence, clauses

_NEVER = re.compile(
    r"出生|以来|在职|成立|注册登记|截至[^，。]*(?:已|累计)|规划|全会|讲话|办法|方案》|来[^，]{1,4}工作|上线|培训会|政策|答辩会"
)
# Before that day a recommender asks for its number, not for money.
_FOR_A_NUMBER = re.compile(r"申请[^，。；]{0,4}(?:推荐|提名)号")
_RESULT = re.compile(
    r"公布|评审结果|通知申请人|发文(?!之日)|揭晓|下达|立项结果|发布结果|结果发布|反馈结果|确定.{0,6}名单"
)
_PUBLISHED = re.compile(
    r"(?:发表|出版|刊出|见刊|登记|获得|完成|授权|创作)过?的|(?:发表|出版|刊发)于|期间[^。]{0,24}(?:发表|出版)|年间[^，。；]{0,4}完成"
)
_HELD = re.compile(
    r"完成时间|活动时间|实施时间|举办时间|会议时间|召开时间|执行期|研究期限|项目周期|研究周期|实施周期|建设期|举办|召开|办完|"
    r"开展活动|组织实施|实施期|期间组织|执行时间|开展时间|拟于|计划于"
)
_FINISHED = re.compile(
    r"(?:前|之前|底)(?:前)?(?:须|应|需)?(?:全部)?(?:完成|结题|结项|实施完毕|举办完毕|验收)"
)
_FILLED_IN = re.compile(r"完成[^，。；]{0,6}(?:填报|申报|提交|上传|报名|报送|注册)")
_DUE_WORK = re.compile(r"结题|验收|中期|成果(?:须|应|需|提交)|结项|检查|总结")
_STAGE = re.compile(
    r"推荐单位|提名单位|主管部门|归口|审核推荐|推荐函|初审|审核(?:截止|时间|后|完成|并|、|，|推荐)|完成审核|网上推荐|统一报送|统一推荐|复审|复核"
    r"|汇总后|单位推荐|区级|县级审|复审|(?:科协|学会|人社局|区局|科技局)(?:应|须)?于"
)
# 申报人于…前将材料报送所在推荐单位: the applicants' own end; the recommending units' comes later.
_TO_RECOMMENDER = re.compile(
    r"(?:报|送|交)[^，。；]{0,8}(?:推荐单位|归口(?:管理)?(?:单位|部门)|主管部门)$"
)
# 3.推荐单位提交: what stands under it is theirs.
_OF_RECOMMENDERS = re.compile(r"(?:推荐|提名)单位(?:提交|报送|审核|推荐|提名|上报)")
_CHECKED = re.compile(
    r"(?:科协|学会|单位|部门|负责|进行|后)[^。；，]{0,12}(?:初审|复审|复核)|(?:初审|复审|复核)后"
    r"|(?:推荐|归口|主管)[^。；，]{0,8}汇总后"
)
_PAPER = re.compile(
    r"纸质|书面|邮寄|寄送|寄达|寄至|寄到|快递|一式|送达|原件|\d\s*份|[一二三四五]份"
)
_APPLY = re.compile(
    r"申报|报名|报送|提交|征集|受理|填报|填写|推荐|登录|申请|发送|上报|报至|报到|发至|发到|送至|报市|报省|报区|报县|报所|寄|截止"
    r"|系统|发邮箱|报我|网上|反馈|发电子"
)
# 务必于10月31日前向学会部提交项目结题材料: what ends a project.
_ENDS_WORK = re.compile(r"(?:提交|报送|上报)[^，。；]{0,12}(?:结题|结项|验收|决算|绩效|总结)")
# 2025年1月1日以后公开发表, 以后创作: since when what is judged may date.
_SINCE_THEN = re.compile(
    r"(?:（含）)?(?:以后|之后|后)(?!出生)[^，。；]{0,16}(?:发表|出版|创作|完成|刊登)"
)
_LABELLED = re.compile(
    r"(?:申报|征集|受理|申请|报名|填报|网报|推荐|报送|推选|在线申报|网上申报|提交|线上申报)(?:截止)?(?:时间|日期|期|期限)"
    r"|截止(?:时间|日期)|截止于|在线申报|网上填报|线上申报|个人申报|单位申报|申报工作|推荐工作|关闭"
)
_UNTIL = re.compile(
    r"\s*(?:[（(][^）)]{0,10}[）)])?\s*(?:[，,])?\s*(?:下班)?(?:之前|以前|前|止|截止|为止|截|关闭|结束)"
)
_SINCE = re.compile(r"\s*(?:[（(][^）)]{0,6}[）)])?\s*(?:起|开始|启动)")
_TODAY = re.compile(
    r"即日起|自?(?:本)?(?:通知|公告|文件|指南)?(?:印发|发布|下发|发出|发文|通知|公布)之日起|从即日"
)
_ARRIVAL = re.compile(r"寄达|送达|收到|到达|收件|寄到|实际送到|(?<!发)送到")
_POSTMARK = re.compile(r"邮戳|寄出(?:时间|日)")
_BATCH = re.compile(r"第[一二三四五六]批次?")
_OPEN_ENDED = re.compile(r"\s*(?:[（(]含[）)])?\s*(?:以后|之后|后)")


@dataclass(frozen=True, slots=True)
class _Dated:
    """A date with the words that say what it is for."""

    dates: Dates
    sentence: Sentence
    words: str
    before: str
    after: str

    @property
    def about(self) -> str:
        """Return the words around the date and the titles above."""
        return f"{self.sentence.above} {self.words}"

    @property
    def onward(self) -> str:
        """Return the words that follow the date."""
        return self.words[len(self.before) :]

    @property
    def ends(self) -> bool:
        """Tell whether the date is an end: 前, 止, 截止 or the second of a range."""
        return (
            self.dates.is_range
            or bool(_UNTIL.match(self.after))
            or (
                re.search(r"(?:于|在|请)\s*$", self.before) is not None
                and re.match(r"(?:（[^）]{1,6}）)?[^，。]{0,8}(?:报送|报至|提交|上报)", self.after) is not None
            )
            or "前" in self.words[len(self.before) : len(self.words) - len(self.after)]
            or bool(re.search(r"(?:截止|截至|截止时间[为是：:]|至|止于|截止日期[为是：:]|时间[为是]?[：:])\s*$", self.before))
        )  # fmt: skip


def read_timing(notes: Notes) -> None:
    """Find the dates of the call, each by the words around it."""
    closing: list[tuple[int, _Dated]] = []
    stages: list[_Dated] = []
    papers: list[_Dated] = []
    opening: list[_Dated] = []
    for one in _dated(notes):
        if _NEVER.search(one.words) or _FOR_A_NUMBER.search(one.sentence.text):
            continue
        if _OPEN_ENDED.match(one.after):
            if _SINCE_THEN.match(one.after):
                _add_since(notes, one)
            continue
        role = _role(one)
        if role == "result":
            _add_day(notes, "result_by", one)
        elif role == "window":
            _add_window(notes, one)
        elif role == "opens":
            opening.append(one)
        elif role == "stage":
            stages.append(one)
        elif role == "paper":
            papers.append(one)
        elif role in ("closes", "labelled"):
            closing.append((0 if role == "labelled" else 1, one))
    _table_windows(notes)
    _resolve(notes, closing, stages, papers, opening)
    _paper_counts(notes)


def add_stage(notes: Notes, sentence: Sentence, one: Dates) -> None:
    """Note a recommending unit's deadline found by who is named, unless its day is one already."""
    known = [*notes.of("opens"), *notes.of("closes"), *notes.of("recommend_by")]
    if all(finding.values["day"] != one.last.day for finding in known):
        text = sentence.text
        _add_end(
            notes, "recommend_by", _Dated(one, sentence, text, text[: one.start], text[one.end :])
        )


def _dated(notes: Notes) -> Iterator[_Dated]:
    """Yield every date with the stretch of its sentence that belongs to it."""
    issued = {finding.sentence for finding in notes.of("issued")}
    titles = {finding.sentence for finding in notes.of("title")}
    for sentence in notes.doc.sentences:
        if (
            sentence.span in issued
            or any(t.start <= sentence.start < t.end for t in titles)
            or sentence.line.is_row
        ):
            continue
        found = dates(sentence.text, base=notes.base)
        bounds = [start for start, _clause in clauses(sentence.text)]
        for place, one in enumerate(found):
            own = max((b for b in bounds if b <= one.start), default=0)
            start = max(own, found[place - 1].end if place else 0)
            end = len(sentence.text)
            if place + 1 < len(found):
                following = found[place + 1].start
                end = max((b for b in bounds if one.end <= b <= following), default=following)
            yield _Dated(
                one, sentence, sentence.text[start:end],
                sentence.text[start : one.start], sentence.text[one.end : end],
            )  # fmt: skip


def _role(one: _Dated) -> str:
    """Say what a date is for by the words around it; empty for what is no date of the call."""
    words, about = one.words, one.about
    applies = _APPLY.search(words) or _APPLY.search(one.sentence.line.title)
    if _PUBLISHED.search(words) and one.dates.is_range:
        return "window"
    if _RESULT.search(words) and not re.search(r"公示后", words):
        return "result"
    held = _HELD.search(words) or _HELD.search("".join(one.sentence.line.titles[-1:]))
    if (held and not re.search(r"报送|提交|申报时间|填报", words)) or (
        _FINISHED.search(one.onward)
        and not _STAGE.search(words)
        and not _FILLED_IN.search(one.onward)
    ):
        if _DUE_WORK.search(words) and not _HELD.search(words):
            return ""
        return "window" if one.dates.is_range or one.ends or "完成" in words else ""
    if not one.ends:
        heading = "".join(one.sentence.line.titles[-1:])
        if _SINCE.match(one.after) and (applies or _LABELLED.search(heading)):
            return "opens"
        if not (one.dates.is_range or re.search(r"时间|日期|截止", one.before)):
            return ""
    if _ENDS_WORK.search(one.onward) or (
        _DUE_WORK.search(words) and not re.search(r"申报|申请", words)
    ):
        return ""
    # 由…复审推荐，于…前上传: who checks stands before the day, in a clause of its own.
    if not _to_recommender(one) and (
        _STAGE.search(words)
        or _OF_RECOMMENDERS.match(one.sentence.line.title)
        or _CHECKED.search(one.sentence.text[: one.dates.start])
    ):
        return "stage"
    if _PAPER.search(words) and not re.search(r"网上|在线|线上|登录", words):
        return "paper"
    if _LABELLED.search(words) or _LABELLED.search(one.sentence.line.title):
        return "labelled"
    return "closes" if applies or _LABELLED.search(about) or _BATCH.search(one.before) else ""


def _to_recommender(one: _Dated) -> bool:
    """Tell whether applicants hand in to their recommending unit by this date."""
    return bool(_TO_RECOMMENDER.search(one.words.rstrip("，。；")))


def _resolve(
    notes: Notes,
    closing: list[tuple[int, _Dated]],
    stages: list[_Dated],
    papers: list[_Dated],
    opening: list[_Dated],
) -> None:
    """Choose the deadline among those read; what only one stage has is the deadline itself."""
    closing = _batches(notes, closing)
    chosen, ends = _ends_of_categories(notes, closing)
    if chosen is None:
        chosen = next(iter([*papers, *stages]), None)
        stages = [one for one in stages if one is not chosen]
    if chosen is not None:
        chosen = _with_hour(chosen, [one for _rank, one in closing] + papers)
        _add_end(notes, "closes", chosen)
        for title, one in ends.items():
            if _last_day(one) < _last_day(chosen):
                _add_end(notes, "category_closes", one, category=title)
        if chosen.dates.is_range:
            _add_moment(notes, "opens", chosen, chosen.dates.first)
        for _rank, one in closing:
            if one is not chosen and _PAPER.search(one.words) and not papers:
                papers = [one]
    for one in opening[:1]:
        if not notes.of("opens"):
            _add_moment(notes, "opens", one, one.dates.first)
    if not notes.of("opens"):
        _opens_today(notes)
    # Where applicants hand in to a recommending unit, the papers are what that unit hands in.
    for one in stages or (papers[-1:] if chosen and _to_recommender(chosen) else []):
        _add_end(notes, "recommend_by", one)
    _paper(notes, papers, [one for _rank, one in closing] + stages, chosen)


def _batches(notes: Notes, closing: list[tuple[int, _Dated]]) -> list[tuple[int, _Dated]]:
    """Note the ends of batches; return what may be the call's own end: the last of them first."""
    found: dict[str, _Dated] = {}
    for _rank, one in closing:
        if titles := _BATCH.findall(one.before):
            found.setdefault(titles[-1], one)
    if len(found) < 2:
        return closing
    for title, one in found.items():
        _add_end(notes, "batch", one, title=title)
    last = max(found.values(), key=lambda one: one.dates.last.day)
    batches = set(map(id, found.values()))
    return [(0, last), *(pair for pair in closing if id(pair[1]) not in batches)]


def _ends_of_categories(
    notes: Notes, closing: list[tuple[int, _Dated]]
) -> tuple[_Dated | None, dict[str, _Dated]]:
    """Return the deadline of the whole and the ends said of categories, by their title.

    Where every category has its own, the last of them is the deadline of the whole.
    """
    if not closing:
        return None, {}
    scopes = {id(one): notes.scopes(one.sentence, one.dates.start) for _rank, one in closing}
    rank, chosen = min(closing, key=lambda pair: (pair[0], scopes[id(pair[1])] != [""]))
    ends: dict[str, _Dated] = {}
    for own_rank, one in closing:
        if own_rank == rank or "截止" in one.words:
            for title in filter(None, scopes[id(one)]):
                ends.setdefault(title, one)
    if notes.of("batch") or len(notes.categories) + len(notes.parts) < 2:
        return chosen, {}
    if scopes[id(chosen)] != [""]:
        return max(ends.values(), key=_last_day), ends
    # One category ends after all others: until then the call is open, for it alone.
    last = max([chosen, *ends.values()], key=_last_day)
    if _last_day(last) > _last_day(chosen):
        ends = dict.fromkeys((one.title for one in notes.categories), chosen) | ends
    return last, ends


def _last_day(one: _Dated) -> dt.date:
    return one.dates.last.day


def _with_hour(chosen: _Dated, others: list[_Dated]) -> _Dated:
    """Take the hour from where the notice names the same last day again with one."""
    last = chosen.dates.last
    for one in others:
        again = one.dates.last
        if not last.time and again.time and again.day == last.day:
            first = again if chosen.dates.first is last else chosen.dates.first
            return replace(chosen, dates=replace(chosen.dates, first=first, last=again))
    return chosen


def _opens_today(notes: Notes) -> None:
    for sentence in notes.doc.sentences:
        if _TODAY.search(sentence.text) and notes.issued:
            notes.add("opens", sentence, day=notes.issued)
            return


def _paper(notes: Notes, papers: list[_Dated], ends: list[_Dated], chosen: _Dated | None) -> None:
    """Papers have their own end, that of the sentence that asks for them, or the deadline."""
    if papers and chosen is not None:
        papers = [_with_hour(one, [chosen]) for one in papers]
    if papers:
        _add_end(
            notes,
            "paper_by",
            max(papers, key=lambda one: ("纸质" in one.words, bool(one.dates.last.time))),
        )
        return
    # The day that stands beside the paper before another one of the same sentence.
    for one in sorted(ends, key=lambda one: not _PAPER.search(one.words)):
        if _PAPER.search(one.sentence.text) and not re.search(
            r"无需|不需|不再报送", one.sentence.text
        ):
            _add_end(notes, "paper_by", one)
            return
    if chosen is None:
        return
    for sentence in notes.doc.sentences:
        if re.search(r"纸质|邮寄|邮递|寄至|寄送|一式", sentence.text) and not re.search(
            r"无需|不需|不再|不接收", sentence.text
        ):
            why = _("Paper is asked for without a day of its own; the deadline is taken.")
            stated = "此时间" in sentence.text or "在此之前" in sentence.text
            _add_end(notes, "paper_by", chosen, why="" if stated else why)
            return


def _paper_counts(notes: Notes) -> None:
    for sentence in notes.doc.sentences:
        if not re.search(r"纸质|邮寄|寄|送达|收件|为准|书面", sentence.text):
            continue
        if _POSTMARK.search(sentence.text):
            notes.add("paper_counts", sentence, counts="postmark")
            return
        if _ARRIVAL.search(sentence.text):
            notes.add("paper_counts", sentence, counts="arrival")
            return


def _doubts(notes: Notes, moment: Moment) -> str:
    """Say what is not written out in a date."""
    if moment.vague:
        return _("The notice names no day, only a third of the month.")
    if moment.guessed_year and not notes.issued:
        return _("The year is not written; it is taken from elsewhere in the notice.")
    if moment.guessed_year and notes.base and moment.day.year != notes.base.year:
        return _("The year is not written; the date lies before the day of issue in that year.")
    return ""


def _add_end(notes: Notes, kind: str, one: _Dated, why: str = "", **about: str) -> None:
    moment = one.dates.last
    excluded = bool(re.match(r"\s*[（(]不含", one.after))
    notes.add(
        kind, one.sentence, why=why or _doubts(notes, moment), **about, day=moment.day,
        time=moment.time, included=not excluded,
    )  # fmt: skip


def _add_moment(notes: Notes, kind: str, one: _Dated, moment: Moment) -> None:
    notes.add(kind, one.sentence, why=_doubts(notes, moment), day=moment.day, time=moment.time)


def _add_day(notes: Notes, kind: str, one: _Dated) -> None:
    moment = one.dates.last
    if not notes.of(kind):
        notes.add(kind, one.sentence, why=_doubts(notes, moment), day=moment.day)


_WINDOW_COLUMN = re.compile(
    r"(?:举办|举行|实施|开展|活动|执行|完成|建设)(?:时间|日期|周期|期限|期)"
)


def _table_windows(notes: Notes) -> None:
    """Read the column of a table that says when each category is held."""
    titles = {one.title for one in notes.categories}
    for rows in tables(notes):
        head = rows[0].cells
        place = next((n for n, cell in enumerate(head) if _WINDOW_COLUMN.search(cell)), None)
        if place is None:
            continue
        for row in rows[1:]:
            title = next((cell for cell in row.cells if cell.replace(" ", "") in titles), "")
            found = dates("".join(row.cells[place : place + 1]), base=notes.base)
            if not title or not found:
                continue
            last = found[0].last
            notes.add(
                "window", Span(row.line.start, row.line.end), why=_doubts(notes, last),
                category=title.replace(" ", ""), to_=last.day,
                from_=found[0].first.day if found[0].is_range else None,
            )  # fmt: skip


def _add_since(notes: Notes, one: _Dated) -> None:
    """Note since when what is judged may date; the end stays open."""
    category = notes.category_at(one.sentence, one.words)
    notes.add(
        "window", one.sentence, why=_doubts(notes, one.dates.first), category=category,
        from_=one.dates.first.day,
    )  # fmt: skip


def _add_window(notes: Notes, one: _Dated) -> None:
    first: dt.date | None = one.dates.first.day if one.dates.is_range else None
    came_out = re.match(r"[^，。；]{0,4}期?间?[^，。；]{0,24}(?:发表|刊登|出版)", one.after)
    if came_out and not re.search(r"范围|参评|评选|征集|限", one.about):
        return  # what somebody brings along, not what is judged
    listed = notes.listed_in(one.before)
    for category in listed or [notes.category_at(one.sentence, one.words)]:
        notes.add(
            "window", one.sentence, why=_doubts(notes, one.dates.last),
            category=category, from_=first, to_=one.dates.last.day,
        )  # fmt: skip
