"""A table one fills in: read from inputs or JSON, cleaned cell by cell, changed without scripts."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django import forms
from django.utils import translation

from portal.face.rows import Row, RowsField, total_of


class BudgetForm(forms.Form):
    """A budget of two columns."""

    budget = RowsField(
        label="Budget",
        columns=[
            {"code": "item", "label": "Item", "kind": "text", "required": True},
            {"code": "amount", "label": "Amount", "kind": "money"},
            {"code": "people", "label": "People", "kind": "number"},
            {"code": "day", "label": "Day", "kind": "date"},
            {"code": "sort", "label": "Sort", "kind": "choice", "options": [("a", "A")]},
        ],
        total="amount",
        max_rows=3,
    )


def bound(**data: str) -> BudgetForm:
    """Bind the form as a browser would, with _ for the - of the input names."""
    return BudgetForm({key.replace("_", "-"): value for key, value in data.items()})


def test_rows_are_read_in_order_and_empty_ones_left_out() -> None:
    form = bound(
        budget_2_item="printing", budget_0_item="room", budget_0_amount="1,000", budget_1_item=" "
    )
    assert form.is_valid(), form.errors
    assert [(row["item"], row["amount"]) for row in form.cleaned_data["budget"]] == [
        ("room", "1000.00"),
        ("printing", ""),
    ]


def test_json_of_a_script_reads_like_inputs() -> None:
    form = BudgetForm({"budget": json.dumps([{"item": "room", "amount": "12.5", "x": "dropped"}])})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["budget"][0]["amount"] == "12.50"
    assert "x" not in form.cleaned_data["budget"][0]


@pytest.mark.parametrize("text", ["not json", "{}", '["x"]', "[" * 100_000])
def test_what_is_no_table_is_an_empty_one(text: str) -> None:
    form = BudgetForm({"budget": text})
    assert not form.is_valid()
    assert form.fields["budget"].error_messages["required"] in form.errors["budget"]


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("amount", "1.005"),
        ("amount", "NaN"),
        ("amount", "1e15"),
        ("amount", "ten"),
        ("people", "1.5"),
        ("day", "2027-02-30"),
        ("sort", "b"),
        ("item", ""),
    ],
)
def test_a_cell_that_cannot_be_accepted_is_marked(code: str, value: str) -> None:
    row = {"item": "room", "amount": "1"} | {code: value}
    form = BudgetForm({f"budget-0-{key}": given for key, given in row.items()})
    assert not form.is_valid()
    html = str(form["budget"])
    assert f'id="id_budget-0-{code}_error"' in html
    assert f'aria-describedby="id_budget-0-{code}_error"' in html


def test_add_and_remove_work_without_scripts() -> None:
    added = BudgetForm({"budget-0-item": "room", "add_row": "budget"})
    assert str(added["budget"]).count('name="remove_row"') == 2
    removed = BudgetForm(
        {"budget-0-item": "room", "budget-1-item": "print", "remove_row": "budget-0"}
    )
    html = str(removed["budget"])
    assert "room" not in html
    assert "print" in html


def test_too_many_rows_are_refused() -> None:
    form = BudgetForm({f"budget-{n}-item": "x" for n in range(4)})
    assert not form.is_valid()


def test_what_is_typed_is_escaped() -> None:
    form = bound(budget_0_item='"><script>alert(1)</script>')
    with translation.override("zh-hans"):
        assert "<script>" not in str(form["budget"])


def test_total_leaves_out_what_is_no_amount() -> None:
    rows: list[Row] = [{"amount": "0.10"}, {"amount": "0.20"}, {"amount": "x"}, {"amount": None}]
    assert total_of(rows, "amount") == Decimal("0.30")
