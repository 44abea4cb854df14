"""Taking seals in, accepting a differing name, revoking; and the authorities that are trusted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.face.wording import moment
from portal.files.inspection import inspect
from portal.files.names import clean_name
from portal.people.models import Organisation, User
from portal.seals import adapter, certificates, stamping, vault
from portal.seals.certificates import Chain, Facts
from portal.seals.enums import SealState, Way
from portal.seals.models import USUAL, Authority, Seal


@dataclass(frozen=True, slots=True)
class Wish:
    """What a keeper says about a seal: its name, its diameter in mm, and who may not use it."""

    title: str
    diameter: Decimal = USUAL
    two_persons: bool = True


def add_certificate(
    *, organisation: Organisation, wish: Wish, file: bytes, password: str, by: User
) -> Seal:
    """Take in a PKCS#12 file; its password is tried here, not kept, and asked for at each use.

    A certificate that names somebody else than the unit waits until staff accept it. Raises
    RuleViolation with every reason against the file.
    """
    chain = certificates.open_pkcs12(file, password).chain
    return _add_electronic(Way.CERTIFICATE, organisation, wish, chain, by=by, content=file)


def add_service(*, organisation: Organisation, wish: Wish, reference: str, by: User) -> Seal:
    """Take in a seal whose key an e-seal service keeps; ``reference`` is its name there.

    Raises RuleViolation where there is no service, no such seal, or a certificate unfit to seal.
    """
    service = adapter.service()
    if service is None:
        raise RuleViolation([_("This portal is not connected with an e-seal service.")])
    chain = service.certificate(reference)
    content = adapter.packed(chain)
    return _add_electronic(
        Way.SERVICE, organisation, wish, chain, by=by, content=content, reference=reference
    )


@transaction.atomic
def add_image(*, organisation: Organisation, wish: Wish, upload: File[Any], by: User) -> Seal:
    """Take in the picture of a seal (PNG on white or nothing), cut to the seal.

    Raises RuleViolation where it is no sound PNG or shows no round seal of a useful size.
    """
    if (upload.size or 0) > stamping.LARGEST_FILE:
        raise RuleViolation([_("The picture is too big: at most 3 MB are accepted.")])
    inspect(upload, name=clean_name(upload.name or ""), allowed={"png"})
    content = stamping.checked_image(upload.read())
    seal = Seal(way=Way.IMAGE, state=SealState.ACTIVE, demo=settings.DEMO)
    return _add(seal, organisation, wish, by=by, content=content)


@transaction.atomic
def accept(*, seal: Seal, by: User) -> Seal:
    """Let a seal be used although its certificate names somebody else than the unit."""
    seal = Seal.objects.select_for_update(of=("self",)).get(pk=seal.pk)
    if seal.state != SealState.PENDING:
        raise RuleViolation([_("This seal waits for nobody.")])
    seal.state = SealState.ACTIVE
    seal.accepted_by, seal.accepted_at = by, clock.now()
    seal.save(update_fields=["state", "accepted_by", "accepted_at"])
    record("seal_accepted", by=by, target=seal, organisation=seal.organisation)
    return seal


@transaction.atomic
def revoke(*, seal: Seal, reason: str, by: User) -> Seal:
    """End a seal for good and destroy what it is made of; what it has sealed stays sealed."""
    if not reason.strip():
        raise RuleViolation([_("Say why the seal is revoked.")])
    seal = Seal.objects.select_for_update(of=("self",)).get(pk=seal.pk)
    if seal.state == SealState.REVOKED:
        raise RuleViolation([_("This seal is revoked already.")])
    seal.state, seal.reason = SealState.REVOKED, reason.strip()
    seal.revoked_by, seal.revoked_at = by, clock.now()
    seal.save(update_fields=["state", "reason", "revoked_by", "revoked_at"])
    vault.destroy(seal)
    record("seal_revoked", by=by, target=seal, organisation=seal.organisation)
    return seal


@transaction.atomic
def add_authority(*, name: str, file: bytes, by: User | None, demo: bool = False) -> Authority:
    """Trust an authority from now on, from its certificate (PEM or DER)."""
    certificate = certificates.read_authority(file)
    leaf = x509.load_der_x509_certificate(certificate)
    fingerprint = leaf.fingerprint(hashes.SHA256()).hex()
    if Authority.objects.filter(fingerprint=fingerprint, ended_at=None).exists():
        raise RuleViolation([_("This authority is trusted already.")])
    authority, _made = Authority.objects.update_or_create(
        fingerprint=fingerprint,
        defaults={
            "name": name, "certificate": certificate, "valid_to": leaf.not_valid_after_utc,
            "demo": demo, "added_by": by, "added_at": clock.now(), "ended_at": None,
        },
    )  # fmt: skip
    record("seal_authority_added", by=by, target=authority)
    return authority


@transaction.atomic
def end_authority(*, authority: Authority, by: User) -> None:
    """Trust an authority no longer: its seals are refused from now on, old ones too."""
    if authority.ended_at is not None:
        raise RuleViolation([_("This authority is trusted no longer already.")])
    authority.ended_at = clock.now()
    authority.save(update_fields=["ended_at"])
    record("seal_authority_ended", by=by, target=authority)


@transaction.atomic
def take_revocations(*, authority: Authority, file: bytes, by: User) -> int:
    """Take in an authority's newest revocation list; return how many certificates it revokes.

    Seals on it cannot be used from now on, and what they sealed after their revocation is refused.
    Raises RuleViolation where the list is another authority's, or older than the one kept.
    """
    authority = Authority.objects.select_for_update(of=("self",)).get(pk=authority.pk)
    found = certificates.read_revocations(file, authority=bytes(authority.certificate))
    if authority.list_issued_at is not None and found.issued_at < authority.list_issued_at:
        raise RuleViolation([_("A newer revocation list of this authority is kept already.")])
    authority.revoked = {serial: at.isoformat() for serial, at in found.revoked.items()}
    authority.list_issued_at, authority.list_good_until = found.issued_at, found.good_until
    authority.save(update_fields=["revoked", "list_issued_at", "list_good_until"])
    record("seal_revocations_taken", by=by, target=authority, count=len(found.revoked))
    return len(found.revoked)


def revoked_since(facts: Facts | Seal) -> dt.datetime | None:
    """Return since when a certificate is revoked by its authority, as far as lists tell."""
    listed = Authority.objects.filter(revoked__has_key=facts.serial)
    for authority in listed if facts.serial else ():
        if certificates.name_of_authority(bytes(authority.certificate)) == facts.issued_by:
            return dt.datetime.fromisoformat(authority.revoked[facts.serial])
    return None


def trusted_roots() -> list[bytes]:
    """Return the certificates (DER) of the authorities that are trusted now."""
    return [
        bytes(found)
        for found in Authority.objects.all().trusted().values_list("certificate", flat=True)
    ]


def revoked_words(since: dt.datetime) -> str:
    """Say that an authority has revoked a certificate, and what to do."""
    return _(
        "The certificate was revoked by its authority on %(date)s. Ask the authority why, and add "
        "a new certificate."
    ) % {"date": moment(since)}


@transaction.atomic
def _add_electronic(
    way: Way,
    organisation: Organisation,
    wish: Wish,
    chain: Chain,
    *,
    by: User,
    content: bytes,
    reference: str = "",
) -> Seal:
    now = clock.now()
    if reasons := certificates.reasons_against(chain, now=now, roots=trusted_roots()):
        raise RuleViolation(reasons)
    facts = certificates.facts_of(chain.certificate)
    if since := revoked_since(facts):
        raise RuleViolation([revoked_words(since)])
    held = Seal.objects.filter(organisation=organisation, fingerprint=facts.fingerprint)
    if held.exclude(state=SealState.REVOKED).exists():
        raise RuleViolation([_("This certificate is kept here already.")])
    if held.exists():
        raise RuleViolation(
            [_("The seal with this certificate was revoked; a new one needs a new certificate.")]
        )
    own = certificates.same_name(facts.holder, organisation.name)
    seal = Seal(
        way=way,
        state=SealState.ACTIVE if own else SealState.PENDING,
        reference=reference,
        demo=_is_demo(chain, now),
        **_columns(facts),
    )
    return _add(seal, organisation, wish, by=by, content=content)


def _add(seal: Seal, organisation: Organisation, wish: Wish, *, by: User, content: bytes) -> Seal:
    seal.organisation, seal.title = organisation, wish.title.strip()
    seal.diameter, seal.two_persons = wish.diameter, wish.two_persons
    seal.added_by, seal.added_at = by, clock.now()
    seal.save(force_insert=True)
    vault.keep(seal, content)
    record("seal_added", by=by, target=seal, organisation=organisation, way=str(seal.way))
    return seal


def _columns(facts: Facts) -> dict[str, Any]:
    return {
        "holder": facts.holder, "subject": facts.subject, "issued_by": facts.issued_by,
        "serial": facts.serial, "fingerprint": facts.fingerprint,
        "valid_from": facts.valid_from, "valid_to": facts.valid_to,
    }  # fmt: skip


def _is_demo(chain: Chain, now: dt.datetime) -> bool:
    """Tell whether an authority of the demonstration stands behind a certificate."""
    demo = Authority.objects.filter(demo=True).values_list("certificate", flat=True)
    return certificates.is_trusted(chain, at=now, roots=[bytes(one) for one in demo])
