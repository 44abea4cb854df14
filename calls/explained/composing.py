"""Puts a call into the words of its page, in the language at hand."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format

from calls import notice_text, process_words
from calls.enums import RuleMode
from calls.explained.dates import timeline_of
from calls.explained.page import (
    AmendmentWords,
    AttachmentLink,
    CallPage,
    ContactWords,
    ForwardedLink,
    PartWords,
    ResultLink,
    RuleWords,
)
from calls.explained.reading import rows_of
from calls.explained.rows import (
    RuleOn,
    agreement_words,
    deliverables_of,
    papers_of,
    row_of,
    totals_of,
)
from calls.explained.steps import steps_of
from calls.models import (
    Amendment,
    Batch,
    Call,
    PaperRule,
    PublicityRule,
    RecommendingLevel,
    ReviewStage,
    Rule,
)
from calls.phases import next_change, phase_of
from calls.ruletext import describe
from calls.wording import declared
from portal import clock


def explain(call: Call, now: dt.datetime) -> CallPage:
    """Put a call that ``load`` fetched into the words of the language at hand, as of ``now``."""
    choices = _choices(call)
    rules = [
        RuleOn(rule.category_id, rule.kind, words_of(rule, choices)) for rule in call.rules.all()
    ]
    categories = list(call.categories.all())
    children = defaultdict(list)
    for category in categories:
        if category.parent_id:
            children[category.parent_id].append(category)
    annotated: Any = call
    batches = rows_of(Batch, annotated.page_batches)
    papers = rows_of(PaperRule, annotated.page_papers)
    levels = rows_of(RecommendingLevel, annotated.page_levels)
    for level in levels:
        level.call = call
    ends: list[dt.datetime | None] = [one.closes_at for one in categories]
    ends += [*(one.closes_at for one in batches), *(one.closes_at for one in levels)]
    rows = tuple(
        row_of(call, category, rules, now, children[category.pk])
        for category in categories
        if category.parent_id is None
    )
    return CallPage(
        pk=call.pk,
        notice_pk=call.notice_id,
        revision=call.revision,
        issuer=call.issuer,
        title=call.title,
        number=call.notice.number,
        year=call.year,
        published_at=call.notice.published_at,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        phase=phase_of(call, now),
        good_until=next_change(call, now, ends),
        rows=rows,
        rules=tuple(rule.words for rule in rules if rule.category_id is None),
        agreement=agreement_words(call),
        acknowledgement=call.acknowledgement,
        deliverables=deliverables_of(call, None),
        papers=papers_of(papers, None),
        batches=tuple(PartWords(one.title, process_words.batch(one)) for one in batches),
        levels=tuple(PartWords(one.title, process_words.level(one), one.clause) for one in levels),
        review=tuple(
            PartWords(str(one), process_words.stage(one), one.clause)
            for one in rows_of(ReviewStage, annotated.page_review)
        ),
        publicity=tuple(
            PartWords(str(one), process_words.publicity(one), one.clause)
            for one in rows_of(PublicityRule, annotated.page_publicity)
        ),
        amendments=tuple(
            AmendmentWords(date_format(clock.local(one.at).date()), one.summary, tuple(one.changes))
            for one in rows_of(Amendment, annotated.page_amendments)
        ),
        how=tuple(steps_of(call, papers, levels)),
        totals=tuple(totals_of(call, categories)),
        timeline=tuple(timeline_of(call, categories, batches, levels, now)),
        contacts=tuple(ContactWords(**contact) for contact in annotated.page_contacts),
        attachments=tuple(AttachmentLink(**file) for file in annotated.page_attachments),
        results=tuple(ResultLink(**result) for result in annotated.page_results),
        text=notice_text.read(call.notice.body),
        forwards=_forwards(call.parent_call),
    )


def _forwards(parent: Call | None) -> ForwardedLink | None:
    """Name the call that is forwarded, if any."""
    if parent is None:
        return None
    return ForwardedLink(parent.pk, parent.title, parent.issuer.organisation.name)


def _choices(call: Call) -> dict[str, str]:
    """Return the words of the form's choices by their value."""
    sections: Any = call.sections.all()
    return {
        choice["value"]: choice["label"]
        for section in sections
        for question in section.page_choices
        for choice in question["options"].get("choices", ())
    }


def words_of(rule: Rule, choices: Mapping[str, str]) -> RuleWords:
    """Say one rule without judging anybody."""
    text = describe(rule.kind, rule.params, choices)
    said = rule.kind == "declaration" and text.endswith(declared(rule.clause))
    return RuleWords(
        text=text,
        clause="" if said else rule.clause,
        strict=rule.mode == RuleMode.STRICT,
        priority=rule.kind == "priority",
    )
