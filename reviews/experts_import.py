"""Experts from a spreadsheet: template, dry run with every difference, yes, report."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.numbers import whole_number
from portal.people.models import Issuer, User
from portal.phone import is_dialable
from portal.register.imports.workbook import Column, Row, read
from portal.register.imports.workbook import template as workbook_template
from reviews.models import Expert, ExpertList
from reviews.services.experts import invite, link_units, require_worker, words_of

_LIMITS = {"name": 60, "phone": 30, "unit_name": 120, "title": 60, "note": 1000}
MOST_FILES = 500


class Outcome(models.TextChoices):
    """What a line will do."""

    NEW = "new", gettext_lazy("New expert")
    CHANGED = "changed", gettext_lazy("Changed")
    SAME = "same", gettext_lazy("Nothing changes")
    BAD = "bad", gettext_lazy("Cannot be taken")


WRITING = frozenset({Outcome.NEW, Outcome.CHANGED})


@dataclass(frozen=True, slots=True)
class ExpertLine:
    """One line of the list, as its cells say."""

    number: int
    name: str
    email: str
    phone: str
    unit_name: str
    title: str
    fields: tuple[str, ...]
    languages: tuple[str, ...]
    most_files: str
    note: str


@dataclass(frozen=True, slots=True)
class Change:
    """One column that would change; texts as people read them."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What one line would do to the register, as the page of the dry run shows it."""

    line: ExpertLine
    outcome: Outcome
    expert: Expert | None = None
    changes: tuple[Change, ...] = ()
    problems: tuple[str, ...] = ()


def columns() -> list[Column]:
    """Return the template's columns."""
    return [
        Column("name", _("Name of the expert"), required=True, example="王示例"),
        Column("email", _("Mailbox"), required=True, example="expert@example.org", width=28),
        Column("phone", _("Phone"), example="0000-0000000"),
        Column(
            "unit_name", _("Full name of the unit"), required=True, example="示例大学", width=30
        ),
        Column("title", _("Professional title"), example="教授"),
        Column("fields", _("Fields, divided by commas"), example="理科，物理学", width=30),
        Column("languages", _("Languages, divided by commas"), example="英语", width=24),
        Column("most_files", _("Files at most"), width=12),
        Column("note", _("Note for staff"), width=30),
    ]


def template() -> bytes:
    """Return the empty spreadsheet."""
    notes = [
        _("Fill in one line per expert; the example line is to be overwritten."),
        _("An expert is found again by the mailbox; an empty cell changes nothing."),
        _("Fields are matched with topics and categories: use the words of your notices."),
        _("Nobody is told by the import alone unless you choose to invite the new ones."),
    ]
    return workbook_template(_("Experts"), columns(), notes)


def parse(upload: IO[bytes]) -> list[ExpertLine]:
    """Read the list; raises RuleViolation if it is no spreadsheet of the template's shape."""
    return [_line(row) for row in read(upload, columns)]


def _line(row: Row) -> ExpertLine:
    cell = row.cells.get
    return ExpertLine(
        number=row.number,
        name=cell("name", ""),
        email=cell("email", "").lower(),
        phone=cell("phone", ""),
        unit_name=cell("unit_name", ""),
        title=cell("title", ""),
        fields=tuple(words_of(cell("fields", ""))),
        languages=tuple(words_of(cell("languages", ""))),
        most_files=cell("most_files", ""),
        note=cell("note", ""),
    )


def from_rows(rows: Iterable[dict[str, object]]) -> list[ExpertLine]:
    """Return the lines as kept between the dry run and the yes."""
    return [
        ExpertLine(
            **{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}  # type: ignore[arg-type]
        )
        for row in rows
    ]


@transaction.atomic
def begin(*, by: User, issuer: Issuer, filename: str, file: IO[bytes]) -> ExpertList:
    """Read an upload and keep it for the dry run; the person's earlier unconfirmed ones go.

    Raises RuleViolation if it is no spreadsheet of the template's shape, PermissionDenied for who
    does not work for the association.
    """
    require_worker(by, issuer.pk)
    rows = [dataclasses.asdict(line) for line in parse(file)]
    ExpertList.objects.filter(applied_at=None, by=by, issuer=issuer).delete()
    return ExpertList.objects.create(by=by, issuer=issuer, filename=filename[:200], rows=rows)


def plan(run: ExpertList) -> list[Planned]:
    """Say what each line would do as the register stands now; writes nothing, asks once."""
    lines = from_rows(run.rows)
    known = {
        expert.email.lower(): expert
        for expert in Expert.objects.standing().filter(
            issuer=run.issuer, email__in=[line.email for line in lines]
        )
    }
    twice = Counter(line.email for line in lines)
    return [_plan_line(line, known.get(line.email), twice[line.email] > 1) for line in lines]


def _plan_line(line: ExpertLine, expert: Expert | None, twice: bool) -> Planned:
    problems = _problems(line)
    if twice:
        problems.append(_("This mailbox stands in the list more than once."))
    if problems:
        return Planned(line, Outcome.BAD, expert, problems=tuple(problems))
    if expert is None:
        return Planned(line, Outcome.NEW)
    changes = tuple(
        Change(_label(name), _shown(before), _shown(after))
        for name, after in values_of(line).items()
        if (before := getattr(expert, name)) != after
    )
    return Planned(line, Outcome.CHANGED if changes else Outcome.SAME, expert, changes)


def _problems(line: ExpertLine) -> list[str]:
    found = [
        _("“%(column)s” is missing.") % {"column": column.heading}
        for column in columns()
        if column.required and not getattr(line, column.key)
    ]
    if line.email:
        try:
            validate_email(line.email)
        except ValidationError:
            found.append(_("Not a mailbox: %(text)s") % {"text": line.email})
    if line.phone and not is_dialable(line.phone):
        found.append(_("Not a telephone number: %(word)s") % {"word": line.phone})
    if line.most_files and not 1 <= (whole_number(line.most_files) or 0) <= MOST_FILES:
        found.append(_("Not a number of files: %(text)s") % {"text": line.most_files})
    found += [
        _("At most %(n)d characters: %(text)s…") % {"n": most, "text": getattr(line, name)[:20]}
        for name, most in _LIMITS.items()
        if len(getattr(line, name)) > most
    ]
    return found


def values_of(line: ExpertLine) -> dict[str, object]:
    """Return the columns the line fills; empty cells change nothing."""
    values: dict[str, object] = {name: text for name in _LIMITS if (text := getattr(line, name))}
    if line.fields:
        values["fields"] = list(line.fields)
    if line.languages:
        values["languages"] = list(line.languages)
    if line.most_files:
        values["most_files"] = whole_number(line.most_files)
    return values


def _label(name: str) -> str:
    field = Expert._meta.get_field(name)
    assert isinstance(field, models.Field)
    return str(field.verbose_name)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "、".join(str(one) for one in value)
    return "" if value is None else str(value)


def fingerprint(planned: Sequence[Planned]) -> str:
    """Return a hash of a plan, by which the yes says which dry run it was given to."""
    plain = [
        (p.line.number, p.outcome.value, p.expert and p.expert.pk,
         [(c.label, c.before, c.after) for c in p.changes])
        for p in planned
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()


def confirm(*, by: User, run: ExpertList, shown: str, inviting: bool) -> ExpertList:
    """Apply what the dry run showed, and invite the new ones if asked to.

    A second yes gets the first one's report. Raises RuleViolation if the register has changed
    since, PermissionDenied for who does not work for the association.
    """
    require_worker(by, run.issuer_id)
    try:
        return _confirm(by, run, shown, inviting)
    except IntegrityError as error:
        raise _changed_meanwhile() from error


@transaction.atomic
def _confirm(by: User, run: ExpertList, shown: str, inviting: bool) -> ExpertList:
    run = ExpertList.objects.select_for_update(of=("self",)).select_related("issuer").get(pk=run.pk)
    if run.applied_at is not None:
        return run
    planned = plan(run)
    if fingerprint(planned) != shown:
        raise _changed_meanwhile()
    new = []
    for one in planned:
        if one.outcome not in WRITING:
            continue
        expert = one.expert or Expert(issuer=run.issuer, email=one.line.email)
        for name, value in values_of(one.line).items():
            setattr(expert, name, value)
        link_units([expert])
        expert.save()
        record("expert_imported", by=by, target=expert, issuer=run.issuer, outcome=one.outcome)
        if one.outcome == Outcome.NEW:
            new.append(expert)
    for expert in new if inviting else ():
        invite(by=by, expert=expert)
    counts = Counter(one.outcome.value for one in planned)
    run.report = {"counts": dict(counts), "invited": len(new) if inviting else 0}
    run.rows, run.applied_at = [], clock.now()
    run.save(update_fields=["rows", "report", "applied_at"])
    return run


def _changed_meanwhile() -> RuleViolation:
    return RuleViolation(
        [_("The register has changed meanwhile. Please look at the differences again.")]
    )
