"""The usual steps of a form, alone and in sets: titles and questions as most notices ask them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from calls.enums import FieldKind, FieldRole, SectionScope
from calls.models import Call, FormField, FormSection
from calls.services.editing import free_code, last_position


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a usual step."""

    label: Promise
    kind: FieldKind
    role: FieldRole | str = ""
    required: bool = True
    options: dict[str, Any] = field(default_factory=dict)
    public: bool = False
    # Purpose of personal data; empty for questions about things.
    purpose: Promise | str = ""
    help: Promise | str = ""
    blind_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A usual step."""

    title: Promise
    questions: tuple[Question, ...]
    scope: SectionScope = SectionScope.APPLICATION
    help: Promise | str = ""


_CONTACTING = _("contact about this application")
_JUDGING = _("judging who carries the project out")
_RECOMMENDING = _("judging the recommendation")
# How long personal data of a usual step is kept after the call has closed.
MONTHS = 36


def _text(label: Promise, most: int, **more: Any) -> Question:
    """Return a long text of so many 字 at most."""
    return Question(label, FieldKind.LONG_TEXT, options={"max_chars": most}, **more)


def _line(label: Promise, **more: Any) -> Question:
    return Question(label, FieldKind.SHORT_TEXT, **more)


def _column(code: str, label: Promise, kind: str = "short_text", **more: Any) -> dict[str, Any]:
    return {"code": code, "label": label, "kind": kind, **more}


def _table(label: Promise, *columns: dict[str, Any], **more: Any) -> Question:
    return Question(label, FieldKind.TABLE, options={"columns": list(columns)}, **more)


def _files(label: Promise, *types: str, most: int = 5, **more: Any) -> Question:
    options = {"types": list(types or ("pdf", "docx")), "max_files": most}
    return Question(label, FieldKind.FILES, options=options, **more)


def _one_of(label: Promise, *choices: Promise, **more: Any) -> Question:
    options = {"choices": [{"value": f"choice-{n}", "label": c} for n, c in enumerate(choices, 1)]}
    return Question(label, FieldKind.CHOICE, options=options, **more)


def _title(label: Promise, most: int = 40) -> Question:
    return Question(
        label, FieldKind.SHORT_TEXT, FieldRole.TITLE, options={"max_chars": most}, public=True
    )


def _one_person(label: Promise, role: FieldRole | str, *columns: str) -> Question:
    """Ask for exactly one person with a telephone number."""
    return Question(
        label,
        FieldKind.PEOPLE,
        role,
        options={
            "columns": list(columns),
            "required": ["name", "phone"],
            "min_rows": 1,
            "max_rows": 1,
        },
        purpose=_CONTACTING,
        blind_hidden=True,
    )


_CONTACT = _one_person(_("Contact"), FieldRole.CONTACT, "name", "duty", "phone")
_LEADER = _one_person(
    _("Person in charge"), FieldRole.LEADER, "name", "unit", "title", "duty", "phone"
)

STEPS: dict[str, Step] = {
    "cover": Step(
        _("Cover"),
        (
            _title(_("Project title")),
            _CONTACT,
            Question(_("Date of the application"), FieldKind.DATE, required=False),
        ),
        help=_("Unit, category and number are set on the printed cover by themselves."),
    ),
    "unit": Step(
        _("Applying unit"),
        (
            _text(_("The unit in brief"), 500, blind_hidden=True),
            _line(_("Postal address"), required=False, blind_hidden=True),
            _line(_("Bank account (name, bank, number)"), required=False, blind_hidden=True,
                  help=_("Needed only where money is paid out.")),
        ),
    ),
    "facts": Step(
        _("Basic facts"),
        (
            _title(_("Project title")),
            Question(_("Planned dates"), FieldKind.DATE_RANGE, FieldRole.DATES),
            Question(_("Place"), FieldKind.SHORT_TEXT, FieldRole.PLACE),
            Question(_("Number of participants"), FieldKind.NUMBER, FieldRole.ATTENDEES,
                     options={"unit": "人"}),
        ),
    ),
    "purpose": Step(
        _("Purpose and significance"),
        (
            _text(_("Why it is needed"), 1000),
            _text(_("State of the field at home and abroad"), 1500, required=False),
        ),
    ),
    "plan": Step(
        _("Content and plan"),
        (
            _text(_("Purpose and significance"), 1000),
            _text(_("Content and schedule"), 2000),
            _text(_("Expected results"), 1000),
        ),
    ),
    "content": Step(
        _("Content and methods"),
        (
            _text(_("Main content"), 2000),
            _text(_("How it is done"), 1500),
            _text(_("What is new"), 600, required=False),
        ),
    ),
    "schedule": Step(
        _("Schedule"),
        (
            _table(
                _("Steps of the work"),
                _column("from", _("From"), "date"),
                _column("until", pgettext_lazy("usual form", "Until"), "date"),
                _column("work", _("What is done")),
                _column("outcome", _("What is there then"), required=False),
            ),
        ),
    ),
    "results": Step(
        _("Expected results"),
        (
            _text(_("Expected results in words"), 1000),
            _table(
                _("Results in figures"),
                _column("result", pgettext_lazy("usual form", "Result")),
                _column("number", pgettext_lazy("usual form", "Number"), "number"),
                _column("unit", _("Counted in (人, 篇, …)"), required=False),
                required=False,
            ),
        ),
    ),
    "conditions": Step(
        _("Conditions"),
        (
            _text(_("Earlier work on the subject"), 1000),
            _text(_("People, rooms and equipment at hand"), 1000, required=False),
        ),
    ),
    "people": Step(
        _("People"),
        (
            _LEADER,
            Question(_("Members"), FieldKind.PEOPLE, FieldRole.MEMBERS, required=False,
                     options={"columns": ["name", "unit", "title"], "required": ["name"]},
                     purpose=_JUDGING, blind_hidden=True),
        ),
    ),
    "budget": Step(
        _("Money"),
        (
            Question(_("Amount applied for"), FieldKind.MONEY, FieldRole.AMOUNT),
            Question(_("Budget"), FieldKind.BUDGET, FieldRole.BUDGET),
        ),
    ),
    "files": Step(_("Attachments"), (_files(_("Further material"), required=False),)),
    "declaration": Step(
        _("Declaration"),
        (
            Question(_("Declaration"), FieldKind.DECLARATION, FieldRole.DECLARATION,
                     options={"text": _("We declare that what is stated here is true and holds"
                                        " nothing secret.")}),
        ),
    ),
    "contact": Step(_("Contact"), (_CONTACT,)),
    "opinions": Step(
        _("Opinion of the unit"),
        (_text(_("Opinion of the applying unit"), 300, blind_hidden=True),),
        help=_("Boxes for signature and seal are printed beneath the form by themselves."),
    ),
    "topic": Step(
        _("The topic"),
        (
            _title(_("Title of the topic")),
            Question(_("Time of the work"), FieldKind.DATE_RANGE, FieldRole.DATES),
            _one_of(_("Form of the result"), _("Research report"), _("Expert proposal"),
                    _("Other")),
            _line(_("Keywords"), required=False),
            _line(_("Topic of the guide it belongs to"), role=FieldRole.TOPIC, required=False),
        ),
    ),
    "candidate": Step(
        _("The candidate"),
        (
            _title(_("Name of the candidate"), 30),
            Question(_("Particulars of the candidate"), FieldKind.PEOPLE, FieldRole.CANDIDATES,
                     options={"columns": ["name", "sex", "born", "unit", "title", "duty", "degree",
                                          "field", "phone", "email"],
                              "required": ["name", "sex", "born", "unit", "phone"],
                              "min_rows": 1, "max_rows": 1},
                     purpose=_RECOMMENDING, blind_hidden=True),
        ),
    ),
    "career": Step(
        _("Education and work"),
        (
            _table(
                _("From the university on"),
                _column("from", _("From"), "date"),
                _column("until", pgettext_lazy("usual form", "Until"), "date", required=False),
                _column("place", _("School or unit")),
                _column("as", _("Degree or post")),
                purpose=_RECOMMENDING, blind_hidden=True,
            ),
        ),
    ),
    "achievements": Step(
        _("Achievements"),
        (
            _text(_("Main achievements and contributions"), 2000, purpose=_RECOMMENDING),
            _table(
                _("Honours and awards"),
                _column("when", pgettext_lazy("usual form", "When"), "date"),
                _column("what", _("Honour or award")),
                _column("by", _("Given by")),
                required=False, purpose=_RECOMMENDING,
            ),
        ),
    ),
    "paper": Step(
        _("The paper"),
        (
            _title(_("Title of the paper"), 80),
            Question(_("Authors"), FieldKind.PEOPLE,
                     options={"columns": ["name", "unit", "title"], "required": ["name", "unit"],
                              "min_rows": 1, "max_rows": 10},
                     purpose=_RECOMMENDING, blind_hidden=True),
            Question(_("Published already"), FieldKind.YES_NO),
            _line(_("Where and when it was published"), required=False),
            _text(_("Abstract"), 500),
            _text(_("What is new and what it is good for"), 600),
        ),
    ),
    "paper-files": Step(
        _("Full text"),
        (
            _files(_("Full text"), "pdf", most=1),
            _files(_("Full text without names, for blind review"), "pdf", most=1, required=False),
        ),
    ),
    "base": Step(
        _("The base"),
        (
            _title(_("Name of the base")),
            Question(_("Place"), FieldKind.SHORT_TEXT, FieldRole.PLACE),
            Question(_("Open since"), FieldKind.DATE),
            Question(_("Area (square metres)"), FieldKind.NUMBER, options={"unit": "㎡"}),
            Question(_("Visitors last year"), FieldKind.NUMBER, options={"unit": "人次"}),
            _text(_("What can be seen and done there"), 1000),
        ),
    ),
    "activities": Step(
        _("Activities of the last two years"),
        (
            _table(
                _("Activities"),
                _column("when", pgettext_lazy("usual form", "When"), "date"),
                _column("what", _("Activity")),
                _column("people", _("People"), "number"),
            ),
            _text(_("Plan for the next years"), 1500),
        ),
    ),
    "recommendation": Step(
        _("Recommendation"),
        (
            _title(_("Name of the recommended project"), 60),
            Question(_("Reasons for recommending"), FieldKind.LONG_TEXT, FieldRole.REASONS,
                     options={"max_chars": 1000}),
        ),
    ),
    "recommendation-plan": Step(
        _("Recommendation plan"),
        (
            _text(_("Principles"), 1000),
            _text(_("Criteria"), 1000),
            _text(_("Procedure"), 1000),
            _CONTACT,
        ),
        SectionScope.PLAN,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StepSet:
    """Usual steps of one kind of call, in order."""

    title: Promise
    steps: tuple[str, ...]


SETS: dict[str, StepSet] = {
    "academic": StepSet(
        _("Academic events"),
        ("facts", "purpose", "content", "schedule", "results", "people", "budget", "files",
         "declaration"),
    ),
    "soft": StepSet(
        _("Soft topics"),
        ("topic", "purpose", "content", "schedule", "results", "conditions", "people", "budget",
         "opinions", "files", "declaration"),
    ),
    "talents": StepSet(
        _("Talents"), ("candidate", "career", "achievements", "opinions", "files", "declaration")
    ),
    "papers": StepSet(
        pgettext_lazy("usual form", "Papers"), ("paper", "paper-files", "contact", "declaration")
    ),
    "bases": StepSet(
        _("Bases"),
        ("base", "unit", "conditions", "people", "activities", "opinions", "files", "declaration"),
    ),
}  # fmt: skip


def add_set(call: Call, name: str) -> list[FormSection]:
    """Add every step of a set to the end of the form; ``name`` is a key of ``SETS``."""
    return [add_step(call, step) for step in SETS[name].steps]


def _in_words(value: Any) -> Any:
    """Return options with their texts in the language at hand."""
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, dict):
        return {key: _in_words(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_in_words(one) for one in value]
    return value


def add_step(call: Call, name: str) -> FormSection:
    """Add a usual step with its questions to the end of the form, in the language at hand.

    The caller holds the call's lock; ``name`` is a key of ``STEPS``.
    """
    step = STEPS[name]
    taken = call.sections.values_list("code", flat=True)
    section = FormSection.objects.create(
        call=call,
        code=free_code(taken, "section-"),
        title=str(step.title),
        help=str(step.help),
        scope=step.scope,
        position=last_position(call.sections.all()),
    )
    FormField.objects.bulk_create(
        FormField(
            section=section,
            code=f"question-{place}",
            label=str(question.label),
            kind=question.kind,
            role=question.role,
            required=question.required,
            help=str(question.help),
            options=_in_words(question.options),
            public=question.public,
            blind_hidden=question.blind_hidden,
            personal=bool(question.purpose),
            personal_purpose=str(question.purpose),
            retention_months=MONTHS if question.purpose else None,
            position=place,
        )
        for place, question in enumerate(step.questions, 1)
    )
    return section
