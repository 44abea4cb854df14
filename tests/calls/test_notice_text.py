"""The plain text of a notice is read as the official layout it is meant to have."""

import pytest

from calls.notice_text import contents, level_of, read

NOTICE = """各市级学会、有关单位：
　　现就有关事项通知如下：
一、征集时间与方式
- 征集时间。自印发之日起。
- 征集方式。
（一）学术会议
1. 机制性会议。已连续举办两届以上。
(2) 单次会议，按年度计划召开。
类别\t名额\t经费
年会\t6\t3

附件：推荐表

示例市科学技术协会
2026 年 2 月 9 日
"""


def kinds(text: str) -> list[str]:
    return [block.kind for block in read(text)]


def test_a_whole_notice_falls_into_its_blocks() -> None:
    assert kinds(NOTICE) == [
        "addressee", "paragraph", "heading", "list", "heading", "paragraph", "paragraph",
        "table", "attachments", "signature",
    ]  # fmt: skip


def test_only_the_first_line_addresses_the_readers() -> None:
    assert kinds("各单位：\n如下：") == ["addressee", "paragraph"]


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("一、项目类别", 1),
        ("十二、其他", 1),
        ("（三）演讲比赛", 2),
        ("(一)项目", 2),
        ("1. 项目数量", 3),
        ("2．经费", 3),
        ("3、时间", 3),
        ("（1）申报范围", 4),
        ("2024年是关键之年", 0),
        ("1.5万元", 0),
    ],
)
def test_numbers_give_the_level(line: str, level: int) -> None:
    assert level_of(line) == level


def test_a_long_numbered_line_is_a_paragraph_and_no_heading() -> None:
    (block,) = read("一、" + "长" * 60)
    assert (block.kind, block.level) == ("paragraph", 1)


def test_a_numbered_paragraph_opens_with_its_lead() -> None:
    (block,) = read("1. 项目数量：6项。")
    assert (block.lead, block.text) == ("1. 项目数量：", "6项。")


def test_a_sentence_is_no_lead() -> None:
    (block,) = read("2. 每个单位限报1项，合计不超过2项。另寄一份。")
    assert block.lead == ""


def test_a_numbered_line_without_more_has_no_lead() -> None:
    (block,) = read("4．申报和承办要求：")
    assert (block.lead, block.text) == ("", "4．申报和承办要求：")


def test_rows_of_a_table_have_one_width() -> None:
    (table,) = read("甲\t乙\t丙\n1\t2")
    assert table.rows == (("甲", "乙", "丙"), ("1", "2", ""))


def test_the_signature_is_the_last_date_alone_with_the_name_above() -> None:
    *_rest, signature = read("正文，截至\n2025年1月1日\n完。\n示例科协\n2026年3月5日")
    assert signature.kind == "signature"
    assert signature.lines == ("示例科协", "2026年3月5日")


def test_a_sentence_above_the_date_is_not_signed() -> None:
    *_rest, signature = read("请按时报送。\n2026年3月5日")
    assert signature.lines == ("2026年3月5日",)


def test_headings_of_the_first_level_make_the_contents() -> None:
    blocks = read("一、甲\n（一）乙\n二、丙")
    assert [(block.text, block.anchor) for block in contents(blocks)] == [
        ("一、甲", "part-1"),
        ("二、丙", "part-2"),
    ]


def test_nothing_of_the_text_is_lost() -> None:
    said = "".join(
        block.lead + block.text + "".join(block.lines) + "".join(map("".join, block.rows))
        for block in read(NOTICE)
    )
    wanted = NOTICE.replace("- ", "").replace("\t", "").replace("\n", "").replace("\u3000", "")
    assert said == wanted


def test_an_empty_text_has_no_blocks() -> None:
    assert read(" \n\u3000\n") == ()
