"""Which units owe results of earlier projects: for the rules now, and written down for next year.

The fact has the code ``FactCode.OVERDUE`` in the register of the association. What people entered
there stands first; where nothing is entered, what is overdue at this moment counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.db import transaction

from applications.models import Deliverable
from calls.models import Call
from calls.rules.facts import RuleSpec
from portal import clock
from portal.people.models import FactCode, Issuer, YearlyFact

_LABEL = "有逾期未交的项目材料"
# Stands in the note of what the portal wrote itself; such a fact follows what becomes of it.
_OWN = "由系统根据逾期未交的项目材料登记"


def owing(issuer_id: int, organisation_ids: Collection[int] | None, now: dt.datetime) -> set[int]:
    """Return which units have something overdue with the association, of those given or all."""
    rows = Deliverable.objects.overdue(now).filter(
        project__application__packet__call__issuer=issuer_id
    )
    if organisation_ids is not None:
        rows = rows.filter(project__application__packet__organisation__in=organisation_ids)
    return set(rows.values_list("project__application__packet__organisation", flat=True))


def facts_of(
    call: Call, specs: Iterable[RuleSpec], organisation_id: int
) -> dict[tuple[str, int], str]:
    """Return what is overdue now as facts of the years that the call's rules ask about.

    Where no rule asks, nothing is read.
    """
    years = {
        int(spec.params.get("year") or call.year)
        for spec in specs
        if spec.kind == "yearly_fact" and spec.params.get("code") == FactCode.OVERDUE
    }
    if not years or not owing(call.issuer_id, [organisation_id], clock.now()):
        return {}
    return {(FactCode.OVERDUE, year): "yes" for year in years}


@transaction.atomic
def write_down(now: dt.datetime) -> int:
    """Write what is overdue into the register for the year after; returns how many rows changed.

    Every association that asks for results keeps the fact, so that its calls can ask about it. A
    row the portal wrote is taken back to "no" once nothing is overdue any more; what people entered
    or changed is never touched.
    """
    year = clock.local(now).year + 1
    changed = 0
    _keep_the_fact()
    for code in FactCode.objects.filter(code=FactCode.OVERDUE):
        debtors = owing(code.issuer_id, None, now)
        own = YearlyFact.objects.filter(code=code, year=year, note=_OWN)
        changed += own.exclude(organisation__in=debtors).exclude(value="no").update(value="no")
        changed += own.filter(organisation__in=debtors).exclude(value="yes").update(value="yes")
        known = set(
            YearlyFact.objects.filter(code=code, year=year).values_list("organisation", flat=True)
        )
        made = [
            YearlyFact(organisation_id=pk, code=code, year=year, value="yes", note=_OWN)
            for pk in sorted(debtors - known)
        ]
        YearlyFact.objects.bulk_create(made, ignore_conflicts=True)
        changed += len(made)
    return changed


def _keep_the_fact() -> None:
    """Let the associations whose calls ask for results choose the fact in their rules."""
    asking = Issuer.objects.filter(call__deliverable_rules__isnull=False)
    new = asking.exclude(fact_codes__code=FactCode.OVERDUE).distinct()
    FactCode.objects.bulk_create(
        [FactCode(issuer=issuer, code=FactCode.OVERDUE, label=_LABEL) for issuer in new],
        ignore_conflicts=True,
    )
