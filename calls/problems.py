"""One thing a call says against itself or leaves out: a sentence, its place, whether it blocks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A contradiction, which blocks, or an omission, which a person confirms to be meant."""

    sentence: str
    blocks: bool
    # A page of settings (dates, handing-in, words, text, totals) or a section of the overview.
    part: str
    # The rule whose declaration the form does not ask for; it can be asked with one press.
    undeclared: int | None = None

    @property
    def key(self) -> str:
        """Name the problem briefly and stably, so that a tick on a page means this sentence."""
        return hashlib.sha256(self.sentence.encode()).hexdigest()[:16]


def errors_in(part: str, sentences: Iterable[str]) -> Iterator[Problem]:
    """Return sentences about one part as problems that block."""
    return (Problem(sentence, True, part) for sentence in sentences)


def warnings_in(part: str, sentences: Iterable[str]) -> Iterator[Problem]:
    """Return sentences about one part as problems to be confirmed."""
    return (Problem(sentence, False, part) for sentence in sentences)
