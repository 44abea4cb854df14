"""Reads certificates and PKCS#12 files, and says in sentences why one cannot be used."""

from __future__ import annotations

import asyncio
import datetime as dt
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from asn1crypto import pkcs12 as asn1_pkcs12
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext as _
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from portal.errors import RuleViolation
from portal.face.wording import moment

SMALLEST_RSA, SMALLEST_CURVE = 2048, 256
# A PKCS#12 file holds a key and a few certificates; larger ones are something else.
LARGEST_FILE = 100_000

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class WrongPassword(RuleViolation):
    """The password does not open the file; told apart because wrong ones are counted."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A certificate and those between it and its authority, as DER."""

    certificate: bytes
    others: tuple[bytes, ...] = ()

    @property
    def leaf(self) -> x509.Certificate:
        """Return the certificate itself."""
        return x509.load_der_x509_certificate(self.certificate)


@dataclass(frozen=True, slots=True)
class Opened:
    """A loaded key with its certificates; lives no longer than the request that opened it."""

    key: PrivateKey
    chain: Chain


@dataclass(frozen=True, slots=True)
class Facts:
    """What is kept of a certificate, and may be known to everybody in the unit."""

    holder: str
    subject: str
    issued_by: str
    serial: str
    fingerprint: str
    valid_from: dt.datetime
    valid_to: dt.datetime


def open_pkcs12(data: bytes, password: str) -> Opened:
    """Return key and certificates of a PKCS#12 file.

    Raises WrongPassword, or RuleViolation where the file is something else, has no private key or
    one of a kind that cannot seal a PDF.
    """
    if len(data) > LARGEST_FILE or not _is_pkcs12(data):
        raise RuleViolation(
            [_("This is no certificate file with a key: it must be a PKCS#12 file (.p12 or .pfx).")]
        )
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, password.encode())
    except UnsupportedAlgorithm as error:
        raise RuleViolation([_unfit_key()]) from error
    except ValueError as error:
        if "password" not in str(error).lower():
            raise RuleViolation([_unfit_key()]) from error
        raise WrongPassword([_("The password does not open the certificate file.")]) from error
    if key is None or certificate is None:
        raise RuleViolation(
            [
                _(
                    "The file holds no private key. Please export the certificate again, together "
                    "with its key."
                )
            ]
        )
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise RuleViolation([_unfit_key()])
    der = serialization.Encoding.DER
    chain = Chain(certificate.public_bytes(der), tuple(other.public_bytes(der) for other in others))
    return Opened(key, chain)


def facts_of(certificate: bytes) -> Facts:
    """Return what is kept of a certificate (DER)."""
    leaf = x509.load_der_x509_certificate(certificate)
    return Facts(
        holder=holder_of(leaf)[:200],
        subject=leaf.subject.rfc4514_string()[:600],
        issued_by=leaf.issuer.rfc4514_string()[:600],
        serial=f"{leaf.serial_number:x}",
        fingerprint=leaf.fingerprint(hashes.SHA256()).hex(),
        valid_from=leaf.not_valid_before_utc,
        valid_to=leaf.not_valid_after_utc,
    )


def holder_of(leaf: x509.Certificate) -> str:
    """Return whom a certificate names: its organisation, or without one its common name."""
    for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        for attribute in leaf.subject.get_attributes_for_oid(oid):
            return str(attribute.value).strip()
    return ""


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are the same but for width of characters and spaces."""
    return bool(one) and _plain(one) == _plain(other)


def reasons_against(chain: Chain, *, now: dt.datetime, roots: Iterable[bytes]) -> list[str]:
    """Return why a certificate cannot seal, as sentences; none when it can.

    ``roots`` are the certificates of the trusted authorities (DER).
    """
    leaf = chain.leaf
    reasons = list(_against_key(leaf))
    if not holder_of(leaf):
        reasons.append(_("The certificate names nobody."))
    if _is_authority(leaf):
        reasons.append(_("This is the certificate of an authority, not of a unit."))
    elif not _may_sign(leaf):
        reasons.append(_("The certificate is not meant for signing."))
    if reason := against_dates(leaf, now):
        reasons.append(reason)
    elif not is_trusted(chain, at=now, roots=roots):
        reasons.append(
            _(
                "The certificate was issued by %(authority)s, which this portal does not trust. "
                "Ask the association which authorities it accepts."
            )
            % {"authority": _name_of_issuer(leaf)}
        )
    return reasons


def against_dates(leaf: x509.Certificate, now: dt.datetime) -> str:
    """Return why a certificate is out of its dates, or nothing."""
    if now > leaf.not_valid_after_utc:
        return _("The certificate expired on %(date)s.") % {
            "date": moment(leaf.not_valid_after_utc)
        }
    if now < leaf.not_valid_before_utc:
        return _("The certificate is not valid before %(date)s.") % {
            "date": moment(leaf.not_valid_before_utc)
        }
    return ""


def is_trusted(chain: Chain, *, at: dt.datetime, roots: Iterable[bytes]) -> bool:
    """Tell whether the certificate leads to a trusted authority at that moment."""
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(root) for root in roots],
        other_certs=[asn1_x509.Certificate.load(other) for other in chain.others],
        moment=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    leaf = asn1_x509.Certificate.load(chain.certificate)
    path = CertificateValidator(leaf, validation_context=context).async_validate_path()
    # In a thread of its own: the caller's may have an event loop running already.
    with ThreadPoolExecutor(max_workers=1) as thread:
        try:
            thread.submit(asyncio.run, path).result()
        except (PathError, ValidationError, ValueError):
            return False
    return True


def read_authority(data: bytes) -> bytes:
    """Return the certificate of an authority as DER, from PEM or DER; RuleViolation otherwise."""
    try:
        found = (
            x509.load_pem_x509_certificate(data)
            if b"-----BEGIN" in data
            else x509.load_der_x509_certificate(data)
        )
    except ValueError as error:
        raise RuleViolation([_("This is no certificate (PEM or DER).")]) from error
    if not _is_authority(found):
        raise RuleViolation([_("This is not the certificate of an authority.")])
    return found.public_bytes(serialization.Encoding.DER)


@dataclass(frozen=True, slots=True)
class RevocationList:
    """What an authority has revoked: serial numbers (hexadecimal) and since when."""

    issued_at: dt.datetime
    good_until: dt.datetime | None
    revoked: dict[str, dt.datetime]


def read_revocations(data: bytes, *, authority: bytes) -> RevocationList:
    """Return an authority's revocation list (CRL, PEM or DER).

    ``authority`` is its certificate (DER). Raises RuleViolation where the file is something else or
    was not signed by that very authority.
    """
    try:
        found = (
            x509.load_pem_x509_crl(data) if b"-----BEGIN" in data else x509.load_der_x509_crl(data)
        )
    except ValueError as error:
        raise RuleViolation([_("This is no revocation list (PEM or DER).")]) from error
    issuer = x509.load_der_x509_certificate(authority)
    try:
        own = found.issuer == issuer.subject and found.is_signature_valid(
            issuer.public_key()  # type: ignore[arg-type]  # an authority's key signs
        )
    except (TypeError, UnsupportedAlgorithm):
        own = False
    if not own:
        raise RuleViolation([_("This revocation list was not signed by this authority.")])
    return RevocationList(
        issued_at=found.last_update_utc,
        good_until=found.next_update_utc,
        revoked={f"{one.serial_number:x}": one.revocation_date_utc for one in found},
    )


def name_of_authority(certificate: bytes) -> str:
    """Return the name under which certificates say who issued them, as ``Facts.issued_by``."""
    return x509.load_der_x509_certificate(certificate).subject.rfc4514_string()[:600]


def _is_pkcs12(data: bytes) -> bool:
    try:
        return str(asn1_pkcs12.Pfx.load(data, strict=True)["version"].native) == "v3"
    except (ValueError, TypeError, KeyError):
        return False


def _against_key(leaf: x509.Certificate) -> Iterable[str]:
    try:
        key = leaf.public_key()
    except (UnsupportedAlgorithm, ValueError):
        yield _unfit_key()
        return
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < SMALLEST_RSA:
            yield _("The key of the certificate is too short to be safe.")
    elif isinstance(key, ec.EllipticCurvePublicKey):
        if key.curve.key_size < SMALLEST_CURVE:
            yield _("The key of the certificate is too short to be safe.")
    else:
        yield _unfit_key()


def _unfit_key() -> str:
    return _(
        "The key of this certificate is of a kind that cannot seal a PDF here; RSA and ECDSA can. "
        "Seals with other keys are used through an e-seal service."
    )


def _is_authority(leaf: x509.Certificate) -> bool:
    try:
        return leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _may_sign(leaf: x509.Certificate) -> bool:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _name_of_issuer(leaf: x509.Certificate) -> str:
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for attribute in leaf.issuer.get_attributes_for_oid(oid):
            return str(attribute.value)
    return leaf.issuer.rfc4514_string()


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
