"""What a category is called, and what it offers: an item's title without its number and money."""

from __future__ import annotations

import re

from calls.reader.figures import Money, count_pattern, counts, money
from calls.reader.text import Line, mark_of

PLACE_UNITS = "项|个|名|条|家|篇|部|期|场|人|支|种|户|件|位|所|门|幅|套"
PLACES = count_pattern(PLACE_UNITS)
_NO_CATEGORY = re.compile(
    r"^(?:类别$|限额|限项|申报|推荐|报送|评审|资助(?!类)|支持(?!类)|工作|组织|时间|材料|目的|活动目的|项目数量|经费|数量|名额|额度|要求|条件|方式"
    r"|程序|流程|原则|主题(?:$|方向|内容|范围)|征集|评选|奖励|说明|其他|具有|具备|在|须|应|遵守|坚持|拥护|符合|近|每|各|近年|年龄|参评|凡|有|对|能|为|以|已|由|与|上|下"
    r"|完成|结果|公示|专家(?:评审|组|委员|推荐)|单位|个人|联系|注意|附件|研究期|项目完成|形式|规模|对象|范围|展|配备|年度|建设|课题(?:组|负)|项目(?:组|负|名)|必须|请)"
    r"|(?:设置|验收|名额|措施|政策|数量|方式|时间|要求|条件|程序|流程|安排|办法|范围|标准|额度|管理|事项|公示|说明|步骤|依据|原则|目的|"
    r"意义|保障|纪律|监督|材料|须知|职责|机构|指南|期限|支持|资助|报送|评审|认定|申报)$"
    r"|[，。；]|不(?:少|超|得)|\d{4}年\d"
)


# 学术交流类（含学术年会、专题论坛）: the bracket names the parts.
IN_BRACKET = re.compile(
    r"[（(](?:含|包括|包含|分为?)(?P<names>[\u4e00-\u9fff]{2,10}(?:(?:、|和|及)[\u4e00-\u9fff]{2,10}?)+)等?[）)]"
)


# 一、优秀科技论文的推荐, 二、先进科技工作者的推荐: each is a call of its own.
OF_WHAT = re.compile(r"的(?:推荐|申报|评选|征集)$")


def heading_title(line: Line) -> str:
    """Return the name of the category an item may be; empty where it is none."""
    title = before_offer(line) or re.sub(r"[：:。]$", "", line.title.replace(" ", ""))
    title = OF_WHAT.sub("", title)
    title = re.sub(r"[（(]\d+.{0,4}[）)]$", "", IN_BRACKET.sub("", title))
    title = re.sub(r"^第[一二三四五六]类[：:、]?", "", title).strip("“”")
    return "" if not 2 <= len(title) <= 30 or _NO_CATEGORY.search(title) else title


# What leads from a name to what is offered of it: 主题活动（拟资助10项…, “青年论坛”，资助标准3万元.
_TO_OFFER = re.compile(
    r"(?:[，：:（( ]|每[项个名家篇部条场期]|(?:拟|共|计划|择优)|(?:资助|支持|补助|奖励|设立|遴选)"
    r"|(?:经费|标准|额度|金额|数量|名额|为))+$"
)


def before_offer(line: Line) -> str:
    """Return the name an item begins with before its number or money; empty without either."""
    text = re.split(r"[。：]", line.text[mark_of(line.text)[1] :])[0].replace(" ", "")
    starts = [one.start for one in money(text)[:1]]
    starts += [
        one.start for one in counts(text, PLACES)[:1]
        if re.match(r"[，；。：（）]|$", text[one.end :])
    ]  # fmt: skip
    return _TO_OFFER.sub("", text[: min(starts)]) if starts else ""


_EACH = re.compile(
    r"资助|支持|经费|补助|奖励|补贴|奖金|扶持|给予|额度|每项|每部|每家|每人|/项|/个|/人|/年|各补|标准|包干"
)
NO_GRANT = re.compile(
    r"投入|收入|产值|注册资|劳务|评审费|版面费|会费|学费|营业额|出资额|违约|罚款|销售|报名费|估值|融资|咨询费|投资额|利润|税"
)


def grants(text: str) -> list[Money]:
    """Return the amounts a text grants, not those it merely speaks of."""
    found = []
    for one in money(text):
        clause = re.split(r"[；。]", text[: one.start])[-1] + text[one.end : one.end + 12]
        nearest = re.split(r"[，；。]", text[: one.start])[-1]
        if NO_GRANT.search(nearest) or re.search(r"(?:评审|报名)费", clause):
            continue
        if _EACH.search(clause) or re.match(r"\s*[/／每]", text[one.end :]):
            found.append(one)
    return found
