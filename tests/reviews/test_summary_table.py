"""The summary as a workbook: figures as numbers, text as text, names only where asked for."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from applications.models import Application
from portal.audit.models import AuditEntry
from tests.factories.experts import assign_all, make_experts, make_panel, make_stage, score
from tests.factories.reviews import Scene, accepted, make_unit

FORMULA = '=HYPERLINK("https://example.org")'


def sheet_of(response: Any) -> Any:
    return load_workbook(io.BytesIO(response.content)).active


def test_the_summary_leaves_as_a_workbook(scene: Scene, desk: Client) -> None:
    first, _second = accepted(scene), accepted(scene, make_unit(scene.issuer))
    Application.objects.filter(pk=first.pk).update(title=FORMULA)
    experts = make_experts(scene.issuer, 3)
    stage = make_stage(scene.call)
    panel = make_panel(stage, scene.officer, experts, per_file=3)
    for one in assign_all(panel, scene.officer):
        score(one, first="50" if one.application_id == first.pk else "40")
    address = reverse("admin:reviews_summary_table", args=[stage.pk])
    category = scene.categories[0].pk

    sheet = sheet_of(desk.get(address, {f"places-{category}": "1", f"reserve-{category}": "1"}))
    head, best, other = (list(row) for row in sheet.iter_rows(max_row=3))
    assert (best[3].value, best[3].data_type) == (FORMULA, "s")
    assert [Decimal(str(cell.value)) for cell in best[11:]] == [Decimal("82.00")] * 3
    assert best[1].value == 1
    assert best[8].value != other[8].value, "the line as it was moved"
    assert not {expert.name for expert in experts} & {cell.value for cell in head}
    entry = AuditEntry.objects.filter(action="summary_exported").latest("pk")
    assert entry.data["personal"] is False

    named = sheet_of(desk.get(address, {"names": "yes"}))
    assert {expert.name for expert in experts} <= {cell.value for cell in named[1]}
    entry = AuditEntry.objects.filter(action="summary_exported").latest("pk")
    assert entry.data["personal"] is True
