"""What persons must be like: age, title and degree."""

from __future__ import annotations

import datetime as dt
import re

from django.utils.translation import gettext as _

from calls.reader.figures import CHINESE, number
from calls.reader.moments import dates
from calls.reader.notes import Notes
from calls.reader.text import Sentence


def read_persons(notes: Notes) -> None:
    """Find limits of age, titles and degrees."""
    for sentence in notes.body():
        _ages(notes, sentence)
        _qualities(notes, sentence)


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
    notes.bind(
        "age", sentence, place, max=limit if isinstance(limit, int) else None, as_of=on,
        born_from=born if isinstance(born, dt.date) else None, sex=sex,
        in_principle=principle or None,
        why=_("A wider limit for special cases.") if re.search(r"特别优秀|破格", before) else "",
    )  # fmt: skip


_QUALITY = re.compile(
    r"(?P<what>(?:正高级|副高级|中级|高级|初级|副高|正高|高级工程师|副教授|教授|副研究员|研究员|讲师)(?:（含）|\(含\)|及|（及以上）|职称)*(?:以上)?(?:（含）)?"
    r"(?:专业)?(?:技术)?(?:职称|职务|资格)(?:（职务）|（职称）)?(?:及?以上)?|(?:博士|硕士|学士)(?:研究生)?(?:及?以上)?(?:学位|学历)(?:及?以上)?|(?:大学)?本科(?:及)?以上学历)"
)
# 副高级以上职称或博士学位 is one condition: what stands between its two halves.
_AND_OR = re.compile(r"[，、]?(?:或者?|且|并)(?:具有|具备|取得|获得)*")
# 其中高级职称不少于3人: a number of some, asked of nobody.
_SHARE_OF_SOME = re.compile(r"[^，。；]{0,6}(?:不少于|不低于|占|至少|达到)")

# 不具有博士学位的，可以…; 同行专家是指有高级职称者: said of others, asked of nobody.
_NOT_ASKED = re.compile(r"(?:不具有|不具备|没有|未取得|是指[^，。；]*)[^，。；]{0,24}$")


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
        elif not _SHARE_OF_SOME.match(text, match.end()) and not _NOT_ASKED.search(
            text[: match.start()]
        ):
            stretches.append(match.span())
    for start, end in stretches:
        notes.bind("quality", sentence, end, text=text[start:end])
