"""Books papers in, presents closed projects and lays a call into the archive, for the demo."""

from __future__ import annotations

import datetime as dt
import uuid

from applications.models import Application, Packet
from applications.papers import last_day
from applications.services import paper
from applications.states import FREED, State
from calls.models import Call
from portal.documents.models import Document, DocumentState
from portal.documents.services import render_document
from portal.jobs.models import JobState
from portal.people.models import User
from reviews import tasks
from reviews.models import Submission
from reviews.services import archiving, showing

# One packet after the other: days after the last day on which its papers came, None for never.
_CAME: tuple[int | None, ...] = (-3, -1, 2, -2, None)


def book_papers_in(call: Call, officer: User) -> int:
    """Book in what came on paper: most in time, one late, one never; returns how many came."""
    last, came = last_day(call), 0
    if last is None:
        return came
    # Nothing is booked in for what was withdrawn or not accepted.
    live = Application.objects.filter(packet__call=call, handed_in_at__isnull=False)
    live = live.exclude(state__in=FREED)
    packets = Packet.objects.filter(pk__in=live.values("packet")).order_by("number")
    for number, packet in enumerate(packets):
        days, owed = _CAME[number % len(_CAME)], paper.papers_of(packet)
        if days is None or owed is None:
            continue
        paper.book_in(
            packet_id=packet.pk,
            version_id=owed.in_hand.pk,
            copies={one.key: one.copies for one in owed.expected},
            arrived_on=last + dt.timedelta(days=days),
            postmarked_on=None,
            note="邮寄送达" if number % 2 else "当面递交",
            by=officer,
            key=uuid.uuid4(),
        )
        came += 1
    return came


def present_closed(call: Call, officer: User) -> int:
    """Show the closed projects of a call to the public, each with a photo; returns how many."""
    closed = Submission.objects.filter(packet__call=call, state=State.CLOSED)
    for submission in closed:
        offer = showing.offer_of(submission)
        showing.publish(
            application_id=submission.pk,
            title=offer.title,
            text="\n\n".join(text for _title, text in offer.texts),
            with_amount=True,
            photos={photo.pk: "会场" for photo in offer.photos},
            by=officer,
        )
    return len(closed)


def archive(call: Call, officer: User) -> None:
    """Set what is still to be printed for the association and lay the call into the archive."""
    waiting = Document.objects.filter(
        issuer=call.issuer, state=DocumentState.QUEUED, draft=False
    ).exclude(organisation=None)
    for key in waiting.values_list("pk", flat=True):
        render_document(key)
    job = archiving.start_archive(call=call, by=officer)
    tasks.make_archive(str(job.pk))
    job.refresh_from_db()
    if job.state != JobState.DONE:
        raise RuntimeError(job.message)
