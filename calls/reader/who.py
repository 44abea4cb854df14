"""Kinds of units by the words notices use for them."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Level words before a kind, longest first; 省级 stands for autonomous regions too.
_LEVELS: tuple[tuple[str, str], ...] = (
    ("national", r"全国性|全国|国家级"),
    ("provincial", r"各?省（区、市）|自治区级|自治区直属|全省性|全省|省级|省属|省直|省内各级|各?省(?=学会|（区、市）)"),
    ("city", r"设区市|设区的市|市（州）|市、州|市州|地级以上市|地级市|全市性|全市|市级|市属|市直"
             r"|盟市|各市(?=科协|级)|各市"),
    ("county", r"县（市、区）|各县（市、区）|县（区）|县市区|市、县、区|各市（区）|市（区）|区（市）|区县|县区"
               r"|区级|县级|区属|县属|各区|各县|旗县|(?:所在|每个|属地)(?:县|区)(?=科协)"),
)  # fmt: skip
LEVEL_WORDS = {"national": "国家级", "provincial": "省级", "city": "市级", "county": "县级"}
# Word on the page -> what the portal keeps; "" where it keeps no such kind of unit.
# The units that no other limit of the notice names.
OTHERS = "其他单位"
KINDS: dict[str, str] = {
    "学会": "society",
    "学会联合体": "society_federation",
    "企业科协": "enterprise_association",
    "企业科协联合体": "enterprise_federation",
    "高校科协": "university_association",
    "高校": "university",
    "科研院所": "institute",
    "科协": "local_association",
    "地方科协": "local_association",
    "街道科协": "local_association",
}
_WORDS: tuple[tuple[str, str], ...] = (
    ("企业科协联合体", r"企业科协联合体"),
    ("学会联合体", r"学会联合体"),
    ("高校科协", r"(?:高等(?:院|学)校|高校|院校)(?:（(?:科研)?院所）)?(?:、科研院所)?科协"),
    ("企业科协", r"(?:园区)?企业科协|园区科协"),
    ("街道科协", r"(?:街道|乡镇|镇街|街镇)科协"),
    ("地方科协", r"地方科协|基层科协"),
    ("学会", r"(?:各)?(?:工程师)?学会(?!会费|团体会员|会员|专家|科技服务|服务|学术|部|评价|联合|建|能|办|网|平台|秘书|官|年会|公章|盖|理事)"
             r"(?:[（(、](?:各)?(?:协会|研究会)(?:、(?:各)?研究会)?[）)]?)?(?:、研究会)?"
             r"|学（协）会|学\(协\)会|学协会|研究会|行业协会"),
    ("科协", r"科学技术协会|科协(?!所属|办公|官网|网站|年会|机关)"),
    ("高校", r"高等院校|高等学校|大专院校|高校|院校|大学(?!生)"),
    ("科研院所", r"科研院所|科研院（所）|科研机构|科研单位|研究院所|研究院|研究机构|院所"),
    ("企事业单位", r"企事业单位|企业事业单位"),
    ("事业单位", r"事业单位"),
    ("医疗卫生机构", r"医疗卫生机构|医疗机构|医院"),
    ("农技协", r"农技协|农村专业技术协会"),
    ("专业合作社", r"专业合作社|合作社"),
    ("社会组织", r"社会组织|社会团体"),
    ("科普基地", r"科普(?:教育)?基地"),
    ("团体会员单位", r"(?:团体)?会员单位"),
    ("分支机构", r"分支机构|专业委员会"),
    ("归口管理部门", r"归口(?:管理)?部门|归口(?:管理)?单位"),
    ("用人单位", r"用人单位"),
    ("学校", r"中小学校?|学校(?!长)"),
    ("企业", r"(?:高新技术)?企业(?!科|家|名|服|工|需|盖|为|技|的)"),
)  # fmt: skip
_LEVEL = "|".join(f"(?P<{name}>{words})" for name, words in _LEVELS)
_UNIT = re.compile(
    rf"(?:(?:{_LEVEL})(?:各|所属)?(?:主要|重点)?)?(?:"
    + "|".join(f"(?P<w{place}>{pattern})" for place, (_, pattern) in enumerate(_WORDS))
    + ")"
)
# The end of a body's own name before 学会 or 大学; not a word that joins units.
_OWN_NAME = re.compile(
    r"[\u4e00-\u9fff](?<![各关及和与或的属是为向限含内外家个所由省市区县：驻类级对请本])$"
)
# 各市电机工程学会: every city's society of that name.
_LOCAL_SOCIETIES = re.compile(
    r"各(?P<place>省|市|县)(?:（州）)?[\u4e00-\u9fff]{2,8}?学会(?=[、，。；（审推初])"
)
_PLACES = {"省": "provincial", "市": "city", "县": "county"}
_PROVINCIAL_REGION = re.compile(r"(?:省|自治区)(?:科协)?(?:所属)?$")
_QUALITY = re.compile(r"(?:有|具有|具备)(?P<what>[^，。；、的]{3,14}(?:资格|资质|条件|点))的")


@dataclass(frozen=True, slots=True)
class Unit:
    """A kind of unit in a text: its level and word, and what is asked of it."""

    word: str
    level: str
    quality: str
    start: int
    end: int

    @property
    def name(self) -> str:
        """Write the kind the portal's way: 省级学会, 高校（有研究生培养资格）."""
        quality = f"（有{self.quality}）" if self.quality else ""
        return f"{LEVEL_WORDS.get(self.level, '')}{self.word}{quality}"

    @property
    def kind(self) -> str:
        """Return the kind the portal keeps; empty where it keeps none."""
        return KINDS.get(self.word, "")


def units(text: str) -> list[Unit]:
    """Return the kinds of units a text names, in its order; each once."""
    qualities = [
        (match.end(), match["what"])
        for match in _QUALITY.finditer(text)
        if "法人" not in match["what"]
    ]
    found: dict[str, Unit] = {}
    for match in _UNIT.finditer(text):
        place = next(n for n in range(len(_WORDS)) if match[f"w{n}"])
        word = _WORDS[place][0]
        level = next((name for name, _ in _LEVELS if match[name]), "")
        if word in ("高校科协", "企业科协", "街道科协", "企业科协联合体"):
            level = ""
        if not level and word == "学会" and _PROVINCIAL_REGION.search(text[: match.start()]):
            level = "provincial"
        quality = ""
        for end, what in qualities:
            between = text[end : match.start()]
            if end <= match.start() and not re.search(r"[，。；]", between):
                quality = what
        if word == "科协" and not level:
            continue
        if text[match.end() : match.end() + 1] == "类" or text[match.end() :].startswith(
            "个人会员"
        ):
            continue
        if match.group().startswith(("学会", "大学")) and _OWN_NAME.search(text[: match.start()]):
            continue
        unit = Unit(word, level, quality, match.start(), match.end())
        found.setdefault(unit.name, unit)
    for match in _LOCAL_SOCIETIES.finditer(text):
        unit = Unit("学会", _PLACES[match["place"]], "", match.start(), match.end())
        found.setdefault(unit.name, unit)
    return sorted(found.values(), key=lambda unit: unit.start)


def names(found: list[Unit]) -> str:
    """Join kinds of units as :func:`read_names` takes them apart."""
    return "、".join(unit.name for unit in found)


_NAME = re.compile(
    rf"(?P<level>{'|'.join(LEVEL_WORDS.values())})?(?P<word>[^（）]+)(?:（有(?P<quality>[^）]+)）)?"
)


def read_names(text: str) -> list[Unit]:
    """Take apart what :func:`names` joined or a person typed; unknown words keep no kind."""
    found = []
    for piece in re.split(r"[、,，;；\s]+(?![^（]*）)", text.strip()):
        match = _NAME.fullmatch(piece)
        if not match:
            continue
        levels = {words: level for level, words in LEVEL_WORDS.items()}
        found.append(
            Unit(match["word"], levels.get(match["level"] or "", ""), match["quality"] or "", 0, 0)
        )
    return found
