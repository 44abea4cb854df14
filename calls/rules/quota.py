"""How many a unit may hand in, counted under a category, a top category or the whole call."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.rules.facts import Counted, Facts, Finding, RuleSpec, Stage, Verdict
from calls.rules.kind import (
    BINDS,
    FACT_LIMITS,
    LIMIT_OR_NONE,
    NAMED_LIMITS,
    NUMBER_LIMIT,
    Params,
    RuleKind,
    binds,
    fact_of_limit,
    limit_for,
    limits_unknown,
    mapping,
    not_recorded,
    number_unsound,
)
from calls.rules.words import KIND_WORDS, all_words
from portal.face.wording import listed

EACH_TOP_CATEGORY, CATEGORY, CALL = SCOPES = ("each_top_category", "category", "call")
UNIT, FAMILY = BUCKETS = ("unit", "family")
LEAD, ALL = JOINTS = ("lead", "all")


def judge_quota(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Hold the applications that use a place against the limit.

    The application judged is not among those counted, so that a limit of one is kept while
    nothing else counts. ``left`` is what remains before this application is handed in.
    """
    unit, params = facts.unit, spec.params
    if unit.kind and not binds(params, unit):
        return None
    own = [c for c in facts.counted if _counts(spec, facts, c)]
    others = [c for c in facts.counted_family if _shares(spec, facts, c)]
    limit, used = limit_for(params, unit), len(own) + len(others)
    told = (_("Places used: %(used)s.") % {"used": used}, *(_title(c) for c in own))
    if reason := fact_of_limit(params, unit):
        told = (reason, *told)
    if limit is None:
        message = _("%(scope)s: not limited; %(used)s handed in.")
        message %= {"scope": _scope_words(spec), "used": used}
        return Finding(spec, Stage.QUOTA, Verdict.YES, message, facts=told)
    left = max(0, limit - used)
    # A fact that is not recorded may give the unit more: staff must look.
    perhaps = [line for line in limits_unknown(params, unit) if used < line["limit"]]
    unsure = limit == 0 and bool(perhaps)
    if unsure:
        message = _("%(scope)s: how many places your unit has is not known yet.")
        message = " ".join([message, *map(not_recorded, perhaps)])
        verdict = Verdict.UNKNOWN
    elif limit == 0:
        message, verdict = _("%(scope)s: your unit has no places here."), Verdict.NO
    elif used < limit:
        message = _("%(scope)s: at most %(limit)s; %(used)s used, %(left)s left.")
        verdict = Verdict.YES
    else:
        message = " ".join([_full_message(own, others), *map(not_recorded, perhaps)])
        # A unit of unknown kind is not known to be bound.
        unbound = not unit.kind and "binds" in params
        verdict = Verdict.UNKNOWN if unbound or perhaps else Verdict.NO
    words = {
        "scope": _scope_words(spec),
        "limit": limit,
        "used": used,
        "left": left,
        "others": len(others),
        "titles": listed(_title(c) for c in own),
    }
    return Finding(
        spec,
        Stage.QUOTA,
        verdict,
        message % words,
        in_the_way=tuple(own),
        left=None if unsure else left,
        facts=told,
    )


def _full_message(own: list[Counted], others: list[Counted]) -> str:
    """Titles are named inside the unit only; of its family a unit learns the number."""
    if own and others:
        return _(
            "%(scope)s: at most %(limit)s, and the places are used by %(titles)s and by"
            " %(others)s of units that share them."
        )
    if others:
        return _("%(scope)s: at most %(limit)s, and units that share the places use %(others)s.")
    return _("%(scope)s: at most %(limit)s, and the places are used by %(titles)s.")


def _title(counted: Counted) -> str:
    return _("“%(title)s” (%(state)s)") % {"title": counted.title, "state": counted.state_label}


def _counts(spec: RuleSpec, facts: Facts, counted: Counted) -> bool:
    """Tell whether one of the unit's own applications lies under what the rule counts."""
    if not counted.lead and spec.params.get("joint", LEAD) == LEAD:
        return False
    return _lies_under(spec, facts, counted)


def _shares(spec: RuleSpec, facts: Facts, counted: Counted) -> bool:
    """Tell whether an application of a parent or branch uses a place of the shared bucket."""
    if spec.params.get("bucket", UNIT) != FAMILY:
        return False
    kinds = spec.params["family_kinds"]
    if facts.unit.kind not in kinds or counted.kind not in kinds:
        return False
    return counted.lead and _lies_under(spec, facts, counted)


def _lies_under(spec: RuleSpec, facts: Facts, counted: Counted) -> bool:
    if spec.params.get("per_batch") and counted.batch != facts.batch:
        return False
    scope = spec.params["scope"]
    if scope == CALL:
        return True
    if scope == EACH_TOP_CATEGORY:
        return counted.category_path[0] == facts.category_path[0]
    return spec.covers(counted.category_path)


def _scope_words(spec: RuleSpec) -> str:
    scopes = {
        EACH_TOP_CATEGORY: _("Within one category"),
        CATEGORY: _("In this category"),
        CALL: _("In all categories together"),
    }
    scope = scopes[spec.params["scope"]]
    if spec.params.get("per_batch"):
        scope = _("%(scope)s, in each batch") % {"scope": scope}
    if "binds" not in spec.params:
        return scope
    return _("%(scope)s (%(units)s)") % {"scope": scope, "units": all_words(spec.params["binds"])}


def _quota_unsound(params: Params) -> str:
    if (params.get("bucket") == FAMILY) != ("family_kinds" in params):
        return _("Kinds that share places are named exactly where places are shared.")
    if params["limit"] is None and not {"named", "by_fact", "by_number"} & set(params):
        return _("Without a limit, say at least for whom there is one.")
    return number_unsound(params)


KINDS = (
    RuleKind(
        "quota",
        Stage.QUOTA,
        judge_quota,
        mapping(
            ("limit", "scope"),
            limit=LIMIT_OR_NONE,
            # Units with a limit of their own; ``limit`` is that of the rest.
            named=NAMED_LIMITS,
            by_fact=FACT_LIMITS,
            by_number=NUMBER_LIMIT,
            scope={"enum": list(SCOPES)},
            binds=BINDS,
            bucket={"enum": list(BUCKETS)},
            family_kinds={
                "type": "array",
                "items": {"enum": list(KIND_WORDS)},
                "minItems": 1,
                "uniqueItems": True,
            },
            joint={"enum": list(JOINTS)},
            # Counted anew in each batch of the call.
            per_batch={"type": "boolean"},
        ),
        gettext_lazy("How many each unit may hand in"),
        gettext_lazy(
            "Counted from the hand-in, returned ones included; withdrawn and not accepted ones"
            " free the place. A parent unit and its branches may share their places."
        ),
        unsound=_quota_unsound,
    ),
)
