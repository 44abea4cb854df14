"""Telephone numbers: what can be dialled, and where the portal holds what is typed against it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from calls.admin.part_forms import ContactForm
from calls.models import Call
from portal.people.models import Invitation, Issuer, Organisation, User
from portal.phone import is_dialable
from portal.register.admin.forms import HandOverForm
from portal.register.forms import IdentityForm, PersonFields
from reviews.models import Expert
from reviews.objecting.forms import ObjectionForm


@pytest.mark.parametrize(
    "text",
    [
        "13800000000", "138 0000 0000", "138-0000-0000", "＋86 13800000000", "0431-88880000",
        "(0431) 8888-0000 转 12、13800000000", "0573-82210000-8012", "021—62770000",
        "0431-85640001, 85640002", "400-820-0000", "+49 30 1234567", "0086-13800000000",
        "0000-8000000", "0000-12",
    ],
)  # fmt: skip
def test_numbers_as_people_write_them_are_taken(text: str) -> None:
    assert is_dialable(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "abc", "12345", "0000", "10086", "13800000", "138000000001", "88880000", "0431",
        "电话 0431-88880000", "0431-88880000、张三", "1" * 30,
    ],
)  # fmt: skip
def test_what_nobody_can_dial_is_none(text: str) -> None:
    assert not is_dialable(text)


def test_every_form_and_table_of_people_asks_for_one() -> None:
    for form in (PersonFields, HandOverForm, ObjectionForm):
        assert "phone" in form.base_fields
        assert _refuses(form.base_fields["phone"])
    for bound in (IdentityForm(), ContactForm(call=Call())):
        assert _refuses(bound.fields["phone"])
    for model in (User, Organisation, Invitation, Expert):
        assert _refuses(model._meta.get_field("phone"))
    assert _refuses(Issuer._meta.get_field("contact_phone"))


def _refuses(field: Any) -> bool:
    """Tell whether the field takes a number and refuses what is none."""
    field.run_validators("0000-8000000")
    with pytest.raises(ValidationError, match="11"):
        field.run_validators("12345")
    return True
