"""The holiday table: heads of an association and operators enter a year as it was published."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal import workdays
from portal.audit.services import record
from portal.holidays.models import Holiday, HolidayYear
from portal.numbers import whole_number
from portal.people.models import User

# The word of the address that chooses a year of the installed calendar.
CALENDAR = "calendar"


class HolidayInline(admin.TabularInline[Holiday, HolidayYear]):
    """The days of a year."""

    model = Holiday
    extra = 3


@admin.register(HolidayYear)
class HolidayYearAdmin(admin.ModelAdmin[HolidayYear]):
    """One page for a year with all its days."""

    change_list_template = "admin/holidays/year_list.html"
    list_display = ["year", "source", "complete", "number_of_days"]
    list_per_page = 20
    ordering = ["-year"]
    inlines = [HolidayInline]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show beside the years entered what the installed calendar knows of one of its years."""
        years = workdays.known_years()
        asked = whole_number(request.GET.get(CALENDAR, ""))
        shown = asked if asked in years else years[0]
        # The list itself takes every other word of the address for a filter.
        rest: Any = request.GET.copy()
        rest.pop(CALENDAR, None)
        request.GET = rest
        more = {
            "known_years": years,
            "shown_year": shown,
            "published": workdays.published_in(shown),
            "provisional_from": years[0] + 1,
        }
        return super().changelist_view(request, more | (extra_context or {}))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep a year's number once it is there: it names the row."""
        return ("year",) if obj else ()

    @admin.display(description=_("days entered"))
    def number_of_days(self, year: HolidayYear) -> int:
        """Return how many days are entered."""
        return year.days.count()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write down who changed which year."""
        super().save_related(request, form, formsets, change)
        assert isinstance(request.user, User)
        year: HolidayYear = form.instance
        record("holidays_changed", by=request.user, target=year, days=year.days.count())

    def delete_model(self, request: HttpRequest, obj: HolidayYear) -> None:
        """Write down who took a year away."""
        assert isinstance(request.user, User)
        record("holidays_changed", by=request.user, target=obj, days=0)
        super().delete_model(request, obj)
