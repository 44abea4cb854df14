"""Forwards another association's call: a draft of one's own that asks the same."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from calls.contradictions import fact_codes
from calls.enums import CallState, NoticeKind, PacketMode
from calls.forwarding import forwardable, too_late
from calls.models import Call, Category, Notice
from calls.rules import KINDS
from calls.rules.facts import Stage
from calls.services.clone import copy_row
from calls.services.editing import free_code
from calls.services.form_revisions import thaw
from calls.signals import tell_call_changed
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import FactCode, Issuer, User

# Dates and switches that each association sets for itself.
_OWN = {"signoff_by": None, "seal_by": None, "paper_by": None, "result_by": None,
        "drafts_until": None, "rolling": False, "published_at": None, "cloned_from": None,
        "state": CallState.DRAFT, "revision": 0, "result_where": ""}  # fmt: skip


@transaction.atomic
def forward_call(
    parent: Call, *, issuer: Issuer, by: User, opens_at: dt.datetime, closes_at: dt.datetime
) -> Call:
    """Return a draft of ``issuer`` that forwards the published call of another association.

    Categories, rules on applicants, papers and the published form are copied with nothing moved;
    contacts, levels, batches, the review and what comes after completion are each association's
    own. Raises ``RuleViolation`` where the association may not recommend, forwards the call
    already, or leaves no time before its list is due.
    """
    # The issuer's row is the lock under which codes are given out and a call is forwarded once.
    Issuer.objects.select_for_update().get(pk=issuer.pk)
    levels = {level.call_id: level for level in forwardable(issuer, clock.now())}
    level = levels.get(parent.pk)
    if level is None:
        raise RuleViolation(
            [_("Your association cannot forward this call, or forwards it already.")]
        )
    reasons = [late] if (late := too_late(level, closes_at)) else []
    if closes_at <= opens_at:
        reasons.append(_("The deadline must lie after the opening."))
    if reasons:
        raise RuleViolation(reasons)
    child = _begin(level.call, issuer, opens_at, closes_at)
    _copy_categories(level.call, child)
    _keep_facts(level.call, child)
    newest = level.call.form_revisions.order_by("no").last()
    assert newest is not None, "a published call has a frozen form"
    thaw(child, newest.schema)
    record("call_forwarded", by=by, target=child, issuer=issuer, origin=parent.pk)
    tell_call_changed(child.pk)
    return child


def _begin(parent: Call, issuer: Issuer, opens_at: dt.datetime, closes_at: dt.datetime) -> Call:
    """Make the call and its notice, which opens by saying what is forwarded."""
    words = {
        "association": issuer.organisation.name,
        "title": parent.title,
        "above": parent.issuer.organisation.name,
    }
    opening = _(
        "%(association)s forwards “%(title)s” of %(above)s. Apply to %(association)s; from what it"
        " receives it recommends to %(above)s. The text of the notice follows."
    )
    notice = Notice.objects.create(
        issuer=issuer,
        kind=NoticeKind.CALL,
        title=(_("Forwarding “%(title)s”") % words)[:200],
        body=f"{opening % words}\n{parent.notice.body}",
    )
    taken = Call.objects.filter(issuer=issuer).values_list("code", flat=True)
    return copy_row(
        parent,
        issuer=issuer,
        notice=notice,
        code=free_code(taken, f"{parent.year}-"),
        opens_at=opens_at,
        closes_at=closes_at,
        parent_call=parent,
        **_OWN,
    )


def _copy_categories(parent: Call, child: Call) -> None:
    """Copy categories with the rules and papers for applicants.

    Rules about lists stay above, except where what one unit hands in is itself such a list.
    """
    by_old: dict[int | None, Category | None] = {None: None}
    for category in sorted(parent.categories.all(), key=lambda c: c.parent_id is not None):
        end = category.closes_at
        if end and not child.opens_at < end < child.closes_at:
            end = None  # it closes with the forwarding call itself, which ends sooner
        copy = copy_row(category, call=child, parent=by_old[category.parent_id], closes_at=end)
        by_old[category.pk] = copy
        for part in (*category.tiers.all(), *category.instalments.all()):
            copy_row(part, category=copy)
    plan = parent.packet_mode == PacketMode.PLAN
    for rule in parent.rules.all():
        if plan or KINDS[rule.kind].stage_for(rule.params) is not Stage.LIST:
            copy_row(rule, call=child, category=by_old[rule.category_id])
    for paper in parent.papers.all():
        copy_row(paper, call=child, category=by_old[paper.category_id])


def _keep_facts(parent: Call, child: Call) -> None:
    """Let the association keep the yearly facts that the copied rules ask for."""
    asked = {code for rule in child.rules.all() for code in fact_codes(rule)}
    own = set(FactCode.objects.filter(issuer=child.issuer).values_list("code", flat=True))
    for fact in FactCode.objects.filter(issuer=parent.issuer, code__in=asked - own):
        copy_row(fact, issuer=child.issuer)
