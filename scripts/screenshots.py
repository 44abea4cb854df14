"""Makes the README's pictures from a running demo: python -m scripts.screenshots [--base URL]."""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from demo.units import PASSWORD, mailbox

IMAGES = Path(__file__).resolve().parent.parent / "docs/images"
CHROMIUM = "/usr/bin/chromium"
OPTIONS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
WINDOW: ViewportSize = {"width": 1180, "height": 860}
WIDTH = 900  # pixels of a picture; with 128 colours about 80 KB


def keep(picture: Image.Image, name: str) -> None:
    """Write a picture small enough for a repository."""
    height = round(picture.height * WIDTH / picture.width)
    small = picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    IMAGES.mkdir(parents=True, exist_ok=True)
    small.quantize(128).save(IMAGES / f"{name}.png", optimize=True)


def shoot(page: Page, name: str) -> None:
    """Take what the window shows."""
    keep(Image.open(io.BytesIO(page.screenshot())), name)


def sign_in(page: Page, base: str, who: str) -> None:
    """Sign in as one of the demo's people."""
    page.goto(f"{base}/accounts/login/")
    page.fill("input[name=login]", mailbox(who))
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "login" not in url)


def form(pdf: bytes) -> None:
    """Put the cover and an inner page of the printed form side by side."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[number].render(scale=1.2).to_pil() for number in (0, 1)]
    both = Image.new("RGB", (sum(p.width for p in pages) + 24, pages[0].height), "#888888")
    both.paste(pages[0], (0, 0))
    both.paste(pages[1], (pages[0].width + 24, 0))
    keep(both, "form")


def main() -> None:
    """Take every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    base = parser.parse_args().base.rstrip("/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        unit = browser.new_context(locale="zh-CN", viewport=WINDOW).new_page()
        sign_in(unit, base, "jl-ea2")
        unit.goto(f"{base}/")
        unit.click("main a:has-text('吉林省科协国内外学术交流')")
        shoot(unit, "call")
        filler = browser.new_context(locale="zh-CN", viewport=WINDOW).new_page()
        sign_in(filler, base, "jl-optics")
        filler.goto(f"{base}/my/")
        filler.click("main .todo a.button:has-text('继续填报')")
        filler.click("main a.button >> nth=0")
        shoot(filler, "step")
        filler.goto(f"{base}/my/")
        filler.click("main table a >> nth=-1")
        link = filler.get_attribute("a[href$='/pdf/']", "href")
        form(filler.request.get(f"{base}{link}").body())
        desk = browser.new_context(locale="zh-CN", viewport=WINDOW).new_page()
        sign_in(desk, base, "jl-officer")
        desk.goto(f"{base}/admin/")
        shoot(desk, "desk")
        browser.close()


if __name__ == "__main__":
    main()
