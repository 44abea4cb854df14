"""What is said of a bad password, in the language of the page."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.translation import override

from portal.people.models import User

PERSON = User(email="zhangwei-shili@example.com", name="张示例")


@pytest.mark.parametrize("password", ["short", "password12", "zhangwei-shili", "1234567890"])
def test_every_refusal_of_a_password_is_chinese_on_a_chinese_page(password: str) -> None:
    with override("zh-hans"), pytest.raises(ValidationError) as refusal:
        validate_password(password, PERSON)
    for sentence in refusal.value.messages:
        assert not re.search("[A-Za-z]", sentence), sentence


def test_a_short_password_is_told_how_long_it_must_be() -> None:
    with override("en"), pytest.raises(ValidationError) as refusal:
        validate_password("fog-lake", PERSON)
    assert refusal.value.messages == [
        "This password is too short: it needs at least 10 characters."
    ]
    validate_password("fog-lake-9", PERSON)


def test_the_hints_are_chinese_too() -> None:
    with override("zh-hans"):
        assert not re.search("[A-Za-z]", "".join(password_validators_help_texts()))
