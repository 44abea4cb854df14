"""What of a closed project the association shows to the public."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ShowcaseQuerySet(models.QuerySet["Showcase"]):
    """Sets of shown projects."""

    def public(self) -> ShowcaseQuerySet:
        """Those anybody may read now."""
        return self.filter(published_at__isnull=False)

    def containing(self, text: str) -> ShowcaseQuerySet:
        """Those whose title, unit or text contains every word; an empty text keeps all."""
        wanted = Q()
        for word in text.split()[:8]:
            wanted &= (
                Q(title__icontains=word) | Q(unit_name__icontains=word) | Q(text__icontains=word)
            )
        return self.filter(wanted)


class Showcase(models.Model):
    """A project's public page, as staff chose it; a copy, so that nothing else can slip out."""

    application = models.OneToOneField(
        "applications.Application", models.PROTECT, related_name="showcase"
    )
    title = models.CharField(_("title"), max_length=200)
    unit_name = models.CharField(_("unit"), max_length=300)
    text = models.TextField(_("text"), blank=True)
    # In yuan; None: not shown.
    granted = models.DecimalField(
        _("amount granted (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    completed_on = models.DateField(_("completed on"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True)
    withdrawn_reason = models.CharField(_("why it was taken off"), max_length=200, blank=True)
    by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[models.Manager[Showcase]] = ShowcaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("public page of a project")
        verbose_name_plural = _("public pages of projects")
        ordering = [F("published_at").desc(nulls_last=True), "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""), name="showcase_has_title",
                violation_error_message=_("Give the page a title."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class ShowcasePhoto(models.Model):
    """A photo of the page: a picture made anew from the unit's, without place, camera and time."""

    showcase = models.ForeignKey(Showcase, models.CASCADE, related_name="photos")
    # The photo of the deliverable it was made from.
    source = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    picture = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    caption = models.CharField(_("caption"), max_length=100, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("photo of a public page")
        verbose_name_plural = _("photos of public pages")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["showcase", "source"], name="showcase_photo_once")
        ]

    def __str__(self) -> str:
        return self.caption or str(self.source)
