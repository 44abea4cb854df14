"""Freezes the editable form of a call as a revision that applications can name for ever."""

from __future__ import annotations

from django.db import transaction

from calls.forms_schema import FieldSpec, FormSchema, SectionSpec, digest
from calls.models import Call, FormField, FormRevision, FormSection


@transaction.atomic
def freeze_form(call: Call) -> FormRevision:
    """Return the revision that holds the form as it stands; an unchanged form keeps its revision.

    The caller holds the lock on the call's row, so that two freezes do not take one number.
    """
    schema = schema_of(call)
    sha256 = digest(schema)
    newest = call.form_revisions.order_by("no").last()
    if newest is not None and newest.sha256 == sha256:
        return newest
    number = newest.no + 1 if newest else 1
    return FormRevision.objects.create(call=call, no=number, schema=schema, sha256=sha256)


def schema_of(call: Call) -> FormSchema:
    """Return the form as it stands now, as data."""
    sections = call.sections.select_related("category").prefetch_related("fields")
    return {"sections": [_section(section) for section in sections]}


def _section(section: FormSection) -> SectionSpec:
    spec: SectionSpec = {
        "code": section.code,
        "title": section.title,
        "scope": section.scope,
        "category": section.category.code if section.category else "",
        "fields": [field_spec(field) for field in section.fields.all()],
    }
    if section.help:
        spec["help"] = section.help
    return spec


def field_spec(field: FormField) -> FieldSpec:
    """Return one question as data; what does not apply to it is left out."""
    spec: FieldSpec = {
        "code": field.code,
        "label": field.label,
        "kind": field.kind,
        "required": field.required,
    }
    if field.help:
        spec["help"] = field.help
    if field.role:
        spec["role"] = field.role
    if field.options:
        spec["options"] = field.options
    if field.condition:
        spec["condition"] = field.condition
    if field.public:
        spec["public"] = True
    if field.blind_hidden:
        spec["blind_hidden"] = True
    if field.personal:
        spec["personal"] = {
            "purpose": field.personal_purpose,
            "months": field.retention_months,
        }
    return spec
