"""A draft at the browser: steps that are answered question by question, each saved by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from playwright.sync_api import Locator, expect

from tests.browser.visitor import PATIENCE, Visitor

# Words; one choice or a yes; several choices; a period; the rows of a table.
Answer: TypeAlias = str | bool | Sequence[str] | tuple[str, str] | Sequence[Mapping[str, str]]


class Draft:
    """One application being filled in by somebody."""

    def __init__(self, filler: Visitor) -> None:
        self.filler, self.page = filler, filler.page

    def answer(self, **answers: Answer) -> None:
        """Answer questions by their codes and see each of them saved (with scripts)."""
        for code, answer in answers.items():
            box = self.page.locator(f'[data-field="{code}"]')
            self._fill(code, answer, box)
            if self.filler.scripts:
                self.sees_saved(code)

    def type_in(self, code: str, text: str) -> None:
        """Type key by key, as people do, without leaving the field."""
        self.page.locator(f"[name={code}]").press_sequentially(text)

    def sees_saved(self, code: str) -> None:
        """Read beside the question when it was saved."""
        mark = self.page.locator(f'[data-field="{code}"] [data-mark]')
        expect(mark).to_have_text(re.compile(r"^已保存 \d\d:\d\d:\d\d"), timeout=PATIENCE)

    def next_step(self, title: str) -> None:
        """Save the step and arrive at the one of this title."""
        self.filler.press("保存并继续")
        expect(self.page.locator("h1")).to_have_text(title)

    def _fill(self, code: str, answer: Answer, box: Locator) -> None:
        if isinstance(answer, bool):
            box.locator("input[type=checkbox]").check()
        elif isinstance(answer, str):
            self._one(code, answer, box)
        elif isinstance(answer, tuple):
            for end, day in zip(("start", "end"), answer, strict=True):
                box.locator(f"[name={code}_{end}]").fill(day)
        else:
            self._many(code, answer, box)
        box.locator("input, textarea, select").last.blur()

    def _one(self, code: str, answer: str, box: Locator) -> None:
        if box.locator("input[type=radio]").count():
            box.get_by_label(answer, exact=True).check()
        else:
            box.locator(f"[name={code}]").fill(answer)

    def _many(self, code: str, answer: Sequence[str | Mapping[str, str]], box: Locator) -> None:
        for one in answer:
            if isinstance(one, str):
                box.get_by_label(one, exact=True).check()
        if rows := [one for one in answer if not isinstance(one, str)]:
            fill_rows(self.filler, code, rows)


def fill_rows(person: Visitor, name: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Fill in a table, asking for one more row where there is none left."""
    box = person.page.locator(f'[data-rows="{name}"]')
    for number, row in enumerate(rows):
        if box.locator("tbody tr").count() <= number:
            if person.scripts:
                box.locator("[name=add_row]").click()
            else:
                person.press("添加一行", within=box)
        for column, text in row.items():
            person.entries += 1
            control = box.locator("tbody tr").nth(number).locator(f"[data-key={column}]")
            if control.evaluate("c => c.tagName") == "SELECT":
                control.select_option(label=text)
            else:
                control.fill(text)
