"""Choosing what of a closed project becomes public, and taking it off again."""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from applications.models import Deliverable, Participation
from applications.models.deliverable import DeliverableState
from applications.services import projects
from applications.states import State
from calls import cache
from calls.enums import DeliverableKind
from portal import clock
from portal.audit.services import record
from portal.documents.render import sandbox
from portal.errors import RuleViolation
from portal.files.models import StoredFile
from portal.files.services import store_bytes
from portal.people.models import User
from reviews.access import require_writer
from reviews.models import Showcase, ShowcasePhoto, Submission

SHOWABLE = frozenset({State.CLOSED, State.ARCHIVED})
MOST_PHOTOS = 12
LONGEST = 20_000
# The longer side of a picture on the page, in pixels.
SIDE = 1600
_TEXT = "d.text"
# Money is nobody's showcase; the amount granted is asked for by itself.
_NOT_OFFERED = frozenset({DeliverableKind.FINAL_ACCOUNTS})
LIMITS = sandbox.Limits(cpu_seconds=20, wall_seconds=30.0)


@dataclass(frozen=True, slots=True)
class Offer:
    """What may become public of a project; ``reasons`` say why nothing may."""

    title: str
    texts: tuple[tuple[str, str], ...] = ()
    photos: tuple[StoredFile, ...] = ()
    # The deliverable each photo was handed in with, by the photo's key.
    origins: Mapping[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    kept_back: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


def offer_of(submission: Submission) -> Offer:
    """Return the accepted texts and photos of a closed project.

    A unit that declared confidential content is taken at its word: of such an application nothing
    is offered, and of others nothing of a deliverable with a secret part (``kept_back``).
    """
    if reasons := _reasons(submission):
        return Offer(str(submission), reasons=tuple(reasons))
    project = projects.of(submission)
    title = str(project)
    texts: list[tuple[str, str]] = []
    wanted: dict[uuid.UUID, uuid.UUID] = {}
    kept_back: list[str] = []
    rows = Deliverable.objects.filter(project=project, state=DeliverableState.ACCEPTED)
    for row in rows.exclude(kind__in=_NOT_OFFERED):
        version = row.latest_version()
        if row.has_confidential or version is None:
            kept_back.append(row.title)
            continue
        if text := str(version.content["answers"].get(_TEXT) or "").strip():
            texts.append((row.title, text))
        wanted |= {uuid.UUID(f["id"]): row.pk for f in version.content["files"] if f["photo"]}
    stored = StoredFile.objects.usable().in_bulk(wanted)
    photos = tuple(stored[pk] for pk in wanted if pk in stored)
    return Offer(title, tuple(texts), photos, wanted, tuple(kept_back))


def _reasons(submission: Submission) -> list[str]:
    """Return why nothing of the project may be shown."""
    packet, found = submission.packet, []
    if submission.state not in SHOWABLE:
        found.append(_("Only closed projects are shown to the public."))
    if Participation.objects.filter(
        call=packet.call_id, organisation=packet.organisation_id, has_confidential=True
    ).exists():
        found.append(
            _("The unit declared confidential content; nothing of this project is made public.")
        )
    return found


@transaction.atomic
def publish(
    *,
    application_id: uuid.UUID,
    title: str,
    text: str,
    with_amount: bool,
    photos: Mapping[uuid.UUID, str],
    by: User,
) -> Showcase:
    """Show a project, or show it anew; ``photos`` are captions by the keys of offered photos.

    Raises RuleViolation with every reason, PermissionDenied for who does not work on the call.
    """
    submission = _lock(application_id, by)
    offer = offer_of(submission)
    reasons = [*offer.reasons]
    by_key = {photo.pk: photo for photo in offer.photos}
    if not title.strip():
        reasons.append(_("Give the page a title."))
    if len(text) > LONGEST:
        reasons.append(_("The text has at most %(most)d characters.") % {"most": LONGEST})
    if len(photos) > MOST_PHOTOS:
        reasons.append(_("At most %(most)d photos can be shown.") % {"most": MOST_PHOTOS})
    if set(photos) - set(by_key):
        reasons.append(_("One of these photos is not offered."))
    if reasons:
        raise RuleViolation(reasons)
    project = projects.of(submission)
    now = clock.now()
    showcase, _made = Showcase.objects.update_or_create(
        application=submission,
        defaults={
            "title": title.strip(),
            "unit_name": submission.packet.organisation.name,
            "text": text.strip(),
            "granted": project.granted if with_amount else None,
            "completed_on": project.completed_on,
            "published_at": now,
            "withdrawn_reason": "",
            "by": by,
            "at": now,
        },
    )
    _set_photos(showcase, by_key, photos, by)
    _write_down("showcase_published", submission, by)
    cache.renew()
    return showcase


def _set_photos(
    showcase: Showcase,
    offered: Mapping[uuid.UUID, StoredFile],
    captions: Mapping[uuid.UUID, str],
    by: User,
) -> None:
    """Let exactly these photos stand on the page; one made before is used again."""
    showcase.photos.exclude(source__in=list(captions)).delete()
    there = {photo.source_id: photo for photo in showcase.photos.all()}
    for position, (pk, caption) in enumerate(captions.items()):
        photo = there.get(pk) or ShowcasePhoto(
            showcase=showcase, source=offered[pk], picture=_picture(offered[pk], by)
        )
        photo.caption, photo.position = caption.strip()[:100], position
        photo.save()


def _picture(source: StoredFile, by: User) -> StoredFile:
    """Make a picture for the page: smaller, and without what the camera wrote into it."""
    with source.file.open("rb") as opened:
        data = opened.read()
    try:
        made = sandbox.run(lambda: _made_anew(data), LIMITS)
    except (sandbox.Refused, sandbox.OutOfTime, sandbox.OutOfMemory, sandbox.Crashed) as fault:
        said = _("“%(name)s” cannot be made into a picture for the page.") % {"name": source.name}
        raise RuleViolation([said]) from fault
    return store_bytes(made, name="photo.jpg", content_type="image/jpeg", by=by, purpose="showcase")


def _made_anew(data: bytes) -> bytes:
    """Be the child: turn it upright, make it smaller, write the pixels alone."""
    with Image.open(io.BytesIO(data)) as opened:
        opened.draft("RGB", (SIDE, SIDE))
        upright = ImageOps.exif_transpose(opened).convert("RGB")
        upright.thumbnail((SIDE, SIDE))
        # A picture of its own: what the camera wrote hangs on the one that was opened.
        clean = Image.new("RGB", upright.size)
        clean.paste(upright)
    target = io.BytesIO()
    clean.save(target, "JPEG", quality=85, optimize=True)
    return target.getvalue()


@transaction.atomic
def withdraw(*, application_id: uuid.UUID, reason: str, by: User) -> Showcase:
    """Take a page off; what it said is kept for the association.

    Raises RuleViolation without a reason or when nothing is shown.
    """
    submission = _lock(application_id, by)
    showcase = Showcase.objects.filter(application=submission, published_at__isnull=False).first()
    if showcase is None:
        raise RuleViolation([_("Nothing of this project is public.")])
    if not reason.strip():
        raise RuleViolation([_("Say why the page is taken off.")])
    showcase.published_at, showcase.withdrawn_reason = None, reason.strip()
    showcase.by, showcase.at = by, clock.now()
    showcase.save(update_fields=["published_at", "withdrawn_reason", "by", "at"])
    _write_down("showcase_withdrawn", submission, by)
    cache.renew()
    return showcase


def _lock(application_id: uuid.UUID, by: User) -> Submission:
    submission = (
        Submission.objects.select_for_update(of=("self",))
        .select_related("packet__call__issuer", "packet__organisation", "category")
        .get(pk=application_id)
    )
    require_writer(by, submission.packet.call)
    return submission


def _write_down(action: str, submission: Submission, by: User) -> None:
    packet = submission.packet
    record(
        action,
        by=by,
        target=submission,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
    )
