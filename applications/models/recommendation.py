"""Recommendations: one row for each application and level, and the lists that carry them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Deferrable, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from applications.models.version import ScanMatch
from applications.states import State
from portal.people.access import Visitor
from portal.people.models import Organisation, User


class ListState(TextChoices):
    """How far a list is."""

    OPEN = "open", _("Being drawn up")
    FROZEN = "frozen", _("Frozen for the seal")
    HANDED_IN = "handed_in", _("Handed in")


class RecommendationListQuerySet(models.QuerySet["RecommendationList"]):
    """Sets of lists."""

    def visible_to(self, user: Visitor) -> RecommendationListQuerySet:
        """Lists of the person's own units."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(organisation__in=Organisation.objects.all().of_member(user))


class RecommendationList(models.Model):
    """What a recommending unit hands in at once; later applications go on a further list."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    level = models.ForeignKey(
        "calls.RecommendingLevel", models.PROTECT, related_name="lists", verbose_name=_("level")
    )
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, related_name="recommendation_lists"
    )
    # The recommending unit of the next level, where the call has one.
    passed_to = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ListState, default=ListState.OPEN, editable=False
    )
    # Given at the first freeze; random, as every number.
    number = models.CharField(  # noqa: DJ001 - unique where given, absent before the freeze
        _("number"), max_length=40, null=True, unique=True
    )
    letter = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The stamped summary table of the newest version; taking the list back takes it off.
    scan = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    scan_match = models.CharField(max_length=10, choices=ScanMatch, blank=True)
    # What the unit says to an in-principle rule about lists that it goes beyond.
    beyond_reason = models.TextField(_("reason for going beyond a rule"), blank=True)
    # Of the form that handed the list in: a second try with it finds the first receipt.
    key = models.UUIDField(null=True, unique=True)
    receipt_number = models.CharField(  # noqa: DJ001 - unique where given
        _("receipt number"), max_length=40, null=True, unique=True
    )
    handed_in_at = models.DateTimeField(_("handed in"), null=True)
    handed_in_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RecommendationListQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommendation list")
        verbose_name_plural = _("recommendation lists")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "organisation"],
                condition=~Q(state="handed_in"),
                name="one_list_in_the_making",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="handed_in",
                    key__isnull=False,
                    receipt_number__isnull=False,
                    handed_in_at__isnull=False,
                    handed_in_by__isnull=False,
                )
                | (~Q(state="handed_in") & Q(receipt_number=None, handed_in_at=None)),
                name="list_receipt_at_hand_in",
            ),
            models.CheckConstraint(
                condition=Q(scan=None, scan_match="") | (Q(scan__isnull=False) & ~Q(scan_match="")),
                name="list_scan_says_its_match",
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.level)

    def latest_version(self) -> ListVersion | None:
        """Return the newest freeze, or None while nothing was frozen."""
        return self.versions.order_by("-no").first()


class ListVersion(models.Model):
    """A list as it was frozen for the seal; a trigger of the database refuses any later change."""

    list = models.ForeignKey(RecommendationList, models.PROTECT, related_name="versions")
    no = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("version of a list")
        verbose_name_plural = _("versions of lists")
        ordering = ["no"]
        constraints = [models.UniqueConstraint(fields=["list", "no"], name="list_version_once")]

    def __str__(self) -> str:
        return f"{self.list} · {self.no}"


class Stand(TextChoices):
    """How one level stands to an application."""

    PENDING = "pending", _("Not decided yet")
    RECOMMENDED = "recommended", _("Recommended")
    NOT_RECOMMENDED = "not_recommended", _("Not recommended")
    RETURNED = "returned", _("Returned for correction")


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    """Sets of recommendations."""

    def waiting(self) -> RecommendationQuerySet:
        """Before the recommending unit now: not decided, and the application still stands there."""
        return self.filter(state=Stand.PENDING, application__state=State.RECOMMENDING)


class Recommendation(models.Model):
    """What one level's unit says of one application; opinions are internal to the procedure."""

    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="recommendations"
    )
    level = models.ForeignKey(
        "calls.RecommendingLevel", models.PROTECT, related_name="recommendations"
    )
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, related_name="recommendations"
    )
    # The list on which it stands; none while it is not on one.
    list = models.ForeignKey(
        RecommendationList, models.PROTECT, null=True, blank=True, related_name="entries"
    )
    # Place on the list from 1; none while it is on none.
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)
    reserve = models.BooleanField(_("reserve beyond the quota"), default=False)
    opinion = models.TextField(_("opinion"), blank=True)
    # Goes up with each saved opinion: who knows an older one is told so, not obeyed.
    revision = models.PositiveIntegerField(default=0)
    state = models.CharField(_("state"), max_length=16, choices=Stand, default=Stand.PENDING)
    # Why it was returned or not recommended; the applicant reads it.
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "level"], name="one_recommendation_per_level"
            ),
            models.UniqueConstraint(
                fields=["list", "rank"],
                name="one_rank_each",
                deferrable=Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(list=None, rank=None, reserve=False)
                | Q(list__isnull=False, rank__isnull=False),
                name="recommendation_rank_on_a_list",
            ),
            models.CheckConstraint(
                condition=~Q(state="recommended") | Q(list__isnull=False),
                name="recommended_on_a_list",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["not_recommended", "returned"])
                | (Q(list=None) & ~Q(reason="")),
                name="refusal_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.application)

    @property
    def waits_for_list(self) -> bool:
        """Whether the unit has not said anything yet; what stands on its list is its own affair."""
        return self.state == Stand.PENDING
