"""Prints what setting documents costs: seconds and bytes beside bare WeasyPrint, and in bulk.

    python -m bench.documents [--rounds 7] [--batch 1000]

Floor and portal set the same HTML with the same faces in one run: the floor is WeasyPrint called in
a warm process without limits, archive format, tags or checks left as the portal asks for them; the
portal forks a child with limits for each document. No database and no broker are needed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import django
from pypdf import PdfReader

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
if __name__ == "__main__":
    django.setup()

from portal.documents import pages
from portal.documents.models import Document
from portal.documents.payloads import (
    ApplicationForm,
    DocumentKind,
    FinalAccounts,
    Section,
    SignatureBlock,
)

WORDS = "围绕先进制造与光电信息产业开展学术交流，邀请省内外专家作报告，会后形成调研报告和专家建议。"
PARAGRAPH = WORDS * 9


def form(number: int, *, paragraphs: int) -> Document:
    """Return an unsaved application form with so many paragraphs of about 400 characters."""
    rows: Any = [
        {"label": "项目名称", "kind": "text", "value": f"示例学术论坛{number}"},
        {"label": "申请经费", "kind": "text", "value": "3万元", "half": True},
        {"label": "参会人数", "kind": "text", "value": "260人", "half": True},
    ]
    for part in range(-(-paragraphs // 30)):
        text = "\n".join([PARAGRAPH] * min(30, paragraphs - 30 * part))
        rows.append({"label": f"活动方案{part + 1}", "kind": "long", "value": text})
    payload = ApplicationForm(
        issuer="示例省科学技术协会", call="示例年度学术交流项目", cover=[], date="2026-04-09",
        sections=[Section(title="基本情况", rows=rows)], opinions=[_signature("申报单位意见")],
    )  # fmt: skip
    return _document(DocumentKind.APPLICATION_FORM, "项目申报书", number, payload)


def one_page(number: int) -> Document:
    """Return an unsaved 决算表 of one page."""
    money: Any = [{"title": "支出科目"}, {"title": "预算（元）"}, {"title": "决算（元）"}]
    lines = [["场地与会务", "12,000", "12,800"], ["合计", "30,000", "29,600"]]
    payload = FinalAccounts(
        issuer="示例省科学技术协会", call="示例年度学术交流项目",
        facts=[{"label": "项目名称", "kind": "text", "value": f"示例学术论坛{number}"}],
        sections=[
            Section(
                title="经费支出",
                rows=[{"label": "", "kind": "table", "columns": money, "value": lines}],
            )
        ],
        signature=_signature("承担单位"),
    )  # fmt: skip
    return _document(DocumentKind.FINAL_ACCOUNTS, "经费决算表", number, payload)


def _signature(label: str) -> SignatureBlock:
    return SignatureBlock(
        label=label, statement="以上内容真实、完整。", signer_role="负责人", signer_name="",
        unit="示例学会", date="", seal=True,
    )  # fmt: skip


def _document(kind: DocumentKind, title: str, number: int, payload: Any) -> Document:
    return Document(
        kind=kind, payload=payload, title=title, unit_name="示例学会",
        number=f"SK-2026-{number:04d}", version_no=1, content_sha256="9f3c71aa0b52d8e6" * 4,
        created_at=dt.datetime.now(dt.UTC),
    )  # fmt: skip


def measured(work: Callable[[], object]) -> tuple[float, float]:
    """Return wall and processor time of one call in seconds, its children's included."""
    before, begun = _processor(), time.perf_counter()
    work()
    return time.perf_counter() - begun, _processor() - before


def _processor() -> float:
    """Return the processor time used so far, by this process and its children that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def quietest(rounds: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the shortest wall time and the mean processor time.

    What else the machine does only ever adds to the one; to the other a child counts when it is
    cleared away, which is in the round after its own.
    """
    wall, processor = zip(*rounds, strict=True)
    return min(wall), sum(processor) / len(processor)


def beside_the_floor(name: str, document: Document, rounds: int) -> None:
    """Print one document's time and size, portal against bare WeasyPrint."""
    from portal.documents.render import pdf

    # Its faces are chosen when the portal's module loads it, so it comes from there.
    weasyprint: Any = vars(pdf)["weasyprint"]
    html, css = pages.html_of(document), pages.css()
    pdf.warm(css)
    pdf.fork_ahead()
    sheet = pdf.prepare(css)

    def bare() -> bytes:
        page = weasyprint.HTML(string=html)
        data: bytes = page.write_pdf(stylesheets=[sheet], pdf_variant="pdf/a-3b", pdf_tags=True)
        return data

    floors, ours = [], []
    # In turns, so that whatever else the machine does falls on both.
    for _round in range(rounds):
        floors.append(measured(bare))
        ours.append(measured(lambda: pdf.render_pdf(html, css)))
    data = pdf.render_pdf(html, css)
    floor, own = quietest(floors), quietest(ours)
    print(
        f"{name:11} wall: bare {floor[0]:6.3f} s, portal {own[0]:6.3f} s, ratio "
        f"{own[0] / floor[0]:4.2f}   processor: bare {floor[1]:6.3f} s, portal {own[1]:6.3f} s, "
        f"ratio {own[1] / floor[1]:4.2f}   {len(data)} bytes, "
        f"{len(PdfReader(io.BytesIO(data)).pages)} pages"
    )


def _prepare_worker() -> None:
    """Warm one process, as the worker is before its pool forks."""
    from portal.documents.render import pdf

    if not django.apps.apps.ready:
        django.setup()
    pdf.warm(pages.css())
    pdf.fork_ahead()


def _set_one(number: int) -> tuple[int, int]:
    """Set one form; return the process's memory now and its largest child's, in megabytes."""
    from portal.documents.render import pdf

    assert pdf.render_pdf(pages.html_of(form(number, paragraphs=1)), pages.css())
    pages_held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return pages_held * resource.getpagesize() // 2**20, child


def in_bulk(count: int, workers: int = 2) -> None:
    """Print forms per minute on so many processes, and the memory they held on the way."""
    with ProcessPoolExecutor(workers, initializer=_prepare_worker) as pool:
        list(pool.map(_set_one, range(workers * 2)))
        begun = time.perf_counter()
        held = list(pool.map(_set_one, range(count), chunksize=5))
        wall = time.perf_counter() - begun
    print(
        f"batch       {count} forms on {workers} processes: {wall:.0f} s, "
        f"{count / wall * 60:.0f} a minute"
    )
    for done in sorted({max(count // 10, 1), max(count // 2, 1), count}):
        # Both processes took turns shortly before: the larger of the last twenty is the worker's.
        worker, child = (max(kind) for kind in zip(*held[:done][-20:], strict=True))
        print(f"            after {done:5}: worker {worker} MB, largest child so far {child} MB")


def cold_start() -> None:
    """Print how long a fresh process takes to its first document."""
    code = (
        "import django; django.setup()\n"
        "from bench.documents import form\n"
        "from portal.documents import pages\n"
        "from portal.documents.render.pdf import render_pdf\n"
        "assert render_pdf(pages.html_of(form(1, paragraphs=1)), pages.css())"
    )
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])
    print(f"cold start  {time.perf_counter() - begun:6.2f} s from nothing to the first form")


def main() -> None:
    """Measure one form, a long one, a batch, and a cold start."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--batch", type=int, default=1000)
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the beginning")
    beside_the_floor("one page", one_page(1), given.rounds)
    beside_the_floor("short form", form(1, paragraphs=1), given.rounds)
    beside_the_floor("30 pages", form(2, paragraphs=43), max(given.rounds // 2, 3))
    cold_start()
    in_bulk(given.batch)


if __name__ == "__main__":
    main()
