"""The list shown to the public before a selection: unit, title, and what the form marks public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from applications import presenting
from applications.models import Version
from calls.answers import asked, display
from calls.enums import FieldKind, FieldRole
from calls.forms_schema import FieldSpec
from calls.models import Call, PublicityRule
from calls.process_words import publicity as period_words
from calls.services.results import ResultGroup
from portal.face.wording import bracketed, listed, moment, until
from reviews import results
from reviews.board import Board, Row
from reviews.files import versions_in_hand
from reviews.models import Decision, DecisionOutcome
from reviews.publicity_dates import Period

# Never on a public list, whatever a form says: tables and files hold more than a reader needs.
_KEPT_BACK = frozenset({FieldKind.TABLE, FieldKind.BUDGET, FieldKind.FILES, FieldKind.DECLARATION})
# The title has a column of its own; whom to ask is nobody's affair outside.
_NO_COLUMN = frozenset({FieldRole.TITLE, FieldRole.CONTACT})


def columns_and_groups(
    board: Board, decisions: Sequence[Decision]
) -> tuple[list[str], list[ResultGroup]]:
    """Return the list's heads and rows: those to be selected, by category.

    Beside unit, partners and title stand the answers that the form in the unit's hands marked as
    public, people by name and unit alone. The number of queries does not grow with the rows.
    """
    wanted = {d.application_id for d in decisions if d.outcome == DecisionOutcome.SELECTED}
    rows = {row.submission.pk: row for row in board.rows if row.submission.pk in wanted}
    versions = versions_in_hand({row.submission.packet_id for row in rows.values()})
    extra = {pk: _public(row, versions.get(row.submission.packet_id)) for pk, row in rows.items()}
    heads = list(dict.fromkeys(head for cells in extra.values() for head in cells))
    groups = []
    for group in board.groups:
        lines = [
            results.line_of(row) + [extra[row.submission.pk].get(head, "—") for head in heads]
            for row in group.rows
            if row.submission.pk in rows
        ]
        if lines:
            groups.append(ResultGroup(title=group.category.full_title, rows=lines))
    return results.columns() + heads, groups


def _public(row: Row, version: Version | None) -> Mapping[str, str]:
    """Return an application's answers that anybody may read, by the question's label."""
    if version is None:
        return {}
    submission = row.submission
    part = presenting.frozen(version, submission)
    specs = presenting.specs_of(version.form_revision.schema, submission)
    return {
        field["label"]: _said(field, answer) or "—"
        for _section, field, answer in asked(specs, part["answers"])
        if _may_be_shown(field)
    }


def _may_be_shown(field: FieldSpec) -> bool:
    return (
        field.get("public", False)
        and field["kind"] not in _KEPT_BACK
        and field.get("role") not in _NO_COLUMN
    )


def _said(field: FieldSpec, answer: Any) -> str:
    """Return an answer as the public reads it: of people only names and units."""
    if field["kind"] != FieldKind.PEOPLE:
        return display(field, answer)
    people = [row for row in answer or [] if isinstance(row, Mapping) and row.get("name")]
    return listed(f"{row['name']}{bracketed(row.get('unit'))}" for row in people)


def title_of(call: Call) -> str:
    """Propose the title of the publicity notice, in the call's own word for selected."""
    return _("Publicity: proposed %(word)s of %(call)s") % {
        "word": call.word_selected,
        "call": call.title,
    }


def body_of(call: Call, rule: PublicityRule, period: Period) -> str:
    """Return the text above the list: from when to when, and how one objects."""
    issuer = call.issuer
    who = listed(
        " ".join(part for part in (contact.name, contact.phone, contact.email) if part)
        for contact in call.contacts.all()
    )
    words = {
        "call": call.title,
        "word": call.word_selected,
        "issuer": issuer.organisation.name,
        "begins": moment(period.begins_at.replace(second=0, microsecond=0)),
        "ends": until(period.ends_at),
        "length": period_words(rule),
        "who": who,
    }
    parts = [
        _(
            "The projects below are proposed to be %(word)s in “%(call)s” and are shown to the"
            " public from %(begins)s until %(ends)s (%(length)s)."
        )
        % words,
        _(
            "Whoever has an objection states it in writing within this time to %(issuer)s, with"
            " real name, contact and the facts, on the page of this list in the portal or in a"
            " letter. Objections without a name, without facts or after the end are as a rule not"
            " admitted. Whoever objects is kept confidential."
        )
        % words,
    ]
    if who:
        parts.append(_("To be asked: %(who)s") % words)
    return "\n".join(parts)
