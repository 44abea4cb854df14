"""Units with their administrators from a spreadsheet: read, plan against the register, apply."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from portal import clock
from portal.audit.services import record
from portal.people import uscc
from portal.people.enums import Level, OrganisationKind, Right, VerificationState
from portal.people.models import Affiliation, Invitation, Issuer, Membership, Organisation, User
from portal.phone import is_dialable
from portal.register.imports.workbook import Column, Row, read
from portal.register.services.invitations import invite
from portal.register.services.registering import Identity
from portal.register.services.verifying import change, take_in


class Outcome(models.TextChoices):
    """What a line will do."""

    NEW = "new", gettext_lazy("New unit")
    JOINS = "joins", gettext_lazy("Known unit, new to this association")
    CHANGED = "changed", gettext_lazy("Changed")
    SAME = "same", gettext_lazy("Nothing changes")
    BAD = "bad", gettext_lazy("Cannot be taken")


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One line of the list, its words turned into values where they could be."""

    number: int
    name: str
    uscc: str
    kind: str
    level: str
    register_number: str
    region: str
    address: str
    phone: str
    head_name: str
    clerk_name: str
    clerk_email: str
    clerk_phone: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """What one line will do to the register, as the diff page shows it."""

    line: UnitLine
    outcome: Outcome
    organisation: Organisation | None = None
    affiliation: Affiliation | None = None
    # (column's verbose name, before, after)
    changes: tuple[tuple[str, str, str], ...] = ()
    invites: bool = False
    by_mail: bool = False
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class Report:
    """What an import did, as counts; kept with the run."""

    counts: dict[str, int] = field(default_factory=dict)
    invited: int = 0
    to_print: list[int] = field(default_factory=list)


def columns() -> list[Column]:
    """Return the columns of the template in the current language."""
    return [
        Column(
            "name", _("Full name of the unit"), required=True, example="示例市光学学会", width=30
        ),
        Column("uscc", _("Unified social credit code"), width=24),
        Column(
            "kind",
            _("Kind"),
            required=True,
            example=str(OrganisationKind.SOCIETY.label),
            choices=tuple(str(label) for label in OrganisationKind.labels),
        ),
        Column(
            "level",
            _("Level"),
            example=str(Level.CITY.label),
            choices=tuple(str(label) for label in Level.labels),
        ),
        Column("register_number", _("Register number")),
        Column("region", _("Region"), example="示例市"),
        Column("address", _("Address"), width=30),
        Column("phone", _("Phone of the unit"), example="0000-8000000"),
        Column("head_name", _("Head of the unit")),
        Column("clerk_name", _("Administrator's name"), example="甲示例"),
        Column("clerk_email", _("Administrator's mailbox"), example="clerk@example.org", width=28),
        Column("clerk_phone", _("Administrator's phone")),
    ]


def notes() -> list[str]:
    """Return what the template's second sheet explains."""
    return [
        _("Fill in one unit per line; the example line is to be overwritten."),
        _("A unit is recognised by its social credit code, or else by its full name."),
        _("Empty cells change nothing. What is known of a unit is completed, never overwritten."),
        _("With a mailbox the administrator gets a code by mail, without one a printed code."),
    ]


def parse(upload: IO[bytes]) -> list[UnitLine]:
    """Read the list. Raises ``RuleViolation`` if it is no spreadsheet of this shape."""
    return [_line(row) for row in read(upload, columns)]


def to_rows(lines: Iterable[UnitLine]) -> list[dict[str, object]]:
    """Return the lines as JSON, to be kept between the dry run and the yes."""
    return [dataclasses.asdict(line) for line in lines]


def from_rows(rows: Iterable[dict[str, object]]) -> list[UnitLine]:
    """Return the lines that ``to_rows`` wrote."""
    return [UnitLine(**{**row, "problems": tuple(row["problems"])}) for row in rows]  # type: ignore[arg-type]


def _line(row: Row) -> UnitLine:
    cells = row.cells
    identity = Identity(cells["name"], uscc=cells.get("uscc", "")).cleaned()
    problems = []
    kind = _choice(OrganisationKind, cells["kind"])
    level = _choice(Level, cells.get("level", ""))
    email = cells.get("clerk_email", "").lower()
    if not identity.name:
        problems.append(_("The name is missing."))
    if len(identity.name) > 120:
        problems.append(_("The name is too long."))
    if kind is None:
        problems.append(_("Unknown kind: %(word)s") % {"word": cells["kind"] or "—"})
    if cells.get("level") and level is None:
        problems.append(_("Unknown level: %(word)s") % {"word": cells["level"]})
    if identity.uscc and not re.match(uscc.SHAPE, identity.uscc):
        problems.append(_("The code has 18 digits and capital letters."))
    if email and not _is_mailbox(email):
        problems.append(_("Not a mailbox: %(word)s") % {"word": email})
    for key in ("phone", "clerk_phone"):
        if cells.get(key) and not is_dialable(cells[key]):
            problems.append(_("Not a telephone number: %(word)s") % {"word": cells[key]})
    return UnitLine(
        number=row.number,
        name=identity.name[:120],
        uscc=identity.uscc,
        kind=kind or "",
        level=level or "",
        register_number=cells.get("register_number", "")[:40],
        region=cells.get("region", "")[:60],
        address=cells.get("address", "")[:200],
        phone=cells.get("phone", "")[:30],
        head_name=cells.get("head_name", "")[:60],
        clerk_name=cells.get("clerk_name", "")[:60],
        clerk_email=email,
        clerk_phone=cells.get("clerk_phone", "")[:30],
        problems=tuple(problems),
    )


def _choice(choices: type[models.TextChoices], word: str) -> str | None:
    """Return the value a word stands for: the stored value or its name in either language."""
    for value in choices:
        if word.lower() == value.value:
            return str(value.value)
        for language in ("zh-hans", "en"):
            with override(language):
                if word.lower() == str(value.label).lower():
                    return str(value.value)
    return None


def _is_mailbox(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def plan(*, issuer: Issuer, lines: Sequence[UnitLine]) -> list[Planned]:
    """Say what each line would do; writes nothing and asks the database a fixed number of times."""
    known = _Known(issuer, lines)
    names = Counter(line.name for line in lines)
    codes = Counter(line.uscc for line in lines if line.uscc)
    planned = []
    for line in lines:
        problems = list(line.problems)
        if names[line.name] > 1:
            problems.append(_("This name stands in the list more than once."))
        if codes[line.uscc] > 1:
            problems.append(_("This code stands in the list more than once."))
        organisation, clash = known.find(line)
        problems += clash
        if problems:
            planned.append(Planned(line, Outcome.BAD, organisation, problems=tuple(problems)))
        else:
            planned.append(_plan_line(known, line, organisation))
    return planned


class _Known:
    """What the register knows of the units in a list, read at once."""

    def __init__(self, issuer: Issuer, lines: Sequence[UnitLine]) -> None:
        live = Organisation.objects.filter(merged_into=None)
        found = live.filter(
            models.Q(name__in=[line.name for line in lines])
            | models.Q(uscc__in=[line.uscc for line in lines if line.uscc])
        )
        self.by_name = {one.name: one for one in found}
        self.by_code = {one.uscc: one for one in found if one.uscc}
        ids = [one.pk for one in found]
        self.affiliations = {
            one.organisation_id: one
            for one in Affiliation.objects.filter(organisation__in=ids, issuer=issuer).exclude(
                state=VerificationState.ENDED
            )
        }
        administered = Membership.objects.all().with_right(Right.ADMINISTRATOR)
        self.administered = set(
            administered.filter(organisation__in=ids).values_list("organisation", flat=True)
        )
        standing = Invitation.objects.all().standing(clock.now()).filter(is_administrator=True)
        self.invited = set(
            standing.filter(organisation__in=ids).values_list("organisation", flat=True)
        )

    def find(self, line: UnitLine) -> tuple[Organisation | None, list[str]]:
        """Return the unit a line means, and what speaks against taking it for that unit."""
        by_code = self.by_code.get(line.uscc) if line.uscc else None
        by_name = self.by_name.get(line.name)
        if by_code and by_name and by_code != by_name:
            return None, [_("Name and code belong to two different units; merge them first.")]
        if by_name and not by_code and line.uscc and by_name.uscc:
            return by_name, [_("The register has another code for this name.")]
        return by_code or by_name, []


def _plan_line(known: _Known, line: UnitLine, organisation: Organisation | None) -> Planned:
    remarks = []
    if line.uscc and not uscc.is_sound(line.uscc):
        remarks.append(_("The social credit code fails its check digit; importing accepts it."))
    affiliation = known.affiliations.get(organisation.pk) if organisation else None
    changes: list[tuple[str, str, str]] = []
    if organisation is None:
        outcome = Outcome.NEW
    else:
        changes, differing = _identity_changes(organisation, line)
        remarks += differing
        changes += _affiliation_changes(affiliation, line)
        outcome = Outcome.CHANGED if changes else Outcome.SAME
        if affiliation is None:
            outcome = Outcome.JOINS
    has_clerk = bool(line.clerk_name or line.clerk_email)
    attended = organisation is not None and organisation.pk in known.administered | known.invited
    if has_clerk and attended:
        remarks.append(_("The unit has an administrator or an open invitation; nobody is invited."))
    invites = has_clerk and not attended
    return Planned(
        line=line,
        outcome=Outcome.CHANGED if invites and outcome == Outcome.SAME else outcome,
        organisation=organisation,
        affiliation=affiliation,
        changes=tuple(changes),
        invites=invites,
        by_mail=invites and bool(line.clerk_email),
        notes=tuple(remarks),
    )


def _identity_changes(
    organisation: Organisation, line: UnitLine
) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Say which empty columns the line completes, and where it differs without being followed."""
    changes: list[tuple[str, str, str]] = []
    remarks = []
    for column in ("uscc", "region", "address", "phone", "head_name"):
        old, new = getattr(organisation, column) or "", getattr(line, column)
        label = str(Organisation._meta.get_field(column).verbose_name)  # type: ignore[union-attr]
        if new and not old:
            changes.append((label, old, new))
        elif new and new != old:
            remarks.append(
                _("%(column)s differs and stays: %(value)s") % {"column": label, "value": old}
            )
    if line.name != organisation.name:
        remarks.append(_("The unit's name stays: %(name)s") % {"name": organisation.name})
    return changes, remarks


def _affiliation_changes(
    affiliation: Affiliation | None, line: UnitLine
) -> list[tuple[str, str, str]]:
    """Say what the association's view of the unit becomes; an empty cell changes nothing."""
    if affiliation is None:
        return []
    new = _wanted(affiliation, line)
    changes = []
    for column, choices in (("kind", OrganisationKind), ("level", Level)):
        old_value, new_value = getattr(affiliation, column), getattr(new, column)
        if old_value != new_value:
            labels = dict(choices.choices)
            label = str(Affiliation._meta.get_field(column).verbose_name)  # type: ignore[union-attr]
            changes.append((label, str(labels.get(old_value, "")), str(labels.get(new_value, ""))))
    if affiliation.number != new.number:
        changes.append((_("register number"), affiliation.number, new.number))
    if affiliation.state != VerificationState.VERIFIED:
        changes.append(
            (
                _("state"),
                str(affiliation.get_state_display()),
                str(VerificationState.VERIFIED.label),
            )
        )
    return changes


@dataclass(frozen=True, slots=True)
class _View:
    kind: str
    level: str
    number: str


def _wanted(affiliation: Affiliation, line: UnitLine) -> _View:
    return _View(
        kind=line.kind or affiliation.kind,
        level=line.level or affiliation.level,
        number=line.register_number or affiliation.number,
    )


@transaction.atomic
def apply(*, by: User, issuer: Issuer, planned: Sequence[Planned]) -> Report:
    """Write the plan: units are verified at once, administrators invited.

    Lines that cannot be taken are left out. Applying the same list again changes nothing.
    """
    report = Report(counts=dict(Counter(str(one.outcome.value) for one in planned)))
    for one in planned:
        if one.outcome in (Outcome.BAD, Outcome.SAME):
            continue
        organisation = _write_identity(by, issuer, one)
        _write_affiliation(by, issuer, one, organisation)
        if one.invites:
            issued = invite(
                by=by,
                organisation=organisation,
                rights=[Right.ADMINISTRATOR, Right.FILLER],
                email=one.line.clerk_email,
                name=one.line.clerk_name,
                phone=one.line.clerk_phone,
                by_mail=one.by_mail,
                issuer=issuer,
            )
            report.invited += 1
            if not one.by_mail:
                report.to_print.append(issued.invitation.pk)
    record("units_imported", by=by, target=issuer, issuer=issuer, counts=report.counts)
    return report


def _write_identity(by: User, issuer: Issuer, one: Planned) -> Organisation:
    line = one.line
    if one.organisation is None:
        organisation = Organisation(
            name=line.name,
            uscc=line.uscc or None,
            region=line.region,
            address=line.address,
            phone=line.phone,
            head_name=line.head_name,
        )
        action = "organisation_imported"
    else:
        organisation = Organisation.objects.select_for_update().get(pk=one.organisation.pk)
        before = [getattr(organisation, c) for c in _COMPLETED]
        for column in _COMPLETED:
            if not getattr(organisation, column) and getattr(line, column):
                setattr(organisation, column, getattr(line, column))
        if before == [getattr(organisation, c) for c in _COMPLETED]:
            return organisation
        action = "organisation_completed"
    if organisation.uscc_is_odd:
        organisation.uscc_accepted_by = by
    organisation.save()
    record(action, by=by, target=organisation, issuer=issuer, organisation=organisation)
    return organisation


_COMPLETED = ("uscc", "region", "address", "phone", "head_name")


def _write_affiliation(by: User, issuer: Issuer, one: Planned, organisation: Organisation) -> None:
    affiliation = one.affiliation
    if affiliation is None:
        affiliation = Affiliation(organisation=organisation, issuer=issuer)
    elif affiliation.state == VerificationState.VERIFIED:
        new = _wanted(affiliation, one.line)
        change(
            by=by,
            affiliation=affiliation,
            kind=OrganisationKind(new.kind),
            level=Level(new.level) if new.level else None,
            number=new.number,
        )
        return
    new = _wanted(affiliation, one.line)
    take_in(by=by, affiliation=affiliation, kind=new.kind, level=new.level, number=new.number)
