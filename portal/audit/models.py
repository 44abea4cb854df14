"""One row for everything that must be shown afterwards; rows are never changed or removed."""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from portal.audit.labels import label_of


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Sets of audit rows."""

    def sealed(self) -> AuditEntryQuerySet:
        """Rows that are links of the chain, in its order."""
        return self.exclude(position=None).order_by("position")

    def unsealed(self) -> AuditEntryQuerySet:
        """Committed rows the sealing task has not reached, oldest first."""
        return self.filter(position=None).order_by("seq")


class AuditEntry(models.Model):
    """Who did what to which row; ids only, so that a person can be forgotten and the row kept.

    ``seq`` is given when the row is written, ``position`` when it is chained. A transaction that
    commits late keeps its low ``seq`` and gets a later ``position``: the chain has no gaps,
    whatever the order of commits.
    """

    seq = models.BigAutoField(_("number"), primary_key=True)
    # The database's clock at this very row, not the beginning of the transaction.
    at = models.DateTimeField(
        _("time"),
        db_default=Func(function="clock_timestamp", output_field=models.DateTimeField()),
        editable=False,
    )
    action = models.SlugField(_("action"), max_length=60, db_index=False, allow_unicode=False)
    # Plain numbers instead of foreign keys: no cascade and no PROTECT may ever reach this table.
    actor_id = models.BigIntegerField(_("by"), null=True)
    issuer_id = models.BigIntegerField(_("issuer"), null=True)
    organisation_id = models.BigIntegerField(_("organisation"), null=True)
    target = models.CharField(_("what"), max_length=120, blank=True)
    data = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)
    ip = models.GenericIPAddressField(_("address"), null=True)
    position = models.BigIntegerField(_("place in the chain"), null=True, unique=True)
    previous_hash = models.CharField(max_length=64, null=True)  # noqa: DJ001 - null until sealed
    hash = models.CharField(_("hash"), max_length=64, null=True)  # noqa: DJ001 - null until sealed

    objects: ClassVar[models.Manager[AuditEntry]] = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit row")
        verbose_name_plural = _("audit rows")
        ordering = ["-seq"]
        indexes = [
            models.Index(fields=["target", "seq"], name="audit_target"),
            models.Index(fields=["issuer_id", "seq"], name="audit_issuer"),
            models.Index(fields=["actor_id", "seq"], name="audit_actor"),
            models.Index(fields=["seq"], condition=Q(position=None), name="audit_unsealed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(position=None, previous_hash=None, hash=None)
                | Q(position__isnull=False, previous_hash__isnull=False, hash__isnull=False),
                name="audit_sealed_wholly_or_not",
            )
        ]

    def __str__(self) -> str:
        return f"{self.seq} {label_of(self.action)}"


class ChainHead(models.Model):
    """Where the chain ends: locked while sealing, and what a cut-off tail is held against."""

    position = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("end of the audit chain")
        verbose_name_plural = _("end of the audit chain")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="audit_one_head")]

    def __str__(self) -> str:
        return f"{self.position} {self.hash}"
