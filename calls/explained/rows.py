"""The table of a call page: each category with its figures, rules and papers in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from calls import process_words, wording
from calls.enums import Agreement, FundingKind, Joint
from calls.explained.page import DeliverableWords, PartWords, Row, RuleWords, TierWords
from calls.explained.reading import rows_of
from calls.models import Call, Category, DeliverableRule, Instalment, PaperRule
from calls.ruletext import WHO
from portal.face.wording import listed, until, wan


@dataclass(frozen=True, slots=True)
class RuleOn:
    """A rule in words with the category it hangs on."""

    category_id: int | None
    kind: str
    words: RuleWords


def row_of(
    call: Call,
    category: Category,
    rules: list[RuleOn],
    now: dt.datetime,
    children: Sequence[Category] = (),
) -> Row:
    """Put one category and those beneath it into words, as of ``now``."""
    own = [rule for rule in rules if rule.category_id == category.pk]
    said = [rule.words.text for rule in own if rule.kind == WHO]
    if not said and category.parent_id is None:
        said = [r.words.text for r in rules if r.category_id is None and r.kind == WHO]
    beneath = tuple(row_of(call, child, rules, now) for child in children)
    counted = children or [category]
    annotated: Any = category
    in_call: Any = call
    return Row(
        pk=category.pk,
        title=category.title,
        summary=category.summary,
        purpose=_paragraphs(category.purpose),
        requirements=_paragraphs(category.requirements),
        places=_places(counted),
        money=_money(counted),
        closes=until(category.closes_at),
        closed=category.closes_at is not None and category.closes_at <= now,
        window=window_of(call, counted),
        joint=_joint(category, rules),
        who=listed(said),
        rules=tuple(rule.words for rule in own),
        deliverables=deliverables_of(call, category.pk),
        tiers=tuple(
            TierWords(tier["title"], wan(Decimal(tier["amount"])), tier["applied_for"])
            for tier in annotated.page_tiers
        ),
        payment=tuple(
            process_words.payment(category, rows_of(Instalment, annotated.page_instalments))
        ),
        papers=papers_of(rows_of(PaperRule, in_call.page_papers), category.pk),
        children=beneath,
        nested=category.parent_id is not None,
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    """Split a text into its lines, empty ones left out."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _places(categories: Sequence[Category]) -> str:
    """Say the places of one category, or of several added up where they state numbers."""
    if len(categories) == 1:
        only = categories[0]
        return wording.places(only.slots_kind, only.slots_min, only.slots_max)
    lows = [one.slots_min or one.slots_max for one in categories]
    highs = [one.slots_max or one.slots_min for one in categories]
    if None in lows or None in highs:
        return ""
    return wording.span(sum(filter(None, lows)), sum(filter(None, highs)))


def _money(categories: Sequence[Category]) -> str:
    """Say the money of one category, or the range over several."""
    if len({one.funding_kind for one in categories}) == 1 and (
        len(categories) == 1 or categories[0].funding_kind == FundingKind.SELF
    ):
        only = categories[0]
        return wording.funding(only.funding_kind, only.amount_min, only.amount_max)
    amounts = [
        amount
        for one in categories
        if one.is_funded
        for amount in (one.amount_min, one.amount_max)
        if amount is not None
    ]
    if not amounts:
        return ""
    return wording.span(wan(min(amounts)), wan(max(amounts)))


def window_of(call: Call, categories: Sequence[Category]) -> str:
    """Say when a category is carried out, or the span over several."""
    starts = [one.window_start for one in categories if one.window_start]
    ends = [one.window_end for one in categories if one.window_end]
    return wording.window(min(starts, default=None), max(ends, default=None), year=call.year)


def _joint(category: Category, rules: Sequence[RuleOn]) -> str:
    """Say whether units may apply together; nothing where a rule on partners says more."""
    above = (None, category.parent_id, category.pk)
    ruled = any(rule.kind == "partners" and rule.category_id in above for rule in rules)
    if category.joint == Joint.NO or (ruled and category.joint == Joint.ALLOWED):
        return ""
    if category.joint == Joint.ENCOURAGED:
        return _("Applying jointly with other units is encouraged.")
    return _("Units may apply jointly.")


def totals_of(call: Call, categories: Sequence[Category]) -> Iterator[str]:
    """Say briefly how many categories and places there are, and how much money in all."""
    tops = [one for one in categories if one.parent_id is None]
    parents = {one.parent_id for one in categories}
    leaves = [one for one in categories if one.pk not in parents]
    words = {"categories": len(tops), "places": _places(leaves) if len(leaves) > 1 else ""}
    if call.slots_max:
        words["places"] = str(call.slots_max)
        yield _("%(categories)s categories, at most %(places)s places in all") % words
    elif words["places"]:
        yield _("%(categories)s categories, %(places)s places in all") % words
    else:
        yield _("%(categories)s categories") % words
    if call.total_max:
        yield _("at most %(amount)s × 10,000 yuan in all") % {"amount": wan(call.total_max)}


def agreement_words(call: Call) -> str:
    """Say what a selected unit hands in before its project begins; empty where nothing is."""
    return {
        Agreement.PLAN: _(
            "Who is selected hands in a plan of execution here; the project begins once the"
            " association has confirmed it."
        ),
        Agreement.AGREEMENT: _(
            "Who is selected hands in the signed agreement here; the project begins once the"
            " association has confirmed it."
        ),
    }.get(Agreement(call.agreement), "")


def deliverables_of(call: Call, category_id: int | None) -> tuple[DeliverableWords, ...]:
    """Say what is handed in after completion, for one category or for the whole call."""
    annotated: Any = call
    return tuple(
        DeliverableWords(one.title, process_words.due(one), process_words.limits(one), one.clause)
        for one in rows_of(DeliverableRule, annotated.page_deliverables)
        if one.category_id == category_id
    )


def papers_of(papers: Sequence[PaperRule], category_id: int | None) -> tuple[PartWords, ...]:
    """Say what goes with the form, for one category or for the whole call."""
    return tuple(
        PartWords(one.title, process_words.paper(one), one.clause)
        for one in papers
        if one.category_id == category_id
    )
