"""The form of a call: editable sections and fields, and the revisions frozen from them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from calls.enums import FieldKind, FieldRole, SectionScope


class FormSection(models.Model):
    """A step of the form, for the whole call or for one category and those below it."""

    call = models.ForeignKey("calls.Call", models.CASCADE, related_name="sections")
    category = models.ForeignKey(
        "calls.Category",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="sections",
        verbose_name=_("only for the category"),
    )
    scope = models.CharField(
        _("belongs to"), max_length=12, choices=SectionScope, default=SectionScope.APPLICATION
    )
    code = models.SlugField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=80)
    help = models.TextField(_("explanation"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("section of the form")
        verbose_name_plural = _("sections of the form")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "code"], name="section_code_once_per_call")
        ]

    def __str__(self) -> str:
        return self.title


class FormField(models.Model):
    """One question; its role tells rules and lists what the answer means."""

    section = models.ForeignKey(FormSection, models.CASCADE, related_name="fields")
    code = models.SlugField(_("code"), max_length=40)
    label = models.CharField(_("label"), max_length=120)
    help = models.TextField(_("help"), blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=FieldKind)
    role = models.CharField(_("meaning"), max_length=20, choices=FieldRole, blank=True)
    required = models.BooleanField(_("required"), default=True)
    # What each kind takes here is said in calls.forms_schema.OPTIONS.
    options = models.JSONField(_("options"), default=dict, blank=True)
    # When the field is shown, see calls.conditions; empty: always.
    condition = models.JSONField(_("condition"), default=dict, blank=True)
    public = models.BooleanField(_("in the public list"), default=False)
    blind_hidden = models.BooleanField(_("hidden from blind reviewers"), default=False)
    personal = models.BooleanField(_("personal data"), default=False)
    personal_purpose = models.CharField(_("purpose"), max_length=120, blank=True)
    retention_months = models.PositiveSmallIntegerField(
        _("kept for (months after closing)"), null=True, blank=True
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("field of the form")
        verbose_name_plural = _("fields of the form")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["section", "code"], name="field_code_once_per_section"),
            models.CheckConstraint(
                condition=Q(personal=False)
                | (~Q(personal_purpose="") & Q(retention_months__isnull=False)),
                name="personal_field_has_purpose_and_end",
                violation_error_message=_("Personal data needs a purpose and an end."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class FormRevision(models.Model):
    """The form as it was frozen; every version of an application names the one it was filled in."""

    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="form_revisions")
    no = models.PositiveSmallIntegerField(_("revision"))
    # See calls.forms_schema for the shape.
    schema = models.JSONField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("revision of the form")
        verbose_name_plural = _("revisions of the form")
        ordering = ["no"]
        constraints = [models.UniqueConstraint(fields=["call", "no"], name="form_revision_no_once")]

    def __str__(self) -> str:
        return f"{self.call} · {self.no}"
