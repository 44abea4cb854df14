"""With whom an application is made, judged from the partners it names."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.rules.facts import Facts, Finding, RuleSpec, Stage, UnitFacts, Verdict
from calls.rules.kind import LEVELS, Params, RuleKind, is_meant, mapping, out_of_order
from calls.rules.words import KIND_WORDS, all_words, kind_words

_PARTNERS = {"type": "integer", "minimum": 1, "maximum": 20}


def judge_partners(spec: RuleSpec, facts: Facts) -> Finding:
    """Ask for so many partners at least and at most, of some kinds where the rule names any.

    A partner counts from being named on: its own answer may follow the hand-in, and one that has
    declined is none. Of a body that is not registered the kind is not known, which leaves it to
    staff.
    """
    (least, most), lines = bounds(spec.params), spec.params.get("any_of", ())
    sure = sum(not lines or any(is_meant(line, one) for line in lines) for one in facts.partners)
    unknown = sum(bool(lines) and not one.kind for one in facts.partners)
    words: dict[str, object] = {"least": least, "count": len(facts.partners), "fitting": sure}
    words |= {"units": all_words(lines) if lines else "", "most": most}
    told = tuple(_told(one) for one in facts.partners)
    if most is not None and sure > most:
        message, verdict = _("At most %(most)s partners; %(fitting)s named."), Verdict.NO
    elif sure >= least and (most is None or sure + unknown <= most):
        message, verdict = _("Partners named: %(count)s."), Verdict.YES
    elif sure >= least:
        message = _("At most %(most)s partners of: %(units)s. Of some it is not known.")
        verdict = Verdict.UNKNOWN
    elif sure + unknown >= least:
        message = _("At least %(least)s partners of: %(units)s. Of some it is not known.")
        verdict = Verdict.UNKNOWN
    elif lines:
        message = _("At least %(least)s partners of: %(units)s; %(fitting)s named.")
        verdict = Verdict.NO
    else:
        message = _("At least %(least)s partners must be named; %(count)s named.")
        verdict = Verdict.NO
    return Finding(spec, Stage.OBJECT, verdict, message % words, facts=told)


def bounds(params: Params) -> tuple[int, int | None]:
    """Return the least and the greatest number of partners; a rule that says none asks for one."""
    return params.get("min", 0 if "max" in params else 1), params.get("max")


def _unsound(params: Params) -> str:
    if out_of_order(params, "min", "max"):
        return _("The greater number must come second.")
    return ""


def _told(partner: UnitFacts) -> str:
    if not partner.kind:
        return _("%(name)s: what it is is not recorded.") % {"name": partner.name}
    words = {"name": partner.name, "kind": kind_words(partner.kind, partner.level)}
    return _("%(name)s: %(kind)s.") % words


KINDS = (
    RuleKind(
        "partners",
        Stage.OBJECT,
        judge_partners,
        mapping(
            (),
            any_of={
                "type": "array",
                "minItems": 1,
                "items": mapping(("kind",), kind={"enum": list(KIND_WORDS)}, levels=LEVELS),
            },
            min=_PARTNERS,
            max=_PARTNERS,
        ),
        gettext_lazy("Jointly with others"),
        gettext_lazy(
            "The application must name so many partners, or may name no more, of some kinds where"
            " the notice says so. The category must foresee joint applications."
        ),
        unsound=_unsound,
    ),
)
