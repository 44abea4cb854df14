"""Names are shown, saved and sent in headers: nothing in them may surprise."""

from __future__ import annotations

import pytest

from portal.files.names import MAX_LENGTH, clean_name, ending


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("申报书.pdf", "申报书.pdf"),
        ("C:\\Users\\王\\桌面\\申报书.pdf", "申报书.pdf"),
        ("../../etc/passwd", "passwd"),
        ("报告\u202efdp.exe", "报告fdp.exe"),
        ("报\u200b告.pdf", "报告.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ('a"b<c>|d?.pdf', "a_b_c__d_.pdf"),
        ("con.pdf", "_con.pdf"),
        ("  . 报告 .pdf ", "报告 .pdf"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("...", "file"),
        ("\0\x07.pdf", "pdf"),
        ("报告（终稿）v2.0 — 副本.docx", "报告（终稿）v2.0 — 副本.docx"),
    ],
)
def test_a_name_is_cleaned(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_long_name_keeps_its_ending() -> None:
    name = clean_name("长" * 400 + ".docx")
    assert len(name) == MAX_LENGTH
    assert name.endswith(".docx")


def test_the_ending_is_read_in_any_case() -> None:
    assert ending("扫描.PDF") == "pdf"
    assert ending("没有") == ""
