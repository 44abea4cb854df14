"""The call page as plain data: every figure of the table, every rule and date in words."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from calls import notice_text, wording
from calls.enums import FieldKind, FundingKind, Joint, NoticeKind, PacketMode, RuleMode, Sealing
from calls.models import (
    Call,
    Category,
    Contact,
    DeliverableRule,
    FormField,
    FormSection,
    FundingTier,
    Notice,
    NoticeAttachment,
    Rule,
)
from calls.models.call import CallQuerySet
from calls.notice_text import Block
from calls.phases import Phase, next_change, phase_of
from calls.ruletext import WHO, describe
from portal import clock
from portal.face.wording import listed, until, wan
from portal.files.models import FileState
from portal.people.models import Issuer


@dataclass(frozen=True, slots=True)
class RuleWords:
    """One rule as a person reads it, with the notice's clause."""

    text: str
    clause: str
    strict: bool
    priority: bool


@dataclass(frozen=True, slots=True)
class TierWords:
    """Money beside the amount for each place."""

    title: str
    amount: str
    applied_for: bool


@dataclass(frozen=True, slots=True)
class DeliverableWords:
    """What is handed in after completion."""

    title: str
    due: str
    limits: str
    clause: str


@dataclass(frozen=True, slots=True)
class Row:
    """One category of the table; a category with sub-categories is not applied for itself."""

    pk: int
    title: str
    summary: str
    purpose: tuple[str, ...]
    requirements: tuple[str, ...]
    places: str
    money: str
    window: str
    joint: str
    # Who may apply, for the table; empty where the category above says it for all beneath.
    who: str
    rules: tuple[RuleWords, ...]
    deliverables: tuple[DeliverableWords, ...]
    tiers: tuple[TierWords, ...]
    children: tuple[Row, ...] = ()
    nested: bool = False

    @property
    def leaf(self) -> bool:
        """Whether one applies for this category itself."""
        return not self.children

    @property
    def says_more(self) -> bool:
        """Whether there is anything to say beneath the table."""
        own = self.purpose or self.requirements or self.rules or self.joint or self.tiers
        return bool(own or self.deliverables)


@dataclass(frozen=True, slots=True)
class Event:
    """One date of the timeline."""

    label: str
    when: str
    state: str


@dataclass(frozen=True, slots=True)
class AttachmentLink:
    """A file to download."""

    pk: int
    title: str
    octets: int


@dataclass(frozen=True, slots=True)
class ContactWords:
    """Whom to ask."""

    duty: str
    name: str
    phone: str
    email: str
    address: str


@dataclass(frozen=True, slots=True)
class ResultLink:
    """A published list about this call."""

    pk: int
    title: str


@dataclass(frozen=True, slots=True)
class CallPage:
    """Everything the public reads about a call, in one language, at one moment."""

    pk: int
    notice_pk: int
    revision: int
    issuer: Issuer
    title: str
    number: str
    year: int
    published_at: dt.datetime | None
    opens_at: dt.datetime
    closes_at: dt.datetime
    phase: Phase
    good_until: dt.datetime | None
    rows: tuple[Row, ...]
    # Rules of the whole call, and what must be handed in after selection in any category.
    rules: tuple[RuleWords, ...]
    deliverables: tuple[DeliverableWords, ...]
    how: tuple[str, ...]
    totals: str
    timeline: tuple[Event, ...]
    contacts: tuple[ContactWords, ...]
    attachments: tuple[AttachmentLink, ...]
    results: tuple[ResultLink, ...]
    text: tuple[Block, ...] = field(repr=False)

    @property
    def leaves(self) -> tuple[Row, ...]:
        """The categories one applies for, in the table's order."""
        return tuple(leaf for row in self.rows for leaf in (row.children or (row,)))

    @property
    def has_money(self) -> bool:
        """Whether any category states an amount."""
        return any(row.money for row in (*self.rows, *self.leaves))

    @property
    def has_places(self) -> bool:
        """Whether any category states a number of places."""
        return any(row.places for row in (*self.rows, *self.leaves))

    @property
    def has_window(self) -> bool:
        """Whether any category says when it is carried out."""
        return any(row.window for row in (*self.rows, *self.leaves))


def load(calls: CallQuerySet, pk: int) -> Call:
    """Fetch one call with all its page needs in four queries; raises ``Call.DoesNotExist``."""
    here = OuterRef("pk")
    files = NoticeAttachment.objects.filter(notice=OuterRef("notice"), file__state=FileState.CLEAN)
    results = Notice.objects.published().filter(about=here, kind=NoticeKind.RESULT)
    return (
        calls.select_related("issuer__organisation", "notice")
        .defer("notice__grams")
        .annotate(
            page_contacts=_list(
                Contact.objects.filter(call=here), "duty", "name", "phone", "email", "address"
            ),
            page_attachments=_list(files, "pk", "title", octets="file__size"),
            page_results=_list(results, "pk", "title"),
            page_deliverables=_list(
                DeliverableRule.objects.filter(call=here),
                "category_id", "title", "days_after", "max_words", "photos_min", "photos_max",
                "clause",
            ),
        )
        .prefetch_related(
            Prefetch(
                "categories",
                Category.objects.annotate(
                    page_tiers=_list(
                        FundingTier.objects.filter(category=OuterRef("pk")),
                        "title", "applied_for", amount=Cast("amount", TextField()),
                    )
                ),
            ),
            "rules",
            Prefetch(
                "sections",
                FormSection.objects.annotate(
                    page_choices=_list(
                        FormField.objects.filter(
                            section=OuterRef("pk"), kind__in=(FieldKind.CHOICE, FieldKind.CHOICES)
                        ),
                        "options",
                    )
                ),
            ),
        )
        .get(pk=pk)
    )  # fmt: skip


def _list(rows: QuerySet[Any], *names: str, **renamed: Any) -> ArraySubquery:
    """Gather rows of another table as a list of dictionaries inside the one query."""
    fields: dict[str, Any] = {name: name for name in names} | renamed
    return ArraySubquery(rows.values(json=JSONObject(**fields)))


def explain(call: Call, now: dt.datetime) -> CallPage:
    """Put a call that ``load`` fetched into the words of the language at hand, as of ``now``."""
    choices = _choices(call)
    rules = [
        _RuleOn(rule.category_id, rule.kind, words_of(rule, choices)) for rule in call.rules.all()
    ]
    categories = list(call.categories.all())
    children = defaultdict(list)
    for category in categories:
        if category.parent_id:
            children[category.parent_id].append(category)
    rows = tuple(
        _row(call, category, rules, children[category.pk])
        for category in categories
        if category.parent_id is None
    )
    annotated: Any = call
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
        good_until=next_change(call, now),
        rows=rows,
        rules=tuple(rule.words for rule in rules if rule.category_id is None),
        deliverables=_deliverables(call, None),
        how=tuple(_how(call)),
        totals=_totals(categories),
        timeline=tuple(_timeline(call, categories, now)),
        contacts=tuple(ContactWords(**contact) for contact in annotated.page_contacts),
        attachments=tuple(AttachmentLink(**file) for file in annotated.page_attachments),
        results=tuple(ResultLink(**result) for result in annotated.page_results),
        text=notice_text.read(call.notice.body),
    )


@dataclass(frozen=True, slots=True)
class _RuleOn:
    """A rule in words with the category it hangs on."""

    category_id: int | None
    kind: str
    words: RuleWords


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
    return RuleWords(
        text=describe(rule.kind, rule.params, choices),
        clause=rule.clause,
        strict=rule.mode == RuleMode.STRICT,
        priority=rule.kind == "priority",
    )


def _row(
    call: Call, category: Category, rules: list[_RuleOn], children: Sequence[Category] = ()
) -> Row:
    """Put one category and those beneath it into words."""
    own = [rule for rule in rules if rule.category_id == category.pk]
    said = [rule.words.text for rule in own if rule.kind == WHO]
    if not said and category.parent_id is None:
        said = [r.words.text for r in rules if r.category_id is None and r.kind == WHO]
    beneath = tuple(_row(call, child, rules) for child in children)
    counted = children or [category]
    annotated: Any = category
    return Row(
        pk=category.pk,
        title=category.title,
        summary=category.summary,
        purpose=_paragraphs(category.purpose),
        requirements=_paragraphs(category.requirements),
        places=_places(counted),
        money=_money(counted),
        window=_window(call, counted),
        joint="" if category.joint == Joint.NO else _joint(category),
        who=listed(said),
        rules=tuple(rule.words for rule in own),
        deliverables=_deliverables(call, category.pk),
        tiers=tuple(
            TierWords(tier["title"], wan(Decimal(tier["amount"])), tier["applied_for"])
            for tier in annotated.page_tiers
        ),
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
    amounts = [
        amount
        for one in categories
        if one.funding_kind != FundingKind.NONE
        for amount in (one.amount_min, one.amount_max)
        if amount is not None
    ]
    if not amounts:
        return ""
    return wording.span(wan(min(amounts)), wan(max(amounts)))


def _window(call: Call, categories: Sequence[Category]) -> str:
    """Say when a category is carried out, or the span over several."""
    starts = [one.window_start for one in categories if one.window_start]
    ends = [one.window_end for one in categories if one.window_end]
    return wording.window(min(starts, default=None), max(ends, default=None), year=call.year)


def _joint(category: Category) -> str:
    """Say whether units may apply together."""
    if category.joint == Joint.ENCOURAGED:
        return _("Applying jointly with other units is encouraged.")
    return _("Units may apply jointly.")


def _totals(categories: Sequence[Category]) -> str:
    """Say in one line how many categories and places there are."""
    tops = [one for one in categories if one.parent_id is None]
    parents = {one.parent_id for one in categories}
    leaves = [one for one in categories if one.pk not in parents]
    words = {"categories": len(tops), "places": _places(leaves) if len(leaves) > 1 else ""}
    if words["places"]:
        return _("%(categories)s categories, %(places)s places in all") % words
    return _("%(categories)s categories") % words


def _deliverables(call: Call, category_id: int | None) -> tuple[DeliverableWords, ...]:
    """Say what is handed in after completion, for one category or for the whole call."""
    annotated: Any = call
    return tuple(
        DeliverableWords(
            title=one["title"],
            due=ngettext(
                "within %(days)s day of completion",
                "within %(days)s days of completion",
                one["days_after"],
            )
            % {"days": one["days_after"]},
            limits=_limits(one),
            clause=one["clause"],
        )
        for one in annotated.page_deliverables
        if one["category_id"] == category_id
    )


def _limits(deliverable: dict[str, Any]) -> str:
    """Say how long a deliverable may be and how many photos it needs."""
    parts = []
    if deliverable["max_words"]:
        parts.append(_("at most %(words)s words") % {"words": deliverable["max_words"]})
    photos = wording.span(deliverable["photos_min"], deliverable["photos_max"])
    if deliverable["photos_min"] or deliverable["photos_max"]:
        parts.append(_("%(number)s photos") % {"number": photos})
    return listed(parts)


def _how(call: Call) -> Iterator[str]:
    """Say how an application is handed in, step by step."""
    if call.packet_mode == PacketMode.PLAN:
        yield _(
            "The unit fills in its recommendation plan and one form for each recommendation,"
            " and hands them in together."
        )
    else:
        yield _("Fill in the form on this portal; everything is saved as you type.")
    if call.signoff:
        yield _("The approver of your unit signs off on the portal; the form is then frozen.")
    if call.sealing == Sealing.SCAN:
        signatory = call.signatory("")
        yield (
            _("Print the form, have it signed by %(who)s and stamped, and upload the scan.")
            % {"who": signatory}
            if signatory
            else _("Print the form, have it signed and stamped, and upload the scan.")
        )
    yield _("Hand in before the deadline; a receipt with a number says that it has arrived.")
    if call.paper_copies:
        yield ngettext(
            "Send %(copies)s stamped copy on paper; the date of arrival counts.",
            "Send %(copies)s stamped copies on paper; the date of arrival counts.",
            call.paper_copies,
        ) % {"copies": call.paper_copies}


def _timeline(call: Call, categories: Sequence[Category], now: dt.datetime) -> Iterator[Event]:
    """Lay out the dates in order; the first that is still to come is marked as the present one."""
    events: list[tuple[dt.datetime, str, str]] = []
    published = call.notice.published_at
    if published and published.date() != call.opens_at.date():
        when = date_format(clock.local(published).date())
        events.append((published, pgettext("on a line of dates", "Published"), when))
    events.append((call.opens_at, _("Applications open"), since(call.opens_at)))
    events.append((call.closes_at, _("Applications close"), until(call.closes_at)))
    if call.seal_by and call.seal_by != call.closes_at:
        events.append((call.seal_by, _("Stamped scan uploaded by"), until(call.seal_by)))
    if call.paper_by:
        events.append((call.paper_by, _("Paper must have arrived by"), until(call.paper_by)))
    if call.result_by:
        when = _("by %(day)s") % {"day": date_format(call.result_by)}
        if call.result_where:
            when = f"{when} · {call.result_where}"
        events.append((clock.end_of(call.result_by), _("Result"), when))
    if carried_out := _window(call, categories):
        last = max(one.window_end for one in categories if one.window_end)
        events.append((clock.end_of(last), _("Carried out"), carried_out))
    events.sort(key=lambda event: event[0])
    coming = [at for at, _label, _when in events if at > now]
    for at, label, when in events:
        state = "past" if at <= now else "now" if at == coming[0] else ""
        yield Event(label, when, state)


def since(instant: dt.datetime) -> str:
    """Word a beginning: midnight is that day, another hour is said."""
    local = clock.local(instant)
    day = date_format(local.date())
    return day if local.time() == dt.time(0) else f"{day} {local:%H:%M}"
