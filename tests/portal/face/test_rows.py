"""A table one fills in: read from inputs or JSON, cleaned cell by cell, changed without scripts."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django import forms
from django.utils import translation

from portal.face.rows import Column, Row, RowsField, asks_for_rows, total_of

SORTS = (("a", "A"),)


def optional(code: str, kind: str, field: forms.Field) -> Column:
    """A column that may stay empty."""
    return Column(code, code.capitalize(), kind, field, required=False)


class BudgetForm(forms.Form):
    """A budget of two columns."""

    budget = RowsField(
        label="Budget",
        columns=[
            Column("item", "Item", "text", forms.CharField(required=False)),
            optional(
                "amount",
                "money",
                forms.DecimalField(max_digits=12, decimal_places=2, required=False),
            ),
            optional("people", "number", forms.IntegerField(required=False)),
            optional("day", "date", forms.DateField(required=False)),
            Column(
                "sort",
                "Sort",
                "choice",
                forms.ChoiceField(choices=SORTS, required=False),
                False,
                SORTS,
            ),
        ],
        total="amount",
        most=3,
    )


def bound(**data: str) -> BudgetForm:
    """Bind the form as a browser would, with _ for the - of the input names."""
    return BudgetForm({key.replace("_", "-"): value for key, value in data.items()})


def test_rows_are_read_in_order_and_empty_ones_left_out() -> None:
    form = bound(
        budget_2_item="printing", budget_0_item="room", budget_0_amount="1000", budget_1_item=" "
    )
    assert form.is_valid(), form.errors
    assert [(row["item"], row["amount"]) for row in form.cleaned_data["budget"]] == [
        ("room", "1000.00"),
        ("printing", ""),
    ]


@pytest.mark.parametrize("data", [{}, {"budget": "x"}, {"budget-x-item": "x"}, {"budget-0": "x"}])
def test_what_is_no_table_is_an_empty_one(data: dict[str, str]) -> None:
    form = BudgetForm(data)
    assert not form.is_valid()
    assert form.fields["budget"].error_messages["required"] in form.errors["budget"]


def test_a_table_that_may_stay_empty_does() -> None:
    assert RowsField(columns=[], required=False).clean([]) == []


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
    assert len(form.errors["budget"]) == 1
    assert "1" in form.errors["budget"][0], "the sentence counts the row"
    html = str(form["budget"])
    assert f'id="id_budget-0-{code}_error"' in html
    assert f'aria-describedby="id_budget-0-{code}_error"' in html


def test_add_and_remove_work_without_scripts() -> None:
    data = {"budget-0-item": "room", "add_row": "budget"}
    assert asks_for_rows(data)
    added = BudgetForm(data)
    assert str(added["budget"]).count('name="remove_row"') == 2 + 1, "and the row to copy"
    removed = BudgetForm(
        {"budget-0-item": "room", "budget-1-item": "print", "remove_row": "budget-0"}
    )
    html = str(removed["budget"])
    assert "room" not in html
    assert "print" in html


def test_rows_proposed_are_shown_until_there_are_others_and_not_judged() -> None:
    field = RowsField(
        columns=[
            Column("item", "Item", "text", forms.CharField(required=False)),
            Column("amount", "Amount", "money", forms.DecimalField(required=False)),
        ],
        proposed=[{"item": "room"}],
    )
    assert "room" in field.widget.render("budget", None)
    assert "errors" not in field.widget.render("budget", None)
    begun = field.widget.render("budget", [{"item": "print"}])
    assert "room" not in begun
    assert 'id="id_budget-0-amount_error"' in begun


def test_enter_in_a_cell_removes_no_row() -> None:
    first = re.search(r"<button([^>]*)>", str(bound(budget_0_item="room")["budget"]))
    assert first is not None
    assert "name=" not in first[1]


def test_one_field_serves_several_forms() -> None:
    wrong, right = bound(budget_0_amount="x"), bound(budget_0_item="room")
    assert not wrong.is_valid()
    assert right.is_valid()
    assert "_error" in str(wrong["budget"])
    assert "_error" not in str(right["budget"])


def test_too_many_rows_are_refused() -> None:
    form = BudgetForm({f"budget-{n}-item": "x" for n in range(4)})
    assert not form.is_valid()


def test_what_is_typed_is_escaped() -> None:
    form = bound(budget_0_item='"><script>alert(1)</script>')
    with translation.override("zh-hans"):
        assert "<script>" not in str(form["budget"])


def test_total_leaves_out_what_is_no_amount() -> None:
    rows: list[Row] = [{"amount": "0.10"}, {"amount": "0.20"}, {"amount": "x"}, {"amount": None}]
    rows += [
        {"amount": "NaN"},
        {"amount": "Infinity"},
        {"amount": "-Infinity"},
        {"amount": "1,000"},
    ]
    assert total_of(rows, "amount") == Decimal("1000.30")
