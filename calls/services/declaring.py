"""Makes a declaration whole: the rule that asks for it and the question that is ticked."""

from __future__ import annotations

from django.utils.translation import gettext as _

from calls.enums import CallState, FieldKind, FieldRole, SectionScope
from calls.models import Call, Category, FormField, FormSection, Rule
from calls.services.editing import change_call, free_code, last_position
from calls.wording import declared
from portal.errors import RuleViolation
from portal.people.models import User


def declare_point(call: Call, *, by: User, point: int, category: Category | None = None) -> None:
    """Let applicants declare what an open point says, and take it off the list.

    Two points of one sentence are declared once. ``category`` limits it to those who apply for
    it. Raises ``RuleViolation`` for a call that is no draft, for one whose form is another
    association's, and for a point that is gone.
    """

    def change(draft: Call) -> None:
        _require_draft(draft)
        row = draft.open_points.filter(pk=point).first()
        if row is None:
            raise RuleViolation([_("Somebody has taken this point off the list meanwhile.")])
        clause = row.sentence or row.words
        row.delete()
        text = declared(clause)
        rules = Rule.objects.filter(call=draft, category=category, kind="declaration")
        if rules.filter(params={"text": text}).exists():
            return
        Rule.objects.create(
            call=draft,
            category=category,
            kind="declaration",
            params={"text": text},
            clause=clause,
            position=last_position(draft.rules.all()),
        )
        _ask(draft, text, category)

    change_call(call, by=by, part="rule", change=change)


def ask_declaration(call: Call, *, by: User, rule: Rule) -> FormField:
    """Put the question into the form that a rule's declaration lacks.

    Raises ``RuleViolation`` for a call that is no draft and for a rule that names no declaration.
    """

    def change(draft: Call) -> FormField:
        _require_draft(draft)
        text = rule.params.get("text") if rule.kind == "declaration" else ""
        if not text:
            raise RuleViolation([_("This rule names no declaration.")])
        return _ask(draft, text, rule.category)

    return change_call(call, by=by, part="question", change=change)


def _require_draft(call: Call) -> None:
    if call.state != CallState.DRAFT:
        raise RuleViolation([_("The call is published: change its rules and its form there.")])


def _ask(call: Call, text: str, category: Category | None) -> FormField:
    """Ask for the tick where declarations stand already, else in a last step of its own."""
    steps = call.sections.filter(scope=SectionScope.APPLICATION, category=category)
    section = steps.filter(fields__role=FieldRole.DECLARATION).first()
    if section is None:
        codes = call.sections.values_list("code", flat=True)
        section = FormSection.objects.create(
            call=call,
            category=category,
            code=free_code(codes, "declarations-"),
            title=_("Declarations"),
            position=last_position(call.sections.all()),
        )
    return FormField.objects.create(
        section=section,
        code=free_code(section.fields.values_list("code", flat=True), "declaration-"),
        label=_("Declaration"),
        kind=FieldKind.DECLARATION,
        role=FieldRole.DECLARATION,
        options={"text": text},
        position=last_position(section.fields.all()),
    )
