"""Categories: a tree of depth two at most, whose leaves are applied for."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from calls.enums import FundingKind, Joint, Payment, SlotsKind


class CategoryQuerySet(models.QuerySet["Category"]):
    """Sets of categories."""

    def leaves(self) -> CategoryQuerySet:
        """Categories one can apply for."""
        return self.filter(children=None)

    def closing_early(self) -> CategoryQuerySet:
        """Categories that state an end of their own, the first to close first."""
        return self.exclude(closes_at=None).select_related("parent").order_by("closes_at", "pk")

    def roots(self) -> CategoryQuerySet:
        """Top categories."""
        return self.filter(parent=None)


class Category(models.Model):
    """What may be applied for; each leaf has its own places, money and execution window."""

    call = models.ForeignKey("calls.Call", models.CASCADE, related_name="categories")
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children",
        verbose_name=_("part of"),
    )  # fmt: skip
    code = models.SlugField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("in one line"), max_length=200, blank=True)
    purpose = models.TextField(_("purpose"), blank=True)
    requirements = models.TextField(_("form, size and results asked for"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    slots_kind = models.CharField(
        _("places"), max_length=10, choices=SlotsKind, default=SlotsKind.EXACT
    )
    slots_min = models.PositiveIntegerField(_("places from"), null=True, blank=True)
    slots_max = models.PositiveIntegerField(_("places to"), null=True, blank=True)
    # Places with money, where not every place has some.
    funded_slots = models.PositiveIntegerField(_("places with funding"), null=True, blank=True)

    funding_kind = models.CharField(
        _("funding"), max_length=10, choices=FundingKind, default=FundingKind.NONE
    )
    # Yuan; for a fixed amount both are equal.
    amount_min = models.DecimalField(
        _("amount from (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    amount_max = models.DecimalField(
        _("amount to (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    total_max = models.DecimalField(
        _("money in all, at most (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    cost_share_percent = models.PositiveSmallIntegerField(
        _("share of the cost, at most (%)"), null=True, blank=True
    )
    paid = models.CharField(
        _("paid"), max_length=20, choices=Payment, default=Payment.UNSTATED, blank=True
    )
    # Exclusive like every end of a call, and earlier than the call's; empty: it closes with the
    # category above, or with the call. Read through ``own_end``.
    closes_at = models.DateTimeField(_("applications close earlier"), null=True, blank=True)
    # Both days belong to the window.
    window_start = models.DateField(_("carried out from"), null=True, blank=True)
    window_end = models.DateField(_("carried out to"), null=True, blank=True)
    joint = models.CharField(_("joint application"), max_length=10, choices=Joint, default=Joint.NO)
    edition = models.PositiveSmallIntegerField(
        _("edition"), null=True, blank=True, help_text=_("13 for 第十三届; asked for when cloned.")
    )

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "code"], name="category_code_once_per_call"),
            models.CheckConstraint(
                condition=Q(slots_min=None) | Q(slots_max=None) | Q(slots_max__gte=F("slots_min")),
                name="category_slots_in_order",
                violation_error_message=_("The greater number of places must come second."),
            ),
            models.CheckConstraint(
                condition=Q(amount_min=None)
                | Q(amount_max=None)
                | Q(amount_max__gte=F("amount_min")),
                name="category_amounts_in_order",
                violation_error_message=_("The greater amount must come second."),
            ),
            models.CheckConstraint(
                condition=Q(funded_slots=None)
                | Q(slots_max=None)
                | Q(funded_slots__lte=F("slots_max")),
                name="category_funded_within_slots",
                violation_error_message=_("There cannot be more funded places than places."),
            ),
            models.CheckConstraint(
                condition=Q(total_max=None) | Q(total_max__gt=0),
                name="category_total_above_zero",
                violation_error_message=_("The money in all must be more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(cost_share_percent=None)
                | Q(cost_share_percent__gte=1, cost_share_percent__lte=100),
                name="category_share_of_a_hundred",
                violation_error_message=_("The share of the cost lies between 1 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(window_start=None)
                | Q(window_end=None)
                | Q(window_end__gte=F("window_start")),
                name="category_window_in_order",
                violation_error_message=_("The window must end after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse a third level and a parent of another call."""
        if self.parent is None:
            return
        if self.parent.parent_id is not None:
            raise ValidationError({"parent": _("Categories nest two levels deep at most.")})
        if self.parent.call_id != self.call_id:
            raise ValidationError({"parent": _("The upper category belongs to another call.")})

    @property
    def path(self) -> tuple[int, ...]:
        """Primary keys from the top category down to this one; rules and quotas count by it."""
        return (self.pk,) if self.parent_id is None else (self.parent_id, self.pk)

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes from the top category down to this one; sections of the form hang on them."""
        return (self.code,) if self.parent is None else (self.parent.code, self.code)

    @property
    def own_end(self) -> dt.datetime | None:
        """The exclusive end of a category that closes before its call, or whose upper one does."""
        if self.closes_at is None and self.parent is not None:
            return self.parent.closes_at
        return self.closes_at

    @property
    def is_funded(self) -> bool:
        """Whether the association gives money in this category."""
        return FundingKind(self.funding_kind).gives

    @property
    def full_title(self) -> str:
        """Title with the upper category's before it."""
        return self.title if self.parent is None else f"{self.parent.title} · {self.title}"


class FundingTier(models.Model):
    """Money beside the amount for each place, such as support for winners, once."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="tiers")
    title = models.CharField(_("for"), max_length=120)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=12, decimal_places=2)
    applied_for = models.BooleanField(_("can be applied for"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("further money")
        verbose_name_plural = _("further money")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Instalment(models.Model):
    """One part of the money, paid by itself: a percentage of the amount, or an amount."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="instalments")
    title = models.CharField(_("when it is paid"), max_length=120)
    percent = models.PositiveSmallIntegerField(_("percent of the amount"), null=True, blank=True)
    amount = models.DecimalField(
        _("amount (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=False, amount=None)
                | Q(percent=None, amount__isnull=False),
                name="instalment_is_percent_or_amount",
                violation_error_message=_("State a percentage or an amount, one of both."),
            ),
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__gte=1, percent__lte=100),
                name="instalment_percent_of_a_hundred",
                violation_error_message=_("An instalment is between 1 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gt=0),
                name="instalment_above_zero",
                violation_error_message=_("An instalment is more than nothing."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
