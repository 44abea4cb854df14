"""Answers the verification page: which seals a document bears, whether a file is the sealed one."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
from dataclasses import asdict

from django.utils.translation import gettext as _

from portal import clock
from portal.documents.models import Document
from portal.documents.ports import Judgement, SealLine
from portal.documents.render import sandbox
from portal.files.models import StoredFile
from portal.people.models import Organisation
from portal.seals.enums import Party, Way
from portal.seals.models import Seal, SealUse
from portal.seals.services import sealing
from portal.seals.services.keeping import revoked_since, trusted_roots
from portal.seals.verifying import Expected, Reason, Signatory, Verdict, verify_pdf

logger = logging.getLogger(__name__)

# A file from anybody is read in a child of its own, which may not take longer or more than this.
LIMITS = sandbox.Limits(cpu_seconds=5, wall_seconds=10.0, memory_bytes=512 * 1024 * 1024)


class KeptSeals:
    """Implements ``portal.documents.ports.Seals``."""

    def of(self, document: Document) -> list[SealLine]:
        """Return the seals a document bears."""
        return [
            SealLine(holder=str(use.seal.organisation), way=Way(use.way).label, at=use.at)
            for use in SealUse.objects.all().of_document(document.pk)
        ]

    def file_of(self, document: Document) -> StoredFile | None:
        """Return the file with every seal so far."""
        return sealing.file_of(document)

    def judge(self, document: Document, data: bytes) -> Judgement:
        """Compare a PDF with the sealed document and look at its signatures."""
        uses = list(SealUse.objects.all().of_document(document.pk))
        if not uses:
            return Judgement(
                accepted=False,
                headline=_("Not the same file"),
                reasons=(_("The portal has sealed no file of this document."),),
            )
        expected = expected_of(document, uses)
        if all(use.way == Way.IMAGE for use in uses):
            return _judge_image(data, uses)
        return _in_words(_verdict(data, expected), data, uses)


def expected_of(document: Document, uses: list[SealUse]) -> Expected:
    """Return what the sealed file of a document must be."""
    assert document.file is not None
    electronic = [use for use in uses if use.way != Way.IMAGE]
    # What a picture was printed on comes before the first signature; from there bytes only grow.
    start = next((use for use in reversed(uses) if use.way == Way.IMAGE), None)
    base = start.file if start else document.file
    return Expected(
        sha256=base.sha256,
        size=base.size,
        signatories={
            Party.UNIT.field: _signatory(document.unit_name, document.organisation),
            Party.ISSUER.field: _signatory(
                document.issuer.organisation.name, document.issuer.organisation
            ),
        },
        roots=tuple(trusted_roots()),
        recorded=frozenset(use.file_sha256 for use in electronic),
        sealed_at={Party(use.party).field: use.at for use in electronic},
    )


def _signatory(name: str, organisation: Organisation | None) -> Signatory:
    seals = list(Seal.objects.filter(organisation=organisation).exclude(fingerprint=""))
    return Signatory(
        name=name,
        # Staff have accepted certificates that name the unit otherwise.
        fingerprints=frozenset(seal.fingerprint for seal in seals if seal.accepted_at),
        revoked={seal.fingerprint: at for seal in seals if (at := _revoked(seal)) is not None},
    )


def _revoked(seal: Seal) -> dt.datetime | None:
    """Return since when a seal counts no more: by its unit or by its authority, the earlier one."""
    found = [at for at in (seal.revoked_at, revoked_since(seal)) if at is not None]
    return min(found, default=None)


def _verdict(data: bytes, expected: Expected) -> Verdict:
    """Look at the file in a child: whatever the bytes are, the page answers."""
    now = clock.now()

    def work() -> bytes:
        return json.dumps(asdict(verify_pdf(data, expected, now=now))).encode()

    try:
        found = json.loads(sandbox.run(work, LIMITS))
    except (sandbox.OutOfTime, sandbox.OutOfMemory, sandbox.Crashed, sandbox.Refused) as fault:
        logger.warning("a file to verify was given up: %s", type(fault).__name__)
        sentence = _("The file could not be looked at: it is damaged, or made to keep one busy.")
        return Verdict((Reason("damaged", sentence),), ())
    return Verdict(tuple(Reason(**reason) for reason in found["reasons"]), tuple(found["seals"]))


def _in_words(verdict: Verdict, data: bytes, uses: list[SealUse]) -> Judgement:
    if not verdict.accepted:
        return Judgement(
            accepted=False,
            headline=_("Do not rely on this file"),
            reasons=tuple(reason.sentence for reason in verdict.reasons),
            seals=verdict.seals,
        )
    complete = len(verdict.seals) == sum(use.way != Way.IMAGE for use in uses)
    return Judgement(
        accepted=True,
        headline=_("The sealed file, unchanged, and its seals are valid")
        if complete
        else _("Genuine and unchanged, from before a later seal was added"),
        seals=verdict.seals,
    )


def _judge_image(data: bytes, uses: list[SealUse]) -> Judgement:
    if hashlib.sha256(data).hexdigest() not in {use.file_sha256 for use in uses}:
        return Judgement(
            accepted=False,
            headline=_("Do not rely on this file"),
            reasons=(_("The portal has not made this file."),),
        )
    return Judgement(
        accepted=True,
        headline=_("The same file, byte for byte"),
        seals=(
            _(
                "The seal on it is a picture and no electronic seal in law; "
                "who applied it is recorded."
            ),
        ),
    )
