"""Using a seal: opened with its password inside one request, put onto documents, written down."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portal import clock
from portal.audit.services import record
from portal.documents.models import Document
from portal.errors import RuleViolation
from portal.face.wording import moment
from portal.files.models import StoredFile
from portal.files.services import erase, store_bytes
from portal.people.access import membership_of
from portal.people.enums import Right
from portal.people.models import User
from portal.seals import adapter, certificates, demo_authority, drawing, signing, stamping, vault
from portal.seals.boxes import Box, boxes_for
from portal.seals.certificates import WrongPassword
from portal.seals.enums import Party, SealState, Way
from portal.seals.models import Seal, SealUse
from portal.seals.services import keeping

logger = logging.getLogger(__name__)

PDF = "application/pdf"
# Below the star of the association's seal, as on the stamps used at its counter.
ACCEPTANCE = "受理专用章"


@dataclass(frozen=True, slots=True)
class OpenSeal:
    """A seal whose password was right, with its key or picture in memory.

    Made by ``opened`` and gone with the request: it is neither pickled nor handed to a task.
    """

    seal: Seal
    by: User
    signer: signing.Signer | None = None
    image: bytes = b""

    def __reduce__(self) -> str:
        """Refuse to leave the process."""
        raise TypeError("an open seal stays in the request that opened it")

    def __repr__(self) -> str:
        return f"<OpenSeal {self.seal.pk}>"


@contextmanager
def opened(seal: Seal, *, by: User, password: str) -> Iterator[OpenSeal]:
    """Open a seal for one document or a batch of them, within this request.

    ``password`` is that of the certificate file, the PIN of the e-seal service, or for a picture
    the keeper's own login password. Raises RuleViolation where the seal or the person is not
    entitled, and WrongPassword; wrong passwords are counted and slow down further ones.
    """
    seal.refresh_from_db()
    if reasons := _reasons_against(seal, by):
        raise RuleViolation(reasons)
    try:
        found = _open(seal, by, password)
        yield found
    except WrongPassword:
        _count_wrong(seal, by)
        raise
    if seal.wrong_tries:
        Seal.objects.filter(pk=seal.pk).update(wrong_tries=0, wrong_at=None)


def seal_pdf(
    *,
    document: Document,
    seal: Seal,
    by: User,
    password: str,
    party: Party,
    reason: str,
    place: str = "",
    written_by: Collection[int] = (),
) -> SealUse:
    """Seal one document; see ``apply`` for a batch under one password."""
    with opened(seal, by=by, password=password) as open_seal:
        return apply(
            document=document, open_seal=open_seal, party=party, reason=reason, place=place,
            written_by=written_by,
        )  # fmt: skip


@transaction.atomic
def apply(
    *,
    document: Document,
    open_seal: OpenSeal,
    party: Party,
    reason: str,
    place: str = "",
    written_by: Collection[int] = (),
) -> SealUse:
    """Put an open seal onto a document and keep the sealed file beside the one before.

    ``party`` says for whom it is sealed and so where the seal goes; ``reason`` and ``place`` become
    part of the signature. ``written_by`` are the ids of those who wrote what is sealed: a seal that
    asks for two persons refuses them. Raises RuleViolation with every reason.
    """
    # The row of the document puts seals on it in order.
    document = (
        Document.objects.select_for_update(of=("self",))
        .select_related("file", "issuer__organisation")
        .get(pk=document.pk)
    )
    seal, by = open_seal.seal, open_seal.by
    before = list(SealUse.objects.all().of_document(document.pk))
    if reasons := _reasons_against_use(document, seal, by, party, before, written_by):
        raise RuleViolation(reasons)
    base = before[-1].file if before else document.file
    assert base is not None
    pdf = read_bytes(base)
    sealed = _sealed(pdf, open_seal, party, reason, place, first=not before)
    stored = store_bytes(
        sealed, name=document.file.name if document.file else base.name, content_type=PDF, by=by,
        purpose="sealed document",
    )  # fmt: skip
    try:
        use = SealUse.objects.create(
            seal=seal, document=document, party=party, way=seal.way, by=by, at=clock.now(),
            reason=reason, place=place, base_sha256=base.sha256, file=stored,
            file_sha256=stored.sha256,
        )  # fmt: skip
        record(
            "seal_used", by=by, target=document, issuer=document.issuer,
            organisation=seal.organisation, seal=str(seal.pk), use=use.pk,
        )  # fmt: skip
    except BaseException:
        stored.file.delete(save=False)
        raise
    return use


def file_of(document: Document) -> StoredFile | None:
    """Return the file of a document with every seal so far; without any, None."""
    use = SealUse.objects.all().of_document(document.pk).last()
    return use.file if use else None


def bears(document: Document | None, party: Party) -> bool:
    """Tell whether a document is there and bears the seal of this party."""
    return document is not None and SealUse.objects.filter(document=document, party=party).exists()


def erase_files(documents: Iterable[uuid.UUID]) -> None:
    """Destroy the sealed files of documents; who sealed what when, and the hashes, stay."""
    erase(SealUse.objects.filter(document__in=list(documents)).values_list("file", flat=True))


def read_bytes(stored: StoredFile) -> bytes:
    """Return the bytes of a stored file."""
    with stored.file.open("rb") as content:
        return bytes(content.read())


def _open(seal: Seal, by: User, password: str) -> OpenSeal:
    match Way(seal.way):
        case Way.CERTIFICATE:
            key = certificates.open_pkcs12(vault.take(seal), password)
            return OpenSeal(seal, by, signing.with_key(key))
        case Way.SERVICE:
            return OpenSeal(seal, by, _service_signer(seal, password))
        case Way.IMAGE:
            if not by.check_password(password):
                raise WrongPassword([_("This is not your password for the portal.")])
            return OpenSeal(seal, by, image=vault.take(seal))


def _service_signer(seal: Seal, pin: str) -> signing.Signer:
    service = adapter.service()
    if service is None:
        raise RuleViolation([_("This portal is not connected with an e-seal service.")])

    def sign(digest: bytes, algorithm: str) -> bytes:
        return service.sign(seal.reference, digest=digest, algorithm=algorithm, pin=pin)

    return signing.with_service(adapter.unpacked(vault.take(seal)), sign)


def _sealed(
    pdf: bytes, open_seal: OpenSeal, party: Party, reason: str, place: str, *, first: bool
) -> bytes:
    """Return the PDF with the seal in its boxes."""
    seal = open_seal.seal
    diameter = float(seal.diameter)
    boxes = [box.around(diameter) for box in boxes_for(pdf, party.box)]
    if open_seal.signer is None:
        if not boxes:
            raise RuleViolation([_("This document has no place for the seal.")])
        return stamping.stamp_pdf(pdf, image=open_seal.image, boxes=boxes)
    if party == Party.UNIT and not boxes:
        raise RuleViolation([_("This document has no place for the seal.")])
    placing = signing.Placing(
        field=party.field,
        boxes=tuple(boxes),
        reason=reason,
        place=place,
        later=_later(pdf, party) if first else (),
    )
    picture = drawing.round_seal(_ring(seal), diameter, _caption(seal, party, first))
    return signing.sign_pdf(
        pdf, signer=open_seal.signer, drawing=picture, placing=placing,
        tsa_url=settings.SEAL_TSA_URL,
    )  # fmt: skip


def _later(pdf: bytes, party: Party) -> tuple[tuple[str, Box | None], ...]:
    """Return the field the association signs after the unit, where it has a place for it."""
    if party == Party.ISSUER:
        return ()
    boxes = boxes_for(pdf, Party.ISSUER.box)
    return ((Party.ISSUER.field, boxes[0] if boxes else None),)


def _ring(seal: Seal) -> str:
    """Return the name around the star; a sample seal bears its own, never a real body's."""
    return seal.holder if seal.demo and seal.holder else seal.organisation.name


def _caption(seal: Seal, party: Party, first: bool) -> str:
    """Return the words beneath the star: of the association only where it accepts a unit's form.

    What it seals ``first`` is a document of its own, such as an award notice.
    """
    if seal.demo:
        return demo_authority.MARK
    return ACCEPTANCE if party == Party.ISSUER and not first else ""


def _reasons_against(seal: Seal, by: User) -> list[str]:
    """Say why this person may not open this seal now; no password has been looked at yet."""
    now = clock.now()
    membership = membership_of(by, seal.organisation)
    if membership is None or not membership.has(Right.SEAL_KEEPER):
        return [_("Only a seal keeper of %(unit)s uses its seal.") % {"unit": seal.organisation}]
    reasons = []
    if seal.state == SealState.PENDING:
        reasons.append(
            _(
                "The certificate names “%(holder)s”. The association must accept it before the "
                "seal can be used."
            )
            % {"holder": seal.holder}
        )
    if seal.state == SealState.REVOKED:
        reasons.append(_("This seal is revoked: %(reason)s") % {"reason": seal.reason})
    if seal.demo and not settings.DEMO:
        reasons.append(_("A sample seal of the demonstration seals nothing here."))
    if seal.valid_to and now > seal.valid_to:
        reasons.append(
            _("The certificate expired on %(date)s. Please add a new one.")
            % {"date": moment(seal.valid_to)}
        )
    if seal.valid_from and now < seal.valid_from:
        reasons.append(
            _("The certificate is not valid before %(date)s.") % {"date": moment(seal.valid_from)}
        )
    if since := keeping.revoked_since(seal):
        reasons.append(keeping.revoked_words(since))
    wait = seal.wait_until()
    if wait is not None and now < wait:
        reasons.append(
            _("Too many wrong passwords. Please wait %(seconds)s seconds and try again.")
            % {"seconds": int((wait - now).total_seconds()) + 1}
        )
    return reasons


def _reasons_against_use(
    document: Document,
    seal: Seal,
    by: User,
    party: Party,
    before: list[SealUse],
    written_by: Collection[int],
) -> list[str]:
    """Say why this seal does not belong on this document."""
    reasons = []
    if document.draft or not document.is_ready or document.file is None:
        reasons.append(_("This document is not ready to be sealed yet."))
    if document.superseded:
        reasons.append(_("A later version has replaced this document; seal that one."))
    owner = document.organisation_id if party == Party.UNIT else document.issuer.organisation_id
    if owner != seal.organisation_id:
        reasons.append(_("This is not the seal of the unit this document belongs to."))
    if seal.demo and not document.demo:
        reasons.append(_("A sample seal of the demonstration seals nothing here."))
    if seal.two_persons and by.pk in set(written_by):
        reasons.append(
            _("Whoever wrote it does not seal it: ask another seal keeper of your unit.")
        )
    if any(use.party == party for use in before):
        reasons.append(_("This document bears that seal already."))
    elif not seal.is_electronic and any(use.way != Way.IMAGE for use in before):
        reasons.append(
            _("The document is sealed electronically already; a picture would break that seal.")
        )
    return reasons


def _count_wrong(seal: Seal, by: User) -> None:
    """Count a wrong password, outside any transaction that is about to be rolled back."""
    Seal.objects.filter(pk=seal.pk).update(wrong_tries=F("wrong_tries") + 1, wrong_at=clock.now())
    record("seal_password_wrong", by=by, target=seal, organisation=seal.organisation)
