"""The figures of a year: what is counted, the year before beside it, page, workbook, report."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from applications.models import Application
from applications.states import State
from calls.enums import FundingKind
from calls.models import Call, Category
from portal import clock
from portal.audit.models import AuditEntry
from portal.documents.models import Document
from portal.jobs.models import Job, JobState
from portal.people.models import Affiliation, Organisation
from reviews import tasks
from reviews.charts import MOST_BARS, VALUE, WIDTH, chart_of
from reviews.figures import Entry, Sum, share, table_of, total_of
from reviews.figures_reading import figures_of
from reviews.models import Decision
from reviews.services import reporting
from tests.factories.applications import make_scene as make_plain_scene
from tests.factories.people import StaffPostFactory
from tests.factories.reviews import Scene, many_submissions, version_id


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Read labels as they are written in the code."""
    with translation.override("en"):
        yield


entries = st.builds(
    Entry,
    year=st.sampled_from([2024, 2025, 2026]),
    call=st.integers(1, 3),
    category=st.sampled_from(["论坛", "年会", ""]),
    kind=st.just("学会"),
    region=st.just("长春"),
    unit=st.integers(1, 5),
    state=st.sampled_from(State.values),
    asked=st.none() | st.decimals(0, 10**6, places=2),
    granted=st.none() | st.decimals(0, 10**6, places=2),
)


@given(st.lists(entries, max_size=30))
def test_the_lines_of_a_table_add_up_to_the_total(rows: list[Entry]) -> None:
    table = table_of(
        rows, 2026, code="category", title="", by=lambda e: e.category, otherwise="未注明"
    )
    total = total_of(rows, 2026, "")
    for name in ("entries", "freed", "accepted", "selected", "asked", "granted"):
        for year in ("now", "before"):
            parts = [getattr(getattr(line, year), name) for line in table.lines]
            assert sum(parts) == getattr(getattr(total, year), name)
    assert "" not in [line.label for line in table.lines]


def test_what_was_given_up_is_counted_as_handed_in_and_asks_for_nothing() -> None:
    one = Entry(2026, 1, "", "", "", 1, State.WITHDRAWN, Decimal(100), Decimal(50))
    found = Sum()
    found.add(one)
    assert (found.entries, found.freed) == (1, 1)
    assert found.asked == found.granted == 0


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(0, 0, None), (0, 3, 0), (1, 3, 33), (1, 200, 1), (3, 3, 100)]
)
def test_a_share_is_rounded_half_up(part: int, whole: int, percent: int | None) -> None:
    assert share(part, whole) == percent


def test_bars_fill_the_width_and_what_is_little_stays_visible() -> None:
    rows = [("长" * 40, 1000, 0), ("b", 1, 500), *((str(n), 0, 0) for n in range(MOST_BARS))]
    chart = chart_of("x", "", "", rows)
    assert chart.bars[0].width == WIDTH - VALUE
    assert chart.bars[0].width_before == 0
    assert chart.bars[1].width == 1.0
    assert chart.bars[0].label.endswith("…")
    assert (len(chart.bars), chart.left_out) == (MOST_BARS, 2)
    assert chart_of("x", "", "", []).bars == ()


def decided(application: Application, scene: Scene, amount: int) -> None:
    Application.objects.filter(pk=application.pk).update(state=State.SELECTED)
    Decision.objects.create(
        application=application, outcome="selected", amount=amount, by=scene.officer,
        at=clock.now(),
    )  # fmt: skip


@pytest.fixture
def years(scene: Scene) -> Scene:
    """Two years of one association: four handed in, one selected; the year before two."""
    Category.objects.filter(call=scene.call).update(
        funding_kind=FundingKind.UP_TO, amount_max=30_000
    )
    rows = many_submissions(scene, 4)
    Application.objects.update(amount=Decimal(20_000))
    decided(rows[0], scene, 15_000)
    Application.objects.filter(pk=rows[1].pk).update(state=State.WITHDRAWN)
    unit = rows[0].packet.organisation
    Organisation.objects.filter(pk=unit.pk).update(region="长春市")
    Affiliation.objects.create(
        organisation=unit, issuer=scene.issuer, kind="society", level="provincial",
        state="verified",
    )  # fmt: skip
    last = make_plain_scene(year=2025, issuer=scene.issuer)
    many_submissions(last, 2)
    Call.objects.filter(pk=last.call.pk).update(opens_at=scene.call.opens_at - dt.timedelta(365))
    return scene


def test_counts_a_year_beside_the_one_before(years: Scene) -> None:
    figures = figures_of(years.issuer, 2026)
    now, before = figures.total.now, figures.total.before
    assert (now.entries, now.freed, now.accepted, now.selected) == (4, 1, 1, 1)
    assert now.asked == 60_000
    assert now.granted == 15_000
    assert before.entries == 2
    # Two categories of three places with 30,000 each.
    assert figures.planned == 180_000
    by_kind = {t.code: t for t in figures.tables}["kind"]
    assert [line.now.entries for line in by_kind.lines] == [4, 0]
    assert [c.title for c in figures.calls] == [years.call.title]
    rates = {str(r.label): (r.part, r.whole) for r in figures.rates}
    assert rates["Handed in by the deadline"] == (4, 4)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_year_is_read_with_as_many_queries_whatever_was_handed_in(
    scene: Scene, django_assert_num_queries: Any, rows: int
) -> None:
    many_submissions(scene, rows)
    with django_assert_num_queries(17):
        assert figures_of(scene.issuer, 2026).total.now.entries == rows


def test_staff_see_their_own_figures_and_no_others(years: Scene, desk: Client) -> None:
    stranger = StaffPostFactory()
    page = desk.get(reverse("admin:reviews_figures"))
    assert page.context["figures"].year == 2026
    assert page.text.count('class="chart"') == 5
    assert (
        desk.get(reverse("admin:reviews_figures"), {"year": "2025"}).context["figures"].year == 2025
    )
    assert desk.get(reverse("admin:reviews_figures"), {"year": "x"}).status_code == 200
    for name in ("reviews_figures", "reviews_figures_workbook"):
        answer = desk.get(reverse(f"admin:{name}"), {"issuer": stranger.issuer_id})
        assert answer.status_code == 404
    answer = desk.post(f"{reverse('admin:reviews_report')}?issuer={stranger.issuer_id}")
    assert answer.status_code == 404


def test_the_newest_year_with_a_result_comes_first_and_nothing_due_is_no_rate(
    years: Scene, desk: Client
) -> None:
    """A call just opened says little: not that nobody was in time, and it is not shown first."""
    fresh = make_plain_scene(year=2027, issuer=years.issuer)
    late, early = many_submissions(fresh, 2)
    now = clock.now()
    Call.objects.filter(pk=fresh.call.pk).update(paper_copies=1, paper_by=now + dt.timedelta(9))
    asked = {"by": years.officer, "at": now, "reason": "请补正"}
    for one, due in ((late, now - dt.timedelta(1)), (early, now + dt.timedelta(5))):
        one.corrections.create(**asked, due=due, version_id=version_id(one))
    page = desk.get(reverse("admin:reviews_figures"))
    assert page.context["years"] == [2027, 2026, 2025]
    assert page.context["figures"].year == 2026
    page = desk.get(reverse("admin:reviews_figures"), {"year": "2027"})
    figures = page.context["figures"]
    rates = {str(rate.label): (rate.part, rate.whole) for rate in figures.rates}
    assert rates["按时补正"] == (0, 1), "whose time is not over is not late"
    assert figures.total.now.success is None
    assert "尚无" in page.text
    Call.objects.filter(pk=fresh.call.pk).update(paper_by=now)
    rates = {str(r.label): (r.part, r.whole) for r in figures_of(years.issuer, 2027).rates}
    assert rates["纸质材料按时收齐"] == (0, 2)


def test_an_association_without_calls_is_told_so(desk: Client, scene: Scene) -> None:
    other = StaffPostFactory()
    browser = Client()
    browser.force_login(other.user)
    page = browser.get(reverse("admin:reviews_figures"))
    assert page.status_code == 200
    assert page.context["years"] == []


def test_the_workbook_holds_every_table_and_is_written_down(years: Scene, desk: Client) -> None:
    response = desk.get(reverse("admin:reviews_figures_workbook"), {"year": "2026"})
    book = load_workbook(io.BytesIO(response.content))
    assert len(book.sheetnames) == 8
    calls = list(book.worksheets[2].values)
    assert calls[1][0] == years.call.title
    assert AuditEntry.objects.filter(action="figures_exported").count() == 1


def test_the_report_is_set_once_for_the_same_figures(years: Scene, desk: Client) -> None:
    jobs = []
    for _time in range(2):
        answer = desk.post(f"{reverse('admin:reviews_report')}?year=2026")
        job = Job.objects.get(pk=answer.headers["Location"].split("/")[-2])
        tasks.make_report(str(job.pk))
        job.refresh_from_db()
        assert job.state == JobState.DONE, job.message
        jobs.append(job)
    assert jobs[0].result is not None
    assert jobs[0].result == jobs[1].result
    assert jobs[0].result.file.read(5) == b"%PDF-"
    document = Document.objects.get(kind="yearly_report")
    assert document.payload["parts"][0]["entries"]


def test_the_report_names_no_expert(years: Scene) -> None:
    figures = figures_of(years.issuer, 2026)
    from reviews.figures import Load

    object.__setattr__(figures, "loads", (Load("王专家", 3, 2, 1, 0),))
    text = str(reporting.payload_of(years.issuer, figures))
    assert "王专家" not in text
