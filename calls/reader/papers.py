"""Papers, seals and signatures, what is handed in afterwards, publicity and where results stand."""

from __future__ import annotations

import datetime as dt
import re

from django.utils.translation import gettext as _

from calls.reader.figures import CHINESE, count_pattern, counts, number
from calls.reader.moments import dates
from calls.reader.notes import Notes
from calls.reader.text import Sentence, clauses, mark_of

_NUM = rf"(?:\d{{1,3}}|[{CHINESE}]{{1,3}})"
_COPIES = re.compile(
    rf"(?:一式|各一式|一律一式)(?P<a>{_NUM})份|(?:纸质(?:版|件|材料|稿|文件|申报书)*|申报表|申报书|推荐表|申请书|书面材料|汇总表)》?"
    rf"(?:（[^）]*）)?(?:各)?(?P<b>{_NUM})份|(?:寄送|报送)(?P<c>{_NUM})份|纸质[^，。；]{{0,12}}(?P<d>{_NUM})份"
)
_NO_PAPER = re.compile(
    r"无需(?:报送|提交|寄送|邮寄)?纸质|不(?:需|用|再)?(?:要)?(?:报送|提交|接收|收取)纸质"
)


def read_papers(notes: Notes) -> None:
    """Find copies, seals, signatures, the plan asked for and what holds for secret content."""
    _copies(notes)
    for sentence in notes.before_annexes():
        _seals(notes, sentence)
        _signs(notes, sentence)
    for sentence in notes.doc.sentences:
        _plan(notes, sentence)
        _confidential(notes, sentence)
    if not notes.of("seal"):
        for sentence in notes.doc.sentences:
            if re.search(r"签章|盖章|公章|印章", sentence.text):
                why = _("The notice asks for a seal without saying whose.")
                notes.add("seal", sentence, why=why, text="申报单位")
                return


def _copies(notes: Notes) -> None:
    for sentence in notes.doc.sentences:
        if _NO_PAPER.search(sentence.text):
            notes.add("paper_copies", sentence, copies=0)
            return
        match = _IS_THE_FORM.search(sentence.text) or _COPIES.search(sentence.text)
        if match and not _IS_THE_FORM.search(sentence.text) and _form_follows(notes, sentence):
            continue
        if match and not re.search(
            r"扫描件|研究报告|决策建议|复印件\d|完成后|结束后", sentence.text
        ):
            text = next(group for group in match.groups() if group)
            count = int(number(text))
            if 1 <= count <= 30:
                notes.add("paper_copies", sentence, copies=count)
                return


# The copies that count are those of the form itself, not of the letter or the list beside it.
_IS_THE_FORM = re.compile(
    r"(?:申报书|申报表|推荐书|推荐表|申请书|申请表|提名书)》?(?:（[^）]*）)?[^，。；]{0,8}?(?:一式)?(?:各)?"
    rf"(?P<n>{_NUM})份"
)


def _form_follows(notes: Notes, sentence: Sentence) -> bool:
    """Tell whether a later sentence states the copies of the form."""
    return any(
        one.start > sentence.start and _IS_THE_FORM.search(one.text)
        for one in notes.doc.sentences
    )  # fmt: skip


# Seals and signatures -----------------------------------------------------------------------------

_SEAL = re.compile(r"盖[^，。；（）]{0,14}?(?:公章|章|印章|印)|公章|签字盖章|签章|盖章|学会章")
_SEALERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("推荐单位", re.compile(r"推荐单位|提名单位")),
    ("申报单位", re.compile(r"申报单位")),
    ("主办单位", re.compile(r"主办单位")),
    ("所在单位", re.compile(r"所在单位")),
    ("依托单位", re.compile(r"依托单位")),
    ("乡镇政府", re.compile(r"乡镇(?:人民)?政府|街道办")),
    ("县级科协", re.compile(r"(?:县区|县|区)科协盖")),
    ("企业", re.compile(r"企业(?:盖|公)")),
    ("申报单位", re.compile(r"(?:单位|学会)(?:公章|盖)|加盖公章|盖章")),
)  # fmt: skip


def _seals(notes: Notes, sentence: Sentence) -> None:
    text = sentence.text
    if not _SEAL.search(text) or len(notes.of("seal")) >= 3:
        return
    if notes.of("seal") and re.search(r"证明|复印件|合同|营业执照", text):
        return
    for start, clause in _sealing_clauses(text):
        found = [name for name, pattern in _SEALERS if pattern.search(clause)]
        if not found:
            continue
        both = "申报单位、推荐单位" in clause
        named = found if both else [name for name in found if name != "申报单位"] or found[:1]
        direct = clause[: _SEAL.search(clause).end()] if _SEAL.search(clause) else clause  # type: ignore[union-attr]
        recommending = "推荐" in text[: start + len(clause)] and "申报单位" not in clause
        if named == ["申报单位"] and recommending and "推荐" in direct + text:
            named = (
                ["推荐单位"]
                if not re.search(r"申报(?:书|表)[^，。；]*(?:单位公章|加盖)", text)
                or "推荐单位" in text
                else named
            )
        for name in named:
            if not any(one.values["text"] == name for one in notes.of("seal")):
                notes.add("seal", sentence, text=name)


def _sealing_clauses(text: str) -> list[tuple[int, str]]:
    return [(start, clause) for start, clause in clauses(text) if _SEAL.search(clause)] or [
        (0, text)
    ]


_SIGN = re.compile(
    r"(?P<who>[\u4e00-\u9fff、]{2,40}?)(?:[^，。；、\u4e00-\u9fff])?(?:审核|审阅)?(?:后)?(?:签字|签名|签署)(?!意见)"
)
_SIGNER = re.compile(
    r"(?P<who>(?:[\u4e00-\u9fff]{0,8}?)(?:理事长|主席|负责人|第一作者|法定代表人|主编|申请人|秘书长|院长|校长|法人代表|项目负责人|作者|领衔人|本人|会长|召集人|候选人))"
)


def _signs(notes: Notes, sentence: Sentence) -> None:
    text = sentence.text
    for match in _SIGN.finditer(text):
        words = re.split(r"经|由|须|，|一式.份|份", match["who"])[-1]
        for piece in re.split(r"、|或|和|及", words):
            found = _SIGNER.search(piece)
            if found:
                who = re.sub(r"^(?:经|由|须|应|请|并|带有|征得)+", "", found["who"])
                if not any(one.values["text"] == who for one in notes.of("sign")):
                    notes.add("sign", sentence, text=who)


_PLAN = re.compile(r"推荐方案")
_PLAN_PARTS = re.compile(r"推荐(?:原则|标准|流程|程序|范围|办法|条件)")


def _plan(notes: Notes, sentence: Sentence) -> None:
    if _PLAN.search(sentence.above + sentence.text):
        for words in _PLAN_PARTS.findall(sentence.text):
            notes.add("plan", sentence, text=words)


def _confidential(notes: Notes, sentence: Sentence) -> None:
    if notes.of("confidential"):
        return
    text = sentence.text
    if re.search(
        r"(?:涉及?保?密|秘密|保密)[^。]*(?:不得|严禁|禁止)[^。]{0,8}(?:互联网|网络|网上|上网)", text
    ):
        notes.add("confidential", sentence, how="offline")
    elif re.search(r"不得(?:涉密|涉及(?:国家)?秘密|含有涉密|包含涉密)", text):
        notes.add("confidential", sentence, how="none")


# Afterwards ---------------------------------------------------------------------------------------

_AFTER = re.compile(
    rf"(?P<what>完成|结束|期满|验收|结题|举办|活动|项目|课题|沙龙|会议|论坛|结项)(?:完成|结束|举办)?(?:后|之后)(?:的)?[，]?(?:(?:应|须|需|请)?(?:在|于))?(?P<n>{_NUM}|半)"
    r"\s*(?P<unit>个工作日|工作日|日|天|周|个星期|个月)(?:之)?内"
)
_ALSO = re.compile(rf"^\s*(?P<n>{_NUM})\s*(?P<unit>个工作日|工作日|日|天|周|个月)(?:之)?内")
_HAND_IN = re.compile(
    r"(?:需|须|应|要|请|并)?(?:同时)?(?:向[^，。；]{2,14}?)?(?:提交|报送|上报|提供|报|递交)(?!名|至|到|市|省)"
)
_DUE_DAY = re.compile(r"成果(?:须|应|需|请)?(?:于|在)|结题(?:材料|报告)")
_UNIT_DAYS = {"日": 1, "天": 1, "个工作日": 1, "工作日": 1, "周": 7, "个星期": 7, "个月": 30}
_PHOTOS = count_pattern("张|幅")
_WORDS = count_pattern("万字|字")
_THING = re.compile(
    r"报告|总结|成绩|材料|决算|稿|综述|汇编|论文集|纪要|照片|签到|表|摘报|要报|信息|样本|建议|视频|成果|复印件|资料|图片|情况说明|凭证|清单|专报|名单|手册|册"
)


def read_results(notes: Notes) -> None:
    """Find what is handed in afterwards, the publicity and where results are published."""
    for sentence in notes.doc.sentences:
        _deliverables(notes, sentence)
        _publicity(notes, sentence)
        _result_where(notes, sentence)
        _acknowledgement(notes, sentence)
    _numbered_results(notes)


def _deliverables(notes: Notes, sentence: Sentence) -> None:
    match = _AFTER.search(sentence.text)
    if match is None and (yearly := _YEARLY.search(sentence.text)):
        _every_year(notes, sentence, yearly)
        return
    if match is None and (by_day := _BY_DAY.search(sentence.text)):
        _on_a_day(notes, sentence, by_day)
        return
    if match is None:
        match = _also(notes, sentence)
    elif re.search(r"公示|拨付|公布", sentence.text[match.end() : match.end() + 12]):
        return
    if match is None:
        _same_kind(notes, sentence)
        return
    days = 0 if match["n"] == "半" else int(number(match["n"]))
    days = days * _UNIT_DAYS[match["unit"]] if match["n"] != "半" else 15
    why = ""
    working = "工作日" in match["unit"]
    if not working and match["unit"] not in ("日", "天"):
        why = _("Weeks and months are counted as 7 and 30 days.")
    rest = sentence.text[match.end() :]
    _add_things(notes, sentence, rest, days=days, why=why, working=working)


_YEARLY = re.compile(
    r"每年(?P<day>\d{1,2}月(?:\d{1,2}日|底))前(?:，)?(?P<verb>(?:应|须|需|要)?(?:提交|报送|上报))"
)


# 2027年11月30日前提交工作总结: what ends a project, not what is handed in to apply.
_BY_DAY = re.compile(
    r"(?P<day>(?:\d{4}年|次年)?\d{1,2}月(?:\d{1,2}日|底)前)，?"
    r"(?P<verb>(?:应|须|需|要)?(?:向[^，。；]{2,14}?)?(?:提交|报送|上报)[^。；]{0,12}?(?:总结|决算|结题|结项|验收|成果|绩效))"
)


def _on_a_day(notes: Notes, sentence: Sentence, match: re.Match[str]) -> None:
    """Read what is handed in until a day that the notice names."""
    if found := dates(match["day"], base=notes.base):
        rest = sentence.text[match.start("verb") :]
        _add_things(notes, sentence, rest, days=None, why="", day=found[0].last.day)


def _every_year(notes: Notes, sentence: Sentence, match: re.Match[str]) -> None:
    """Read 每年1月31日前报送…: first on that day as it comes next after the notice."""
    if found := dates(match["day"], base=notes.base):
        rest = sentence.text[match.start("verb") :]
        day = found[0].last.day
        _add_things(notes, sentence, rest, days=None, why="", day=day, yearly=True)


# 成果须标注“××资助”字样; 邮件主题请注明“…” names no support.
_NAMES_SUPPORT = re.compile(
    r"(?:标注|注明|标明|署明)[^，。；“”]{0,6}“(?P<words>[^“”]{4,60}(?:资助|支持|项目|课题|成果|基金)[^“”]{0,20})”"
)


def _acknowledgement(notes: Notes, sentence: Sentence) -> None:
    match = _NAMES_SUPPORT.search(sentence.text)
    if (
        match
        and not notes.of("acknowledgement")
        and not re.search(r"信封|邮件|邮寄|快递|文件名", sentence.text[: match.start()])
    ):
        notes.add("acknowledgement", sentence, text=match["words"])


def _also(notes: Notes, sentence: Sentence) -> re.Match[str] | None:
    """Read 10日内，需报送… after a sentence that said 完成后3日内."""
    previous = notes.of("deliverable")
    if previous and previous[-1].sentence.end >= sentence.start - 2:
        return _ALSO.match(sentence.text)
    return None


def _same_kind(notes: Notes, sentence: Sentence) -> None:
    """Read 某类项目须同时提交… right after what all hand in."""
    previous = notes.of("deliverable")
    if (
        not previous
        or previous[-1].sentence.end < sentence.start - 2
        or "同时" not in sentence.text
    ):
        return
    days = previous[-1].values.get("days_after")
    match = _HAND_IN.search(sentence.text)
    if match and isinstance(days, int):
        working = bool(previous[-1].values.get("working"))
        rest = sentence.text[match.start() :]
        _add_things(notes, sentence, rest, days=days, why="", working=working)


def _add_things(
    notes: Notes, sentence: Sentence, text: str, *,
    days: int | None, why: str, day: dt.date | None = None, working: bool = False,
    yearly: bool = False,
) -> None:  # fmt: skip
    verb = _HAND_IN.search(text[:24])
    rest = text[verb.end() :] if verb else text.lstrip("，")
    rest = re.split(r"[。；]", rest)[0]
    rest = re.split(r"，(?=并(?!附)|逾期|未|由|同时|以及标注|[^，、]{0,6}须)", rest)[0]
    category = notes.category_at(sentence, text) if notes.named_in(sentence.text) else ""
    # 总结报告，不超过2000字: the length belongs to what stands before it.
    rest = re.sub(r"，(?=(?:字数)?(?:不超过|不少于|控制在)[^，、]{1,8}字)", "", rest)
    pieces = _things(rest)
    for piece in pieces:
        if not _THING.search(piece):
            continue
        title = _thing_title(piece)
        photos = counts(piece, _PHOTOS)
        words = [one for one in counts(piece, _WORDS) if one.high is not None]
        if not 2 <= len(title) <= 30:
            continue
        is_scores = "成绩" in title
        notes.add(
            "deliverable", sentence, why=why, title=title,
            category="" if is_scores and not category else category, days_after=days, working=working or None,
            day=day, yearly=yearly or None, max_words=_as_words(words[0].high, words[0].unit) if words else None,
            photos_min=photos[0].low if photos else None,
            photos_max=photos[0].high if photos else None,
        )  # fmt: skip


def _as_words(value: int | None, unit: str) -> int | None:
    return value * 10_000 if value is not None and unit == "万字" else value


def _things(text: str) -> list[str]:
    """Part a list of things at 、, 和 and 及 outside brackets and figures."""
    pieces, start, depth = [], 0, 0
    for place, char in enumerate(text):
        depth += (char in "（(“《") - (char in "）)”》")
        rest = text[place:]
        parting = (
            char in "、，" or (char == "和" and _THING.search(text[start:place]) and _THING.search(rest))
            or (char == "及" and (text[place - 1 : place + 1] == "以及" or _THING.search(text[start:place]))
                and text[place - 1] != "涉")
        )  # fmt: skip
        if depth <= 0 and parting:
            pieces.append(text[start:place].removesuffix("以"))
            start = place + 1
    pieces.append(text[start:])
    return [piece.strip() for piece in pieces if piece.strip()]


def _thing_title(piece: str) -> str:
    """Return the name of a thing without its length, its photos and its number of copies."""
    bare = re.sub(r"[（(](?=[^）)]*(?:字|照片|张|份|附|配))[^）)]*[）)]", "", piece)
    bare = re.sub(
        rf"(?:不少于|不超过|约)?(?:\d+(?:\.\d+)?|{_NUM})(?:万)?字(?:左右|以内|以上|以下)?的?|(?:各)?{_NUM}[份张篇幅](?:以上|左右)?",
        "",
        bare,
    )
    bare = re.sub(
        r"^(?:需|须|应|要|请|并|向[^，]{2,12}?(?:提交|报送)|提交|报送|上报|提供|报|的)+", "", bare
    )
    return re.sub(r"(?:等材料|等|各)$", "", bare).strip("《》 ：")


def _numbered_results(notes: Notes) -> None:
    """Read 成果要求 with numbered things and one day for all."""
    for sentence in notes.doc.sentences:
        if not _DUE_DAY.search(sentence.text) or not re.search(r"前|之前", sentence.text):
            continue
        found = dates(sentence.text, base=notes.base)
        heading = next((one for one in reversed(sentence.line.path) if "成果" in one.title), None)
        if not found or heading is None:
            continue
        for line in notes.doc.children(heading):
            text = line.text[mark_of(line.text)[1] :].strip("；。")
            things = [piece for piece in _things(text) if _THING.search(piece)]
            for piece in things[:1]:
                words = [one for one in counts(text, _WORDS) if one.high is not None]
                notes.add(
                    "deliverable", Sentence(line.start, line.text, line).span,
                    title=_thing_title(piece), day=found[0].last.day,
                    max_words=_as_words(words[0].high, words[0].unit) if words else None,
                )  # fmt: skip


_PUBLIC = re.compile(
    rf"公示(?:期)?[^，。；\d一二三四五六七八九十]{{0,14}}(?P<n>{_NUM})(?P<unit>个?工作日|日|天|个自然日)|(?P<n2>{_NUM})(?P<unit2>个?工作日|日|天)(?:的)?公示"
)


def _publicity(notes: Notes, sentence: Sentence) -> None:
    if match := _PUBLIC.search(sentence.text):
        days, unit = match["n"] or match["n2"], match["unit"] or match["unit2"]
        counting = "working" if "工作日" in unit else "calendar"
        notes.add("publicity", sentence, days=int(number(days)), counting=counting)


_WHERE = re.compile(
    r"(?:在|于)(?P<where>[^，。；在于]{2,40}?(?:网站|公众号|官网|网|平台|公告栏|主页|报纸|媒体|栏)[^，。；在于]{0,12}?)(?:上|中|进行|予以|统一|向社会)?"
    r"(?P<verb>公布|公示|公告(?!栏)|发布|公开)"
)


def _result_where(notes: Notes, sentence: Sentence) -> None:
    if notes.of("result_where"):
        return
    match = _WHERE.search(sentence.text)
    if match and re.search(r"结果|名单|项目|立项|入选|评审|拟|公示|申请人", sentence.text):
        where = match["where"].strip("“”\"'上 ")
        where = re.sub(r"[“”]", "", where)
        notes.add("result_where", sentence, text=where)
