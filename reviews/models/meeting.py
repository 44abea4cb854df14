"""A meeting of a panel (会评, 答辩): order of the projects, who is there, votes, notes."""

from __future__ import annotations

from fractions import Fraction

from django.db import models
from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reviews.models.expert import Expert
from reviews.models.panel import Panel


class MeetingState(TextChoices):
    """How far a meeting is."""

    PLANNED = "planned", pgettext_lazy("of a meeting", "Planned")
    OPEN = "open", pgettext_lazy("of a meeting", "Under way")
    CLOSED = "closed", pgettext_lazy("of a meeting", "Closed")


class Majority(TextChoices):
    """How many of those who vote must be for it."""

    HALF = "half", _("more than half of those voting")
    TWO_THIRDS = "two_thirds", _("two thirds of those voting")

    def is_reached(self, votes_for: int, voters: int) -> bool:
        """Tell whether so many votes out of so many voters suffice; nobody voting never does."""
        if not voters:
            return False
        share = Fraction(votes_for, voters)
        return share > Fraction(1, 2) if self == Majority.HALF else share >= Fraction(2, 3)


class Ballot(TextChoices):
    """Whether it is kept who voted how."""

    SECRET = "secret", _("secret: only the numbers are kept")
    OPEN = "open", _("open: the minutes say who voted how")


class Meeting(models.Model):
    """One sitting of a panel's experts; minutes are printed when it is closed."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="meetings")
    begins_at = models.DateTimeField(_("begins"))
    place = models.CharField(_("place"), max_length=120)
    chair = models.ForeignKey(
        Expert, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("chair")
    )
    quorum = models.PositiveSmallIntegerField(_("experts who must be there"))
    majority = models.CharField(
        _("majority"), max_length=10, choices=Majority, default=Majority.HALF
    )
    ballot = models.CharField(
        _("way of voting"), max_length=6, choices=Ballot, default=Ballot.SECRET
    )
    state = models.CharField(
        _("state"), max_length=8, choices=MeetingState, default=MeetingState.PLANNED
    )
    notes = models.TextField(_("notes for the minutes"), blank=True)
    opened_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    made_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("meeting of experts")
        verbose_name_plural = _("meetings of experts")
        ordering = ["begins_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quorum__gt=0),
                name="meeting_has_quorum",
                violation_error_message=_("At least one expert must be there."),
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=MeetingState.values,
                    majority__in=Majority.values,
                    ballot__in=Ballot.values,
                ),
                name="meeting_words_known",
            ),
            models.CheckConstraint(
                condition=Q(state=MeetingState.PLANNED) | Q(opened_at__isnull=False),
                name="opened_meeting_has_time",
            ),
            models.UniqueConstraint(
                fields=["panel"],
                condition=~Q(state=MeetingState.CLOSED),
                name="one_meeting_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.panel} · {self.place}"


class Attendance(models.Model):
    """An expert who is there."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["expert__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "expert"], name="attendance_once")
        ]

    def __str__(self) -> str:
        return str(self.expert)


class MeetingItem(models.Model):
    """One project in the order of a meeting, with the votes counted and what was said."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items")
    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="meeting_items"
    )
    position = models.PositiveSmallIntegerField(_("position"))
    # The experts vote on it now, each on her own page; at most one project at a time.
    voting = models.BooleanField(default=False, editable=False)
    # Votes dropped so far, shown to nobody before the vote is closed. They lie here and not on the
    # rows of those who voted, so that a secret vote can be read back by nobody.
    cast_for = models.PositiveSmallIntegerField(default=0, editable=False)
    cast_against = models.PositiveSmallIntegerField(default=0, editable=False)
    cast_abstained = models.PositiveSmallIntegerField(default=0, editable=False)
    # All three are counted or none is.
    votes_for = models.PositiveSmallIntegerField(
        pgettext_lazy("votes", "for"), null=True, blank=True
    )
    votes_against = models.PositiveSmallIntegerField(_("against"), null=True, blank=True)
    abstained = models.PositiveSmallIntegerField(_("abstained"), null=True, blank=True)
    # By the meeting's majority, as it was counted; empty before the vote.
    passed = models.BooleanField(null=True, editable=False)
    note = models.TextField(_("opinion of the meeting"), blank=True)

    class Meta:
        verbose_name = _("project of a meeting")
        verbose_name_plural = _("projects of a meeting")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "application"], name="meeting_item_once"),
            models.CheckConstraint(
                condition=Q(votes_for=None, votes_against=None, abstained=None, passed=None)
                | Q(
                    votes_for__isnull=False,
                    votes_against__isnull=False,
                    abstained__isnull=False,
                    passed__isnull=False,
                ),
                name="votes_are_counted_together",
            ),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(voting=True), name="one_vote_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(voting=False) | Q(passed=None), name="no_vote_on_what_is_counted"
            ),
        ]

    def __str__(self) -> str:
        return str(self.application)

    @property
    def is_voted(self) -> bool:
        """Tell whether its votes were counted."""
        return self.passed is not None


class Choice(TextChoices):
    """How somebody votes."""

    FOR = "for", pgettext_lazy("votes", "For")
    AGAINST = "against", pgettext_lazy("votes", "Against")
    ABSTAIN = "abstain", pgettext_lazy("votes", "Abstained")


class Vote(models.Model):
    """That an expert has voted on a project; how, only where the meeting votes openly."""

    item = models.ForeignKey(MeetingItem, models.CASCADE, related_name="votes")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="+")
    # Empty in a secret vote.
    choice = models.CharField(max_length=8, choices=Choice, blank=True)

    class Meta:
        verbose_name = _("vote of an expert")
        verbose_name_plural = _("votes of experts")
        ordering = ["expert__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "expert"], name="vote_once"),
            models.CheckConstraint(
                condition=Q(choice__in=["", *Choice.values]), name="vote_choice_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expert} · {self.item}"
