"""Looks at a sealed PDF and says in sentences whether it may be relied on, and if not, why.

A signature alone says little: one that is mathematically sound may be another unit's, made with a
home-made authority, or stand on another document. So a file is accepted only if the bytes of the
document come first and unchanged, each signature is sound, covers what it must, belongs to the unit
that is named and leads to a trusted authority, and the whole is a file the portal has recorded.
The last alone would do; the others say what is wrong, and hold even if a record were forged.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from portal.face.wording import moment
from portal.seals.certificates import facts_of, holder_of, same_name

# pyHanko tells of each fault in a file somebody uploads; the verdict does that.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

# Certificates for signing carry one of these; which one differs from authority to authority.
USAGE = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
)


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who may have sealed: the name, its known certificates, and since when one is revoked."""

    name: str
    fingerprints: frozenset[str] = frozenset()
    revoked: Mapping[str, dt.datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a sealed document must be.

    ``sha256`` and ``size`` are those of the file before any seal. ``signatories`` go by signature
    field. ``roots`` are trusted certificates (DER). ``recorded`` are the hashes of the sealed files
    the portal has made, ``sealed_at`` the instants at which it did so, by field.
    """

    sha256: str
    size: int
    signatories: Mapping[str, Signatory]
    roots: tuple[bytes, ...]
    recorded: frozenset[str]
    sealed_at: Mapping[str, dt.datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a file is not accepted: a word for code and tests, a sentence for people."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found; accepted without any reason against it."""

    reasons: tuple[Reason, ...]
    seals: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        """Tell whether the file may be relied on."""
        return not self.reasons

    @property
    def codes(self) -> frozenset[str]:
        """Return the words for the reasons."""
        return frozenset(reason.code for reason in self.reasons)


def verify_pdf(data: bytes, expected: Expected, *, now: dt.datetime) -> Verdict:
    """Return the verdict on a PDF; never raises, whatever the bytes are.

    ``now`` judges the dates of signatures whose time nobody vouches for.
    """
    reasons = [*_against_bytes(data, expected)]
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=True)
        signatures = list(reader.embedded_regular_signatures)
    except Exception:  # noqa: BLE001 - a parser fed with anything raises anything
        return Verdict((*reasons, _damaged()), ())
    if not signatures:
        return Verdict((*reasons, _reason("unsigned")), ())
    seals: list[str] = []
    for number, signature in enumerate(signatures):
        last = number == len(signatures) - 1
        found = [*_against_signature(signature, expected, now=now, last=last)]
        reasons += found
        if not found:
            seals.append(_sentence_about(signature, expected))
    return Verdict(tuple(dict.fromkeys(reasons)), tuple(seals))


def _against_bytes(data: bytes, expected: Expected) -> Iterable[Reason]:
    """Look at the file as bytes: the document must come first, and nothing after the end."""
    if hashlib.sha256(data[: expected.size]).hexdigest() != expected.sha256:
        yield _reason("other_document")
    if not data.rstrip(b"\r\n").endswith(b"%%EOF"):
        yield _reason("incomplete")
    if hashlib.sha256(data).hexdigest() not in expected.recorded:
        yield _reason("not_recorded")


def _against_signature(
    signature: EmbeddedPdfSignature, expected: Expected, *, now: dt.datetime, last: bool
) -> Iterable[Reason]:
    signatory = expected.signatories.get(signature.field_name)
    if signatory is None:
        yield _reason("unknown_signature")
        return
    try:
        leaf = x509.load_der_x509_certificate(signature.signer_cert.dump())
        yield from _against_holder(leaf, signatory)
        at = expected.sealed_at.get(signature.field_name)
        status = _status(signature, expected.roots, _within(leaf, at or now))
        at = at or _proven_time(status) or now
    except Exception:  # noqa: BLE001 - see verify_pdf
        yield _damaged()
        return
    yield from _against_status(status, last=last)
    yield from _against_time(leaf, signatory, at)


def _against_holder(leaf: x509.Certificate, signatory: Signatory) -> Iterable[Reason]:
    known = facts_of(leaf.public_bytes(Encoding.DER)).fingerprint in signatory.fingerprints
    if not known and not same_name(holder_of(leaf), signatory.name):
        yield Reason(
            "other_unit",
            _("The seal is that of %(holder)s, not of %(unit)s.")
            % {"holder": holder_of(leaf) or "?", "unit": signatory.name},
        )


def _against_status(status: PdfSignatureStatus, *, last: bool) -> Iterable[Reason]:
    if not (status.intact and status.valid):
        yield _reason("changed")
        return
    if not status.trusted:
        yield _reason("untrusted")
    needed = SignatureCoverageLevel.ENTIRE_FILE if last else SignatureCoverageLevel.ENTIRE_REVISION
    if status.coverage is None or status.coverage < needed:
        yield _reason("appended")


def _against_time(
    leaf: x509.Certificate, signatory: Signatory, at: dt.datetime
) -> Iterable[Reason]:
    if not leaf.not_valid_before_utc <= at <= leaf.not_valid_after_utc:
        yield Reason(
            "expired",
            _("The certificate was valid from %(begin)s to %(end)s only, not when it was used.")
            % {
                "begin": moment(leaf.not_valid_before_utc),
                "end": moment(leaf.not_valid_after_utc),
            },
        )
    revoked = signatory.revoked.get(facts_of(leaf.public_bytes(Encoding.DER)).fingerprint)
    if revoked is not None and at >= revoked:
        yield Reason(
            "revoked",
            _("The seal was revoked on %(date)s, before it was used here.")
            % {"date": moment(revoked)},
        )


def _status(
    signature: EmbeddedPdfSignature, roots: Iterable[bytes], at: dt.datetime
) -> PdfSignatureStatus:
    def context() -> ValidationContext:
        return ValidationContext(
            trust_roots=[asn1_x509.Certificate.load(root) for root in roots],
            allow_fetching=False,
            revocation_mode="soft-fail",
            moment=at,
        )

    return validate_pdf_signature(
        signature,
        signer_validation_context=context(),
        ts_validation_context=context(),
        key_usage_settings=USAGE,
        # What one revision changed in the one before takes seconds to find out, and tells nothing
        # new: only files whose every byte the portal has recorded are accepted.
        skip_diff=True,
    )


def _proven_time(status: PdfSignatureStatus) -> dt.datetime | None:
    """Return the instant a trusted timestamp gives; the signer's own clock proves nothing."""
    stamp = status.timestamp_validity
    if stamp is None or not (stamp.valid and stamp.intact and stamp.trusted):
        return None
    proven: dt.datetime = stamp.timestamp
    return proven


def _within(leaf: x509.Certificate, at: dt.datetime) -> dt.datetime:
    """Return the instant to ask for trust at: dates are judged apart, with their own sentence."""
    first, last = leaf.not_valid_before_utc, leaf.not_valid_after_utc
    return min(max(at, first), last)


def _sentence_about(signature: EmbeddedPdfSignature, expected: Expected) -> str:
    leaf = x509.load_der_x509_certificate(signature.signer_cert.dump())
    at = expected.sealed_at.get(signature.field_name)
    words = {
        "holder": holder_of(leaf),
        "authority": asn1_x509.Certificate.load(signature.signer_cert.dump()).issuer.native.get(
            "common_name", ""
        ),
    }
    if at is None:
        return _("Sealed by %(holder)s; certificate issued by %(authority)s.") % words
    return _("Sealed by %(holder)s on %(at)s; certificate issued by %(authority)s.") % {
        **words, "at": moment(at),
    }  # fmt: skip


def _damaged() -> Reason:
    return _reason("damaged")


def _reason(code: str) -> Reason:
    """Return a reason whose sentence names nobody."""
    sentences = {
        "damaged": _("The file is damaged, cut off or no PDF: its signatures cannot be read."),
        "unsigned": _("The file bears no electronic seal."),
        "other_document": _(
            "The file does not begin with the document of this number: it was changed, or it is "
            "another document."
        ),
        "incomplete": _("The end of the file is missing, or something was appended to it."),
        "not_recorded": _("The portal has not made this file."),
        "unknown_signature": _("The file bears a signature that does not belong there."),
        "changed": _("The file was changed after it was sealed."),
        "untrusted": _(
            "The certificate was not issued by an authority that this portal trusts, whatever "
            "name it bears."
        ),
        "appended": _("Something was added to the file that its seals do not cover."),
    }
    return Reason(code, sentences[code])
