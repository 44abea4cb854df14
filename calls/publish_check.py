"""The check before publication: contradictions, which block, and omissions, which are confirmed."""

from __future__ import annotations

from calls.contradictions import examined, found_errors
from calls.figures_check import figures
from calls.models import Call
from calls.omissions import omissions
from calls.problems import Problem


def problems(call: Call) -> list[Problem]:
    """Return everything the check finds, each sentence once, what blocks first."""
    seen = examined(call)
    found = [
        *found_errors(seen),
        *figures(call, seen.leaves),
        *omissions(call, seen.schema, seen.sound_rules, seen.leaves),
    ]
    once = list({problem.sentence: problem for problem in found}.values())
    return sorted(once, key=lambda problem: not problem.blocks)


def contradictions(call: Call) -> list[str]:
    """Return the sentences of everything that keeps the call from being published."""
    return [problem.sentence for problem in problems(call) if problem.blocks]
