"""The figures of a year on the screen, as a workbook, and as a report to be set."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.audit.services import record
from portal.files.names import clean_name
from portal.numbers import whole_number
from portal.people.models import Issuer
from reviews.charts import Chart, chart_of
from reviews.exports import XLSX
from reviews.figures import Figures
from reviews.figures_reading import figures_of, telling_year, years_of
from reviews.scope import own_issuers
from reviews.services import reporting
from reviews.views.pages import actor, show

WAN = Decimal(10_000)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show a year of one of the person's associations beside the year before."""
    issuer = _issuer(request)
    years = years_of(issuer)
    year = _year(request, issuer, years)
    figures = figures_of(issuer, year)
    context: dict[str, Any] = {
        "title": _("Figures"),
        "figures": figures,
        "shown_issuer": issuer,
        "years": years,
        "charts": _charts(figures),
        "several": own_issuers(request) if len(own_issuers(request)) > 1 else [],
    }
    return show(request, "reviews/figures.html", context)


def _issuer(request: HttpRequest) -> Issuer:
    """Return the association asked for, else the person's first; 404 for one not her own."""
    own = own_issuers(request)
    wanted = request.GET.get("issuer", "")
    for issuer in own:
        if not wanted or wanted == str(issuer.pk):
            return issuer
    raise Http404


def _year(request: HttpRequest, issuer: Issuer, years: list[int]) -> int:
    """Return the year asked for if there is one, else the one that tells most."""
    asked = whole_number(request.GET.get("year", ""))
    return asked if asked is not None and asked in years else telling_year(issuer, years)


def _charts(figures: Figures) -> dict[str, Chart]:
    """Draw the tables; money in 万元."""
    compare = figures.has_before
    charts = {
        table.code: chart_of(
            table.code,
            table.title,
            _("applications handed in"),
            [(line.label, line.now.entries, line.before.entries) for line in table.lines],
            compare=compare,
        )
        for table in figures.tables
    }
    rows = [(str(label), now / WAN, before / WAN) for label, now, before in figures.money]
    charts["money"] = chart_of("money", _("Money"), _("10,000 yuan"), rows, compare=compare)
    rates = [(str(r.label), r.percent, r.percent_before) for r in figures.rates if r.is_known]
    charts["rates"] = chart_of("rates", _("In time"), "%", rates, compare=compare)
    return charts


@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """Hand out every table of the year as a workbook; it names experts, so it is written down."""
    issuer = _issuer(request)
    year = _year(request, issuer, years_of(issuer))
    record("figures_exported", by=actor(request), target=issuer, issuer=issuer, year=year)
    target = io.BytesIO()
    reporting.write_workbook(target, figures_of(issuer, year))
    name = clean_name("{} {} {}.xlsx".format(issuer.organisation.name, year, _("figures")))
    response = HttpResponse(target.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Order the yearly report as a PDF; the job's page shows how far it is."""
    issuer = _issuer(request)
    year = _year(request, issuer, years_of(issuer))
    job = reporting.start_report(issuer=issuer, year=year, by=actor(request))
    return redirect("jobs:status", job.pk)
