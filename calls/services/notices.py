"""Puts notices before the public and takes them away again."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from calls.enums import CallState, NoticeKind, NoticeState
from calls.models import Call, Notice, NoticeAttachment
from calls.signals import tell_notice_changed
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.files.models import StoredFile
from portal.people.models import User


@transaction.atomic
def publish_notice(notice: Notice, *, by: User | None) -> Notice:
    """Put a notice before the public.

    A notice entered after the fact keeps the instant it carries; one without is published now.
    Raises ``RuleViolation`` for one that is public already, that is empty, or whose instant lies
    ahead.
    """
    notice = _locked(notice)
    now = clock.now()
    reasons = []
    if notice.state == NoticeState.PUBLISHED:
        reasons.append(_("This notice is published already."))
    if not notice.body.strip() and not notice.rows:
        reasons.append(_("The notice has no text."))
    if notice.published_at is not None and notice.published_at > now:
        reasons.append(_("The day of issue lies ahead."))
    if reasons:
        raise RuleViolation(reasons)
    notice.state = NoticeState.PUBLISHED
    notice.published_at = notice.published_at or now
    notice.save(update_fields=["state", "published_at"])
    record("notice_published", by=by, target=notice, issuer=notice.issuer)
    tell_notice_changed(notice.pk)
    return notice


@transaction.atomic
def withdraw_notice(notice: Notice, *, by: User, reason: str, called_off: bool = False) -> Notice:
    """Take a notice from the public; its row stays.

    Raises ``RuleViolation`` without a reason, for a notice that is not public, for the notice of a
    call that is (such a call is archived instead), and for a publicity notice unless the
    publicity itself is ``called_off`` with it.
    """
    notice = _locked(notice)
    reasons = []
    if not reason.strip():
        reasons.append(_("Say why the notice is withdrawn."))
    if notice.state != NoticeState.PUBLISHED:
        reasons.append(_("Only a published notice can be withdrawn."))
    if Call.objects.filter(notice=notice, state=CallState.PUBLISHED).exists():
        reasons.append(_("This notice carries a call; archive the call instead."))
    if notice.kind == NoticeKind.PUBLICITY and not called_off:
        reasons.append(_("Names are shown by this notice; call the publicity off in its call."))
    if reasons:
        raise RuleViolation(reasons)
    notice.state = NoticeState.WITHDRAWN
    notice.save(update_fields=["state"])
    record("notice_withdrawn", by=by, target=notice, issuer=notice.issuer, reason=reason.strip())
    tell_notice_changed(notice.pk)
    return notice


@transaction.atomic
def attach(notice: Notice, *, file: StoredFile, title: str, by: User) -> NoticeAttachment:
    """Add a stored file to a notice, after those it has; public as soon as the notice is."""
    notice = _locked(notice)
    attachment = NoticeAttachment.objects.create(
        notice=notice,
        file=file,
        title=title.strip() or str(file),
        position=notice.attachments.count(),
    )
    record("notice_attachment_added", by=by, target=attachment, issuer=notice.issuer)
    tell_notice_changed(notice.pk)
    return attachment


def _locked(notice: Notice) -> Notice:
    return (
        Notice.objects.select_for_update(of=("self",))
        .select_related("issuer__organisation")
        .get(pk=notice.pk)
    )
