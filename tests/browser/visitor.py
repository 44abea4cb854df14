"""A person at a browser: goes to pages, types, presses, reads; every page she meets is inspected."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, Locator, Page, TimeoutError, expect

from tests.browser.inspection import DESKTOP, Inspector

PATIENCE = 30_000  # milliseconds for anything to appear on a busy machine


class Visitor:
    """One person with a window and cookies of her own."""

    def __init__(
        self,
        browser: Browser,
        base: str,
        inspector: Inspector,
        *,
        scripts: bool = True,
        language: str = "zh-CN",
    ) -> None:
        self.base, self.inspector, self.scripts = base, inspector, scripts
        # What she did so far: pages opened and buttons pressed, and fields filled in.
        self.presses = self.entries = 0
        self.context = browser.new_context(
            locale=language,
            timezone_id="Asia/Shanghai",
            viewport=DESKTOP,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            accept_downloads=True,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.inspector.listen(self.page)

    # going about -----------------------------------------------------------------------------
    def go(self, path: str) -> None:
        """Open a page by its path or whole address."""
        self.presses += 1
        self.page.goto(
            path if path.startswith("http") else f"{self.base}{path}", wait_until="domcontentloaded"
        )
        self.look()

    def look(self) -> None:
        """Hold the page as it is now against everything promised of every page."""
        if self.scripts:
            self.inspector.look(self.page, self._name())

    def sign_in(self, mailbox: str, password: str) -> None:
        """Sign in through the portal's own page."""
        self.page.goto(f"{self.base}/accounts/login/")
        self.page.locator("[name=login]").fill(mailbox)
        self.page.locator("[name=password]").fill(password)
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.locator("main form button").click()
        assert "/accounts/login" not in self.page.url, self.page.locator("main").inner_text()
        self.look()

    def press(self, label: str, *, within: Locator | None = None) -> None:
        """Press a button or follow a link by its words, and arrive at the next page."""
        self.presses += 1
        control = self.control(label, within)
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            if self.page.locator("iframe").count():
                # Chromium's PDF viewer in a frame swallows clicks beside it at times.
                control.press("Enter")
            else:
                control.click()
        self.look()

    def confirm(self, label: str, *, within: Locator | None = None) -> None:
        """Press a button that asks back, say yes, and arrive at the next page."""
        self.presses += 2
        self.control(label, within).click()
        question = self.page.get_by_role("dialog")
        question.wait_for()
        self.look()
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            question.get_by_role("button").first.click()
        self.look()

    def control(self, label: str, within: Locator | None = None) -> Locator:
        """Find a button or link whose name begins with these words."""
        place = within or self.page.locator("body")
        name = re.compile(rf"^{re.escape(label)}")
        button = place.get_by_role("button", name=name)
        return button.or_(place.get_by_role("link", name=name)).first

    def go_on(self, label: str) -> None:
        """Follow the link of this name in the rail of steps."""
        self.press(label, within=self.page.locator("nav.rail"))

    @property
    def main(self) -> Locator:
        """The page's own content, without its head and foot."""
        return self.page.locator("main")

    # reading ---------------------------------------------------------------------------------
    def reads(self, *texts: str) -> None:
        """Read each of these on the page, now or within a moment."""
        for text in texts:
            try:
                self.page.locator("body", has_text=text).wait_for()
            except TimeoutError:
                said = " ".join(self.main.inner_text().split())
                raise AssertionError(f"{self.page.url} does not say “{text}” but: {said}") from None

    def does_not_read(self, text: str) -> None:
        """Find nothing of it on the page."""
        expect(self.page.locator("body")).not_to_contain_text(text)

    def appears(self, label: str) -> None:
        """Wait for a button or link that a script brings, as the end of long work does."""
        expect(self.control(label)).to_be_visible(timeout=60_000)

    def row(self, text: str) -> Locator:
        """Find the first row of a table that speaks of this."""
        return self.page.locator("tbody tr").filter(has_text=text).first

    # filling in ------------------------------------------------------------------------------
    def fill_in(self, **values: str | bool) -> None:
        """Fill in fields by their names: words, an option's words, or a tick."""
        for name, value in values.items():
            self.put(name, value)

    def put(self, name: str, value: str | bool) -> None:
        """Fill in one field by its name; radio buttons by the value they stand for."""
        self.entries += 1
        field = self.page.locator(f'[name="{name}"]')
        kind = field.first.evaluate("f => f.tagName === 'SELECT' ? 'select' : f.type")
        if kind == "select":
            field.select_option(label=str(value))
        elif kind == "checkbox":
            field.set_checked(bool(value))
        elif kind == "radio":
            self.page.locator(f'[name="{name}"][value="{value}"]').check()
        else:
            field.fill(str(value))

    def put_choices(self, name: str, *options: str) -> None:
        """Tick exactly these boxes of a group."""
        for box in self.page.locator(f'[name="{name}"]').all():
            label = self.page.locator(f'label[for="{box.get_attribute("id")}"]').inner_text()
            box.set_checked(label.strip() in options)

    def upload(self, name: str, file: FilePayload) -> None:
        """Put a file into the input of this name."""
        self.page.locator(f"input[type=file][name={name}]").set_input_files(file)

    def send_file(self, label: str, *, within: Locator | None = None) -> None:
        """Press a button that uploads, and wait for the page that answers in this one's place."""
        self.presses += 1
        before = self.main.element_handle()
        self.control(label, within).click()
        before.wait_for_element_state("hidden")
        self.page.wait_for_load_state("domcontentloaded")
        self.look()

    def download(self, label: str) -> bytes:
        """Follow a link to a file and return its bytes."""
        with self.page.expect_download() as waiting:
            self.control(label).click()
        return Path(waiting.value.path()).read_bytes()

    def close(self) -> None:
        """Leave."""
        self.context.close()

    def _name(self) -> str:
        """Name the picture of a page after its path, ids left out."""
        path = re.sub(r"^https?://[^/]+|[?#].*$", "", self.page.url)
        words = [part for part in path.split("/") if part and not re.search(r"\d", part)]
        return "-".join(words)[:60] or "home"
