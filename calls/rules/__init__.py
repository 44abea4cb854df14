"""The rules of a call, pure: facts in, findings with sentences out; one function for each kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, FormatChecker

from calls.rules import eligibility, funding, history, lists, objects, partners, persons, quota
from calls.rules.facts import Facts, Finding, ListFacts, RuleSpec, Stage, Verdict
from calls.rules.kind import RuleKind
from calls.rules.sentences import Path, sentences
from portal.errors import RuleViolation

KINDS: dict[str, RuleKind] = {
    kind.code: kind
    for kind in (
        *eligibility.KINDS,
        *history.KINDS,
        *quota.KINDS,
        *lists.KINDS,
        *funding.KINDS,
        *objects.KINDS,
        *persons.KINDS,
        *partners.KINDS,
    )
}
_VALIDATORS = {
    code: Draft202012Validator(kind.schema, format_checker=FormatChecker())
    for code, kind in KINDS.items()
}

__all__ = ("KINDS", "RuleKind", "evaluate", "faults", "judge_list", "validate_params")


def evaluate(specs: Iterable[RuleSpec], facts: Facts, stages: Collection[Stage]) -> list[Finding]:
    """Judge every rule of these stages that holds for the facts' category, in the call's order.

    Rules with nothing to say (the unit is not bound, the answer not there yet) give no finding.
    Where the call does not let unknown facts pass, unknown becomes no.
    """
    findings = []
    for spec in _in_order(specs):
        kind = KINDS[spec.kind]
        stage = kind.stage_for(spec.params)
        if stage not in stages or not spec.covers(facts.category_path):
            continue
        if stage is Stage.OBJECT and facts.answers is None:
            continue
        if finding := kind.judge(spec, facts):
            findings.append(_settled(finding, facts.granted_rule_ids))
    return findings


def judge_list(specs: Iterable[RuleSpec], facts: ListFacts) -> list[Finding]:
    """Judge every rule about lists against one list, in the call's order.

    The entries are those that would stand on it, in any order; ``facts.level`` says whose list it
    is. A rule of a category looks at that category's entries alone.
    """
    findings = []
    for spec in _in_order(specs):
        judge = KINDS[spec.kind].judge_list
        if judge is None or not lists.of_level(spec, facts):
            continue
        if finding := judge(spec, facts):
            findings.append(_settled(finding, facts.granted_rule_ids))
    return findings


def _in_order(specs: Iterable[RuleSpec]) -> list[RuleSpec]:
    return sorted(specs, key=lambda spec: (spec.position, spec.id))


def _settled(finding: Finding, granted: Collection[int]) -> Finding:
    """Apply what does not depend on the kind: the call's switch, and exceptions granted."""
    if finding.verdict is Verdict.UNKNOWN and not finding.rule.unknown_passes:
        finding = replace(finding, verdict=Verdict.NO)
    if finding.verdict is Verdict.NO and finding.rule.id in granted:
        finding = replace(finding, granted=True)
    return finding


def validate_params(kind: str, params: Mapping[str, Any]) -> None:
    """Refuse parameters that the kind cannot be judged by.

    Raises ``RuleViolation`` with a sentence for everything that is wrong.
    """
    if wrong := faults(kind, params):
        raise RuleViolation([sentence for _path, sentence in wrong])


def faults(kind: str, params: Mapping[str, Any]) -> list[tuple[Path, str]]:
    """Return what is wrong with parameters, each with its place in them."""
    if kind not in KINDS:
        return [((), _("There is no kind of rule “%(kind)s”.") % {"kind": kind})]
    if wrong := sentences(_VALIDATORS[kind], params, _("the rule")):
        return wrong
    sentence = KINDS[kind].unsound(params)
    return [((), sentence)] if sentence else []
