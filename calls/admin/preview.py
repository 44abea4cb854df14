"""The form of a call as an applicant will see it, built from what stands in the editor now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from calls.admin.frame import require_call, show
from calls.admin.overview import in_tree_order
from calls.compile import form_class
from calls.enums import SectionScope
from calls.forms_schema import digest, sections_for
from calls.models import FormRevision
from calls.services.freeze import schema_of


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every step for one category; nothing typed here is kept."""
    call = require_call(request, pk, writes=False)
    leaves = [one for one, has_parts in in_tree_order(call) if not has_parts]
    wanted = request.GET.get("category", "")
    chosen = next((one for one in leaves if str(one.pk) == wanted), leaves[0] if leaves else None)
    schema = schema_of(call)
    # Never saved: the form as it would be frozen now.
    revision = FormRevision(call=call, no=0, schema=schema, sha256=digest(schema))
    codes = [one.code for one in (chosen.parent, chosen) if one] if chosen else []
    context = {
        "title": call.title,
        "leaves": leaves,
        "chosen": chosen,
        "plan": _steps(revision, codes, SectionScope.PLAN),
        "steps": _steps(revision, codes, SectionScope.APPLICATION),
    }
    return show(request, "admin/calls/preview.html", context, call=call)


def _steps(revision: FormRevision, codes: list[str], scope: str) -> list[dict[str, Any]]:
    """Build each step's form; questions for files are listed beside it."""
    steps = []
    for section in sections_for(revision.schema, codes, scope):
        step = form_class(revision, codes, section["code"])
        steps.append({"section": section, "form": step(answers={}), "files": step.files_questions})
    return steps
