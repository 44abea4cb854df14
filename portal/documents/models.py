"""A printed document: what it is printed from, frozen, and the file it became."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.documents.codes import new_code, shown
from portal.documents.payloads import DocumentKind


class DocumentState(models.TextChoices):
    """How far a document is."""

    QUEUED = "queued", _("Waiting to be set")
    RENDERING = "rendering", _("Being set")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be set")


class Queue(models.TextChoices):
    """The worker queues, so that a batch never stands before a hand-in."""

    HANDIN = "handin", _("hand-in")
    PREVIEW = "preview", _("preview")
    BATCH = "batch", _("batch")


class DocumentQuerySet(models.QuerySet["Document"]):
    """Sets of documents."""

    def ready(self) -> DocumentQuerySet:
        """Documents whose file is there."""
        return self.filter(state=DocumentState.READY)

    def verifiable(self) -> DocumentQuerySet:
        """Documents the public may ask about: everything that is no draft."""
        return self.filter(draft=False)

    def about(self, subject_label: str) -> DocumentQuerySet:
        """Documents of one subject, the oldest first."""
        return self.filter(subject_label=subject_label)


class Document(models.Model):
    """One document as it was ordered; printing and verifying read this row and nothing else.

    A trigger keeps the ordered columns as they are from the first moment, the file from the
    moment it is ready, and refuses to delete anything but drafts. Only the content may go, once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=40, choices=DocumentKind)
    issuer = models.ForeignKey(
        "people.Issuer", models.PROTECT, related_name="+", verbose_name=_("issuer")
    )
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("unit"),
    )  # fmt: skip
    subject_label = models.CharField(_("subject"), max_length=120, blank=True)
    title = models.CharField(_("title"), max_length=300)
    unit_name = models.CharField(_("name of the unit"), max_length=300, blank=True)
    number = models.CharField(_("number"), max_length=60, blank=True)
    version_no = models.PositiveIntegerField(_("version"), default=1)
    content_sha256 = models.CharField(_("hash of the content"), max_length=64, blank=True)
    payload = models.JSONField(_("content"))
    code = models.CharField(_("verification code"), max_length=12, unique=True, default=new_code)
    draft = models.BooleanField(_("draft"), default=False)
    demo = models.BooleanField(_("demonstration"), default=False)
    queue = models.CharField(_("queue"), max_length=10, choices=Queue, default=Queue.HANDIN)
    # Same content, same layout, same subject: the same document, which is never set twice.
    render_key = models.CharField(max_length=64, editable=False)

    state = models.CharField(
        _("state"), max_length=10, choices=DocumentState, default=DocumentState.QUEUED
    )
    failure = models.TextField(_("why it could not be set"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # Set again by hand once; a second failure needs its cause mended, not another try.
    retried = models.BooleanField(_("set again by hand"), default=False, editable=False)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("file"),
    )  # fmt: skip
    file_sha256 = models.CharField(_("hash of the file"), max_length=64, blank=True)
    superseded = models.BooleanField(_("superseded by a later version"), default=False)
    # When content and file were destroyed, their time being over; number and hashes stay.
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("ordered"))
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True)

    objects: ClassVar[models.Manager[Document]] = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["subject_label", "created_at"], name="document_subject"),
            models.Index(
                fields=["file_sha256"], condition=~Q(file_sha256=""), name="document_file_hash"
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["queued", "rendering"]),
                name="document_waiting",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["render_key"],
                condition=~Q(state="failed") & Q(superseded=False),
                name="document_set_once",
                violation_error_message=_("This document exists already."),
            ),
            models.CheckConstraint(
                condition=~Q(state="ready")
                | Q(
                    file__isnull=False, ready_at__isnull=False, file_sha256__regex="^[0-9a-f]{64}$"
                ),
                name="document_ready_has_file",
                violation_error_message=_("A document is ready only with its file."),
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(failure=""),
                name="document_failed_says_why",
                violation_error_message=_("A document that failed says why."),
            ),
            models.CheckConstraint(
                condition=Q(draft=False) | Q(number=""),
                name="document_draft_has_no_number",
                violation_error_message=_("A draft bears no number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()

    @property
    def is_ready(self) -> bool:
        """Tell whether the file is there."""
        return self.state == DocumentState.READY

    @property
    def is_waiting(self) -> bool:
        """Tell whether the document is still going to be set."""
        return self.state in {DocumentState.QUEUED, DocumentState.RENDERING}

    @property
    def shown_code(self) -> str:
        """The verification code as it is printed."""
        return shown(self.code)
