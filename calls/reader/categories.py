"""What may be applied for: categories from headings, tables and running text; places and money."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from calls.reader.figures import CHINESE, Count, Money, counts, money, number
from calls.reader.finding import Span
from calls.reader.naming import NO_GRANT, OF_WHAT, PLACES, before_offer, grants, heading_title
from calls.reader.notes import Heading, Notes
from calls.reader.parts import read_parts
from calls.reader.prose import (
    INLINE,
    LEAD,
    from_classes,
    from_granted_names,
    from_priced_names,
    from_running_text,
    priced_names,
)
from calls.reader.quota_tables import Row, lists_units, tables
from calls.reader.text import Line, Sentence, mark_of

_PARENT = re.compile(
    r"类别|类型|奖项|(?:项目|课题|奖励|名额|等级|赛事|活动)设置|资助计划|支持计划|征集内容|资助强度|(?:资助|支持|扶持|补助|奖励)"
    r"(?:类型|类别|范围|内容|方式|标准|额度|项目)|项目内容|选题方向及|建站类型|支持方向|申报类|推荐类|对象|标准"
)
_PLACE_WORDS = re.compile(
    r"(?:(?:项目|支持|资助|遴选|申报|评选|推荐|立项|认定|课题|推选|培育|计划|名额|表彰|征集|选拔)?(?:数量|名额|个数|总数|规模|人数))(?:（[^）]*）)?(?:[：:为是]|共有|共)?\s*$"
    r"|(?:拟|共|计划|本次|本届|今年|全年|择优|全省|全市|每年|，|。|^|：)\s*(?:共|拟|计划|择优|将|继续|新)*(?:支持|资助|立项|设立|设置|设|遴选|评选|推选|"
    r"认定|组建|确定|表彰|建设|奖励|举办|评审确定|托举|选拔|推出|培育|共建|命名|评出|征集|扶持)(?:[^，。；\d一二三四五六七八九十]{0,16})?$"
)
_CHOSEN = re.compile(r"(?:评审确定|遴选产生|评选出|评选产生|遴选出|产生|选出|确定)$")
_NOT_PLACES = re.compile(
    r"每(?!年|届)|分$|限|人员|主创|作者|各(?:个|单位|学会)|推荐.*(?:不超过|限)|不少于|至少|以上|分赛场$|成员|专家(?!评审)|申报数量"
)
_TOTAL = re.compile(r"总额|总经费|经费总|总计|合计|总资金|总金额|总规模|经费共|共计|资助总")
_EDITION = re.compile(rf"第([{CHINESE}]+|\d+)届")


def read_categories(notes: Notes) -> None:
    """Find the categories first, then the places and the money of each and of the call."""
    for source in (
        _from_table,
        _from_headings,
        from_classes,
        from_running_text,
        from_granted_names,
        from_priced_names,
    ):
        found = source(notes)
        if len(found) >= 2:
            break
    else:
        found = []
    if found and all(_RANK.match(one.title) for one in found):
        found = from_classes(notes) or found  # a prize of each rank in every group
    if source is _from_table:
        found = _beside_the_table(notes, found) + found
    for one in found:
        edition = _EDITION.search(one.title)
        notes.add(
            "category", one.sentence, title=one.title,
            edition=int(number(edition[1])) if edition else None,
        )  # fmt: skip
    notes.categories = found
    read_parts(notes)
    _places_and_money(notes)


# Categories ---------------------------------------------------------------------------------------


_NAME_COLUMN = re.compile(r"类别|类型|项目|名称|奖项|等级|内容|课题")
_COUNT_COLUMN = re.compile(r"数量|名额|个数|项数|场次|数$")
_MONEY_COLUMN = re.compile(r"金额|额度|经费|资助|补助|标准|奖金|支持")


def _columns(rows: list[Row]) -> tuple[int, int | None, int | None] | None:
    """Return the places of name, count and money in a table of categories; None for another."""
    head = rows[0].cells
    count = next((n for n, cell in enumerate(head) if _COUNT_COLUMN.search(cell)), None)
    amount = next(
        (n for n, cell in enumerate(head) if n != count and _MONEY_COLUMN.search(cell)), None
    )
    name = next(
        (n for n, cell in enumerate(head)
         if n not in (count, amount) and _NAME_COLUMN.search(cell)), None,
    )  # fmt: skip
    if any(re.search(r"材料|份数|原件|姓名|序号.*材料", cell) for cell in head):
        return None
    if name is None or (count is None and amount is None) or len(rows) < 3 or lists_units(rows):
        return None
    return name, count, amount


def _from_table(notes: Notes) -> list[Heading]:
    """A table with names beside numbers or money lists the categories."""
    found: list[Heading] = []
    for rows in tables(notes):
        columns = _columns(rows)
        if columns is None or found:
            continue
        for row in rows[1:]:
            name = row.cells[columns[0]] if columns[0] < len(row.cells) else ""
            if name and not re.fullmatch(r"(?:合计|总计|小计|\d+)", name):
                span = Span(row.line.start, row.line.end)
                found.append(Heading(name.replace(" ", ""), row.line, span))
    return found


def _from_headings(notes: Notes) -> list[Heading]:
    """Items under 项目类别 and the like, or neighbouring items that each state places or money."""
    best: list[Heading] = []
    tops: list[Line | None] = [None, *(line for line in notes.doc.lines if line.level)]
    outer: list[Line | None] = []
    for parent in tops:
        if parent is not None and any(one in outer for one in (*parent.path, parent)):
            continue  # what stands inside a category is a part of it
        children = (
            [line for line in notes.doc.lines if line.level and not line.path]
            if parent is None
            else notes.doc.children(parent)
        )
        named = bool(parent and _PARENT.search(parent.title)) and not re.search(
            r"推荐|条件|材料|申报要求", parent.title if parent else ""
        )
        found = []
        for line in children:
            title = heading_title(line)
            stated = _states_offer(notes, line) or (
                parent is None and (_takes_in(notes, line) or bool(OF_WHAT.search(line.title)))
            )
            if title and (stated or (named and parent and not _is_conditions(parent))):
                found.append((line, title, stated))
        offering = [one for one in found if one[2]]
        chosen = found if named and len(found) == len(children) else offering
        chosen = [one for one in chosen if one[1]]
        if len(chosen) >= 2 and len(chosen) > len(best):
            best = [
                Heading(title, line, Span(line.start, line.end)) for line, title, _stated in chosen
            ]
            outer = [one.line for one in best] if named else []
    return best


def _beside_the_table(notes: Notes, listed: list[Heading]) -> list[Heading]:
    """Return items that each offer something under a heading that has no part in the table."""
    around = {id(line) for one in listed if one.line for line in one.line.path[-1:]}
    titles = {one.title for one in listed}
    items = [
        one
        for one in _from_headings(notes)
        if one.line and one.line.path and _states_offer(notes, one.line)
    ]
    beside = [
        one for one in items
        if one.line and id(one.line) not in around and id(one.line.path[-1]) not in around
        and one.title not in titles
    ]  # fmt: skip
    return beside if len(beside) > 1 and len(beside) == len(items) else []


def _is_conditions(parent: Line) -> bool:
    return bool(re.search(r"对象|标准", parent.title)) and not re.search(r"类", parent.title)


_TAKES_IN = re.compile(r"(?:提交|投稿|申报|征集|报名)(?:方式|截止时间|截止日期|数量)")


def _takes_in(notes: Notes, line: Line) -> bool:
    """Tell whether an item at the top is a thing one applies for, with a way or an end of its own."""
    titles = (one.title for one in notes.doc.children(line))
    return any(_TAKES_IN.search(title) for title in titles)


def _states_offer(notes: Notes, line: Line) -> bool:
    """Tell whether an item states how many are supported or with how much."""
    for sentence in notes.doc.inside(line):
        text = sentence.text
        if sentence.start == line.start:
            name = before_offer(line)
            text = text[mark_of(text)[1] + len(name) if name else line.body :]
        if grants(text) or _count_of_places(text, sentence.line.title):
            return True
    return False


# Places and money ---------------------------------------------------------------------------------


def _places_and_money(notes: Notes) -> None:
    _table_figures(notes)
    for sentence in notes.body():
        if sentence.line.is_row:
            continue
        body = _after_title(notes, sentence)
        _sentence_places(notes, sentence, body)
        _sentence_money(notes, sentence, body)


def _after_title(notes: Notes, sentence: Sentence) -> str:
    """Return a sentence without its mark and, where it heads a category, without that name."""
    if sentence.start != sentence.line.start:
        return sentence.text
    body = sentence.text[mark_of(sentence.text)[1] :]
    headings = (*notes.categories, *notes.parts)
    own = next((one.title for one in headings if one.line is sentence.line), "")
    return re.sub(rf"^“?{re.escape(own)}”?", "", body) if own else body


def _table_figures(notes: Notes) -> None:
    for rows in tables(notes):
        columns = _columns(rows)
        if columns is None:
            continue
        name, count, amount = columns
        head = rows[0].cells
        for row in rows[1:]:
            at = Span(row.line.start, row.line.end)
            cells = row.cells + [""] * (len(head) - len(row.cells))
            title = cells[name].replace(" ", "")
            if title not in [one.title for one in notes.categories]:
                continue
            if count is not None:
                found = counts(_with_unit(cells[count], "项"), PLACES)
                for one in found[:1]:
                    _add_places(notes, at, title, one)
            if amount is not None:
                unit = "万元" if "万元" in head[amount] else "元"
                for grant in money(_with_unit(cells[amount], unit))[:1]:
                    _add_amount(notes, at, title, grant)


def _with_unit(cell: str, unit: str) -> str:
    return f"{cell}{unit}" if re.fullmatch(r"[\d.,\s\-—–~～至]+", cell) and cell.strip() else cell


def _count_of_places(text: str, title: str = "") -> Count | None:
    """Return the number of places a text states, if it states one."""
    for one in counts(text, PLACES):
        before = re.split(r"[，；。]", text[: one.start])[-1]
        lead = text[: one.start]
        headed = re.search(r"数量|名额$", title) and not lead.strip("：: 为")
        bare = not lead.strip("：: 为拟共约（，") and one.start <= 2
        if re.search(r"其他单位|其余单位", before):
            continue
        if re.match(
            r"类别|类型|方面|步骤|阶段|专题|环节|方向|分赛场|板块|方案|层次|批次|月|工作日|以上",
            text[one.end :],
        ):
            continue
        if _NOT_PLACES.search(before) or (one.low is not None and one.high is None):
            continue
        stated = _PLACE_WORDS.search(lead) or _CHOSEN.search(lead) or headed
        if stated or bare:
            return one
    return None


_LIMITS = re.compile(
    r"每(?:个|家|所)(?=单位|学会|[^，。；]{0,10}(?:限|推荐|提名|申报|报))|限报|限推荐|各单位|申报[^，。；]{0,4}总数|每(?:位|名|人)[^，。；]{0,8}(?:限|只)|(?:推荐|提名)[^，。；]{0,10}不超过"
)


def _sentence_places(notes: Notes, sentence: Sentence, body: str) -> None:
    headed = re.search(r"推荐(?:名额|数量)|限额|限项", sentence.above)
    if (headed and "名额共" not in body) or _LIMITS.search(body):
        return
    inline = [(match, LEAD.sub("", match["title"])) for match in INLINE.finditer(body)]
    titles = [one.title for one in notes.categories]
    named = False
    for match, title in inline:
        if title in titles:
            for one in counts(match["count"], PLACES)[:1]:
                _add_places(notes, sentence.span, title, one)
                named = True
    if named:
        _total_before_parts(notes, sentence, body)
        return
    for piece in re.split(r"(?<=[；。])", body):
        found = _count_of_places(piece, sentence.line.title)
        if found is None:
            continue
        category = notes.category_at(sentence, piece)
        if category:
            if not any(f.values.get("category") == category for f in notes.of("places")):
                _add_places(notes, sentence.span, category, found)
        elif not notes.of("total_places") and not _under_conditions(sentence):
            notes.add(
                "total_places", sentence, low=found.low, high=found.high,
                about=found.about or None,
            )  # fmt: skip


def _total_before_parts(notes: Notes, sentence: Sentence, body: str) -> None:
    """Read 拟认定8家左右，其中甲类5家…: what stands before 其中 is the number in all."""
    whole, among, _rest = body.partition("其中")
    found = _count_of_places(whole, sentence.line.title) if among else None
    if found and not notes.of("total_places") and not notes.named_in(whole):
        notes.add(
            "total_places", sentence, low=found.low, high=found.high, about=found.about or None
        )


def _under_conditions(sentence: Sentence) -> bool:
    return bool(re.search(r"条件|指导思想|总体|背景|材料|程序|阶段|成果|评审", sentence.above))


def _add_places(notes: Notes, at: Span, category: str, one: Count) -> None:
    why = _("The notice says about how many.") if one.about else ""
    notes.add(
        "places", at, why=why, category=category, low=one.low, high=one.high,
        about=one.about or None,
    )  # fmt: skip


_LABEL = re.compile(
    r"([\u4e00-\u9fffA-Z“”]{2,24}?)(?:各|为|：|经费|资助|给予|的给予)*(?:每[\u4e00-\u9fff])?$"
)


def _sentence_money(notes: Notes, sentence: Sentence, body: str) -> None:
    above = (
        sentence.line.title
        if re.search(r"经费|额度|资助|资金|支持|政策|标准", sentence.above)
        else ""
    )
    found = grants(body) or (money(body) if above and not NO_GRANT.search(body) else [])
    totals = [one for one in found if _TOTAL.search(re.split(r"[，；。]", body[: one.start])[-1])]
    for one in totals[:1]:
        if not notes.of("total_money"):
            notes.add("total_money", sentence, amount=one.high if one.high is not None else one.low)
    found = [one for one in found if one not in totals]
    if _priced(notes, sentence, body):
        return
    if _prizes(notes, sentence, body, found):
        return
    found = _without_instalments(body, found)
    if re.search(r"分别(?:为|给予|资助|奖励)", body) and len(found) == len(notes.categories) > 1:
        up_to = found[0].low is None  # 最高5万元、2万元、1万元: the bound is said once
        for heading, one in zip(notes.categories, found, strict=True):
            bounded = replace(one, low=None) if up_to else one
            _add_amount(notes, sentence.span, heading.title, bounded)
        return
    several = len(found) > 1
    for one in found:
        piece = re.split(r"[；。]", body[: one.start])[-1]
        category = notes.named_last(piece) or notes.category_at(sentence)
        label = ""
        if several:
            words = re.split(r"[，；。、：]", body[: one.start])[-1]
            match = _LABEL.search(words)
            label = match[1] if match else ""
            label = re.sub(r"^(?:并|分[两二三四五]年|每.|给予|资助|支持)+", "", label)
            if re.fullmatch(r"(?:另|再|并)?(?:安排|给予|支持|奖励|资助)?", label):
                onward = re.match(r"(?:用于|，用于)?([\u4e00-\u9fff]{4,24})", body[one.end :])
                label = onward[1] if onward else label
        label = label or _part_before(notes, category, body[: one.start])
        _add_amount(notes, sentence.span, category, one, label=label)


def _part_before(notes: Notes, category: str, text: str) -> str:
    """Return the part of the category that a text names last, before its amount."""
    parts = [str(one.values["title"]) for one in notes.of("part")
             if one.values.get("category") == category]  # fmt: skip
    best = max(((text.rfind(title), title) for title in parts), default=(-1, ""))
    return best[1] if best[0] >= 0 else ""


def _priced(notes: Notes, sentence: Sentence, body: str) -> bool:
    """Read 重点项目35万元，一般项目和青年项目20万元; tell whether the sentence lists money so."""
    listed = priced_names(body)
    titles = {one.title for one in notes.categories}
    if not listed or any(set(names) - titles for names, _amount in listed):
        return False
    for names, amount in listed:
        for name in names:
            _add_amount(notes, sentence.span, name, money(amount)[0])
    return True


_RANK = re.compile(r"特等奖|[一二三]等奖|优秀奖|特别奖")


def _prizes(notes: Notes, sentence: Sentence, body: str, found: list[Money]) -> bool:
    """Read prizes of ranks, 一等奖3名、二等奖6名，分别奖励3000元、2000元; tell whether they are."""
    pieces = [piece for piece in re.split(r"[；。]", body) if money(piece)]
    if not found or len(pieces) != 1 or not _RANK.search(pieces[0]):
        return False
    ranks = list(dict.fromkeys(_RANK.findall(pieces[0])))
    if len(ranks) != len(found) or any(one.title in ranks for one in notes.categories):
        return False
    category = notes.named_last(pieces[0]) or notes.category_at(sentence)
    for rank, one in zip(ranks, found, strict=True):
        _add_amount(notes, sentence.span, category, one, label=rank)
    return True


_YEARLY = re.compile(r"(?:第[一二三四五]|首|次)(?:年|期|批|阶段)[^，。；]{0,14}$")


def _without_instalments(body: str, found: list[Money]) -> list[Money]:
    """Leave out the instalments of an amount, 第一年4万元，第二年2万元 after 每家6万元."""
    parts = [one for one in found if _YEARLY.search(re.split(r"[，；。]", body[: one.start])[-1])]
    whole = [one for one in found if one not in parts]
    sums = sum((one.high or Decimal(0)) for one in parts)
    return whole if len(whole) == 1 and parts and whole[0].high == sums else found


def _add_amount(notes: Notes, at: Span, category: str, one: Money, *, label: str = "") -> None:
    # 不低于5万元 may be any amount above: staff say what is meant.
    why = _("The notice states only the least amount.") if one.high is None else ""
    low: Decimal | None = one.low
    notes.add("amount", at, why=why, category=category, low=low, high=one.high, label=label)
