"""The decisions a layout template does not have to take."""

from __future__ import annotations

import pytest

from portal.documents.layout import (
    balanced,
    blocks_of,
    closing_of,
    halves,
    heading_of,
    numbered_grid,
    parts_of,
    view_of,
)
from portal.documents.templatetags.print_faces import lines
from tests.portal.documents import samples


def _text(label: str, half: bool = False) -> dict[str, object]:
    return {"label": label, "kind": "text", "value": "值", "half": half}


def test_two_half_rows_share_a_line_and_a_lonely_one_keeps_its_own() -> None:
    rows = [_text("甲", True), _text("乙", True), _text("丙", True), _text("丁"), _text("戊", True)]
    lines = [[cell.label for cell in block.cells] for block in blocks_of(rows)]
    assert lines == [["甲", "乙"], ["丙"], ["丁"], ["戊"]]


def test_untitled_sections_are_not_numbered() -> None:
    parts = parts_of([{"title": t, "rows": []} for t in ("基本情况", "", "预算")])
    assert [part.numeral for part in parts] == ["一", "", "二"]


def test_the_numeral_of_the_opinions_follows_the_sections() -> None:
    assert view_of("application_form", samples.application_form())["opinions_numeral"] == "六"


def test_columns_share_the_width_by_weight() -> None:
    grid = numbered_grid("", [{"title": "甲", "weight": 3}, {"title": "乙", "weight": 1}], [])
    assert [head.title for head in grid.heads] == ["序号", "甲", "乙"]
    assert sum(head.width for head in grid.heads) == pytest.approx(100, abs=0.05)
    assert grid.heads[1].width == pytest.approx(3 * grid.heads[2].width, abs=0.05)


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("项目名称", ["项目名称"]),
        ("活动目的和意义", ["活动目的", "和意义"]),
        ("联合申报单位意见", ["联合申报", "单位意见"]),
        ("主要负责人\n签名（盖章）", ["主要负责人", "签名（盖章）"]),
        ("活动内容与组织实施方案", ["活动内容与组", "织实施方案"]),
    ],
)
def test_a_long_label_is_broken_evenly(label: str, lines: list[str]) -> None:
    assert balanced(label) == lines


def test_the_date_ends_four_characters_before_the_edge() -> None:
    # 2027年2月28日: four and two digits and one digit are half wide, three characters whole
    assert closing_of("某会", "2027年2月28日")["width"] == 8 + 3 + 3.5


def test_a_cover_names_the_call_once() -> None:
    call = "2026年度国内外学术交流项目申报"
    assert heading_of(call, "2026年度国内外学术交流项目申报书") == (
        "2026年度国内外学术交流项目", "申报书",
    )  # fmt: skip
    assert heading_of(call, "项目申报书") == (call, "项目申报书")


def test_a_title_is_shared_among_lines_of_about_equal_length() -> None:
    words = ["2026年度", "嘉兴市", "重要", "学术", "会议", "和", "软课题", "推荐", "方案"]
    assert lines(words) == [words[:4], words[4:]]
    assert lines(["入选", "名单"]) == [["入选", "名单"]]


def test_a_long_name_stands_on_two_lines_over_the_date() -> None:
    assert halves("嘉兴市示例智能制造学会联合体") == ["嘉兴市示例智能", "制造学会联合体"]
    assert halves("示例省光学学会") == ["示例省光学学会"]


def test_an_unanswered_long_question_takes_one_line() -> None:
    (block,) = blocks_of([{"label": "备注", "kind": "long", "value": " \n"}])
    assert block.kind == "line"
    (block,) = blocks_of([{"label": "备注", "kind": "long", "value": "　一\n\n二 "}])
    assert block.paragraphs == ["一", "二"]
