"""Confirmed findings of a notice into a draft call, by way of a call file.

What the notice says and a call file has no place for, or what nobody confirmed, is not lost: the
draft keeps it as open points, each with the notice's sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from calls.callfile import read_call
from calls.models import Call, OpenPoint
from calls.services import notice_people, notice_quality, notice_rules
from calls.services.editing import free_code
from calls.services.notice_call import (
    batches_of,
    boxes_of,
    call_of,
    contacts_of,
    deliverables_of,
    notice_of,
    publicity_of,
    review_of,
    subject_of,
)
from calls.services.notice_categories import categories_of
from calls.services.notice_facts import Confirmed, Head, Leftover, Sheet, instant
from calls.services.notice_form import form_for
from calls.services.notice_levels import levels_for
from portal.people.models import Issuer, User

# What makes a rule of a fact; ages are looked at together, before those that name persons.
_RULES: dict[str, Callable[[Sheet, Confirmed], None]] = {
    "eligible": notice_rules.eligible_rule,
    "quota": notice_rules.quota_rule,
    "fact": notice_rules.fact_rule,
    "honour": notice_rules.honour_rule,
    "excluded": notice_rules.excluded_rule,
    "number": notice_people.number_rule,
    "composition": notice_people.composition_rule,
    "quality": notice_quality.quality_rule,
    "bar": notice_people.bar_rule,
    "matching": notice_people.matching_rule,
    "length": notice_people.length_rule,
}
# Entries a call file must hold even when they are empty.
_NEEDED = frozenset({"format", "call", "notice", "contacts", "categories", "rules", "form"})


@transaction.atomic
def draft_from_notice(
    *,
    issuer: Issuer,
    by: User,
    head: Head,
    text: str,
    confirmed: Sequence[Confirmed],
    unsure: Sequence[Confirmed] = (),
    unread: Sequence[tuple[str, str]] = (),
) -> Call:
    """Make a draft call of what was confirmed; ``unsure`` and ``unread`` are listed in its editor.

    ``unread`` holds what no fact states, each beside its sentence.

    Raises ``RuleViolation`` with the sentences of the call file's import where the facts do not
    make a call, such as a deadline before the opening; nothing is kept then.
    """
    Issuer.objects.select_for_update().get(pk=issuer.pk)  # codes are given out under this lock
    taken = Call.objects.filter(issuer=issuer).values_list("code", flat=True)
    code = free_code(taken, f"{head.year}-")
    sheet = Sheet(head, text, confirmed)
    data = yaml.safe_dump(call_file(sheet, code), allow_unicode=True, sort_keys=False)
    call = read_call(data, issuer=issuer, by=by)
    left = [*sheet.left, *(Leftover(one, one.why or _("Not confirmed.")) for one in unsure)]
    points = [(one.fact.words(), one.reason, one.fact.sentence) for one in left]
    points += [
        (_("Not read: %(words)s") % {"words": words}, _("Nothing in the draft states this."), where)
        for words, where in unread
    ]
    OpenPoint.objects.bulk_create(
        OpenPoint(
            call=call, words=words[:300], reason=reason[:300], sentence=sentence, position=place
        )
        for place, (words, reason, sentence) in enumerate(points)
    )
    return call


def call_file(sheet: Sheet, code: str) -> dict[str, Any]:
    """Return the call file; ``sheet`` keeps what has no place in it."""
    categories = categories_of(sheet, subject_of(sheet))
    # Before the rules: a limit for recommending units bounds the lists of a level.
    sheet.levels = levels_for(
        sheet.of("recommender"), sheet.of("recommend_by"),
        closes_at=instant(sheet.head.closes_at, end=True), text=sheet.text, leave=sheet.leave,
    )  # fmt: skip
    for fact in sheet.facts:
        if fact.kind in _RULES:
            _RULES[fact.kind](sheet, fact)
    notice_people.age_rules(sheet)
    notice_rules.money_rules(sheet)
    call = call_of(sheet, code)
    plan = [str(one.values["text"]) for one in sheet.of("plan")]
    if plan:
        call["packet_mode"] = "plan"
    data = {
        "format": 1,
        "call": call,
        "notice": notice_of(sheet),
        "contacts": contacts_of(sheet),
        "batches": batches_of(sheet),
        "facts": list(sheet.fact_codes.values()),
        "categories": categories,
        "rules": sheet.rules,
        "recommending": sheet.levels,
        "review": review_of(sheet),
        "publicity": publicity_of(sheet),
        "deliverables": deliverables_of(sheet),
        "papers": boxes_of(sheet, plan=bool(plan)),
        "form": form_for(sheet, plan=plan),
    }
    return {name: value for name, value in data.items() if value or name in _NEEDED}
