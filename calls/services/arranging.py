"""Orders and copies the steps and questions of a form while staff build it.

Every function is called as the ``change`` of ``editing.change_call``, which holds the call's lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from calls import conditions
from calls.enums import CallState, FieldRole
from calls.forms_schema import digest
from calls.models import Call, FormField, FormSection
from calls.services.editing import free_code, last_position
from portal.errors import RuleViolation

# Steps in order, each with its questions in order, by primary key.
Layout = list[tuple[int, list[int]]]


def layout_of(call: Call) -> Layout:
    """Return the order in which the form stands, in two queries."""
    sections = call.sections.prefetch_related("fields")
    return [(section.pk, [field.pk for field in section.fields.all()]) for section in sections]


def stamp_of(layout: Layout) -> str:
    """Return what tells this order from any other."""
    return digest(layout)


def arrange(call: Call, layout: Layout) -> None:
    """Put steps and questions in this order; a question may come to another step.

    Conditions follow a question that goes to another step. Raises ``RuleViolation`` for an order
    that does not hold exactly the form's steps and questions, and for taking a question of a
    published form to another step, where its answers would not be found.
    """
    sections = {section.pk: section for section in call.sections.all()}
    fields = {field.pk: field for field in _fields(call)}
    placed = [pk for _section, pks in layout for pk in pks]
    if sorted(sections) != sorted(pk for pk, _pks in layout) or sorted(fields) != sorted(placed):
        raise RuleViolation([_("The order sent does not fit the form as it stands. Look again.")])
    home = {pk: section for section, pks in layout for pk in pks}
    movers = [field for pk, field in fields.items() if field.section_id != home[pk]]
    if movers and call.state != CallState.DRAFT:
        raise RuleViolation(
            [
                _(
                    "The form is published: answers are kept with their step, so that a question"
                    " stays in it. Copy the question into the other step and remove it here."
                )
            ]
        )
    _rehome(movers, home, sections, fields.values())
    for position, (pk, _pks) in enumerate(layout):
        FormSection.objects.filter(pk=pk).update(position=position)
    for _pk, pks in layout:
        for position, pk in enumerate(pks):
            FormField.objects.filter(pk=pk).update(position=position)


def _fields(call: Call) -> Iterable[FormField]:
    return FormField.objects.filter(section__call=call).select_related("section")


def _rehome(
    movers: Sequence[FormField],
    home: dict[int, int],
    sections: dict[int, FormSection],
    fields: Iterable[FormField],
) -> None:
    """Give questions their new steps, free codes there, and everybody's conditions the new keys."""
    if not movers:
        return
    before = {field.pk: field.section.code for field in fields}
    names = {}
    for field in movers:
        old, section = f"{field.section.code}.{field.code}", sections[home[field.pk]]
        taken = set(section.fields.exclude(pk=field.pk).values_list("code", flat=True))
        if field.code in taken:
            field.code = free_code(taken, "question-")
        field.section = section
        names[old] = f"{section.code}.{field.code}"
        field.save(update_fields=["section", "code"])
    for field in fields:
        if field.condition:
            changed = conditions.renamed(
                field.condition, names, before=before[field.pk], now=sections[home[field.pk]].code
            )
            FormField.objects.filter(pk=field.pk).update(condition=changed)


def shifted(layout: Layout, field: int, *, up: bool, across: bool) -> Layout:
    """Return the order with a question one place up or down.

    ``across`` lets it leave its step at either end for the neighbouring one.
    """
    moved = [(section, list(pks)) for section, pks in layout]
    place = next(index for index, (_pk, pks) in enumerate(moved) if field in pks)
    pks = moved[place][1]
    index = pks.index(field)
    other = index - 1 if up else index + 1
    if 0 <= other < len(pks):
        pks[index], pks[other] = pks[other], pks[index]
        return moved
    neighbour = place - 1 if up else place + 1
    if across and 0 <= neighbour < len(moved):
        pks.remove(field)
        target = moved[neighbour][1]
        target.insert(len(target) if up else 0, field)
    return moved


def shifted_section(layout: Layout, section: int, *, up: bool) -> Layout:
    """Return the order with a step one place up or down; at the end it stays."""
    moved = list(layout)
    index = next(index for index, (pk, _pks) in enumerate(moved) if pk == section)
    other = index - 1 if up else index + 1
    if 0 <= other < len(moved):
        moved[index], moved[other] = moved[other], moved[index]
    return moved


def sent_to(layout: Layout, field: int, section: int) -> Layout:
    """Return the order with a question at the end of another step."""
    return [
        (pk, [one for one in pks if one != field] + ([field] if pk == section else []))
        for pk, pks in layout
    ]


def copy_question(field: FormField) -> FormField:
    """Put a copy right after the question; a meaning belongs to one question and stays there."""
    siblings = list(FormField.objects.filter(section=field.section_id))
    copy: FormField = _copy(
        field,
        code=free_code([one.code for one in siblings], "question-"),
        label=_copied(field.label, 120),
        role=_copied_role(field),
    )
    place = [one.pk for one in siblings].index(field.pk)
    for position, one in enumerate([*siblings[: place + 1], copy, *siblings[place + 1 :]]):
        FormField.objects.filter(pk=one.pk).update(position=position)
    return copy


def copy_section(section: FormSection) -> FormSection:
    """Put a copy of a step with its questions right after it."""
    siblings = list(FormSection.objects.filter(call=section.call_id))
    copy: FormSection = _copy(
        section,
        code=free_code([one.code for one in siblings], "section-"),
        title=_copied(section.title, 80),
        position=last_position(FormSection.objects.filter(call=section.call_id)),
    )
    fields = list(section.fields.all())
    names = {f"{section.code}.{one.code}": f"{copy.code}.{one.code}" for one in fields}
    for field in fields:
        condition = field.condition and conditions.renamed(
            field.condition, names, before=section.code, now=copy.code
        )
        _copy(field, section=copy, role=_copied_role(field), condition=condition)
    place = [one.pk for one in siblings].index(section.pk)
    for position, one in enumerate([*siblings[: place + 1], copy, *siblings[place + 1 :]]):
        FormSection.objects.filter(pk=one.pk).update(position=position)
    return copy


def _copied(title: str, most: int) -> str:
    return (_("%(title)s (copy)") % {"title": title})[:most]


def _copied_role(field: FormField) -> str:
    """Several declarations may stand on one form, everything else is asked once."""
    return field.role if field.role == FieldRole.DECLARATION else ""


def _copy(row: Any, **values: Any) -> Any:
    """Save a new row with the values of another one."""
    names = [f.attname for f in row._meta.concrete_fields if not f.primary_key]
    given = {name: getattr(row, name) for name in names}
    for name, value in values.items():
        given.pop(f"{name}_id", None)
        given[name] = value
    return type(row)._default_manager.create(**given)
