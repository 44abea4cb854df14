"""The call page as plain data: every figure of the table, every rule and date in words."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef, Prefetch, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from calls import notice_text, process_words, wording
from calls.enums import (
    FieldKind,
    FundingKind,
    Joint,
    NoticeKind,
    PacketMode,
    PaperCounts,
    RuleMode,
    Sealing,
)
from calls.models import (
    Amendment,
    Batch,
    Call,
    Category,
    Contact,
    DeliverableRule,
    FormField,
    FormSection,
    FundingTier,
    Instalment,
    Notice,
    NoticeAttachment,
    PaperRule,
    PublicityRule,
    RecommendingLevel,
    ReviewStage,
    Rule,
)
from calls.models.amendment import Change
from calls.models.call import CallQuerySet
from calls.notice_text import Block
from calls.phases import Phase, next_change, phase_of
from calls.ruletext import WHO, describe
from portal import clock
from portal.face.wording import listed, until, wan
from portal.files.models import FileState
from portal.people.models import Issuer

M = TypeVar("M", bound=Model)


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
class PartWords:
    """A batch, a paper, a stage of the review or a publicity period: its name and what is said."""

    title: str
    words: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class ForwardedLink:
    """The call of another association into which what is applied for here is recommended."""

    pk: int
    title: str
    association: str


@dataclass(frozen=True, slots=True)
class AmendmentWords:
    """What was changed in the published call, and when."""

    day: str
    summary: str
    changes: tuple[Change, ...]


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
    # How the money is given and paid, beside the figure in the table.
    payment: tuple[str, ...]
    papers: tuple[PartWords, ...]
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
        return bool(own or self.deliverables or self.payment or self.papers)


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
    papers: tuple[PartWords, ...]
    batches: tuple[PartWords, ...]
    levels: tuple[PartWords, ...]
    review: tuple[PartWords, ...]
    publicity: tuple[PartWords, ...]
    amendments: tuple[AmendmentWords, ...]
    how: tuple[str, ...]
    totals: tuple[str, ...]
    timeline: tuple[Event, ...]
    contacts: tuple[ContactWords, ...]
    attachments: tuple[AttachmentLink, ...]
    results: tuple[ResultLink, ...]
    text: tuple[Block, ...] = field(repr=False)
    forwards: ForwardedLink | None = None

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
        calls.select_related(
            "issuer__organisation", "notice", "parent_call__issuer__organisation"
        )
        .defer("notice__grams")
        .annotate(
            page_contacts=_list(
                Contact.objects.filter(call=here), "duty", "name", "phone", "email", "address"
            ),
            page_attachments=_list(files, "pk", "title", octets="file__size"),
            page_results=_list(results, "pk", "title"),
            page_deliverables=_list(
                DeliverableRule.objects.filter(call=here),
                "category_id", "title", "days_after", "due_on", "max_words", "photos_min",
                "photos_max", "table", "file_types", "clause",
            ),
            page_batches=_list(
                Batch.objects.filter(call=here), "title", "closes_at", "result_by"
            ),
            page_papers=_list(
                PaperRule.objects.filter(call=here),
                "category_id", "title", "copies", "formats", "blind", "clause",
            ),
            page_levels=_list(
                RecommendingLevel.objects.filter(call=here),
                "no", "title", "by_parent", "who", "named", "closes_at", "opinion_max", "ranks",
                "letter", "list_sealed", "clause",
            ),
            page_review=_list(
                ReviewStage.objects.filter(call=here), "kind", "experts", "pass_mark", "clause"
            ),
            page_publicity=_list(
                PublicityRule.objects.filter(call=here),
                "where", "length", "counting", "first_day_counted", "closing_hour", "clause",
            ),
            page_amendments=_list(
                Amendment.objects.filter(call=here), "at", "summary", "changes"
            ),
        )
        .prefetch_related(
            Prefetch(
                "categories",
                Category.objects.annotate(
                    page_tiers=_list(
                        FundingTier.objects.filter(category=OuterRef("pk")),
                        "title", "applied_for", amount=Cast("amount", TextField()),
                    ),
                    page_instalments=_list(
                        Instalment.objects.filter(category=OuterRef("pk")),
                        "title", "percent", amount=Cast("amount", TextField()),
                    ),
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


def _rows_of(model: type[M], found: Sequence[Mapping[str, Any]]) -> list[M]:
    """Turn what the one query gathered back into rows, which are read and never saved."""
    return [
        model(**{name: _field_of(model, name).to_python(value) for name, value in row.items()})
        for row in found
    ]


def _field_of(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name.removesuffix("_id"))


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
    annotated: Any = call
    batches = _rows_of(Batch, annotated.page_batches)
    papers = _rows_of(PaperRule, annotated.page_papers)
    levels = _rows_of(RecommendingLevel, annotated.page_levels)
    for level in levels:
        level.call = call
    closing = [*(one.closes_at for one in batches), *(one.closes_at for one in levels)]
    ends = [closes_at for closes_at in closing if closes_at > now]
    rows = tuple(
        _row(call, category, rules, children[category.pk])
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
        good_until=min((at for at in (next_change(call, now), *ends) if at), default=None),
        rows=rows,
        rules=tuple(rule.words for rule in rules if rule.category_id is None),
        deliverables=_deliverables(call, None),
        papers=_papers(papers, None),
        batches=tuple(PartWords(one.title, process_words.batch(one)) for one in batches),
        levels=tuple(PartWords(one.title, process_words.level(one), one.clause) for one in levels),
        review=tuple(
            PartWords(str(one), process_words.stage(one), one.clause)
            for one in _rows_of(ReviewStage, annotated.page_review)
        ),
        publicity=tuple(
            PartWords(str(one), process_words.publicity(one), one.clause)
            for one in _rows_of(PublicityRule, annotated.page_publicity)
        ),
        amendments=tuple(
            AmendmentWords(date_format(clock.local(one.at).date()), one.summary, tuple(one.changes))
            for one in _rows_of(Amendment, annotated.page_amendments)
        ),
        how=tuple(_how(call, papers, levels)),
        totals=tuple(_totals(call, categories)),
        timeline=tuple(_timeline(call, categories, batches, levels, now)),
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
    in_call: Any = call
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
        payment=tuple(
            process_words.payment(category, _rows_of(Instalment, annotated.page_instalments))
        ),
        papers=_papers(_rows_of(PaperRule, in_call.page_papers), category.pk),
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


def _totals(call: Call, categories: Sequence[Category]) -> Iterator[str]:
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


def _deliverables(call: Call, category_id: int | None) -> tuple[DeliverableWords, ...]:
    """Say what is handed in after completion, for one category or for the whole call."""
    annotated: Any = call
    return tuple(
        DeliverableWords(one.title, process_words.due(one), process_words.limits(one), one.clause)
        for one in _rows_of(DeliverableRule, annotated.page_deliverables)
        if one.category_id == category_id
    )


def _papers(papers: Sequence[PaperRule], category_id: int | None) -> tuple[PartWords, ...]:
    """Say what goes with the form, for one category or for the whole call."""
    return tuple(
        PartWords(one.title, process_words.paper(one), one.clause)
        for one in papers
        if one.category_id == category_id
    )


def _how(
    call: Call, papers: Sequence[PaperRule], levels: Sequence[RecommendingLevel]
) -> Iterator[str]:
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
    if call.sealing == Sealing.CERTIFICATE:
        yield _("A seal keeper of your unit puts its electronic seal on the form, on the portal.")
    if call.sealing == Sealing.IMAGE:
        yield _("A seal keeper of your unit puts its seal on the form, on the portal.")
    if levels:
        yield _(
            "Choose the unit that recommends you (%(who)s): what you hand in goes to it first."
        ) % {"who": levels[0].title}
    yield _("Hand in before the deadline; a receipt with a number says that it has arrived.")
    yield from _how_on_paper(call)
    if papers:
        yield _("Hand in with the form what is listed below.")


def _how_on_paper(call: Call) -> Iterator[str]:
    words = {"copies": call.paper_copies}
    if call.paper_copies and call.paper_counts == PaperCounts.POSTMARK:
        yield (
            ngettext(
                "Send %(copies)s stamped copy on paper; the postmark counts.",
                "Send %(copies)s stamped copies on paper; the postmark counts.",
                call.paper_copies,
            )
            % words
        )
    elif call.paper_copies:
        yield (
            ngettext(
                "Send %(copies)s stamped copy on paper; the date of arrival counts.",
                "Send %(copies)s stamped copies on paper; the date of arrival counts.",
                call.paper_copies,
            )
            % words
        )


def _timeline(
    call: Call,
    categories: Sequence[Category],
    batches: Sequence[Batch],
    levels: Sequence[RecommendingLevel],
    now: dt.datetime,
) -> Iterator[Event]:
    """Lay out the dates in order; the first that is still to come is marked as the present one."""
    events: list[tuple[dt.datetime, str, str]] = []
    published = call.notice.published_at
    if published and published.date() != call.opens_at.date():
        when = date_format(clock.local(published).date())
        events.append((published, pgettext("on a line of dates", "Published"), when))
    events.append((call.opens_at, _("Applications open"), since(call.opens_at)))
    if call.signoff_by:
        events.append((call.signoff_by, _("Signed off in the unit by"), until(call.signoff_by)))
    for batch in batches:
        if batch.closes_at != call.closes_at:
            closes = _("%(batch)s closes") % {"batch": batch.title}
            events.append((batch.closes_at, closes, until(batch.closes_at)))
    events += _lists_due(levels)
    events.append((call.closes_at, _("Applications close"), until(call.closes_at)))
    if call.drafts_until:
        label = _("Only drafts begun before the deadline")
        events.append((call.drafts_until, label, until(call.drafts_until)))
    if call.seal_by and call.seal_by != call.closes_at:
        events.append((call.seal_by, _("Stamped scan uploaded by"), until(call.seal_by)))
    if call.paper_by:
        events.append((call.paper_by, process_words.paper_end(call), until(call.paper_by)))
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


def _lists_due(levels: Sequence[RecommendingLevel]) -> list[tuple[dt.datetime, str, str]]:
    return [
        (
            level.closes_at,
            _("Lists of the %(who)s due") % {"who": level.title},
            until(level.closes_at),
        )
        for level in levels
    ]


def since(instant: dt.datetime) -> str:
    """Word a beginning: midnight is that day, another hour is said."""
    local = clock.local(instant)
    day = date_format(local.date())
    return day if local.time() == dt.time(0) else f"{day} {local:%H:%M}"
