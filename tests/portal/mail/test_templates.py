"""Every mail template is plain text that begins with its one subject."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from portal.mail.rendering import one_line, render

FOLDER = Path(settings.BASE_DIR) / "templates" / "mail"
# A name that begins with an underline is a piece of others.
TEMPLATES = sorted(
    str(path.relative_to(FOLDER).with_suffix(""))
    for path in FOLDER.rglob("*.txt")
    if not path.name.startswith("_")
)
_TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def test_there_are_mails() -> None:
    assert TEMPLATES


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_mail_begins_with_its_subject_and_is_not_escaped(name: str) -> None:
    source = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    get_template(f"mail/{name}.txt")
    assert _TAG.sub("", source).lstrip().startswith("Subject:")
    assert "autoescape off" in source, "plain text shows & as &"
    assert not re.search(r"^(cc|bcc|to):", source, re.IGNORECASE | re.MULTILINE)


def test_a_template_without_a_subject_is_a_mistake(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "odd.txt").write_text("您好", encoding="utf-8")
    templates = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**templates, "DIRS": [tmp_path]}]
    with pytest.raises(ValueError, match="subject"):
        render("odd", {}, "zh-hans")
    with pytest.raises(TemplateDoesNotExist):
        render("none", {}, "zh-hans")


def test_a_subject_is_one_line_and_short() -> None:
    assert one_line(" 通知\r\n二  三 ") == "通知 二 三"
    assert len(one_line("长" * 500)) == 200
