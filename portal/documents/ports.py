"""What the verification page asks of whoever keeps seals; documents themselves know none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.utils.functional import Promise

from portal.files.models import StoredFile

if TYPE_CHECKING:
    from portal.documents.models import Document


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be said of a file that somebody holds against a document.

    ``reasons`` are sentences why it is not accepted, none when it is; ``seals`` are sentences
    about each seal on it that was found in order.
    """

    accepted: bool
    headline: str
    reasons: tuple[str, ...] = ()
    seals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SealLine:
    """One seal on a document: whose, what kind, when."""

    holder: str
    way: str | Promise
    at: dt.datetime


class Seals(Protocol):
    """Keeps the seals of documents."""

    def of(self, document: Document) -> list[SealLine]:
        """Return the seals a document bears, the first one first."""
        ...

    def file_of(self, document: Document) -> StoredFile | None:
        """Return the file with every seal so far, or None where there is none yet."""
        ...

    def judge(self, document: Document, data: bytes) -> Judgement:
        """Compare a PDF with the sealed document and look at its signatures."""
        ...


_seals: Seals | None = None


def provide_seals(seals: Seals) -> None:
    """Say who keeps seals; called once, when that app is ready."""
    global _seals
    _seals = seals


def seals() -> Seals | None:
    """Return who keeps seals, or None in a portal without them."""
    return _seals
