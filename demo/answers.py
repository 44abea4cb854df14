"""Sensible invented answers for any frozen form: what each question asks decides, not its name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random
from typing import Any

from calls.answers import columns_of, is_shown
from calls.enums import FieldKind, FieldRole
from calls.forms_schema import FieldSpec, SectionSpec, answer_key
from calls.models import Call, Category
from demo.units import person, phone

SUBJECTS = (
    "量子光学与精密测量", "黑土地保护与智慧农业", "先进碳纤维材料", "医学影像智能分析",
    "新能源汽车热管理", "遥感与生态监测", "高分子合成与应用", "智能纺织装备",
    "集成电路封装测试", "氢能储运技术", "人参产业提质增效", "工业机器人可靠性",
    "数字孪生与智能制造", "生物医药产业协同创新", "冰雪装备材料",
)  # fmt: skip
SENTENCES = (
    "围绕本领域的前沿问题，邀请省内外专家作主题报告，并安排青年学者交流最新进展。",
    "活动面向产业需求，会前到企业和院所开展座谈调研，梳理技术难题和共性需求。",
    "设置三个专题分会场，分别讨论基础理论、关键技术和成果转化，会后整理观点综述。",
    "由本单位负责会务组织，成立筹备组，明确分工、时间节点和安全预案。",
    "预期形成一份决策建议和一份观点综述，推动两项校企合作意向落地。",
    "报告和讨论全程记录，经专家审核后汇编成册，供有关部门和会员单位参考。",
    "本单位已多次举办同类活动，具备场地、人员和组织经验，学术委员会负责把关。",
    "注重青年人才培养，为研究生和一线科技人员提供展示机会。",
)
PLACES = ("示例会议中心", "示例大学学术报告厅", "示例科技馆", "示例国际交流中心")
TITLES = ("教授", "研究员", "副教授", "高级工程师", "副研究员")


class Filler:
    """Fills one application or plan; the same seed writes the same answers."""

    def __init__(self, call: Call, category: Category | None, random: Random) -> None:
        self.call, self.category, self.random = call, category, random
        self.subject = random.choice(SUBJECTS)
        self._people = random.randrange(10_000)
        self._bounds = _numbers_asked(call, category)

    def fill(self, sections: list[SectionSpec]) -> dict[str, Any]:
        """Return an answer for every question that is asked, files left out."""
        answers: dict[str, Any] = {}
        for section in sections:
            for field in section["fields"]:
                if field["kind"] != FieldKind.FILES and is_shown(section, field, answers):
                    answers[answer_key(section, field)] = self._answer(section, field)
        return answers

    def _answer(self, section: SectionSpec, field: FieldSpec) -> Any:
        by_kind: dict[FieldKind, Callable[[FieldSpec], Any]] = {
            FieldKind.SHORT_TEXT: self._short,
            FieldKind.LONG_TEXT: self._long,
            FieldKind.NUMBER: self._number,
            FieldKind.MONEY: lambda _field: f"{self._amount():.2f}",
            FieldKind.DATE: lambda _field: self._day().isoformat(),
            FieldKind.DATE_RANGE: self._days,
            FieldKind.CHOICE: lambda f: f["options"]["choices"][0]["value"],
            FieldKind.CHOICES: lambda f: [c["value"] for c in f["options"]["choices"][:2]],
            FieldKind.YES_NO: lambda _field: True,
            FieldKind.TABLE: self._rows,
            FieldKind.PEOPLE: self._rows,
            FieldKind.BUDGET: self._budget,
            FieldKind.DECLARATION: lambda _field: True,
        }
        return by_kind[FieldKind(field["kind"])](field)

    def _short(self, field: FieldSpec) -> str:
        role = field.get("role")
        if role == FieldRole.TITLE:
            return self._title()[: field.get("options", {}).get("max_chars", 40)]
        if role == FieldRole.PLACE:
            return self.random.choice(PLACES)
        return f"{self.subject}（示例）"

    def _title(self) -> str:
        if self.category is None:
            return self.subject
        kinds = {"forum": "研究生论坛", "topic": "对策研究", "foreign": "国际学术研讨会"}
        ending = next((w for code, w in kinds.items() if code in self.category.code), "学术会议")
        return f"{self.subject}{ending}"

    def _long(self, field: FieldSpec) -> str:
        if not field["required"]:
            return ""
        chosen = self.random.sample(SENTENCES, 4)
        text = "\n".join(
            (f"本项目以{self.subject}为主题。{chosen[0]}{chosen[1]}", "".join(chosen[2:]))
        )
        return text[: field.get("options", {}).get("max_chars", 800)]

    def _number(self, field: FieldSpec) -> int:
        least = self._bounds.get(field.get("role", ""), 0)
        return max(least, int(field.get("options", {}).get("min", 0))) + self.random.randrange(
            5, 60
        )

    def _amount(self) -> Decimal:
        amount = self.category.amount_max if self.category else None
        return amount if amount is not None else Decimal(10_000)

    def _first_day(self) -> dt.date:
        start = self.category.window_start if self.category else None
        return start or dt.date(self.call.year, 5, 10)

    def _day(self) -> dt.date:
        end = self.category.window_end if self.category else None
        first = self._first_day()
        span = (end - first).days if end else 60
        return first + dt.timedelta(days=self.random.randrange(max(1, span - 3)))

    def _days(self, field: FieldSpec) -> dict[str, str]:
        start = self._day()
        end = start + dt.timedelta(days=1)
        return {"start": start.isoformat(), "end": end.isoformat()}

    def _rows(self, field: FieldSpec) -> list[dict[str, Any]]:
        options, role = field.get("options", {}), field.get("role")
        if role == FieldRole.EDITIONS:
            return self._editions()
        count = 1 if role in (FieldRole.CONVENORS, FieldRole.LEADER) else 3
        count = min(max(count, options.get("min_rows", 1)), options.get("max_rows", 100))
        return [self._row(field) for _number in range(count)]

    def _editions(self) -> list[dict[str, Any]]:
        year = self.call.year
        return [
            {"edition": f"第{n}届", "date": f"{year - 4 + n}-06-1{n}", "place": PLACES[n]}
            for n in (1, 2, 3)
        ]

    def _row(self, field: FieldSpec) -> dict[str, Any]:
        row: dict[str, Any] = {}
        self._people += 1
        usual = {
            "name": person(self._people),
            "unit": "示例单位",
            "title": TITLES[self._people % len(TITLES)],
            "duty": "负责组织",
            "phone": phone(self._people),
        }
        for column in columns_of(field):
            row[column.code] = usual.get(column.code) or self._cell(column)
        return row

    def _cell(self, column: Any) -> str:
        if column.kind == "date":
            return self._first_day().isoformat()  # what is planned comes before the event ends
        if column.kind == "choice":
            return str(column.options[0][0])
        if column.kind == "number":
            return "3"
        return "示例内容"

    def _budget(self, field: FieldSpec) -> list[dict[str, str]]:
        """Split the amount so that the lines sum to it."""
        whole = self._amount()
        venue, travel = (whole * Decimal("0.4")).quantize(1), (whole * Decimal("0.35")).quantize(1)
        lines = (
            ("场地与会务", venue),
            ("专家差旅与劳务", travel),
            ("资料印刷", whole - venue - travel),
        )
        return [
            {"item": item, "amount": f"{sum_:.2f}", "note": "按标准测算"} for item, sum_ in lines
        ]


def _numbers_asked(call: Call, category: Category | None) -> Mapping[str, int]:
    """Return the least number the call's rules ask for, by role."""
    path = category.path if category else ()
    least: dict[str, int] = {}
    for rule in call.rules.filter(kind="number"):
        if rule.category_id is None or rule.category_id in path:
            role = rule.params["role"]
            least[role] = max(least.get(role, 0), int(rule.params.get("min") or 0))
    return least
