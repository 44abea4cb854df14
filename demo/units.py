"""The demo's associations, units and people; every unit but the two associations is invented."""

from __future__ import annotations

from dataclasses import dataclass, field

JILIN, JIAXING = "jilin", "jiaxing"
PASSWORD = "demo-kexie-2026"  # noqa: S105 - printed on purpose, works in the demo only


@dataclass(frozen=True, slots=True)
class DemoIssuer:
    """An association that publishes calls."""

    slug: str
    name: str
    short_name: str
    region: str
    # (mailbox before the @, name, role)
    staff: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """A unit; ``years`` says what the register knows: yes, no, or nothing."""

    code: str
    name: str
    issuer: str
    kind: str
    level: str = ""
    parent: str = ""
    verified: str = "verified"
    facts: dict[str, str] = field(default_factory=dict)
    # A small society where one clerk is everything.
    one_clerk: bool = False


@dataclass(frozen=True, slots=True)
class DemoExpert:
    """An expert of the first association's register; some work for units that apply."""

    code: str
    name: str
    unit: str
    title: str
    fields: tuple[str, ...]


EXPERTS = (
    DemoExpert("jl-expert1", "华评审", "示例科学院长春分院", "研究员", ("光学", "年会")),
    DemoExpert("jl-expert2", "金评审", "示例师范大学", "教授", ("农学",)),
    DemoExpert("jl-expert3", "魏评审", "吉林省示例光学学会", "教授", ("光学",)),
    DemoExpert("jl-expert4", "陶评审", "示例工业大学", "教授", ("材料",)),
    DemoExpert("jl-expert5", "姜评审", "示例医科大学", "主任医师", ("医学",)),
    DemoExpert("jl-expert6", "戚评审", "示例农业大学", "教授", ("农学", "土壤")),
    DemoExpert("jl-expert7", "谢评审", "示例地质调查院", "正高级工程师", ("地质",)),
)

ISSUERS = (
    DemoIssuer(
        JILIN,
        "吉林省科学技术协会",
        "吉林省科协",
        "吉林省",
        (
            ("jl-officer", "安经办", "officer"),
            ("jl-head", "柏部长", "head"),
            ("jl-official", "岑主席", "official"),
        ),
    ),
    DemoIssuer(
        JIAXING,
        "嘉兴市科学技术协会",
        "嘉兴市科协",
        "浙江省嘉兴市",
        (
            ("jx-officer", "戴经办", "officer"),
            ("jx-head", "尹部长", "head"),
            ("jx-official", "费主席", "official"),
        ),
    ),
)

_GOOD = {"annual_inspection": "yes", "society_evaluation": "yes"}


def _society(code: str, name: str, **facts: str) -> DemoUnit:
    return DemoUnit(code, name, JILIN, "society", "provincial", facts=_GOOD | facts)


def _city_society(code: str, name: str) -> DemoUnit:
    return DemoUnit(code, name, JIAXING, "society", "city")


UNITS = (
    # 吉林：省级学会，前两个各有获奖与不合格的情形
    _society("jl-optics", "吉林省示例光学学会", advanced_society="yes"),
    _society("jl-agronomy", "吉林省示例农学会", academic_advanced="yes"),
    _society("jl-materials", "吉林省示例材料学会"),
    _society("jl-medical", "吉林省示例医学信息学会", think_tank_advanced="yes"),
    _society("jl-vehicles", "吉林省示例汽车工程学会"),
    _society("jl-soil", "吉林省示例土壤学会"),
    _society("jl-mathematics", "吉林省示例数学会", annual_inspection="no"),
    DemoUnit(
        "jl-remote", "吉林省示例遥感学会", JILIN, "society", "provincial",
        facts={"annual_inspection": "yes", "society_evaluation": "no"},
    ),
    # 年检结果尚未登记：可以申报，标记待核实
    DemoUnit("jl-geology", "吉林省示例地质学会", JILIN, "society", "provincial", one_clerk=True),
    DemoUnit("jl-citysoc", "示例市机械工程学会", JILIN, "society", "city", facts=_GOOD),
    DemoUnit("jl-newsoc", "吉林省示例制冷学会", JILIN, "society", "provincial", verified="pending"),
    DemoUnit(
        "jl-university", "吉林示例大学", JILIN, "university", "", facts={"graduate_training": "yes"}
    ),
    DemoUnit(
        "jl-ua", "吉林示例大学科学技术协会", JILIN, "university_association", "",
        parent="jl-university",
    ),
    DemoUnit(
        "jl-polytechnic", "吉林示例理工大学", JILIN, "university", "",
        facts={"graduate_training": "yes"},
    ),
    DemoUnit(
        "jl-college", "吉林示例职业学院", JILIN, "university", "",
        facts={"graduate_training": "no"},
    ),
    DemoUnit("jl-ua2", "吉林示例农业大学科学技术协会", JILIN, "university_association"),
    DemoUnit("jl-ea", "示例光电集团科学技术协会", JILIN, "enterprise_association"),
    DemoUnit("jl-ea2", "示例客车公司科学技术协会", JILIN, "enterprise_association"),
    DemoUnit(
        "jl-institute", "驻吉林示例应用化学研究所", JILIN, "institute", "",
        facts={"graduate_training": "yes"},
    ),
    DemoUnit("jl-institute2", "吉林示例生态研究所", JILIN, "institute"),
    DemoUnit("jl-local", "示例市科学技术协会", JILIN, "local_association", "city"),
    # 嘉兴
    _city_society("jx-textile", "嘉兴市示例纺织工程学会"),
    _city_society("jx-electronics", "嘉兴市示例电子学会"),
    _city_society("jx-medicine", "嘉兴市示例医学会"),
    _city_society("jx-energy", "嘉兴市示例新能源学会"),
    DemoUnit(
        "jx-federation", "嘉兴市示例智能制造学会联合体", JIAXING, "society_federation", "city",
    ),
    DemoUnit("jx-ea", "示例化纤公司科学技术协会", JIAXING, "enterprise_association"),
    DemoUnit("jx-ef", "嘉兴市示例光伏企业科协联合体", JIAXING, "enterprise_federation"),
    DemoUnit("jx-university", "嘉兴示例大学", JIAXING, "university"),
    DemoUnit(
        "jx-ua", "嘉兴示例大学科学技术协会", JIAXING, "university_association",
        parent="jx-university",
    ),
    DemoUnit("jx-polytechnic", "嘉兴示例职业技术学院", JIAXING, "university"),
    DemoUnit("jx-institute", "嘉兴示例先进材料研究院", JIAXING, "institute"),
)  # fmt: skip

SURNAMES = "秦沈韩杨朱许何吕施张孔曹严华金魏陶姜戚谢邹喻窦章云苏潘葛范彭"
GIVEN = (
    "文博", "晓岚", "立群", "思远", "明慧", "建平", "雨桐", "志坚",
    "海燕", "国栋", "静怡", "子昂", "秀英", "振华", "佳音", "一鸣",
)  # fmt: skip


def person(number: int) -> str:
    """Return an invented name; the same number gives the same name."""
    return SURNAMES[number % len(SURNAMES)] + GIVEN[(number // len(SURNAMES) + number) % len(GIVEN)]


def phone(number: int) -> str:
    """Return a phone number that cannot be dialled."""
    return f"0000-{number % 10_000_000:07d}"


def mailbox(local: str) -> str:
    """Return a mailbox that no mail can reach."""
    return f"{local}@demo.example"
