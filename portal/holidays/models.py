"""A year of the calendar as it was published: its days off and its working weekends."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class HolidayYear(models.Model):
    """One year; once it is complete its days count as published, not as reckoned."""

    year = models.PositiveSmallIntegerField(
        _("year"), primary_key=True, validators=[MinValueValidator(2004), MaxValueValidator(2200)]
    )
    source = models.CharField(
        _("published by"),
        max_length=200,
        help_text=_("Number and day of the State Council's notice on the days off."),
    )
    complete = models.BooleanField(
        _("all days off and working weekends are entered"),
        default=False,
        help_text=_("Only then periods in working days can be fixed on days of this year."),
    )

    class Meta:
        verbose_name = _("days off of a year")
        verbose_name_plural = _("days off")
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(self.year)


class Holiday(models.Model):
    """A day that is not what its weekday says; it goes before the installed calendar."""

    year = models.ForeignKey(HolidayYear, models.CASCADE, related_name="days")
    day = models.DateField(_("day"), unique=True)
    is_workday = models.BooleanField(
        _("working day"),
        default=False,
        help_text=_("Ticked for a weekend on which people work, empty for a day off."),
    )
    note = models.CharField(_("occasion"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("day")
        verbose_name_plural = _("days")
        ordering = ["day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(day__year=F("year")),
                name="holiday_in_its_year",
                violation_error_message=_("This day lies in another year."),
            )
        ]

    def __str__(self) -> str:
        return self.day.isoformat()
