"""Prints how long sealing and checking a PDF take, for keys of both kinds.

    python -m bench.seals --file FORM.pdf [--rounds 20]

The file is any form the portal has printed. Times are processor time of one core, the median of
the rounds; the key is opened once for a batch, as in the portal.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
if __name__ == "__main__":
    django.setup()

from portal.seals import certificates, demo_authority, drawing, signing, verifying
from portal.seals.boxes import Box, boxes_for

UNIT = "示例省光学学会"
PASSWORD = "bench"  # noqa: S105 - seals nothing


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Return the median processor time of one call in milliseconds."""
    times = []
    for _round in range(rounds):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return statistics.median(times) * 1000


def measure(pdf: bytes, *, elliptic: bool, rounds: int) -> None:
    """Print the times for one kind of key."""
    now = dt.datetime.now(dt.UTC)
    authority = demo_authority.make_authority(now=now)
    key, certificate = demo_authority.issue(authority, UNIT, now=now, elliptic=elliptic)
    file = demo_authority.pack(key, certificate, password=PASSWORD)
    boxes = tuple(box.around(42) for box in boxes_for(pdf, "seal-unit")) or (
        Box(0, 350, 100, 469, 219),
    )
    placing = signing.Placing("seal_unit", boxes, "盖章", "")
    opened = certificates.open_pkcs12(file, PASSWORD)
    signer = signing.with_key(opened)

    def seal() -> bytes:
        picture = drawing.round_seal(UNIT, 42)
        return signing.sign_pdf(pdf, signer=signer, drawing=picture, placing=placing)

    sealed = seal()
    expected = verifying.Expected(
        sha256=hashlib.sha256(pdf).hexdigest(), size=len(pdf),
        signatories={"seal_unit": verifying.Signatory(UNIT)}, roots=(authority.der,),
        recorded=frozenset({hashlib.sha256(sealed).hexdigest()}),
    )  # fmt: skip
    assert verifying.verify_pdf(sealed, expected, now=now).accepted
    name = "ECDSA P-256" if elliptic else f"RSA {demo_authority.RSA_BITS}"
    opening = milliseconds(lambda: certificates.open_pkcs12(file, PASSWORD), rounds)
    sealing = milliseconds(seal, rounds)
    checking = milliseconds(lambda: verifying.verify_pdf(sealed, expected, now=now), rounds)
    print(
        f"{name:12} open {opening:6.1f} ms   seal {sealing:6.1f} ms   check {checking:6.1f} ms   "
        f"{len(pdf)} -> {len(sealed)} bytes"
    )


def main() -> None:
    """Measure both kinds of key on one file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--file", type=Path, required=True, help="a form this portal has printed")
    given = parser.parse_args()
    pdf = given.file.read_bytes()
    for elliptic in (True, False):
        measure(pdf, elliptic=elliptic, rounds=given.rounds)


if __name__ == "__main__":
    main()
