"""An application, its answers as they are typed, and its files."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.states import FREED, TO_CHECK, State
from portal.people.access import Visitor, issuers_of
from portal.people.models import Organisation, User


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Sets of applications."""

    def visible_to(self, user: Visitor) -> ApplicationQuerySet:
        """Applications of the person's own units."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(packet__organisation__in=Organisation.objects.all().of_member(user))

    def for_staff(self, user: Visitor) -> ApplicationQuerySet:
        """Applications handed in to the person's issuers; drafts are the unit's own affair."""
        return self.filter(
            packet__call__issuer__in=[i.pk for i in issuers_of(user)], handed_in_at__isnull=False
        )

    def counting_against_quota(self) -> ApplicationQuerySet:
        """Handed in at least once and not freed since; returned ones keep their place."""
        return self.filter(handed_in_at__isnull=False).exclude(state__in=FREED)

    def never_handed_in(self) -> ApplicationQuerySet:
        """Drafts in the wide sense: begun, not withdrawn, no receipt yet."""
        return self.filter(handed_in_at=None).exclude(state=State.WITHDRAWN)


class Application(models.Model):
    """One application in one category."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    packet = models.ForeignKey("applications.Packet", models.PROTECT, related_name="applications")
    category = models.ForeignKey("calls.Category", models.PROTECT, related_name="applications")
    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.DRAFT, editable=False
    )
    state_since = models.DateTimeField(editable=False, auto_now_add=True)
    # Answers by "<section>.<field>"; keys of removed fields are kept unseen.
    answers = models.JSONField(default=dict, blank=True)
    # Copied from the answers by role: the title while drafting, the rest at the freeze.
    title = models.CharField(_("title"), max_length=200, blank=True)
    amount = models.DecimalField(
        _("amount applied for (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    number = models.CharField(  # noqa: DJ001 - unique where given, absent before the freeze
        _("number"), max_length=40, null=True, unique=True
    )
    # The first hand-in; from then the application takes a place until it is freed.
    handed_in_at = models.DateTimeField(_("handed in"), null=True, editable=False)
    # Until when a returned application may be handed in again.
    correction_due = models.DateTimeField(_("correction due"), null=True, blank=True)
    # In the call a forwarded call forwards: the selected application below that was handed up.
    fed_from = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="fed_to",
        verbose_name=_("handed up from"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    created_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["position", "created_at"]
        indexes = [
            models.Index(fields=["category", "state"], name="application_by_category"),
            models.Index(
                fields=["handed_in_at"],
                name="application_unchecked",
                condition=Q(state__in=sorted(TO_CHECK)),
            ),
            # The order in which staff list what was handed in, the latest first.
            models.Index(
                F("handed_in_at").desc(),
                "id",
                name="application_handed_in",
                condition=Q(handed_in_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="application_state_known"
            ),
            models.CheckConstraint(
                condition=Q(handed_in_at__isnull=False)
                | Q(
                    state__in=[
                        State.DRAFT,
                        State.AWAITING_SIGNOFF,
                        State.SIGNED_OFF,
                        State.SEALED,
                        State.WITHDRAWN,
                    ]
                ),
                name="application_receipt_before_check",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="application_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("(no title yet)"))


class FieldSave(models.Model):
    """The revision of one answer: an autosave that knows an older one is told so, not obeyed."""

    packet = models.ForeignKey("applications.Packet", models.CASCADE, related_name="saves")
    # Empty for answers of the plan.
    application = models.ForeignKey(
        Application, models.CASCADE, null=True, blank=True, related_name="saves"
    )
    key = models.CharField(max_length=90)
    revision = models.PositiveIntegerField(default=1)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("saved answer")
        verbose_name_plural = _("saved answers")
        constraints = [
            models.UniqueConstraint(
                fields=["packet", "application", "key"],
                nulls_distinct=False,
                name="one_save_per_answer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} #{self.revision}"


class Attachment(models.Model):
    """A file that answers a field of kind files."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="attachments")
    key = models.CharField(max_length=90)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.file)
