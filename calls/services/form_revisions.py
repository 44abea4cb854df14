"""What staff change in a published form: gathered unseen, then published together or put back."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from calls.enums import CallState
from calls.form_changes import FormChange, change_between
from calls.forms_schema import FormSchema, digest
from calls.models import Call, FormField, FormRevision, FormSection
from calls.services.editing import Seen, change_call
from calls.services.freeze import schema_of
from portal.audit.models import AuditEntry
from portal.audit.services import label_of_target
from portal.errors import RuleViolation
from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Pending:
    """Changes of a published form that no unit sees yet; ``stamp`` names exactly these."""

    change: FormChange
    stamp: str


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """One published form: when it came, what staff said of it, what it asks otherwise."""

    no: int
    at: dt.datetime
    summary: str
    sentences: tuple[str, ...]


def pending(call: Call) -> Pending | None:
    """Return what waits to be published; None for a draft and for a form that is as published."""
    if call.state != CallState.PUBLISHED:
        return None
    newest = _newest(call)
    schema = schema_of(call)
    stamp = digest(schema)
    if newest is None or newest.sha256 == stamp:
        return None
    return Pending(change_between(newest.schema, schema), stamp)


def publish_form(call: Call, *, by: User, summary: str, stamp: str) -> None:
    """Freeze the form as it stands as the next revision, to which running drafts move.

    ``stamp`` is that of the list of changes the person read. Raises ``ChangedMeanwhile`` when the
    form has changed since, ``RuleViolation`` when nothing waits, when nothing is said of it, and
    for whatever the call now says against itself.
    """
    seen = Seen(stamp, lambda: digest(schema_of(call)))
    change_call(call, by=by, part="form", change=_something_waits, summary=summary, seen=seen)


def _something_waits(call: Call) -> None:
    if pending(call) is None:
        raise RuleViolation([_("The form is as it was published; there is nothing to publish.")])


@transaction.atomic
def discard_changes(call: Call, *, by: User, stamp: str) -> None:
    """Put the form back as it was published; ``stamp`` as for ``publish_form``."""
    seen = Seen(stamp, lambda: digest(schema_of(call)))
    change_call(call, by=by, part="section", change=_put_back, seen=seen)


def _put_back(call: Call) -> None:
    newest = _newest(call)
    if call.state != CallState.PUBLISHED or newest is None:
        raise RuleViolation([_("Only a published form can be put back.")])
    call.sections.all().delete()
    thaw(call, newest.schema)


def thaw(call: Call, schema: FormSchema) -> None:
    """Make editable rows of a frozen form, the reverse of ``freeze.schema_of``."""
    categories = {category.code: category for category in call.categories.all()}
    for place, spec in enumerate(schema["sections"]):
        section = FormSection.objects.create(
            call=call,
            category=categories[spec["category"]] if spec["category"] else None,
            scope=spec["scope"],
            code=spec["code"],
            title=spec["title"],
            help=spec.get("help", ""),
            position=place,
        )
        FormField.objects.bulk_create(
            FormField(
                section=section,
                code=field["code"],
                label=field["label"],
                help=field.get("help", ""),
                kind=field["kind"],
                role=field.get("role", ""),
                required=field["required"],
                options=field.get("options", {}),
                condition=field.get("condition", {}),
                public=field.get("public", False),
                blind_hidden=field.get("blind_hidden", False),
                personal="personal" in field,
                personal_purpose=field.get("personal", {}).get("purpose", ""),
                retention_months=field.get("personal", {}).get("months"),
                position=position,
            )
            for position, field in enumerate(spec["fields"])
        )


def history(call: Call) -> list[RevisionLine]:
    """Return every published form but the first, the newest first, with what it changed."""
    revisions: list[FormRevision] = list(call.form_revisions.order_by("no"))
    said = {
        entry.data.get("form"): entry.data.get("summary", "")
        for entry in AuditEntry.objects.filter(
            target=label_of_target(call), action="call_amended"
        ).order_by("-seq")
    }
    return [
        RevisionLine(
            after.no,
            after.created_at,
            said.get(after.no, ""),
            tuple(change_between(before.schema, after.schema).sentences()),
        )
        for before, after in reversed(list(itertools.pairwise(revisions)))
    ]


def _newest(call: Call) -> FormRevision | None:
    return call.form_revisions.order_by("no").last()
