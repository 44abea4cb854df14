"""Fetch and authorise in one place: what staff may open, and what they may change."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404

from applications.capacity import works_for
from calls.models import Call
from portal.people.access import Visitor, issuers_of, require_staff
from portal.people.models import User
from reviews.models import Submission


def require_call(user: Visitor, pk: int, *, writes: bool = False) -> Call:
    """Return a call of the person's own issuer.

    Anyone else gets 404, an official who only reads gets 403 where ``writes`` is asked for.
    """
    call = Call.objects.select_related("issuer__organisation", "notice").filter(pk=pk).first()
    if call is None:
        raise Http404
    require_staff(user, call.issuer, writes=writes)
    return call


def require_submission(user: Visitor, pk: uuid.UUID, *, writes: bool = False) -> Submission:
    """Return what was handed in to the person's own issuer, with all that every page shows."""
    submission = (
        Submission.objects.select_related(
            "packet__call__issuer__organisation",
            "packet__organisation",
            "packet__form_revision",
            "packet__erasure",
            "category__parent",
        )
        .filter(pk=pk)
        .first()
    )
    if submission is None:
        raise Http404
    require_staff(user, submission.packet.call.issuer, writes=writes)
    return submission


def may_write(user: Visitor, call: Call) -> bool:
    """Tell whether the person decides in this call or only reads."""
    return isinstance(user, User) and works_for(user, call.issuer_id)


def require_writer(user: User, call: Call) -> None:
    """Refuse a service to anyone who does not work on the call."""
    if not may_write(user, call):
        raise PermissionDenied


def require_reader(user: User, call: Call) -> None:
    """Refuse a service to anyone who is not the issuer's staff, officials included as readers."""
    if call.issuer_id not in {issuer.pk for issuer in issuers_of(user)}:
        raise PermissionDenied
