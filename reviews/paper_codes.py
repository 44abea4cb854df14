"""Tells what a clerk typed, or a hand scanner typed for her: a verification code or a number."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from portal.documents import codes

# Scanners type the whole address; an input method may have widened its signs or lost its case.
_ADDRESS = re.compile(r"/VERIFY/([^/?#\s]+)")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―－_ "), "-")
MOST_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """What was read: a document's code, or else a number without its dashes; or nothing."""

    code: str = ""
    number: str = ""


def read(text: str) -> Asked:
    """Read a typed line. Numbers come back in capitals and without dashes, as they are compared.

    An application's number holds its year and so the digit 0, which no code has: the two cannot
    be mistaken for each other.
    """
    line = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).strip().upper()
    address = _ADDRESS.search(line.replace("\\", "/"))
    if address:
        return Asked(code=codes.read(address.group(1)))
    plain = line.translate(_DASHES).replace("-", "")
    if code := codes.read(plain):
        return Asked(code=code)
    return Asked(number=plain if plain.isalnum() else "")
