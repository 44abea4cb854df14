"""The check before publication: contradictions, which block, and omissions, which are confirmed."""

from __future__ import annotations

from calls.contradictions import examined, found_errors
from calls.figures_check import figures
from calls.forms_schema import FormSchema
from calls.models import Call
from calls.omissions import omissions
from calls.problems import Problem


def problems(call: Call, form: FormSchema | None = None) -> list[Problem]:
    """Return everything the check finds, each sentence once, what blocks first.

    ``form`` is the form to judge; without it the one staff are editing.
    """
    seen = examined(call, form)
    found = [
        *found_errors(seen),
        *figures(call, seen.leaves),
        *omissions(call, seen.schema, seen.sound_rules, seen.leaves),
    ]
    once = list({problem.sentence: problem for problem in found}.values())
    return sorted(once, key=lambda problem: not problem.blocks)


def contradictions(call: Call, form: FormSchema | None = None) -> list[str]:
    """Return the sentences of everything that keeps the call from being published."""
    return [problem.sentence for problem in problems(call, form) if problem.blocks]
