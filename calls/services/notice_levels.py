"""Recommending levels of a call file, from what was confirmed of who recommends and until when.

A level holds for every application of the call. What a notice says of some of them only, or does
not say at all, becomes an open point beside the level or instead of it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from calls.reader.who import Unit, read_names, units

if TYPE_CHECKING:
    from calls.services.notice_facts import Confirmed

Leave = Callable[["Confirmed", str], None]

# What lies above a unit in the register; the notice's words for it.
_PARENT = re.compile(r"主管|归口|上级|挂靠")
# 企业科协申报的项目由…审核: others do not go this way.
_ONLY_SOME = re.compile(r"[^，。；、]{2,16}申报的[^，。；]{0,8}(?:由|经|须|应|报)")
_DIRECTLY = re.compile(r"(?:可|可以|也可)?直接(?:向[^，。；]{2,12})?(?:申报|报送|推荐|报)")
_LETTER = re.compile(r"推荐函|推荐公函|公函")
_RANKED = re.compile(r"排序|排名(?:先后)?顺序|推荐顺序")


@dataclass
class Level:
    """One level as it is put together: who recommends, and the facts it was read from."""

    names: list[str] = field(default_factory=list)
    who: list[dict[str, Any]] = field(default_factory=list)
    by_parent: bool = False
    facts: list[Confirmed] = field(default_factory=list)
    deadline: Confirmed | None = None

    def is_meant_by(self, fact: Confirmed) -> bool:
        """Tell whether a fact's sentence speaks of this level: one of its own, or by its units."""
        own = any(fact.sentence == one.sentence for one in self.facts)
        return own or any(unit.name in self.names for unit in units(fact.sentence))


def line_of(unit: Unit) -> dict[str, Any]:
    """Write a kind of unit as the rules do."""
    line: dict[str, Any] = {"kind": unit.kind}
    if unit.level:
        line["levels"] = [unit.level]
    return line


def levels_for(
    recommenders: Sequence[Confirmed],
    deadlines: Sequence[Confirmed],
    *,
    closes_at: str,
    text: str,
    leave: Leave,
) -> list[dict[str, Any]]:
    """Return the entry ``recommending`` of a call file, empty where nobody is known to recommend.

    ``closes_at`` is the call's own deadline as call files write it, ``text`` the notice; ``leave``
    is told what stays open and why.
    """
    levels = _who(recommenders, leave)
    ends = [fact for fact in deadlines if levels and "day" in fact.values]
    for fact in deadlines:
        if fact not in ends:
            leave(fact, _("Set the recommending level and its deadline."))
    if not levels:
        return []
    _share_out(levels, ends, leave)
    if _DIRECTLY.search(text):
        leave(levels[0].facts[0], _("Some may hand in directly, but a level holds for all."))
    entries = []
    before = closes_at
    for level in levels:
        if level.deadline is None:
            leave(
                level.facts[0],
                _("No deadline is stated for this recommending level; the one before it is taken."),
            )
        else:
            before = _end_of(level.deadline)
        entries.append(_entry(level, before, text, several=len(levels) > 1))
    return entries


def _who(recommenders: Iterable[Confirmed], leave: Leave) -> list[Level]:
    """Return the levels in their order; facts without a step belong to the only one there is."""
    steps: dict[int, Level] = {}
    stated = any("step" in fact.values for fact in recommenders)
    for fact in recommenders:
        if _ONLY_SOME.search(fact.sentence):
            leave(fact, _("Only some applications go this way, but a level holds for all."))
            continue
        step = fact.values.get("step", 0)
        if (stated and not step) or step not in (0, 1, 2):
            leave(fact, _("Say at which of the two levels these recommend."))
            continue
        _add_units(steps.setdefault(int(str(step)), Level()), fact, leave)
    return [level for _step, level in sorted(steps.items()) if level.facts]


def _add_units(level: Level, fact: Confirmed, leave: Leave) -> None:
    """Add the units of a fact; those the register does not keep stay open."""
    unknown = False
    for unit in read_names(str(fact.values.get("units", ""))):
        if _PARENT.search(unit.word):
            level.by_parent = True
            leave(
                fact,
                _(
                    "A unit's superior in the register recommends it; a unit without one cannot"
                    " apply. Name the recommending units where that is not meant."
                ),
            )
        elif unit.kind:
            if line_of(unit) not in level.who:
                level.who.append(line_of(unit))
        else:
            unknown = True
            continue
        level.names.append(unit.name)
        if fact not in level.facts:
            level.facts.append(fact)
    if unknown or fact not in level.facts:
        leave(fact, _("The register keeps no such kind of unit; name the units."))


def _share_out(levels: list[Level], deadlines: Sequence[Confirmed], leave: Leave) -> None:
    """Give each level its deadline; lists follow each other, and so do their ends."""
    ends = sorted(deadlines, key=_end_of)
    if len(levels) == 1:
        own = [one for one in ends if levels[0].is_meant_by(one)] or ends
        taken = own[-1:]
    elif len(ends) == 1:
        _to_the_one_named(levels, ends[0], leave)
        return
    else:
        taken = [*ends[:1], *ends[1:][-1:]]
    for level, fact in zip(levels, taken, strict=False):
        level.deadline = fact
    for fact in ends:
        if fact not in taken:
            leave(fact, _("Another deadline for recommending is stated; choose which one holds."))


def _to_the_one_named(levels: list[Level], fact: Confirmed, leave: Leave) -> None:
    """Give the only deadline to the level it speaks of, else to the last."""
    named = [level for level in levels if level.is_meant_by(fact)]
    level = named[0] if len(named) == 1 else levels[-1]
    level.deadline = fact
    if len(named) != 1:
        leave(fact, _("It is not said for which recommending level; the last one was taken."))


def _end_of(fact: Confirmed) -> str:
    """Write a deadline as call files do; a day not said to be included ends the day before."""
    day, time = fact.values["day"], str(fact.values.get("time", ""))
    assert isinstance(day, dt.date), "the day of a deadline is a date"
    if not time and not fact.values.get("included"):
        day -= dt.timedelta(days=1)
    return f"{day.isoformat()} {time}".strip()


def _entry(level: Level, closes_at: str, text: str, *, several: bool) -> dict[str, Any]:
    """Write one level; what the notice does not ask for is not asked for."""
    facts = [*level.facts, *([level.deadline] if level.deadline else [])]
    clause = "\n".join(dict.fromkeys(fact.sentence for fact in facts))
    entry: dict[str, Any] = {"closes_at": closes_at}
    if several:
        entry["title"] = "、".join(level.names)[:60]
    if level.by_parent:
        entry["by_parent"] = True
    if level.who:
        entry["who"] = level.who
    entry["ranks"] = bool(_RANKED.search(text))
    if _LETTER.search(clause):
        entry["letter"] = True
    return entry | {"clause": clause}


def level_of(binds: Sequence[dict[str, Any]], levels: Sequence[dict[str, Any]]) -> int | None:
    """Return the number of the one level whose lists a limit for these units bounds.

    Without units the only level is meant; None where it is not clear.
    """
    fits = [
        no
        for no, level in enumerate(levels, 1)
        if not binds or any(line in level.get("who", ()) for line in binds)
    ]
    return fits[0] if len(fits) == 1 else None
