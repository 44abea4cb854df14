"""Rare characters: known beforehand, set whole, never printed as a box."""

import pytest

from portal.documents import faces
from portal.documents.templatetags.print_faces import face, inline, paragraphs

RARE_NAMES = "昇玥祎瑄垚喆翀赟旻堃龑䶮"


@pytest.mark.parametrize("character", RARE_NAMES)
def test_the_full_face_has_the_characters_of_names(character: str) -> None:
    assert faces.unprintable(character) == ""


def test_all_of_gb2312_stands_in_every_face() -> None:
    level_one_and_two = [
        bytes([row, cell]).decode("gb2312", errors="ignore")
        for row in range(0xB0, 0xF8)
        for cell in range(0xA1, 0xFF)
    ]
    for name in faces.FACE_FILES:
        known = faces.characters_of(name)
        assert [c for c in level_one_and_two if c and ord(c) not in known] == []


def test_what_no_face_has_is_named_once_in_order() -> None:
    assert faces.unprintable("会议😀很好🎉😀\n第二行") == "😀🎉"


def test_a_short_field_with_a_rare_character_is_set_wholly_in_the_full_face() -> None:
    assert face("周堃䶮", "fang") == '<span class="full-fang">周堃䶮</span>'
    assert face("周明", "fang") == "周明"


def test_in_long_text_the_surname_goes_with_the_rare_character() -> None:
    assert inline("召集人周堃䶮教授", "fang") == '召集人<span class="full-fang">周堃䶮</span>教授'
    assert inline("，䶮", "fang") == '，<span class="full-fang">䶮</span>'


def test_a_question_without_an_answer_prints_nothing() -> None:
    assert inline("", "fang") == ""


def test_markup_in_an_answer_stays_text() -> None:
    assert "<script>" not in face("<script>堃", "fang")
    assert "<b>" not in paragraphs("<b>一\n二堃", "fang")
    assert paragraphs("一\n\n　　二", "fang") == "<p>一</p><p>二</p>"


def test_control_and_direction_characters_are_not_printed() -> None:
    assert faces.printable("甲\u202e乙\u200b丙\x07\t丁\r\n戊\ufe0f") == "甲乙丙 丁\n戊"
