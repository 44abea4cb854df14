"""Who may apply or recommend, and how many: kinds of units, joint applications, quotas."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from calls.reader.figures import Count, count_pattern, counts
from calls.reader.finding import Finding, Span
from calls.reader.notes import Notes
from calls.reader.steps import note_ends, two_steps
from calls.reader.text import Sentence, clauses, mark_of
from calls.reader.who import OTHERS, Unit, names, read_names, units

_WHO_MAY = re.compile(
    r"申报(?:范围|主体|单位|对象|资格)(?:须|应|必须|要求)?(?:为|是|：|:|包括|限)|(?:均|都)?(?:可以|可|均可)(?:自愿)?(?:申报|申请|报名)"
    r"|限[^，。；]{2,24}申报|^(?:支持|资助|征集|申报|申请)对象|申报主体|申报资格|面向[^，。；]{2,60}(?:征集|申报|组织)|面向[^。；]{2,90}组织征集|申请人须为|申请主体"
    r"|申报单位(?:须|应)(?:为|是)|申报(?:项目|课题|活动)的[^，。；]{2,24}?(?:须|应|必须)为|有意(?:承办|申报|参与|申请)的"
)
_NOT_WHO = re.compile(
    r"不得|不可|不能|不予|不参加|推荐(?:候选|\d|不超过|限)|不受理|不再|申报表|每个|每家|通过[^，。；]{2,20}申报|优先"
)
_WHO_TITLE = re.compile(
    r"申报(?:主体|对象|单位|资格|范围)$|(?:支持|资助|征集|面向)对象|申报单位条件|遴选条件|参评范围|申请条件|申报条件|申报要求|申请人条件"
)
_CONDITIONS = re.compile(r"(?:申报单位|单位申报|申请单位|遴选|申报)条件")
_WHO_TITLE_STRICT = re.compile(r"申报(?:主体|对象|单位|资格|范围)$|(?:支持|资助|征集|面向)对象$")
_ITEMS = "项|个|名|所|条|篇|部|件|种|人|支|幅|家|位|期|场|本|类型|类别|团队|类"
_LIMIT = count_pattern(_ITEMS)
_VERB = re.compile(
    r"限(?:报|推荐|推|申报|申请|投|提名)|提名(?!单位|意见|表|书|材料|者)|推荐(?!单位|意见|表|函|汇总|材料|书|对象|候选人材料)|申报|报送|只(?:能|可)|最多|参与|不(?:得)?超过|推选|申请|可报|限"
)
_EACH = re.compile(
    r"每(?:个|家|所|一|位|名|人|单位|批)|各|同一|单个|原则上|同期|限|其余|其他|总数|总计|合计|不超过|推荐|可|只能|最多"
)
_PERSON = re.compile(
    r"每(?:位|名|人)(?:[^，。；]{0,3}(?:作者|申请人|申报人|候选人|专家|会员|项目负责人|负责人|被推荐人)|[会申作]|限|只)|同一(?:项目)?(?:负责人|申请人|申报人|作者)"
    r"|申请人(?:同期|同年度|只能|限)|每人|负责人(?:只能|限报|同期|同年度)|同一人|作为(?:成员|项目成员|骨干|参与人)|组成员(?:同期|同年度|同时|最多|只能|限)"
)
_PER_CATEGORY = re.compile(r"同类|同一类(?:别|型)|每类|每个类别|每一类|各类别|单类|每种")
_PER_BATCH = re.compile(r"每一?批|同一?批|同一批次|各批|分批[^，。；]{0,4}每")
# 三类只能选报其中1类: a choice between categories, which no number of one says.
_ONE_OF = re.compile(
    r"(?:只能|限|可|任)选?(?:报|择)?(?:申报)?其中(?:\d|[一二两])(?:类|个类别|项)"
    r"|(?:只能|限)选(?:择|定)?(?:\d|[一二两])个(?:推荐单位|渠道|途径)"
)
_IN_ALL = re.compile(r"总数|总计|合计|总量|共计|总共")
# 其中获得优秀等次的学会可推荐3名: not all of those named may do so.
_SOME_OF = re.compile(
    r"^(?:其中|对)?[^，。；]{0,10}(?:获得?|获评|评为|等次|优秀|先进|示范)[^，。；]*的"
)
_NO_QUOTA = re.compile(
    r"上报(?:中国|国家|省|全国)|不少于|至少|以上|人以内组成|字|论文集|照片|成员不|名额[：:]?共|工作日|不低于|女性|周岁|份|研究报告|投\d?.{0,2}论文|专家推荐|不受|占比|比例"
    r"|第一作者的?身份|主创|每件作品|特别奖|等奖|授奖|奖励名额"
)
_QUOTA_TITLE = re.compile(r"(?:推荐|提名)(?:名额|数量|渠道|办法|限额|指标)")
_UNLIMITED = re.compile(
    r"(?:名额|数量|项目数|推荐数|申报数)(?:均)?不(?:限|作限制|设限)|不限(?:名额|数量|项数)"
)
_OTHERS = re.compile(r"(?:其他|其余)(?:各|各类|每个)?(?:申报|推荐|报送)?单位")
# What is applied for, and documents named after it, are no units: 自愿申报某市科普教育基地.
_APPLIED_FOR = re.compile(r"《[^》]*》|(?:申报|申请|认定)[\u4e00-\u9fff]{0,6}科普(?:教育)?基地")
_JOINT = re.compile(
    r"(?<!人可)联合(?:[^，。；]{0,16})(?:申报|推荐|举办|承办|实施)|跨单位联合|联合体申报|可(?:与|同)[^，。；]{2,16}联合"
)
_RECOMMENDS = re.compile(
    r"(?:由|经|报(?:送)?)(?P<a>[^，。；]{0,24})(?:审核|推荐|初审|初评|汇总)|报(?:送)?(?:至)?所在(?P<b>[^，。；]{2,16}?)(?:[。；，]|审核|$)"
    r"|(?P<d>[^。；]{2,60}?)可(?:以)?(?:择优)?推荐(?:本|候选)"
    r"|(?P<c>[^，。；]{2,20})(?:审核|初审)(?:后|推荐)"
    r"|(?P<f>[^。；]{2,60}?)作为[^，。；]{0,16}推荐单位|(?P<g>[^，。；]{2,24}?)负责推荐"
    r"|提名单位(?:包括|限于|为|是|：)(?P<h>[^。；]{2,80})|(?P<i>[^。；]{2,60}?)(?:作为|为)[^，。；]{0,10}提名单位"
    r"|(?:由|经)(?P<j>[^，。；]{2,30}?)(?:择优|负责)?提名|(?P<k>[^，。；]{2,30}?)(?:负责|可(?:以)?(?:择优)?)提名"
    r"|(?P<e>归口(?:管理)?(?:部门|单位))(?:（[^）]*）)?[^。；]{0,30}(?:审核|推荐)"
)


def read_applicants(notes: Notes) -> None:
    """Find who may apply, who recommends, how many, and whether together."""
    _eligible(notes)
    _only_outright(notes)
    _joint(notes)
    _quotas(notes)
    _recommenders(notes)
    recommended = any(one.values.get("subject") == "recommender" for one in notes.of("quota"))
    if not (
        notes.of("eligible") or notes.of("recommender") or recommended or _about_persons(notes)
    ):
        _salutation(notes)


def _about_persons(notes: Notes) -> bool:
    """Tell whether persons are chosen or units recommend, so that those addressed do not apply."""
    if re.search(r"候选人|推荐人选|(?:推荐|提名)单位", notes.doc.text):
        return True
    titles = " ".join(str(one.values.get("text", "")) for one in notes.of("title"))
    return re.search(r"候选人|人选|人才|专家|工程师|工作者|个人", titles) is not None


def _body(sentence: Sentence) -> str:
    offset = mark_of(sentence.text)[1] if sentence.start == sentence.line.start else 0
    return sentence.text[offset:]


def _eligible(notes: Notes) -> None:
    for sentence in notes.body():
        if sentence.line.is_row or _is_salutation(sentence):
            continue
        text = _body(sentence)
        headed = _WHO_TITLE_STRICT.search(sentence.line.title) or (
            sentence.line.path and _WHO_TITLE_STRICT.search(sentence.line.path[-1].title)
        )
        if any(_CONDITIONS.search(title) for title in sentence.line.titles):
            headed = headed or re.search(
                r"(?:注册|登记|法人|成立)[^，。；]{0,20}(?:企业|单位|院所|高校|学会|机构)", text
            )
        for piece in re.split(r"[。；]", text):
            trigger = _WHO_MAY.search(piece)
            if not trigger and not headed:
                continue
            for start, clause in _stretches(piece):
                del start
                _note_eligible(notes, sentence, clause, bool(headed), text)


def _only_outright(notes: Notes) -> None:
    """Where the notice says who may apply, to whom it turns (面向…征集) says no more.

    Nor does 学会 where the same category has 市级学会: they are the same.
    """
    outright = [one for one in notes.of("eligible") if not _turns_to(notes, one.sentence)]
    if outright:
        notes.findings = [
            one for one in notes.findings
            if one.kind != "eligible" or (one in outright and not _said_closer(one, outright))
        ]  # fmt: skip


def _said_closer(one: Finding, others: list[Finding]) -> bool:
    """Tell whether all units of a finding have a level in another one of the same category."""
    levelled = {
        unit.word for other in others
        if other is not one and other.values.get("category") == one.values.get("category")
        for unit in read_names(str(other.values["units"])) if unit.level
    }  # fmt: skip
    own = read_names(str(one.values["units"]))
    return all(not unit.level and unit.word in levelled for unit in own)


def _turns_to(notes: Notes, span: Span) -> bool:
    text = notes.doc.text[span.start : span.end]
    return "面向" in text and not re.search(r"可以申报|均可|可申报|申报(?:主体|单位|范围)", text)


def _stretches(piece: str) -> list[tuple[int, str]]:
    """Part a sentence where it says another thing with a word such as 其中 or 鼓励."""
    found = []
    start = 0
    for match in re.finditer(
        r"[，,](?=其中|鼓励|且|不|[^，。]{0,14}不得|每|可与|可同|须|限)|。", piece
    ):
        found.append((start, piece[start : match.start()]))
        start = match.end()
    found.append((start, piece[start:]))
    return found


def _note_eligible(notes: Notes, sentence: Sentence, clause: str, headed: bool, whole: str) -> None:
    trigger = _WHO_MAY.search(clause)
    if (not trigger and not (headed and clause in whole[: len(clause) + 24])) or _NOT_WHO.search(
        re.split(r"不受理|不接受", clause)[0]
    ):
        return
    found = [unit for unit in units(_APPLIED_FOR.sub("", clause)) if unit.word != "用人单位"]
    if not found or re.search(r"作报告|推荐在读|参赛|联合申报$", clause):
        return
    foreign = [unit.name for unit in found if not unit.kind]
    why = ""
    if foreign:
        why = _("The portal keeps no kind of unit for: %(units)s.") % {"units": "、".join(foreign)}
    notes.add(
        "eligible", sentence, why=why, category=notes.category_at(sentence, clause),
        units=names(found),
    )  # fmt: skip


def _is_salutation(sentence: Sentence) -> bool:
    text = sentence.line.text
    return (
        not sentence.line.level
        and text.endswith(("：", ":"))
        and text.startswith(("各", "市", "省", "学会", "有关", "全"))
    )


def _salutation(notes: Notes) -> None:
    """Whom the notice is addressed to is only a hint at who may apply."""
    for sentence in notes.doc.sentences:
        if _is_salutation(sentence):
            found = units(sentence.text)
            if found:
                why = _("Only the address names units; the notice does not say who may apply.")
                notes.add("eligible", sentence, why=why, units=names(found))
            return


def _joint(notes: Notes) -> None:
    for sentence in notes.body():
        text = sentence.text
        if not _JOINT.search(text) or re.search(r"联合(?:会|体的)", text):
            continue
        for _start, clause in clauses(text):
            if not _JOINT.search(clause) or re.search(
                r"主办、联合主办|联合主办或|或者?联合(?:主办|举办|承办)", clause
            ):
                continue
            if re.search(r"(?:须|应当?)(?:由|与|同|和)?[^，。；]{0,14}联合", clause):
                how = "required"
            elif "鼓励" in clause:
                how = "encouraged"
            elif re.search(r"可|也可以|或者|联合申报的", clause):
                how = "allowed"
            else:
                continue
            category = notes.category_at(sentence, clause)
            same = [f for f in notes.of("joint") if f.values.get("category", "") == category]
            if not same:
                notes.add("joint", sentence, category=category, joint=how)


# Quotas -------------------------------------------------------------------------------------------


def _quotas(notes: Notes) -> None:
    for sentence in notes.body():
        # An expert who recommends is no unit whose list could be bounded.
        if not sentence.line.is_row and not re.search(r"专家(?:推荐|提名)", sentence.above):
            _sentence_quotas(notes, sentence)


def _sentence_quotas(notes: Notes, sentence: Sentence) -> None:
    """Read a sentence clause by clause; units and person of one clause hold for the following."""
    under = bool(
        re.search(
            r"推荐名额|推荐数量|提名(?:名额|数量|指标)|限额|限项|推荐渠道|推荐办法|申报数量|申报限额|推荐指标|名额分配|(?<!评选)(?<!支持)(?<!资助)(?<!托举)(?<!项目)名额$",
            sentence.above,
        )
    )
    held: list[Unit] = []
    person = False
    started = under and not re.search(r"名额设|支持名额|托举名额", sentence.above)
    body = _body(sentence)
    for _start, clause in clauses(body):
        own = [
            unit
            for unit in units(re.sub(r"《[^》]*》|（[^）]*）(?=联合)", "", clause))
            if not re.search(r"联合$|与$", clause[: unit.start][-2:])
        ]
        person = bool(_PERSON.search(clause)) or (person and not own and "单位" not in clause)
        own = (
            [
                next((one for one in held if one.word == unit.word and not unit.level), unit)
                for unit in own
            ]
            if not re.search(r"其他|其余", clause)
            else own
        )
        if not own and _OTHERS.search(clause):
            own = [Unit(OTHERS, "", "", 0, 0)]
        held = own or held
        if _UNLIMITED.search(clause) and (own or held or started):
            _add_quota(notes, sentence, clause, None, own or held, person=False)
            continue
        quota = _quota_in(clause, started=started, under=under, own=bool(own), person=person)
        if not quota:
            continue
        started = True
        for one in quota:
            whose = (
                [] if person else (own or ([] if re.search(r"每个单位|各单位", clause) else held))
            )
            _add_quota(notes, sentence, clause, one, whose, person=person)


def _quota_in(clause: str, *, started: bool, under: bool, own: bool, person: bool) -> list[Count]:
    """Return the numbers of a clause that bound how many are applied for or recommended."""
    # 每单位提名4项，其中一等奖不超过1项: a prize may be bounded beside the whole.
    of_prize = started and re.match(r"其中[一二三特]等奖", clause)
    if _NO_QUOTA.search(clause) and not of_prize and not re.search(r"推荐论文|限推荐|限报", clause):
        return []
    if _ONE_OF.search(clause):
        return []
    found = [
        one for one in counts(clause, _LIMIT)
        if one.high is not None
        and not (one.unit.startswith("类") and clause[: one.start].endswith(("同", "每", "任")))
        and not re.match(r"渠道|层级|等级|月|工作日", clause[one.end :])
    ]  # fmt: skip
    if not found:
        return []
    first = clause[: found[0].start] + clause[found[0].start : found[0].end]
    verb = _VERB.search(first)
    each = _EACH.search(first)
    subject = (
        person or own or under or _PER_CATEGORY.search(first)
        or (started and re.match(r"(?:但|且)?最多", first))
        or re.search(r"每(?:个|家|所|一)|各|单位|每类|同类|每批|总(?:数|计)|其余|其他|其中|编辑部", first)
    )  # fmt: skip
    if not subject or not (verb or started) or not (each or started):
        return []
    if re.search(
        r"^(?!.*每)(?:.*)(?:名额|数量)(?:为|：|:|共)|推荐推荐|共(?:推选|认定|评选|遴选|支持|表彰)|拟(?:支持|评)|经费",
        first,
    ):
        return []
    if person and re.search(r"由|专家|导师", first):
        return []
    return (
        found
        if len(found) > 1 and re.search(r"[、]", clause) and not re.search(r"每类|总数", clause)
        else found[:1]
        if not re.search(r"总", clause)
        else found
    )


def _add_quota(
    notes: Notes,
    sentence: Sentence,
    clause: str,
    one: Count | None,
    whose: list[Unit],
    *,
    person: bool,
) -> None:
    lead = clause[: one.start] if one else clause
    near = re.split(r"[、]", clause[: one.end])[-1] if one else clause
    behind = clause[one.end : one.end + 6].split("、")[0] if one else ""
    named = notes.named_in(near + behind)
    category = named.title if named else notes.named_by_end(near)
    if not category and not re.search(r"总|每个单位", lead):
        category = notes.category_at(sentence, clause) if sentence.line.path else ""
    per_category = bool(_PER_CATEGORY.search(lead)) or bool(category)
    applies = re.search(r"申报|限报", sentence.text) and "推荐" not in sentence.text
    recommends = (
        not _applicants_recommend(notes)
        and not applies
        and re.search(
            r"推荐|推选|提名|上报人选",
            f"{sentence.text} {_QUOTA_TITLE.search(sentence.above) or ''}",
        )
    )
    subject = "person" if person else "recommender" if recommends else "applicant"
    why = _("This limit holds for some of these units only.") if _SOME_OF.search(clause) else ""
    notes.add(
        "quota", sentence, why=why, limit=one.high if one else None, subject=subject,
        scope="call" if _IN_ALL.search(lead) else "category" if per_category else "call",
        category=category, units=names(whose),
        in_principle=True if "原则" in clause else None,
        per_batch=True if _PER_BATCH.search(lead) else None,
    )  # fmt: skip


_RECOMMENDING = (
    "归口管理部门",
    "科协",
    "学会",
    "高校科协",
    "街道科协",
    "高校",
    "科研院所",
    "企业",
    "医疗卫生机构",
    "用人单位",
)


def _applicants_recommend(notes: Notes) -> bool:
    """Tell whether 推荐单位 is the notice's word for those who apply."""
    return re.search(r"统?称为?“?推荐单位", notes.doc.text) is not None


def _recommenders(notes: Notes) -> None:
    """Those with a quota of recommending, and those through whom an application goes."""
    defined = _applicants_recommend(notes)
    found: dict[str, Unit] = {}
    at: Sentence | None = None
    for sentence in notes.doc.sentences:
        quota = any(
            one.sentence == sentence.span and one.values.get("subject") == "recommender"
            for one in notes.of("quota")
        )
        named: list[Unit] = []
        if quota:
            text = " ".join(
                str(one.values.get("units", "")) for one in notes.of("quota")
                if one.sentence == sentence.span
            )  # fmt: skip
            named = [unit for unit in units(sentence.text) if unit.name in text]
        elif not re.search(r"参赛|在读", sentence.text):
            for match in _RECOMMENDS.finditer(sentence.text):
                words = next((group for group in match.groups() if group), "")
                named += [unit for unit in units(words) if unit.word in _RECOMMENDING]
        if named and at is None:
            at = sentence
        for unit in named:
            # 其中…的学会 after 省级学会 are some of the same.
            if unit.level or all(one.word != unit.word for one in found.values()):
                found.setdefault(unit.name, unit)
    if defined:
        return
    at = _stepwise(notes, found) or at
    if found and at is not None:
        why = ""
        if notes.of("recommender"):
            why = _("The notice names two steps; it does not say at which these recommend.")
        notes.add("recommender", at, why=why, units=names(list(found.values())))


def _stepwise(notes: Notes, found: dict[str, Unit]) -> Sentence | None:
    """Note the two steps where there are two and take their units out of ``found``.

    Returns a sentence of theirs; None where the notice knows one step only.
    """
    at = None
    for no, step in enumerate(two_steps(notes), 1):
        for name in step:
            found.pop(name, None)
        if step:
            at = next(iter(step.values()))[1]
            notes.add(
                "recommender", at, units=names([unit for unit, _at in step.values()]), step=no
            )
            note_ends(notes, step)
    return at
