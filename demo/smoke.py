"""The smoke walk: one application over HTTP, from the first question to the published list.

python -m demo.smoke --base URL walks against a running web and worker on freshly seeded data and
prints each step with its time; exit code 0 means that every step came out as it should.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import django

from demo.browsing import Browser, Page, Surprise
from demo.units import PASSWORD, mailbox

if TYPE_CHECKING:
    from calls.models import Category

UNIT, OFFICER = "jl-materials", "jl-officer"
CATEGORY = "forum"
PATIENCE = 60  # seconds for a form to be printed


class Walk:
    """The walk with its three people and what they have in hand."""

    def __init__(self, base: str, folder: Path) -> None:
        self.base, self.folder = base, folder
        self.began = self.last = time.monotonic()
        self.filler, self.approver, self.officer = (Browser(base) for _n in range(3))
        self.packet = ""
        self.application = ""
        self.pdf = b""
        self.receipt = ""

    def step(self, what: str) -> None:
        """Print what came out well, with the time it took."""
        now = time.monotonic()
        print(f"{now - self.began:6.2f} s  (+{now - self.last:5.2f})  {what}", flush=True)
        self.last = now

    def run(self) -> Path:
        """Walk; return where the stamped form lies."""
        self._draft()
        self._sign_off()
        stamped, last_look = self._form_and_scan()
        self._hand_in(last_look)
        self._accept()
        self._select_and_publish()
        self._public()
        return stamped

    def _draft(self) -> None:
        self.filler.sign_in(mailbox(UNIT), PASSWORD)
        category = _category()
        page = self.filler.get(f"/calls/{category.call_id}/")
        self.step("the unit reads what it may apply for")
        page = self.filler.get(f"/my/start/{category.pk}/")
        page = self.filler.send(page, page.own_form(), has_confidential="no")
        self.application = page.url.split("/applications/")[1].split("/")[0]
        self.step("draft begun, confidentiality asked first")
        self._fill(page, category)
        self.step("every answer saved by itself")

    def _fill(self, page: Page, category: Category) -> None:
        """Save each answer as the page's script does."""
        from applications.models import Application
        from applications.services.drafting import sections_of
        from demo.answers import Filler

        application = Application.objects.select_related("category__parent").get(
            pk=self.application
        )
        self.packet = str(application.packet_id)
        packet = application.packet
        sections = sections_of(packet, application)
        answers = Filler(packet.call, category, Random(7)).fill(sections)
        form = page.form("revision-")
        token = dict(form.fields)["csrfmiddlewaretoken"]
        for key, value in answers.items():
            section, code = key.split(".")
            form.action = f"/my/applications/{self.application}/steps/{section}/save/"
            form.fields = [("csrfmiddlewaretoken", token)]
            said = self.filler.send(page, form, field=code, value=_sent(value), revision="0")
            if errors := json.loads(said.text)["errors"]:
                raise Surprise(f"{key}: {errors}")

    def _sign_off(self) -> None:
        page = self.filler.get(f"/my/packets/{self.packet}/check/")
        page = self.filler.send(page, page.own_form())
        self.step("complete, sent to the approver")
        self.approver.sign_in(mailbox(f"{UNIT}-approver"), PASSWORD)
        page = self.approver.get(f"/my/packets/{self.packet}/sign-off/")
        self.approver.send(page, page.form("sign"), step="sign")
        self.step("signed off: frozen, numbered, ordered from the worker")

    def _form_and_scan(self) -> tuple[Path, Page]:
        from demo.paper import scan_of

        address = f"/my/packets/{self.packet}/form/"
        until = time.monotonic() + PATIENCE
        while "download=1" not in (page := self.filler.get(address)).text:
            if time.monotonic() > until:
                raise Surprise("the form is not printed; look at the worker's log")
            time.sleep(0.2)
        self.pdf = self.filler.get(f"{address}?download=1").data
        if not self.pdf.startswith(b"%PDF"):
            raise Surprise("the form is no PDF")
        self.step(f"form printed and downloaded, {len(self.pdf)} bytes")
        scan = scan_of(self.pdf)
        stamped = self.folder / "stamped.pdf"
        stamped.write_bytes(scan)
        page = self.filler.upload(page, page.form("scan"), "scan", "盖章扫描件.pdf", scan)
        if self._state() != "sealed":
            raise Surprise(f"the scan was not taken: {page.url}")
        self.step("signed, stamped, scanned; the scan was recognised by its code")
        return stamped, page

    def _hand_in(self, last_look: Page) -> None:
        page = self.filler.send(last_look, last_look.form("key"))
        if "/receipts/" not in page.url:
            raise Surprise("no receipt")
        self.receipt = page.url.rstrip("/").split("/")[-1]
        self.step(f"handed in, receipt {self.receipt}")

    def _accept(self) -> None:
        self.officer.sign_in(mailbox(OFFICER), PASSWORD)
        address = f"/admin/reviews/submission/{self.application}/change/"
        page = self.officer.get(address)
        while "/flags/" in page.text:
            form = page.form("/flags/")
            page = self.officer.send(page, form, note="已向登记部门核实")
        form = page.form("/check/")
        self.officer.send(page, form, do="accept_rest")
        if self._state() != "accepted":
            raise Surprise("not accepted")
        self.step("formal check done, accepted")

    def _select_and_publish(self) -> None:
        category = _category()
        page = self.officer.get(f"/admin/reviews/call/{category.call_id}/deciding/")
        page = self.officer.send(
            page,
            page.form("-outcome"),
            **{
                f"{self.application}-outcome": "selected",
                f"{self.application}-amount": f"{category.amount_max:.2f}",
                "do": "publish",
            },
        )
        self.step("selected, within places and money")
        self.officer.send(page, page.form("seen"), title="关于公布学术交流项目名单的通知")
        if self._state() != "selected":
            raise Surprise("not published")
        self.step("list published")

    def _public(self) -> None:
        from applications.models import Application

        title = Application.objects.get(pk=self.application).title
        anybody = Browser(self.base)
        results = anybody.get("/results/").text
        if "关于公布学术交流项目名单的通知" not in results:
            raise Surprise("the public does not find the list")
        notice = _result_notice()
        if title not in anybody.get(f"/notices/{notice}/").text:
            raise Surprise("the title is not on the list")
        self.step("anybody reads the list")

    def _state(self) -> str:
        from applications.models import Application

        return str(Application.objects.get(pk=self.application).state)


def _sent(value: object) -> str:
    """Write an answer as the page's script sends it."""
    if isinstance(value, dict):
        return json.dumps([value.get("start"), value.get("end")])
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _category() -> Category:
    from calls.enums import CallState
    from calls.models import Category

    return Category.objects.select_related("call", "parent").get(
        call__issuer__slug="jilin", call__state=CallState.PUBLISHED, code=CATEGORY
    )


def _result_notice() -> int:
    from calls.models import Notice

    return Notice.objects.filter(kind="result", issuer__slug="jilin").latest("published_at").pk


def main() -> int:
    """Run the walk; print what went wrong, if anything did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", required=True)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from django.conf import settings

    walk = Walk(options.base, settings.VAR_DIR)
    try:
        stamped = walk.run()
    except Surprise as surprise:
        print(f"The walk stopped: {surprise}", file=sys.stderr)
        return 1
    print(f"The stamped form: {stamped}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
