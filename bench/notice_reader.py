"""Prints how well the notice reader reads a folder of notices: precision and recall per kind.

    python -m bench.notice_reader FOLDER [--misses] [--floor 0.8]

The folder holds ``name.txt`` beside ``name.yaml`` with the facts expected; docs/notice-reader.md
describes the format. ``--floor`` makes the run fail below that precision or recall overall.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import django
import yaml

# Words are lazy translations; settings are needed to say them, no database is.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
if __name__ == "__main__":
    django.setup()

from calls.reader import KINDS, PartType, read

# Kinds whose units are counted one by one: each kind of unit is a fact of its own.
_ONE_BY_ONE = {"eligible", "recommender"}
# Parts that must be absent from the proposal where the expectation does not state them.
_CLOSED = {"time", "low", "high", "min", "max", "sex"}
_CLOSED_KINDS = {
    "opens", "closes", "recommend_by", "paper_by", "places", "total_places", "amount", "number",
    "age",
}  # fmt: skip
# What must not be bound to a category where the expectation names none.
_OF_CATEGORY = {
    "places", "amount", "window", "number", "age", "fact", "honour", "excluded", "quality", "bar",
    "length",
}  # fmt: skip
# Texts that must be the same word for word, but for spaces and signs.
_EXACT = {"title", "document_number", "email", "contact", "issuer"}

Fact = Mapping[str, Any]


@dataclass
class Score:
    """How many facts were expected, proposed and right."""

    expected: int = 0
    proposed: int = 0
    right: int = 0
    sure: int = 0
    sure_right: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Return the share of the proposed facts that are right; 1 where nothing is proposed."""
        return self.right / self.proposed if self.proposed else 1.0

    @property
    def recall(self) -> float:
        """Return the share of the expected facts that were found; 1 where none is expected."""
        return self.right / self.expected if self.expected else 1.0


def expected_facts(data: Mapping[str, Any]) -> dict[str, list[Fact]]:
    """Return the facts of an expectation by kind, shorthands written out.

    Raises ``ValueError`` for a kind or a part the reader does not know.
    """
    facts: dict[str, list[Fact]] = defaultdict(list)
    for kind, given in data.items():
        if kind not in KINDS:
            raise ValueError(f"There is no kind of fact {kind}.")
        for one in given if isinstance(given, list) else [given]:
            fact = one if isinstance(one, Mapping) else _written_out(kind, one)
            if unknown := set(fact) - {part.name for part in KINDS[kind].parts}:
                raise ValueError(f"{kind} has no part {', '.join(sorted(unknown))}.")
            facts[kind] += _singly(kind, fact)
    return facts


def _written_out(kind: str, value: Any) -> Fact:
    """Write a bare value out: the first part, or day and hour of a moment."""
    first = KINDS[kind].parts[0]
    if kind == "eligible":
        return {"units": value}
    if isinstance(value, dt.datetime):
        return {"day": value.date(), "time": value.strftime("%H:%M")}
    if isinstance(value, str) and (found := re.fullmatch(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d)", value)):
        return {"day": dt.date.fromisoformat(found[1]), "time": found[2]}
    return {first.name: value}


def _singly(kind: str, fact: Fact) -> Iterator[Fact]:
    if kind not in _ONE_BY_ONE:
        yield fact
        return
    for unit in re.split(r"、(?![^（]*）)", str(fact.get("units", ""))):
        yield {**fact, "units": unit}


def _plain(text: object) -> str:
    return re.sub(r"[\s，。、：:；;“”\"‘’《》〈〉（）()\-—–·]", "", str(text))


def _same(kind: str, name: str, wanted: Any, found: Any) -> bool:
    """Compare one part of a fact."""
    part = next(one for one in KINDS[kind].parts if one.name == name)
    if found is None:
        return wanted in (None, "", False)
    if part.type in (PartType.COUNT, PartType.YUAN):
        return Decimal(str(wanted)) == Decimal(str(found))
    if part.type is PartType.UNITS:
        return set(str(wanted).split("、")) == set(str(found).split("、"))
    if part.type in (PartType.TEXT, PartType.CATEGORY):
        left, right = _plain(wanted), _plain(found)
        return left == right or (
            kind not in _EXACT
            and min(len(left), len(right)) >= 2
            and (left in right or right in left)
        )
    return bool(wanted == found)


def matches(kind: str, wanted: Fact, found: Fact) -> bool:
    """Tell whether a proposed fact is the expected one; parts not expected are not compared."""
    if not all(_same(kind, name, value, found.get(name)) for name, value in wanted.items()):
        return False
    if kind in _OF_CATEGORY and "category" not in wanted and found.get("category"):
        return False
    if kind not in _CLOSED_KINDS:
        return True
    return all(found.get(name) is None for name in _CLOSED - set(wanted))


def score_notice(text: str, data: Mapping[str, Any], scores: dict[str, Score], name: str) -> None:
    """Read one notice and add to the scores by kind."""
    wanted = expected_facts(data)
    proposal = read(text)
    for kind in KINDS:
        score = scores[kind]
        proposed = [
            (fact, finding.sure)
            for finding in proposal.of(kind)
            for fact in _singly(kind, finding.values)
        ]
        score.expected += len(wanted.get(kind, ()))
        score.proposed += len(proposed)
        score.sure += sum(sure for _fact, sure in proposed)
        for fact in sorted(wanted.get(kind, ()), key=len, reverse=True):
            hit = next((one for one in proposed if matches(kind, fact, one[0])), None)
            if hit is None:
                score.misses.append(f"{name}: missed {kind} {_words(fact)}")
                continue
            proposed.remove(hit)
            score.right += 1
            score.sure_right += hit[1]
        score.misses += [f"{name}: wrong {kind} {_words(fact)}" for fact, _sure in proposed]


def _words(fact: Fact) -> str:
    return ", ".join(f"{name}={value}" for name, value in fact.items())


def score_folder(folder: Path) -> dict[str, Score]:
    """Return the scores by kind over every notice of a folder."""
    scores: dict[str, Score] = {kind: Score() for kind in KINDS}
    for path in sorted(folder.glob("*.txt")):
        data = yaml.safe_load(path.with_suffix(".yaml").read_text("utf-8")) or {}
        score_notice(path.read_text("utf-8"), data, scores, path.stem)
    return scores


def total(scores: Mapping[str, Score]) -> Score:
    """Return the scores of all kinds together."""
    whole = Score()
    for score in scores.values():
        whole.expected += score.expected
        whole.proposed += score.proposed
        whole.right += score.right
        whole.sure += score.sure
        whole.sure_right += score.sure_right
    return whole


_COLUMNS = (
    ("expected", 9), ("proposed", 9), ("right", 6), ("precision", 10), ("recall", 7), ("sure", 6),
)  # fmt: skip


def _line(name: str, score: Score) -> str:
    sure = f"{score.sure_right / score.sure:6.2f}" if score.sure else "     –"
    return (
        f"{name:14} {score.expected:9} {score.proposed:9} {score.right:6}"
        f" {score.precision:10.2f} {score.recall:7.2f} {sure}"
    )


def main() -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--misses", action="store_true", help="list every miss and every slip")
    parser.add_argument("--floor", type=float, default=0.0, help="fail below this share")
    options = parser.parse_args()
    notices = len(list(options.folder.glob("*.txt")))
    if not notices:
        print(f"There is no notice (*.txt) in {options.folder}.")
        return 2
    scores = score_folder(options.folder)
    columns = (f"{name:>{width}}" for name, width in _COLUMNS)
    print(f"{'kind':14}", *columns)
    for kind, score in scores.items():
        if score.expected or score.proposed:
            print(_line(kind, score))
    whole = total(scores)
    print(_line(f"all ({notices})", whole))
    if options.misses:
        print(*(miss for score in scores.values() for miss in score.misses), sep="\n")
    return int(min(whole.precision, whole.recall) < options.floor)


if __name__ == "__main__":
    sys.exit(main())
