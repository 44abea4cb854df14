"""The yearly report: the figures of a year as a workbook and as a document with its own code."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from calls.forms_schema import digest
from portal import clock
from portal.audit.services import record
from portal.documents.models import Document
from portal.documents.payloads import (
    Column,
    DocumentKind,
    ReportBar,
    ReportPart,
    YearlyReport,
)
from portal.documents.services import render_document, request_document
from portal.errors import RuleViolation
from portal.face.wording import wan
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.jobs.services import progress, start
from portal.people.access import require_staff
from portal.people.models import Issuer, User
from reviews.exports import Cell, write_book
from reviews.figures import Figures, Line, Sum
from reviews.figures_reading import figures_of

WHOLE = 1000


@transaction.atomic
def start_report(*, issuer: Issuer, year: int, by: User) -> Job:
    """Order the yearly report as a PDF. Raises Http404 for who is not the association's staff."""
    require_staff(by, issuer, writes=False)
    record("report_ordered", by=by, target=issuer, issuer=issuer, year=year)
    page = f"{reverse('admin:reviews_figures')}?{urlencode({'issuer': issuer.pk, 'year': year})}"
    return start(
        "yearly_report",
        title=_("Yearly report %(year)d") % {"year": year},
        by=by,
        issuer=issuer,
        task="reviews.tasks.make_report",
        args={"issuer": issuer.pk, "year": year},
        next_url=page,
    )


def make_report(job: Job) -> tuple[StoredFile, str]:
    """Set the report a job orders and return its file.

    The document bears a code: who is handed the paper can see that the portal made it. Raises
    RuleViolation when it cannot be set.
    """
    issuer = Issuer.objects.select_related("organisation").get(pk=job.args["issuer"])
    require_staff(job.created_by, issuer, writes=False)
    year = int(job.args["year"])
    progress(job, 0, 2)
    with translation.override(settings.LANGUAGE_CODE):
        payload = payload_of(issuer, figures_of(issuer, year))
        progress(job, 1)
        document = request_document(
            kind=DocumentKind.YEARLY_REPORT,
            payload=payload,
            title=f"{year}年度申报工作统计报告",
            unit_name=issuer.organisation.name,
            number="",
            version_no=1,
            content_sha256=digest(payload),
            issuer_id=issuer.pk,
            organisation_id=issuer.organisation_id,
            subject_label=f"reviews.report:{issuer.pk}-{year}",
            queue="batch",
        )
        render_document(document.pk)
    document = Document.objects.select_related("file").get(pk=document.pk)
    if document.file is None:
        raise RuleViolation([document.failure or _("The report could not be set; try again.")])
    return document.file, _("The report of %(year)d is ready.") % {"year": year}


def payload_of(issuer: Issuer, figures: Figures) -> YearlyReport:
    """Return what the report prints; without the names of experts, as superiors read it."""
    parts = [_overview(figures), _money(figures), _calls(figures)]
    parts += [
        ReportPart(
            title=str(table.title),
            columns=_columns(_parted_by()),
            entries=[_entry(line) for line in table.lines],
            bars=[_bar(line, _most(table.lines)) for line in table.lines],
        )
        for table in figures.tables
        if table.lines
    ]
    parts += [_rates(figures)] if figures.rates else []
    parts += [_experts(figures)] if figures.loads else []
    return YearlyReport(
        issuer=issuer.organisation.name,
        year=str(figures.year),
        intro=_intro(issuer, figures),
        parts=parts,
        date=clock.today().isoformat(),
    )


def _intro(issuer: Issuer, figures: Figures) -> str:
    total = figures.total.now
    return _(
        "In %(year)d %(issuer)s published %(calls)d calls. %(units)d units handed in %(entries)d "
        "applications; %(accepted)d passed the formal check and %(selected)d were selected."
    ) % {
        "year": figures.year,
        "issuer": issuer.organisation.name,
        "calls": len(figures.calls),
        "units": len(total.units),
        "entries": total.entries,
        "accepted": total.accepted,
        "selected": total.selected,
    }


def _column(title: str, weight: int = 2) -> Column:
    return Column(title=title, weight=weight, align="left" if weight > 2 else "right")


def _columns(first: str) -> list[Column]:
    return [
        _column(first, 5), _column(_("Handed in")), _column(_("Year before")),
        _column(_("Accepted")), _column(_("Selected")), _column(_("Granted (10,000 yuan)")),
    ]  # fmt: skip


def _entry(line: Line) -> list[str]:
    now = line.now
    return [line.label, str(now.entries), str(line.before.entries), str(now.accepted),
            str(now.selected), wan(now.granted)]  # fmt: skip


def _most(lines: tuple[Line, ...]) -> int:
    return max((max(line.now.entries, line.before.entries) for line in lines), default=0)


def _bar(line: Line, most: int) -> ReportBar:
    """Return lengths in thousandths of the longest bar."""
    return ReportBar(
        label=line.label,
        value=str(line.now.entries),
        share=line.now.entries * WHOLE // most if most else 0,
        share_before=line.before.entries * WHOLE // most if most else 0,
    )


def _overview(figures: Figures) -> ReportPart:
    now, before = figures.total.now, figures.total.before
    return ReportPart(
        title=pgettext("of a report", "Overview"),
        columns=[_column(_what(), 5), _column(str(figures.year)), _column(str(figures.year - 1))],
        entries=[[str(cell) for cell in fact] for fact in _facts(now, before)],
    )


def _facts(now: Sum, before: Sum) -> Iterator[tuple[str, int | str, int | str]]:
    """Yield each fact of the overview with the year before."""
    yield _("Units that applied"), len(now.units), len(before.units)
    yield _("Handed in"), now.entries, before.entries
    yield _("Passed the formal check"), now.accepted, before.accepted
    yield _("Passed, of those handed in"), _percent(now.acceptance), _percent(before.acceptance)
    yield _("Selected"), now.selected, before.selected
    yield _("Selected, of those handed in"), _percent(now.success), _percent(before.success)
    yield _("Withdrawn or not accepted"), now.freed, before.freed


def _what() -> str:
    return pgettext("of an overview", "Item")


def _parted_by() -> str:
    return pgettext("of a table parted by something", "Item")


def _percent(value: int | None) -> str:
    return pgettext("of a share", "not yet") if value is None else f"{value} %"


def _money(figures: Figures) -> ReportPart:
    most = max((max(now, before) for _label, now, before in figures.money), default=Decimal(0))
    return ReportPart(
        title=_("Money (10,000 yuan)"),
        columns=[_column(_what(), 5), _column(str(figures.year)), _column(str(figures.year - 1))],
        entries=[[str(label), wan(now), wan(before)] for label, now, before in figures.money],
        bars=[
            ReportBar(
                label=str(label), value=wan(now),
                share=int(now * WHOLE / most) if most else 0,
                share_before=int(before * WHOLE / most) if most else 0,
            )
            for label, now, before in figures.money
        ],
    )  # fmt: skip


def _calls(figures: Figures) -> ReportPart:
    return ReportPart(
        title=_("Calls"),
        columns=[
            _column(_("Call"), 5), _column(_("Places")), _column(_("Handed in")),
            _column(_("Accepted")), _column(_("Selected")), _column(_("Planned (10,000 yuan)")),
            _column(_("Granted (10,000 yuan)")),
        ],
        entries=[
            [line.title, "—" if line.slots is None else str(line.slots), str(line.now.entries),
             str(line.now.accepted), str(line.now.selected),
             "—" if line.planned is None else wan(line.planned), wan(line.now.granted)]
            for line in figures.calls
        ],
    )  # fmt: skip


def _rates(figures: Figures) -> ReportPart:
    return ReportPart(
        title=_("In time"),
        columns=[
            _column(_what(), 5), _column(pgettext("counted", "In time")), _column(_("Of")),
            _column(str(figures.year)), _column(str(figures.year - 1)),
        ],
        entries=[
            [str(r.label), str(r.part), str(r.whole), _percent(r.percent),
             _percent(r.percent_before)]
            for r in figures.rates
        ],
    )  # fmt: skip


def _experts(figures: Figures) -> ReportPart:
    """Say how the work was spread; who did it stays in the house."""
    loads = [load.assigned for load in figures.loads if load.assigned]
    facts = [
        [_("Experts with files"), str(len(loads))],
        [_("Files given out"), str(sum(loads))],
        [_("Sheets handed in"), str(sum(load.handed_in for load in figures.loads))],
        [_("Conflicts declared"), str(sum(load.recused for load in figures.loads))],
        [_("Fewest and most files of one expert"), f"{min(loads)}–{max(loads)}" if loads else "—"],
    ]
    return ReportPart(
        title=_("Experts"),
        columns=[_column(_what(), 5), _column(str(figures.year))],
        entries=facts,
    )


def write_workbook(target: io.BytesIO, figures: Figures) -> None:
    """Write every table of the year as a sheet, the experts' with their names."""
    write_book(target, _sheets(figures))


def _sheets(figures: Figures) -> Iterator[tuple[str, list[str], list[list[Cell]]]]:
    """Yield title, heads and lines of each sheet; amounts in yuan."""
    year, before = str(figures.year), str(figures.year - 1)
    facts = list(_facts(figures.total.now, figures.total.before))
    yield (
        pgettext("of a report", "Overview"),
        [_what(), year, before],
        [list(fact) for fact in facts],
    )
    money: list[list[Cell]] = [[str(label), now, last] for label, now, last in figures.money]
    yield _("Money (yuan)"), [_what(), year, before], money
    yield (
        _("Calls"),
        [_("Call"), _("Places"), _("Handed in"), _("Accepted"), _("Selected"),
         _("Planned by the calls"), _("Applied for"), _("Granted"), _("Paid"), _("Spent")],
        [[c.title, c.slots, c.now.entries, c.now.accepted, c.now.selected, c.planned,
          c.now.asked, c.now.granted, c.now.paid, c.now.spent] for c in figures.calls],
    )  # fmt: skip
    heads = [_parted_by(), _("Handed in"), _("Year before"), _("Accepted"), _("Selected"),
             _("Applied for"), _("Granted"), _("Paid"), _("Spent")]  # fmt: skip
    for table in figures.tables:
        yield (
            str(table.title),
            heads,
            [[one.label, one.now.entries, one.before.entries, one.now.accepted, one.now.selected,
              one.now.asked, one.now.granted, one.now.paid, one.now.spent] for one in table.lines],
        )  # fmt: skip
    yield (
        _("In time"),
        [_what(), pgettext("counted", "In time"), _("Of"), f"{year} %", f"{before} %"],
        [[str(r.label), r.part, r.whole, r.percent, r.percent_before] for r in figures.rates],
    )
    yield (
        _("Experts"),
        [_("Expert"), _("Files given out"), _("Sheets handed in"), _("Too late or missing"),
         _("Conflicts declared")],
        [[one.name, one.assigned, one.handed_in, one.late, one.recused] for one in figures.loads],
    )  # fmt: skip
