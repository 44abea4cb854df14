"""Yearly facts from a spreadsheet: one line per unit and year, one column per kind of fact."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.services import record
from portal.days import read_day
from portal.numbers import whole_number
from portal.people.enums import FactType, VerificationState
from portal.people.models import (
    Affiliation,
    FactCode,
    Issuer,
    Organisation,
    User,
    YearlyFact,
    fact_value_words,
)
from portal.register.imports.workbook import Column, Row, read
from portal.register.services.registering import Identity

YES = frozenset({"yes", "y", "true", "1", "是", "合格", "有", "√", "✓"})
NO = frozenset({"no", "n", "false", "0", "否", "不合格", "无", "×", "✗", "x"})
YEARS = range(1990, 2101)


class Outcome(models.TextChoices):
    """What one cell will do."""

    NEW = "new", gettext_lazy("New")
    CHANGED = "changed", gettext_lazy("Changed")
    SAME = "same", gettext_lazy("Nothing changes")
    UNKNOWN_UNIT = "unknown_unit", gettext_lazy("Unknown unit")
    BAD_VALUE = "bad_value", gettext_lazy("Cannot be read")


@dataclass(frozen=True, slots=True)
class FactCell:
    """One filled cell: which unit, which year, which kind of fact, what it says."""

    number: int
    name: str
    uscc: str
    year: str
    code: str
    word: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What one cell will do to the register, as the diff page shows it."""

    cell: FactCell
    outcome: Outcome
    label: str
    organisation: Organisation | None = None
    before: str = ""
    after: str = ""
    problem: str = ""

    @property
    def before_words(self) -> str:
        """What the register says so far, as a person reads it."""
        return fact_value_words(self.before)

    @property
    def after_words(self) -> str:
        """What the register will say, as a person reads it."""
        return fact_value_words(self.after)


@dataclass(slots=True)
class Report:
    """What an import did, as counts; kept with the run."""

    counts: dict[str, int] = field(default_factory=dict)


def columns(issuer: Issuer) -> list[Column]:
    """Return the template's columns: the unit, the year and the association's kinds of facts."""
    fixed = [
        Column("name", _("Full name of the unit"), required=True, example="示例市学会", width=30),
        Column("uscc", _("Unified social credit code"), width=24),
        Column("year", _("Year"), required=True, example="2025", width=10),
    ]
    return fixed + [_column(code) for code in issuer.fact_codes.all()]


def _column(code: FactCode) -> Column:
    """Head the column with name and code: the name may be reworded, the code finds it again."""
    examples = {FactType.GRADE: "A", FactType.UNTIL: "2026-12-31", FactType.NUMBER: "1200"}
    return Column(
        f"fact:{code.code}",
        f"{code.label} [{code.code}]",
        example=examples.get(FactType(code.type), "是"),
        choices=() if code.type in examples else ("是", "否"),
    )


def notes() -> list[str]:
    """Return what the template's second sheet explains."""
    return [
        _("Fill in one line per unit and year; the example line is to be overwritten."),
        _("An empty cell means unknown and changes nothing; it does not mean no."),
        _("Leave the words in square brackets in the headings as they are."),
    ]


def parse(upload: IO[bytes], issuer: Issuer) -> list[FactCell]:
    """Read the list. Raises ``RuleViolation`` if it is no spreadsheet of this shape."""
    cells = []
    for row in read(upload, lambda: columns(issuer)):
        cells += _cells(row)
    return cells


def _cells(row: Row) -> list[FactCell]:
    identity = Identity(row.cells["name"], uscc=row.cells.get("uscc", "")).cleaned()
    return [
        FactCell(
            number=row.number,
            name=identity.name,
            uscc=identity.uscc,
            year=row.cells["year"].removesuffix("年"),
            code=key.removeprefix("fact:"),
            word=word,
        )
        for key, word in row.cells.items()
        if key.startswith("fact:") and word
    ]


def to_rows(cells: Iterable[FactCell]) -> list[dict[str, object]]:
    """Return the cells as JSON, to be kept between the dry run and the yes."""
    return [dataclasses.asdict(cell) for cell in cells]


def from_rows(rows: Iterable[dict[str, object]]) -> list[FactCell]:
    """Return the cells that ``to_rows`` wrote."""
    return [FactCell(**row) for row in rows]  # type: ignore[arg-type]


def value_of(code: FactCode, word: str) -> str | None:
    """Return what is stored for a word under this kind of fact, or None if it cannot be read."""
    if code.type == FactType.GRADE:
        return word if len(word) <= 40 and not word.startswith("=") else None
    if code.type == FactType.UNTIL:
        day = read_day(word)
        return day.isoformat() if day else None
    if code.type == FactType.NUMBER:
        # As people write it: 12,000 or １２０００.
        number = whole_number(unicodedata.normalize("NFKC", word).replace(",", "").strip())
        return None if number is None else str(number)
    if word.lower() in YES:
        return "yes"
    if word.lower() in NO:
        return "no"
    return None


def plan(*, issuer: Issuer, cells: Sequence[FactCell]) -> list[Planned]:
    """Say what each cell would do; writes nothing and asks the database a fixed number of times.

    Only units of the association are found: another's stay unknown.
    """
    codes = {code.code: code for code in issuer.fact_codes.all()}
    affiliated = Affiliation.objects.filter(issuer=issuer).exclude(state=VerificationState.ENDED)
    units = Organisation.objects.filter(
        models.Q(name__in={c.name for c in cells}) | models.Q(uscc__in={c.uscc for c in cells}),
        pk__in=affiliated.values("organisation"),
        merged_into=None,
    )
    by_name = {unit.name: unit for unit in units}
    by_code = {unit.uscc: unit for unit in units if unit.uscc}
    known = {
        (fact.organisation_id, fact.code.code, fact.year): fact.value
        for fact in YearlyFact.objects.filter(
            organisation__in=units, code__issuer=issuer
        ).select_related("code")
    }
    twice = Counter((c.name, c.uscc, c.year, c.code) for c in cells)
    planned = []
    for cell in cells:
        code = codes.get(cell.code)
        unit = (by_code.get(cell.uscc) if cell.uscc else None) or by_name.get(cell.name)
        problem = _problem(cell, code, unit)
        if twice[(cell.name, cell.uscc, cell.year, cell.code)] > 1:
            problem = _("This unit and year stand in the list more than once.")
        planned.append(_plan_cell(cell, code, unit, problem, known))
    return planned


def _problem(cell: FactCell, code: FactCode | None, unit: Organisation | None) -> str:
    if whole_number(cell.year) not in YEARS:
        return _("Not a year: %(word)s") % {"word": cell.year or "—"}
    if code is None:
        return _("This kind of fact does not exist any more.")
    if value_of(code, cell.word) is None:
        return _("Cannot be read: %(word)s") % {"word": cell.word}
    if unit is not None and cell.uscc and unit.uscc not in (None, cell.uscc):
        return _("The register has another code for this name.")
    if unit is not None and cell.name not in ("", unit.name):
        return _("The code belongs to another unit: %(name)s") % {"name": unit.name}
    return ""


def _plan_cell(
    cell: FactCell,
    code: FactCode | None,
    unit: Organisation | None,
    problem: str,
    known: dict[tuple[int, str, int], str],
) -> Planned:
    label = code.label if code else cell.code
    if problem:
        return Planned(cell, Outcome.BAD_VALUE, label, unit, problem=problem)
    assert code is not None
    if unit is None:
        return Planned(
            cell,
            Outcome.UNKNOWN_UNIT,
            label,
            problem=_("The association has no unit of this name or code."),
        )
    after = value_of(code, cell.word)
    assert after is not None
    before = known.get((unit.pk, cell.code, int(cell.year)), "")
    outcome = Outcome.NEW if not before else Outcome.CHANGED
    if before == after:
        outcome = Outcome.SAME
    return Planned(cell, outcome, label, unit, before, after)


@transaction.atomic
def apply(*, by: User, issuer: Issuer, planned: Sequence[Planned]) -> Report:
    """Write new and changed facts, each with its audit row; applying again changes nothing."""
    codes = {code.code: code for code in issuer.fact_codes.all()}
    for one in planned:
        if one.outcome not in (Outcome.NEW, Outcome.CHANGED):
            continue
        assert one.organisation is not None
        fact, _created = YearlyFact.objects.update_or_create(
            organisation=one.organisation,
            code=codes[one.cell.code],
            year=int(one.cell.year),
            defaults={"value": one.after},
        )
        record(
            "fact_imported",
            by=by,
            target=fact,
            issuer=issuer,
            organisation=one.organisation,
            before=one.before,
            after=one.after,
        )
    report = Report(counts=dict(Counter(str(one.outcome.value) for one in planned)))
    record("facts_imported", by=by, target=issuer, issuer=issuer, counts=report.counts)
    return report
