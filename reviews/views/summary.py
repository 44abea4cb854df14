"""The summary of a stage: totals, spread, order, and the line that can be tried elsewhere."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from calls.enums import TieBreak
from portal.numbers import whole_number
from reviews.access import may_write
from reviews.services import scoring
from reviews.summary import summary_of
from reviews.views.pages import show
from reviews.views.panel import panel_of, require_stage


@require_safe
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every category from the best down; places and reserve in the address move the line."""
    stage = require_stage(request.user, pk)
    panel, sheet = panel_of(stage), scoring.sheet_of(stage)
    if panel is None or sheet is None:
        raise Http404
    lines = _lines(request)
    groups = summary_of(panel, sheet, lines)
    context = {
        "title": _("Summary and ranking"),
        "call": stage.call,
        "stage": stage,
        "panel": panel,
        "sheet": sheet,
        "groups": groups,
        "tried": bool(lines),
        "waiting": sum(row.waiting + row.lacking for group in groups for row in group.rows),
        "ties": [TieBreak(tie).label for tie in sheet.ties],
        "writes": may_write(request.user, stage.call),
    }
    return show(request, "reviews/summary.html", context)


def _lines(request: HttpRequest) -> dict[int, tuple[int | None, int]]:
    """Read places-<category> and reserve-<category> from the address; nonsense is no line."""
    found: dict[int, tuple[int | None, int]] = {}
    for name in request.GET:
        kind, _dash, key = name.partition("-")
        category = whole_number(key)
        if kind == "places" and category is not None:
            places = whole_number(request.GET[name])
            reserve = whole_number(request.GET.get(f"reserve-{category}", "")) or 0
            found[category] = (places, reserve)
    return found
