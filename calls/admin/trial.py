"""The form as an applicant sees it, to try out: nothing typed here is kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from calls.admin.builder import leaves_of
from calls.admin.frame import require_call, show
from calls.answers import missing
from calls.compile import TrialForm, trial_class
from calls.enums import FieldKind, SectionScope
from calls.forms_schema import sections_for
from calls.services.freeze import schema_of
from portal.face.rows import asks_for_rows


@require_http_methods(["GET", "HEAD", "POST"])
def try_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every step for one category; once sent, say what the hand-in would say."""
    call = require_call(request, pk, writes=False)
    leaves = leaves_of(call)
    wanted = request.GET.get("category", "")
    chosen = next((one for one in leaves if str(one.pk) == wanted), leaves[0] if leaves else None)
    codes = [one.code for one in (chosen.parent, chosen) if one] if chosen else []
    schema = schema_of(call)
    data = request.POST if request.method == "POST" else None
    parts, gaps = [], []
    for scope in (SectionScope.PLAN, SectionScope.APPLICATION):
        sections = sections_for(schema, codes, scope)
        forms = [trial_class(section)(data, answers={}) for section in sections]
        parts.append([{"section": form.section, "form": form} for form in forms])
        gaps += missing(sections, _typed(forms)) if data is not None else []
    context = {
        "title": _("The form"),
        "leaves": leaves,
        "chosen": chosen,
        "plan": parts[0],
        "steps": parts[1],
        "judged": data is not None and not asks_for_rows(data),
        # Files cannot be tried: they are not asked for here.
        "gaps": [s for _section, field, s in gaps if field["kind"] != FieldKind.FILES],
    }
    return show(request, "admin/calls/trial.html", context, call=call)


def _typed(forms: list[TrialForm]) -> dict[str, Any]:
    """Return what was typed, by full key."""
    return {
        key: settled.value
        for form in forms
        if form.is_bound
        for key, settled in form.settled().items()
    }
