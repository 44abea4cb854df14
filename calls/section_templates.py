"""The usual steps of a form, to begin with: titles and questions as most notices ask them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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


@dataclass(frozen=True, slots=True)
class Step:
    """A usual step."""

    title: Promise
    questions: tuple[Question, ...]
    scope: SectionScope = SectionScope.APPLICATION


_CONTACTING = _("contact about this application")
# How long personal data of a usual step is kept after the call has closed.
MONTHS = 36

STEPS: dict[str, Step] = {
    "facts": Step(
        _("Basic facts"),
        (
            Question(_("Project title"), FieldKind.SHORT_TEXT, FieldRole.TITLE,
                     options={"max_chars": 40}, public=True),
            Question(_("Planned dates"), FieldKind.DATE_RANGE, FieldRole.DATES),
            Question(_("Place"), FieldKind.SHORT_TEXT, FieldRole.PLACE),
            Question(_("Number of participants"), FieldKind.NUMBER, FieldRole.ATTENDEES,
                     options={"unit": "人"}),
        ),
    ),
    "plan": Step(
        _("Content and plan"),
        (
            Question(_("Purpose and significance"), FieldKind.LONG_TEXT,
                     options={"max_chars": 1000}),
            Question(_("Content and schedule"), FieldKind.LONG_TEXT, options={"max_chars": 2000}),
            Question(_("Expected results"), FieldKind.LONG_TEXT, options={"max_chars": 1000}),
        ),
    ),
    "people": Step(
        _("People"),
        (
            Question(_("Person in charge"), FieldKind.PEOPLE, FieldRole.LEADER,
                     options={"columns": ["name", "title", "duty", "phone"],
                              "required": ["name", "phone"], "min_rows": 1, "max_rows": 1},
                     purpose=_CONTACTING),
            Question(_("Members"), FieldKind.PEOPLE, required=False,
                     options={"columns": ["name", "unit", "title"], "required": ["name"]},
                     purpose=_("judging who carries the project out")),
        ),
    ),
    "budget": Step(
        _("Money"),
        (
            Question(_("Amount applied for"), FieldKind.MONEY, FieldRole.AMOUNT),
            Question(_("Budget"), FieldKind.BUDGET, FieldRole.BUDGET),
        ),
    ),
    "files": Step(
        _("Attachments"),
        (
            Question(_("Further material"), FieldKind.FILES, required=False,
                     options={"types": ["pdf", "docx"], "max_files": 5}),
        ),
    ),
    "declaration": Step(
        _("Declaration"),
        (
            Question(_("Declaration"), FieldKind.DECLARATION, FieldRole.DECLARATION,
                     options={"text": _("We declare that what is stated here is true and holds"
                                        " nothing secret.")}),
        ),
    ),
    "contact": Step(
        _("Contact"),
        (
            Question(_("Contact"), FieldKind.PEOPLE, FieldRole.CONTACT,
                     options={"columns": ["name", "duty", "phone"],
                              "required": ["name", "phone"], "min_rows": 1, "max_rows": 1},
                     purpose=_CONTACTING),
        ),
    ),
    "recommendation": Step(
        _("Recommendation"),
        (
            Question(_("Name of the recommended project"), FieldKind.SHORT_TEXT, FieldRole.TITLE,
                     options={"max_chars": 60}, public=True),
            Question(_("Reasons for recommending"), FieldKind.LONG_TEXT, FieldRole.REASONS,
                     options={"max_chars": 1000}),
        ),
    ),
    "recommendation-plan": Step(
        _("Recommendation plan"),
        (
            Question(_("Principles"), FieldKind.LONG_TEXT, options={"max_chars": 1000}),
            Question(_("Criteria"), FieldKind.LONG_TEXT, options={"max_chars": 1000}),
            Question(_("Procedure"), FieldKind.LONG_TEXT, options={"max_chars": 1000}),
            Question(_("Contact"), FieldKind.PEOPLE, FieldRole.CONTACT,
                     options={"columns": ["name", "duty", "phone"],
                              "required": ["name", "phone"], "min_rows": 1, "max_rows": 1},
                     purpose=_CONTACTING),
        ),
        SectionScope.PLAN,
    ),
}  # fmt: skip


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
            options={
                key: str(value) if isinstance(value, Promise) else value
                for key, value in question.options.items()
            },
            public=question.public,
            personal=bool(question.purpose),
            personal_purpose=str(question.purpose),
            retention_months=MONTHS if question.purpose else None,
            position=place,
        )
        for place, question in enumerate(step.questions, 1)
    )
    return section
