"""What a deliverable asks for: its questions as a form, its limits, and what is still missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.accounts import BudgetLine
from calls.answers import ROWS, is_empty, settle
from calls.enums import Agreement, DeliverableKind, DeliverableTable, FieldKind
from calls.forms_schema import FieldSpec, SectionSpec, answer_key
from calls.wording import span

# The one section of a deliverable's form; keys of its answers begin with it.
SECTION = "d"
PREFIX = f"{SECTION}."
DOCUMENTS = ("pdf", "docx", "xlsx", "jpg", "png")
PHOTOS = ("jpg", "png")
MOST_FILES, MOST_PHOTOS = 10, 20
LONGEST = 10_000
# Kinds one may write straight into the page.
_WRITTEN = {
    DeliverableKind.NEWS_REPORT,
    DeliverableKind.SUMMARY,
    DeliverableKind.RESEARCH_REPORT,
    Agreement.PLAN,
}
_TABLES = {
    DeliverableKind.FINAL_ACCOUNTS: DeliverableTable.ACCOUNTS,
    DeliverableKind.SCORES: DeliverableTable.SCORES,
}


class Limits(Protocol):
    """What a rule about a deliverable says; ``calls.models.DeliverableRule`` is one."""

    max_words: int | None
    photos_min: int | None
    photos_max: int | None
    table: str
    file_types: list[str]
    clause: str


class Uploaded(Protocol):
    """A file of a deliverable as far as it is judged."""

    photo: bool
    words: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What one deliverable asks for; a rule that is gone leaves the usual of its kind."""

    kind: str
    max_words: int | None = None
    photos_min: int = 0
    photos_max: int = 0
    table: str = ""
    file_types: tuple[str, ...] = DOCUMENTS
    clause: str = ""

    @property
    def is_written(self) -> bool:
        """Whether there is a box for the text."""
        return bool(self.max_words) or self.kind in _WRITTEN

    @property
    def takes_photos(self) -> bool:
        """Whether photos are asked for."""
        return self.photos_max > 0

    @property
    def has_accounts(self) -> bool:
        """Whether spending is entered against the budget."""
        return self.table == DeliverableTable.ACCOUNTS

    @property
    def has_list(self) -> bool:
        """Whether a list of scores or participants is entered."""
        return self.table in (DeliverableTable.SCORES, DeliverableTable.PARTICIPANTS)


def asked_of(kind: str, rule: Limits | None) -> Asked:
    """Return what a deliverable of this kind asks for under its rule."""
    usual = _TABLES.get(kind, "")  # type: ignore[call-overload]
    photos = MOST_PHOTOS if kind == DeliverableKind.PHOTOS else 0
    if rule is None:
        return Asked(kind, table=usual, photos_min=min(photos, 1), photos_max=photos)
    least = rule.photos_min or 0
    most = rule.photos_max or (MOST_PHOTOS if least else photos)
    return Asked(
        kind=kind,
        max_words=rule.max_words,
        photos_min=max(least, 1 if kind == DeliverableKind.PHOTOS else 0),
        photos_max=most,
        table=rule.table or usual,
        file_types=tuple(rule.file_types) or DOCUMENTS,
        clause=rule.clause,
    )


def section_of(
    asked: Asked, title: str, budget: Sequence[BudgetLine] = (), *, asks_grant: bool = False
) -> SectionSpec:
    """Return the questions of a deliverable in the shape of a step of a form."""
    fields: list[FieldSpec] = []
    if asked.has_accounts:
        fields += _accounts(budget, asks_grant)
    if asked.has_list:
        fields.append(_list(asked.table))
    if asked.is_written:
        fields.append(_text(asked))
    return SectionSpec(code=SECTION, title=title, scope="application", category="", fields=fields)


def _text(asked: Asked) -> FieldSpec:
    return FieldSpec(
        code="text",
        label=_("Text"),
        kind=FieldKind.LONG_TEXT,
        required=False,
        help=_("Paste it here, or upload it as a file below; one of both is enough."),
        options={"max_chars": asked.max_words or LONGEST},
    )


def _list(table: str) -> FieldSpec:
    scores = table == DeliverableTable.SCORES
    columns = (
        [
            _column("rank", _("Place"), required=False),
            _column("name", _("Name")),
            _column("unit", _("Unit")),
            _column("work", _("Title of the entry"), required=False),
            _column("score", _("Score")),
            _column("award", _("Award"), required=False),
        ]
        if scores
        else [
            _column("name", _("Name")),
            _column("unit", _("Unit")),
            _column("title", _("Position or title"), required=False),
        ]
    )
    return FieldSpec(
        code="rows",
        label=_("List of scores") if scores else _("List of participants"),
        kind=FieldKind.TABLE,
        required=False,
        help=_(
            "Enter it here, or upload it as a file (Excel or PDF) below; one of both is enough."
        ),
        options={"columns": columns, "max_rows": 100},
    )


def _column(code: str, label: str, *, required: bool = True, kind: str = "short_text") -> Any:
    return {"code": code, "label": label, "kind": kind, "required": required}


def _accounts(budget: Sequence[BudgetLine], asks_grant: bool) -> list[FieldSpec]:
    """Return the questions of final accounts: money in, lines of the budget, what came beside."""
    fields: list[FieldSpec] = []
    if asks_grant:
        fields.append(
            FieldSpec(
                code="received",
                label=_("Grant received from the association"),
                kind=FieldKind.MONEY,
                required=True,
            )
        )
    fields.append(
        FieldSpec(
            code="own",
            label=_("Own and other money"),
            kind=FieldKind.MONEY,
            required=False,
            help=_("Everything that came from elsewhere; leave it empty if there was none."),
        )
    )
    for line in budget:
        words = {"item": line.item}
        fields += [
            FieldSpec(
                code=f"spent-{line.code}",
                label=_("Spent: %(item)s") % words,
                kind=FieldKind.MONEY,
                required=True,
            ),
            FieldSpec(
                code=f"note-{line.code}",
                label=_("Explanation: %(item)s") % words,
                kind=FieldKind.SHORT_TEXT,
                required=False,
            ),
        ]
    fields.append(
        FieldSpec(
            code="extra",
            label=_("Spending beside the budget") if budget else _("Spending"),
            kind=FieldKind.TABLE,
            required=not budget,
            help=_("Only what stands in no line above.") if budget else "",
            options={
                "columns": [
                    _column("item", _("Item")),
                    _column("amount", _("Amount (yuan)"), kind="money"),
                    _column("note", _("Explanation"), required=False),
                ],
                "max_rows": 60,
            },
        )
    )
    return fields


def gaps(
    asked: Asked,
    section: SectionSpec,
    answers: Mapping[str, Any],
    files: Iterable[Uploaded],
    *,
    has_confidential: bool | None,
) -> list[str]:
    """Return what keeps a deliverable from being handed in, as sentences.

    Where a part is confidential that part comes offline: nothing is asked for then but limits.
    """
    if has_confidential is None:
        return [_("Answer the question about confidential content first.")]
    files = list(files)
    found = list(_unsound(section, answers))
    found += _too_long(asked, files)
    photos = sum(file.photo for file in files)
    if asked.photos_max and photos > asked.photos_max:
        found.append(
            _("At most %(most)s photos; there are %(number)s. Remove some.")
            % {"most": asked.photos_max, "number": photos}
        )
    if has_confidential:
        return found
    if photos < asked.photos_min:
        found.append(
            _("Upload photos: %(wanted)s are asked for, %(number)s are there.")
            % {"wanted": span(asked.photos_min, asked.photos_max), "number": photos}
        )
    return [*found, *_nothing_there(asked, section, answers, len(files) - photos)]


def _unsound(section: SectionSpec, answers: Mapping[str, Any]) -> Iterable[str]:
    """Say what is wrong with what was entered; empty answers are no fault here."""
    for field in section["fields"]:
        answer = answers.get(answer_key(section, field))
        if not is_empty(answer):
            for error in settle(field, answer).errors:
                yield _("“%(label)s”: %(error)s") % {"label": field["label"], "error": error}


def _too_long(asked: Asked, files: Iterable[Uploaded]) -> list[str]:
    """Hold the text of uploaded files against the limit, as far as it could be read."""
    longest = max((f.words or 0 for f in files if not f.photo), default=0)
    if not asked.max_words or longest <= asked.max_words:
        return []
    return [
        _("The uploaded file has %(length)s characters, at most %(most)s are allowed.")
        % {"length": longest, "most": asked.max_words}
    ]


def _nothing_there(
    asked: Asked, section: SectionSpec, answers: Mapping[str, Any], documents: int
) -> Iterable[str]:
    """Say what is missing: every required answer, and text, list or file, whichever is offered."""
    missing = [
        field["label"]
        for field in section["fields"]
        if field["required"] and is_empty(answers.get(answer_key(section, field)))
    ]
    for label in missing:
        yield _("Fill in “%(label)s”.") % {"label": label}
    if asked.has_accounts:
        return
    given = any(
        not is_empty(answers.get(answer_key(section, field)))
        for field in section["fields"]
        if field["kind"] in ROWS or field["kind"] == FieldKind.LONG_TEXT
    )
    if given or documents:
        return
    if asked.has_list:
        yield _("Enter the list or upload it as a file.")
    elif asked.is_written:
        yield _("Write the text or upload it as a file.")
    elif not asked.takes_photos:
        yield _("Upload the file.")


def wanted_words(asked: Asked) -> list[str]:
    """Say in short what is asked for, for the head of the page."""
    parts = []
    if asked.max_words:
        parts.append(_("at most %(words)s characters") % {"words": asked.max_words})
    if asked.takes_photos:
        number = span(asked.photos_min or None, asked.photos_max)
        parts.append(
            ngettext("%(number)s photo", "%(number)s photos", asked.photos_max) % {"number": number}
        )
    if asked.has_accounts:
        parts.append(_("line by line against the budget"))
    return parts
