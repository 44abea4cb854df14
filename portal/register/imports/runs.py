"""An upload waits between its dry run and the yes; nothing is written until confirmed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import IO, Any, assert_never

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal import clock
from portal.errors import RuleViolation
from portal.people.models import Issuer, User
from portal.register.imports import facts, units
from portal.register.models import ImportKind, ImportRun

FORGOTTEN_AFTER = dt.timedelta(days=7)

Plan = Sequence[units.Planned] | Sequence[facts.Planned]


@transaction.atomic
def begin(
    *, by: User, issuer: Issuer, kind: ImportKind, filename: str, file: IO[bytes]
) -> ImportRun:
    """Read an upload and keep it for the dry run; the person's earlier unconfirmed ones go.

    Raises ``RuleViolation`` if it is no spreadsheet of the template's shape.
    """
    rows: list[dict[str, object]]
    match kind:
        case ImportKind.UNITS:
            rows = units.to_rows(units.parse(file))
        case ImportKind.FACTS:
            rows = facts.to_rows(facts.parse(file, issuer))
        case _:
            assert_never(kind)
    unconfirmed = ImportRun.objects.filter(applied_at=None)
    unconfirmed.filter(by=by, issuer=issuer, kind=kind).delete()
    # Forgotten lists hold names and mailboxes that nobody needs.
    unconfirmed.filter(created_at__lt=clock.now() - FORGOTTEN_AFTER).delete()
    return ImportRun.objects.create(
        by=by, issuer=issuer, kind=kind, filename=filename[:200], rows=rows
    )


def plan(run: ImportRun) -> Plan:
    """Return what confirming would do as the register stands now; empty once applied."""
    if run.kind == ImportKind.UNITS:
        return units.plan(issuer=run.issuer, lines=units.from_rows(run.rows))
    return facts.plan(issuer=run.issuer, cells=facts.from_rows(run.rows))


def fingerprint(planned: Plan) -> str:
    """Return a hash of a plan, by which the yes says which diff it was given to."""
    text = json.dumps([_plain(one) for one in planned], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(one: units.Planned | facts.Planned) -> dict[str, Any]:
    """Return a plan's entry without model instances: their ids say enough."""
    return {
        entry.name: getattr(value, "pk", None) or str(value)
        for entry in dataclasses.fields(one)
        if (value := getattr(one, entry.name)) is not None
    }


def confirm(*, by: User, run: ImportRun, shown: str) -> ImportRun:
    """Apply what the diff showed; a second yes gets the first one's report.

    ``shown`` is the fingerprint of the diff the person saw. Raises ``RuleViolation`` if the
    register has changed since: the new diff has to be looked at.
    """
    try:
        return _confirm(by=by, run=run, shown=shown)
    except IntegrityError as error:
        raise _changed_meanwhile() from error


@transaction.atomic
def _confirm(*, by: User, run: ImportRun, shown: str) -> ImportRun:
    run = ImportRun.objects.select_for_update(of=("self",)).select_related("issuer").get(pk=run.pk)
    if run.applied_at is not None:
        return run
    report: units.Report | facts.Report
    if run.kind == ImportKind.UNITS:
        lines = units.plan(issuer=run.issuer, lines=units.from_rows(run.rows))
        _require_same(lines, shown)
        report = units.apply(by=by, issuer=run.issuer, planned=lines)
    else:
        cells = facts.plan(issuer=run.issuer, cells=facts.from_rows(run.rows))
        _require_same(cells, shown)
        report = facts.apply(by=by, issuer=run.issuer, planned=cells)
    run.rows = []
    run.report = dataclasses.asdict(report)
    run.applied_at = clock.now()
    run.save(update_fields=["rows", "report", "applied_at"])
    return run


def _require_same(planned: Plan, shown: str) -> None:
    if fingerprint(planned) != shown:
        raise _changed_meanwhile()


def _changed_meanwhile() -> RuleViolation:
    return RuleViolation(
        [_("The register has changed meanwhile. Please look at the differences again.")]
    )
