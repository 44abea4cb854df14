"""Puts signatures into PDFs: the only module that makes one (PAdES, through pyHanko)."""

from __future__ import annotations

import asyncio
import io
import logging
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from django.utils.translation import gettext as _
from pyhanko.pdf_utils import content, generic, layout
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal.errors import RuleViolation
from portal.seals.boxes import Box
from portal.seals.certificates import Chain, Opened

logger = logging.getLogger(__name__)

DIGEST = "sha256"
HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512(),
}  # fmt: skip
TIMEOUT_SECONDS = 10
# A timestamp answer holds a token with its certificates: some kilobytes.
LARGEST_ANSWER = 200_000

# Signs data hashed with the named algorithm.
Sign = Callable[[bytes, str], bytes]


@dataclass(frozen=True, slots=True)
class Placing:
    """Where and under which words a signature goes.

    ``boxes`` are squares of the seal's size; the first bears the signature, the seal is drawn into
    the others as well. ``later`` are fields for those who sign after this one.
    """

    field: str
    boxes: tuple[Box, ...]
    reason: str
    place: str
    later: tuple[tuple[str, Box | None], ...] = ()


class Signer(signers.Signer):
    """Signs with whatever it is given: a loaded key, or a service that holds it.

    pyHanko's own signer loads and checks the key anew for each signature, which takes a quarter
    of a second with RSA.
    """

    def __init__(self, chain: Chain, sign: Sign) -> None:
        store = SimpleCertificateStore()
        store.register_multiple(asn1_x509.Certificate.load(other) for other in chain.others)
        super().__init__(
            signing_cert=asn1_x509.Certificate.load(chain.certificate), cert_registry=store
        )
        self._sign, self._size = sign, _signature_size(chain)

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Return the signature, or for a dry run as many bytes as it has at most."""
        return bytes(self._size) if dry_run else self._sign(data, digest_algorithm)


def with_key(opened: Opened) -> Signer:
    """Return a signer for a loaded key."""

    def sign(data: bytes, algorithm: str) -> bytes:
        if isinstance(opened.key, rsa.RSAPrivateKey):
            return opened.key.sign(data, padding.PKCS1v15(), HASHES[algorithm])
        return opened.key.sign(data, ec.ECDSA(HASHES[algorithm]))

    return Signer(opened.chain, sign)


def with_service(chain: Chain, sign_digest: Callable[[bytes, str], bytes]) -> Signer:
    """Return a signer for a service that is given the hash only."""

    def sign(data: bytes, algorithm: str) -> bytes:
        digest = hashes.Hash(HASHES[algorithm])
        digest.update(data)
        return sign_digest(digest.finalize(), algorithm)

    return Signer(chain, sign)


def sign_pdf(
    pdf: bytes, *, signer: Signer, drawing: bytes, placing: Placing, tsa_url: str = ""
) -> bytes:
    """Return the PDF with one more signature, as an incremental update: what was there stays.

    The first signature of a file certifies it: from then only the fields made for later signatures
    may be filled. ``drawing`` (PDF commands for a square of the boxes' size) is its visible form.
    With ``tsa_url`` a timestamp proves when it was made (PAdES B-T instead of B-B).
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signed_before = bool(list(fields.enumerate_sig_fields(writer, filled_status=True)))
    _make_fields(writer, placing)
    for box in placing.boxes[1:]:
        draw(writer, drawing, box)
    meta = signers.PdfSignatureMetadata(
        field_name=placing.field,
        md_algorithm=DIGEST,
        reason=placing.reason,
        location=placing.place or None,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=not signed_before,
        docmdp_permissions=fields.MDPPerm.FILL_FORMS,
    )
    style = _style(drawing, placing.boxes[0]) if placing.boxes else None
    out = io.BytesIO()
    signers.PdfSigner(
        meta,
        signer=signer,
        timestamper=TimeStamper(tsa_url) if tsa_url else None,
        stamp_style=style,
    ).sign_pdf(writer, existing_fields_only=True, output=out)
    return out.getvalue()


def draw(writer: IncrementalPdfFileWriter, drawing: bytes, box: Box) -> None:
    """Draw something onto a page of the file that is being added to."""
    place(_style(drawing, box).create_stamp(writer, _size(box), {}), box)


def place(stamp: Any, box: Box) -> None:
    """Put a stamp made for a box into it."""
    stamp.apply(box.page, box.left, box.bottom)


class TimeStamper(timestamps.TimeStamper):
    """Asks a timestamp authority over HTTP (RFC 3161)."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Send the request and return the answer; RuleViolation where there is none."""
        return await asyncio.to_thread(self._ask, req.dump())

    def _ask(self, body: bytes) -> tsp.TimeStampResp:
        request = urllib.request.Request(  # noqa: S310 - the address is the operator's
            self._url, data=body, headers={"Content-Type": "application/timestamp-query"}
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
                return tsp.TimeStampResp.load(response.read(LARGEST_ANSWER))
        except (OSError, ValueError) as fault:
            logger.warning("timestamp authority: %s", type(fault).__name__)
            raise RuleViolation(
                [
                    _(
                        "The timestamp authority does not answer. Nothing was sealed; please try "
                        "again later."
                    )
                ]
            ) from fault


def _make_fields(writer: IncrementalPdfFileWriter, placing: Placing) -> None:
    """Make the signature's field and those of later ones, where they are not there yet.

    They are made before the first signature because a certified file takes no new fields.
    """
    there = {name for name, _value, _reference in fields.enumerate_sig_fields(writer)}
    first = placing.boxes[0] if placing.boxes else None
    for name, box in ((placing.field, first), *placing.later):
        if name in there:
            continue
        fields.append_signature_field(
            writer,
            fields.SigFieldSpec(
                sig_field_name=name,
                on_page=box.page if box else 0,
                box=box.corners if box else None,  # type: ignore[arg-type]  # whole numbers
                # An appearance with nothing in it: PDF/A wants one, and until the seal is there
                # nothing may hide the words that it will stand on.
                empty_field_appearance=False,
            ),
        )


def _style(drawing: bytes, box: Box) -> StaticStampStyle:
    """Return a stamp of this drawing; each signature needs its own, they remember their file."""
    return StaticStampStyle(
        border_width=0,
        background=_Drawing(drawing, box),
        background_layout=layout.SimpleBoxLayoutRule(
            x_align=layout.AxisAlignment.ALIGN_MID,
            y_align=layout.AxisAlignment.ALIGN_MID,
            margins=layout.Margins.uniform(0),
        ),
    )


class _Drawing(content.RawContent):
    """Drawing commands laid over the page like ink: the text beneath stays legible."""

    def __init__(self, drawing: bytes, box: Box) -> None:
        super().__init__(b"/Ink gs " + drawing, box=_size(box))
        ink = {"/BM": generic.NameObject("/Multiply")}
        self.set_resource(
            category=content.ResourceType.EXT_G_STATE,
            name=generic.NameObject("/Ink"),
            value=generic.DictionaryObject(
                {generic.NameObject(key): value for key, value in ink.items()}
            ),
        )


def _size(box: Box) -> layout.BoxConstraints:
    return layout.BoxConstraints(width=box.right - box.left, height=box.top - box.bottom)


def _signature_size(chain: Chain) -> int:
    """Return how many bytes a signature with this certificate has at most."""
    key = chain.leaf.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        # Two numbers of the curve's size with their DER heads.
        return 2 * ((key.curve.key_size + 7) // 8) + 16
    assert isinstance(key, rsa.RSAPublicKey)
    return key.key_size // 8
