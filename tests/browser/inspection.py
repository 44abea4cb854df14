"""Looks at a page as every visitor would have it: accessible, narrow, silent, in one language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Error, Page

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}

AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
    # what a frame shows is a PDF in the browser's own viewer
    "iframes": False,
}

# Every word a Chinese page may show in Latin letters: names of formats and what people typed.
LATIN = frozenset(
    {"english", "excel", "word", "docx", "xlsx", "jpeg", "json", "yaml", "jilin", "jiaxing"}
)

# Everything one reads or hears on a page; scripts, styles and frames say nothing.
_WORDS = """() => {
  const said = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("script, style, template, noscript, [lang=en], code, .hash")) said.push(walker.currentNode.data);
  }
  document.querySelectorAll("[aria-label], [title], [placeholder], [alt]").forEach((element) => {
    if (element.closest("[lang=en]")) return;
    ["aria-label", "title", "placeholder", "alt"].forEach((name) => said.push(element.getAttribute(name) || ""));
  });
  document.querySelectorAll("input[type=submit], input[type=button]").forEach((button) => said.push(button.value));
  return [document.title, ...said].filter((text) => /[A-Za-z]{4}/.test(text));
}"""

# What sticks out to the right of the window, the innermost elements first to blame.
_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = Array.from(document.body.querySelectorAll("*")).filter((element) => element.getBoundingClientRect().right > width + 1);
  return wide.slice(-4).map((element) => `${element.tagName.toLowerCase()}.${element.className} “${(element.textContent || "").trim().slice(0, 30)}”`)
    .concat([`scrollWidth ${document.documentElement.scrollWidth}`]);
}"""


@dataclass
class Inspector:
    """Inspects pages, keeps a picture of each and what is wrong; ``faults`` must stay empty."""

    folder: Path
    journey: str
    faults: list[str] = field(default_factory=list)
    _count: int = 0
    _axe: Axe = field(default_factory=Axe)

    def listen(self, page: Page) -> None:
        """Note what the page's scripts and its security policy complain about."""

        def note(message: ConsoleMessage) -> None:
            # An answer such as 409 is told to the console too; the tests say which they expect.
            answered = message.text.startswith("Failed to load resource") and " 4" in message.text
            # What comes from no address is our own doing: axe measures with styles.
            url = message.location["url"]
            if message.type == "error" and url and not answered:
                self._blame(page, f"console: {message.text} ({url})")

        page.on("console", note)
        page.on("pageerror", lambda error: self._blame(page, f"script: {error}"))

    def look(self, page: Page, name: str) -> None:
        """Hold the page against everything promised, at both sizes; leave it as it was."""
        self._count += 1
        self._hear(page)
        self._wide_screen(page, f"{self._count:03d}-{name}")
        self._phone(page, f"{self._count:03d}-{name}")

    def _wide_screen(self, page: Page, name: str) -> None:
        found = self._axe.run(page, options=AXE_OPTIONS).response["violations"]
        for violation in found:
            self._blame(page, f"axe {violation['id']}: {_where(violation)}")
        self._picture(page, f"{name}-1280")

    def _phone(self, page: Page, name: str) -> None:
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        if wide := page.evaluate(_WIDE):
            self._blame(page, f"wider than 360 px: {'; '.join(wide)}")
        self._picture(page, f"{name}-360")
        page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]

    def _hear(self, page: Page) -> None:
        """Find words of another language than the page's."""
        if page.locator("html").get_attribute("lang") == "en":
            return
        for text in page.evaluate(_WORDS):
            if words := english_words(text):
                self._blame(page, f"English on a Chinese page: {words} in “{text.strip()[:80]}”")

    def _picture(self, page: Page, name: str) -> None:
        folder = self.folder / self.journey
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True, caret="initial")

    def _blame(self, page: Page, what: str) -> None:
        try:
            place = re.sub(r"^https?://[^/]+", "", page.url)
        except Error:
            place = "?"
        if (fault := f"{place}: {what}") not in self.faults:
            self.faults.append(fault)


def english_words(text: str) -> list[str]:
    """Return the Latin words of four letters and more that no Chinese reader would expect.

    Mailboxes, addresses, file names and everything with a digit in it are data, not words.
    """
    bare = re.sub(r"\S+@\S+|https?://\S+|\S*\.(pdf|zip|xlsx|docx|png|jpg|yaml)\b", " ", text)
    bare = re.sub(r"[\w-]*\d[\w-]*", " ", bare, flags=re.ASCII)
    found = re.findall(r"[A-Za-z]{4,}", bare)
    return [word for word in found if word.lower() not in LATIN]


def _where(violation: dict[str, Any]) -> str:
    """Name the first places a violation was found at."""
    return " | ".join(node["html"][:160].replace("\n", " ") for node in violation["nodes"][:3])
