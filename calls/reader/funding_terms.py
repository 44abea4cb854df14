"""How money is paid and what the applicant adds to it."""

from __future__ import annotations

import re
from decimal import Decimal

from calls.reader.notes import Notes

_HOW: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("instalments", re.compile(
        r"分(?:两|二|2|三|3|四|多)?(?:次|期|年|批|阶段)(?:等额)?(?:拨付|发放|支付|资助|下拨|给予)|首(?:期|次|批)(?:拨付|支付|下拨)|拨付[^，。；\d]{0,6}\d+%[^。]{0,20}拨付[^，。；\d]{0,6}\d+%|分年度(?:拨付|资助)"
    )),
    ("after", re.compile(
        r"(?:考核|验收|期满)合格后一次性(?:拨付|发放|兑现)|后补助|后资助|以奖代补|验收(?:合格|通过)?后[^，。；]{0,4}一?次?性?(?:拨付|补助|资助|兑现|下拨)|通过验收(?:后)?[^，。；]{0,4}(?:拨付|资助)"
        r"|(?:结束|完成)后[^，。；]{0,8}(?:拨付|补助|据实)"
    )),
    ("self", re.compile(r"自筹|自理")),
)  # fmt: skip
_RATIO = re.compile(r"1\s*[:：∶]\s*(\d+(?:\.\d+)?)")
_MATCHING = re.compile(
    r"配套[^，。；]{0,16}?(?:不低于|不少于|达到)[^，。；%]{0,14}?(\d{1,3})\s*[%％]"
    r"|(?:不低于|不少于)[^，。；%]{0,14}?(\d{1,3})\s*[%％]的?比例[^，。；]{0,6}配套"
)
# 立项后拨付60%: when so much of the money is paid.
_INSTALMENT = re.compile(
    r"(?:^|[，；。、：])(?P<when>[\u4e00-\u9fff]{2,16}?(?:后|时|前)|首[次期批])[^，。；\d]{0,6}(?:拨付|支付|下拨)[^，。；\d]{0,6}"
    r"(?P<percent>\d{1,3})%"
)
_SHARE = re.compile(
    r"(?:资助|补助|支持)[^。；]{0,30}?(?:不超过|不高于|不得超过|最高(?:为)?)[^，。；%]{0,16}?"
    r"(?:总支出|总投入|总经费|总费用|总预算|总额|实际支出|总成本|支出|费用)的?\s*(\d{1,3})\s*[%％]"
)


def read_funding_terms(notes: Notes) -> None:
    """Find instalments, payment after acceptance, own money and the share of the cost."""
    for sentence in notes.doc.sentences:
        text = sentence.text
        how = [name for name, pattern in _HOW if pattern.search(text)]
        if "instalments" in how and "after" in how:
            how.remove("after")
        if "self" in how and "配套" in text:
            how.remove("self")  # beside the grant, not in its place
        for name in how:
            if not any(one.values["how"] == name for one in notes.of("payment")):
                notes.add("payment", sentence, how=name)
        for part in _INSTALMENT.finditer(text):
            notes.add("instalment", sentence, title=part["when"], percent=int(part["percent"]))
        if percent := _matching(text):
            category = notes.category_at(sentence) or notes.named_by_end(text)
            notes.add("matching", sentence, percent=percent, category=category)
        if match := _SHARE.search(text):
            notes.add("cost_share", sentence, percent=int(match[1]))


def _matching(text: str) -> int | None:
    """Return the share of the grant that the applicant adds, in percent; None where none is."""
    if "配套" in text and (ratio := _RATIO.search(text)):
        return int(Decimal(ratio[1]) * 100)
    match = _MATCHING.search(text)
    return int(match[1] or match[2]) if match else None
