"""What is on the paper: page, faces, proof, marks, lines, and nothing standing alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from portal.documents.payloads import DocumentKind
from portal.documents.scans import read
from tests.portal.documents import samples
from tests.portal.documents.conftest import unsaved
from tests.portal.documents.pdfs import MM, Pdf

ALL_KINDS = DocumentKind.values
# The summary table alone lies across the page.
BROAD_KINDS = {DocumentKind.SUMMARY_TABLE, DocumentKind.REVIEW_SUMMARY}
UPRIGHT_KINDS = [kind for kind in ALL_KINDS if kind not in BROAD_KINDS]
Sample = Callable[[str], Pdf]
Print = Callable[..., Pdf]

# GB/T 9704: text block 156 × 225 mm at 28 mm from the left and 37 mm from the top.
LEFT, TOP, RIGHT, BOTTOM = 28 * MM, 37 * MM, (210 - 26) * MM, (297 - 35) * MM


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_pages_are_a4_and_every_font_is_embedded(sample_pdf: Sample, kind: str) -> None:
    pdf = sample_pdf(kind)
    upright = r"595\.\d+ x 841\.\d+" if kind in UPRIGHT_KINDS else r"841\.\d+ x 595\.\d+"
    assert re.match(upright + r" pts \(A4\)", pdf.info["Page size"])
    assert pdf.fonts
    assert [name for name, embedded in pdf.fonts if not embedded] == []
    assert [name for name, _ in pdf.fonts if "Portal-" not in name] == []
    assert pdf.info["Tagged"] == "yes"
    assert pdf.info["JavaScript"] == "no"


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_page_bears_number_version_hash_and_a_readable_qr_code(
    sample_pdf: Sample, kind: str
) -> None:
    pdf = sample_pdf(kind)
    for page in range(1, pdf.pages + 1):
        text = pdf.flat(page)
        assert "编号SK-2026-0142" in text
        assert "第2版" in text
        assert "摘要9f3c71aa0b52d8e6" in text
        assert "7K4M-Q2XD-93HW" in text
        assert f"本件共{pdf.pages}页" in text
    assert read(pdf.path.read_bytes(), "application/pdf").codes == ["7K4MQ2XD93HW"]


@pytest.mark.parametrize("kind", UPRIGHT_KINDS)
def test_nothing_runs_out_of_the_text_block(sample_pdf: Sample, kind: str) -> None:
    pdf = sample_pdf(kind)
    for page in range(1, pdf.pages + 1):
        for word in pdf.words(page):
            assert word.left > LEFT - 1, word
            assert word.right < RIGHT + 1, word
            # below the block only the proof line and the page number
            if word.bottom > BOTTOM + 1:
                assert word.top > BOTTOM + 4 * MM, word
            assert word.top > TOP - 1, word


@pytest.mark.parametrize("kind", UPRIGHT_KINDS)
def test_page_numbers_stand_outside_and_the_cover_has_none(sample_pdf: Sample, kind: str) -> None:
    pdf = sample_pdf(kind)
    for page in range(1, pdf.pages + 1):
        found = [
            w
            for w in pdf.words(page)
            if w.top > BOTTOM and w.text == str(page) and w.bottom - w.top > 12
        ]
        if kind == DocumentKind.APPLICATION_FORM and page == 1:
            assert not found
            continue
        (number,) = found
        middle = (LEFT + RIGHT) / 2
        assert (number.left > middle) == (page % 2 == 1)


def test_the_body_has_22_lines_of_28_characters(print_pdf: Print) -> None:
    payload = {**samples.notice(), "body": [{"level": 0, "text": "学" * 28 * 60}], "addressees": ""}
    lines = [w for w in print_pdf("notice", payload).words(2) if set(w.text) == {"学"}]
    assert len(lines) == 22
    assert {len(w.text) for w in lines} == {28}
    steps = {round(after.top - before.top, 1) for before, after in pairwise(lines)}
    assert max(steps) - min(steps) <= 0.11
    assert lines[-1].bottom <= BOTTOM


def test_a_rare_character_does_not_change_the_height_of_its_line(print_pdf: Print) -> None:
    text = ("学" * 27 + "䶮") * 40
    payload = {**samples.notice(), "body": [{"level": 0, "text": text}], "addressees": ""}
    tops = sorted({round(w.top) for w in print_pdf("notice", payload).words(2) if "学" in w.text})
    assert len(tops) == 22


def test_chinese_lines_are_flush_on_the_right(print_pdf: Print) -> None:
    # A comma may not begin a line, so lines of 28 would be broken early and end ragged.
    text = "会议面向先进制造与光电信息产业，连续三届，每届2026年参会二百人，" * 20
    payload = {**samples.notice(), "body": [{"level": 0, "text": text}], "addressees": ""}
    pdf = print_pdf("notice", payload)
    ends: dict[int, float] = {}
    for word in pdf.words(1):
        if TOP + 60 * MM < word.top < BOTTOM - 20:
            ends[round(word.top / 6)] = max(ends.get(round(word.top / 6), 0), word.right)
    assert len(ends) > 8
    assert max(ends.values()) - min(ends.values()) < 1.5
    assert "，" not in {w.text[0] for w in pdf.words(1) if w.left < LEFT + 2}


def test_a_draft_says_so_on_every_page_and_has_neither_number_nor_code(print_pdf: Print) -> None:
    pdf = print_pdf("application_form", draft=True, number="")
    for page in range(1, pdf.pages + 1):
        text = pdf.flat(page)
        assert "草稿，尚未提交" in text
        assert {"草", "稿"} <= {w.text for w in pdf.words(page) if w.bottom - w.top > 60}
        assert "编号：" not in text
        assert "SK-2026" not in text
        assert "7K4M" not in text
    assert read(pdf.path.read_bytes(), "application/pdf").codes == []


def test_the_demo_marks_every_page(print_pdf: Print) -> None:
    pdf = print_pdf("result_list", demo=True)
    assert all("演示" in pdf.flat(page) for page in range(1, pdf.pages + 1))


def test_a_growing_row_repeats_its_label_on_every_page(print_pdf: Print) -> None:
    payload = samples.application_form()
    payload["sections"][1]["rows"] = [
        {"label": "实施方案", "kind": "long", "value": samples.LONG * 8}
    ]
    pdf = print_pdf("application_form", payload)
    pages = [p for p in range(1, pdf.pages + 1) if "形成的调研建议两项" in pdf.flat(p)]
    assert len(pages) >= 3
    assert all("实施方案" in pdf.flat(page) for page in pages)


@pytest.mark.parametrize("repeats", [2, 6, 7, 8])
def test_a_seal_never_stands_alone_on_a_page(print_pdf: Print, repeats: int) -> None:
    payload = samples.notice()
    payload["body"] = [{"level": 0, "text": "学术交流活动要求。" * 8} for _ in range(3 + repeats)]
    payload["attachments"] = []
    pdf = print_pdf("notice", payload)
    last = pdf.flat(pdf.pages)
    assert "2026年3月18日" in last
    assert "学术交流活动要求" in last


def test_a_form_is_signed_on_a_page_with_the_last_lines_above(sample_pdf: Sample) -> None:
    pdf = sample_pdf("recommendation_packet")
    signed = [p for p in range(4, pdf.pages + 1) if "主要负责人" in pdf.flat(p)]
    assert len(signed) == 3
    for page in signed:
        words = pdf.flat(page)
        assert "推荐理由" in words
        assert words.index("学术观点综述") < words.index("（公章）")


@pytest.mark.parametrize("count", [20, 23, 26])
def test_a_list_is_signed_on_a_page_with_some_of_its_rows(print_pdf: Print, count: int) -> None:
    payload = samples.result_list()
    payload["groups"] = [
        {
            "title": "研究生论坛",
            "columns": [{"title": "项目名称"}, {"title": "承担单位"}],
            "entries": [["光电信息研讨", "示例省光学学会"] for _ in range(count)],
        }
    ]
    pdf = print_pdf("result_list", payload)
    last = pdf.flat(pdf.pages)
    assert "2026年4月30日" in last
    assert "光电信息研讨" in last


@pytest.mark.parametrize("lines", [11, 13])
def test_a_small_table_stays_whole_and_no_line_is_torn_apart(print_pdf: Print, lines: int) -> None:
    contact = "联系人：学会学术部 0000-1000000 jilin-provincial-contact@demo.example"
    payload = samples.result_list()
    payload["intro"] = "\n".join([*["公示期内可以书面提出异议。"] * lines, contact])
    payload["groups"][1:] = []
    payload["groups"][0]["entries"] = [[f"学会{n}", f"论坛{n}"] for n in range(1, 5)]
    payload["groups"][0]["columns"] = [{"title": "单位"}, {"title": "名称"}]
    pdf = print_pdf("result_list", payload)
    # Of the four rows two or three would fit on the first page.
    assert ["论坛" in pdf.flat(page) for page in range(1, pdf.pages + 1)] == [False, True]
    assert "论坛1" in pdf.flat(2)
    words = [word.text for word in pdf.words(1)]
    assert "联系人：学会学术部" in words, "spread letters are words of their own"
    assert "jilin-provincial-contact@demo.example" in words


def test_a_list_nobody_is_on_is_a_sentence_with_its_closing(print_pdf: Print) -> None:
    pdf = print_pdf("result_list", samples.result_list() | {"groups": [], "intro": "均未入选。"})
    assert pdf.pages == 1
    assert "均未入选。" in pdf.flat(1)
    assert "2026年4月30日" in pdf.flat(1)


def test_signature_name_and_date_are_one_block(sample_pdf: Sample) -> None:
    pdf = sample_pdf("application_form")
    for page in range(1, pdf.pages + 1):
        text = pdf.flat(page)
        assert text.count("负责人（签字）") == text.count("（公章）示例") if page > 1 else True


def test_the_name_stands_centred_over_a_date_that_ends_four_characters_from_the_edge(
    sample_pdf: Sample,
) -> None:
    pdf = sample_pdf("notice")
    words = {w.text: w for w in pdf.words(pdf.pages)}
    unit, date = words["吉林省科学技术协会"], words["2026年3月18日"]
    assert RIGHT - date.right == pytest.approx(4 * 15.75, abs=4)
    assert (unit.left + unit.right) / 2 == pytest.approx((date.left + date.right) / 2, abs=2)
    assert 0 < date.top - unit.top < 30


def test_a_name_with_a_rare_character_is_in_one_face(print_pdf: Print) -> None:
    payload = samples.receipt()
    payload["facts"] = [{"label": "提交人", "value": "周堃䶮"}]
    assert "周堃䶮" in print_pdf("receipt", payload).flat()


def test_what_a_person_writes_is_never_markup(print_pdf: Print) -> None:
    payload = samples.receipt()
    evil = '<b>粗</b><img src="file:///x">'
    payload["facts"] = [{"label": "提交人", "value": evil}]
    assert '<b>粗</b><imgsrc="file:///x">' in print_pdf("receipt", payload).flat()


def test_hostile_columns_are_text_too(print_pdf: Print) -> None:
    pdf = print_pdf(
        "notice", title="<script>x</script>标题", unit_name="<i>单位</i>", number="<u>1</u>"
    )
    text = pdf.flat(1)
    assert "<script>x</script>标题" in text
    assert "<u>1</u>" in text


def test_all_answers_of_a_form_are_printed(sample_pdf: Sample) -> None:
    text = sample_pdf("application_form").flat()
    answers: list[str] = []

    def collect(value: Any, key: str = "") -> None:
        if isinstance(value, dict):
            for name, item in value.items():
                collect(item, name)
        elif isinstance(value, list):
            for item in value:
                collect(item, key)
        elif isinstance(value, str) and key in {"value", "label", "item", "basis", "title", "name"}:
            answers.extend(re.split(r"[\s，。；]", value))

    collect(unsaved("application_form").payload)
    # A long cell is broken over lines beside others; its first characters prove that it is there.
    assert [a for a in answers if a and re.sub(r"\s", "", a)[:4] not in text] == []


def test_the_summary_table_repeats_its_head_on_every_page(sample_pdf: Sample) -> None:
    pdf = sample_pdf(DocumentKind.SUMMARY_TABLE)
    assert pdf.pages >= 2
    for page in range(1, pdf.pages + 1):
        text = pdf.flat(page)
        assert "推荐排序" in text or "推荐单位意见" in text
        assert str(page) in {word.text for word in pdf.words(page)}
