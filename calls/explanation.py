"""Why a unit may apply for a category or may not: every rule, its clause, the facts it rests on.

The call page and ``manage.py explain`` show the lines made here, so that they say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from django.utils.translation import gettext as _

from calls.enums import FieldKind
from calls.models import Call, FormField
from calls.ports import CategoryStanding
from calls.rules import KINDS
from calls.rules.facts import Finding, Stage, Verdict
from calls.ruletext import describe
from portal.face.wording import until


class Mark(Enum):
    """What became of a rule, for one unit and one category."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    # Of a rule that refuses nobody: whether it gives priority.
    PRIORITY = "priority"
    NO_PRIORITY = "no_priority"
    # Judged once the form is filled in.
    LATER = "later"
    # Binds others.
    UNBOUND = "unbound"


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of the explanation."""

    mark: Mark
    message: str
    clause: str = ""
    # False: the rule warns only; staff may let it pass.
    strict: bool = True
    granted: bool = False
    facts: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """What became of the rule, in a word."""
        words = {
            Mark.YES: _("fulfilled"),
            Mark.NO: _("not fulfilled"),
            Mark.UNKNOWN: _("to be checked"),
            Mark.PRIORITY: _("priority"),
            Mark.NO_PRIORITY: _("no priority"),
            Mark.LATER: _("judged from the form"),
            Mark.UNBOUND: _("does not bind your unit"),
        }
        if self.granted:
            return _("exception granted")
        if self.mark is Mark.NO and not self.strict:
            return _("in principle not fulfilled")
        return words[self.mark]

    @property
    def style(self) -> str:
        """The style of the line on a page, as those of ``calls.own.Reason``."""
        if self.granted:
            return "ok"
        if self.mark is Mark.NO:
            return "no" if self.strict else "unsure"
        styles = {Mark.YES: "ok", Mark.UNKNOWN: "unsure", Mark.PRIORITY: "star"}
        return styles.get(self.mark, "idle")


@dataclass(frozen=True, slots=True)
class CategoryExplanation:
    """Every rule of one category, as it stands for one unit."""

    title: str
    may_apply: bool
    # Until when, where the category closes before its call; else empty.
    closes: str
    left: int | None
    lines: tuple[RuleLine, ...]


def explanation_of(
    standing: CategoryStanding, choices: Mapping[str, str] | None = None
) -> CategoryExplanation:
    """Put a standing into lines: what was judged, in its order, then what was not and why."""
    return CategoryExplanation(
        title=standing.category.full_title,
        may_apply=standing.may_apply,
        closes=until(standing.category.own_end),
        left=standing.left,
        lines=(*map(_judged, standing.findings), *_not_judged(standing, choices)),
    )


def apart(
    explanations: Sequence[CategoryExplanation],
) -> tuple[tuple[RuleLine, ...], tuple[CategoryExplanation, ...]]:
    """Return the lines that every one of several categories has, and what is left of each."""
    if len(explanations) < 2:
        return (), tuple(explanations)
    first, *others = explanations
    common = tuple(line for line in first.lines if all(line in one.lines for one in others))
    return common, tuple(
        replace(one, lines=tuple(line for line in one.lines if line not in common))
        for one in explanations
    )


def _judged(finding: Finding) -> RuleLine:
    return RuleLine(
        mark=_mark_of(finding),
        message=finding.message,
        clause=finding.rule.clause,
        strict=finding.rule.strict,
        granted=finding.granted and finding.verdict is Verdict.NO,
        facts=finding.facts,
    )


def _mark_of(finding: Finding) -> Mark:
    if not finding.priority:
        return Mark(finding.verdict.value)
    return Mark.PRIORITY if finding.verdict is Verdict.YES else Mark.NO_PRIORITY


def _not_judged(
    standing: CategoryStanding, choices: Mapping[str, str] | None
) -> Iterator[RuleLine]:
    """Name the rules without a finding: those about the form, and those that bind others."""
    judged = {finding.rule.id for finding in standing.findings}
    for spec in standing.rules:
        if spec.id in judged or not spec.covers(standing.category.path):
            continue
        stage = KINDS[spec.kind].stage_for(spec.params)
        yield RuleLine(
            mark=Mark.LATER if stage in (Stage.OBJECT, Stage.LIST) else Mark.UNBOUND,
            message=describe(spec.kind, spec.params, choices),
            clause=spec.clause,
            strict=spec.strict,
        )


def choice_words(call: Call) -> dict[str, str]:
    """Return the words of the form's choices by their value, in one query."""
    options = FormField.objects.filter(
        section__call=call, kind__in=(FieldKind.CHOICE, FieldKind.CHOICES)
    ).values_list("options", flat=True)
    return {one["value"]: one["label"] for each in options for one in each.get("choices", ())}
