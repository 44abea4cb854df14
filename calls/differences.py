"""What a call says, piece by piece in words, and what differs between two of its states.

The form is not among the pieces: its differences are told question by question to each draft
that moves to the new revision.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from calls import process_words, wording
from calls.models import Call, Category
from calls.models.amendment import Change
from calls.notice_text import differing_lines
from calls.ruletext import describe
from portal.face.wording import labelled, listed, until, yuan

# A text longer than this is cut where a difference is told.
LONGEST = 300
DATES, MONEY, RULES, PAPERS, TEXT, CONTACTS = PARTS = (
    "dates", "money", "rules", "papers", "text", "contacts",
)  # fmt: skip


class Piece(NamedTuple):
    """One thing the call says: where it belongs, what it is called, what is said."""

    part: str
    what: str
    words: str


Snapshot = dict[str, Piece]


def snapshot(call: Call) -> Snapshot:
    """Return everything the call says now, in the portal's own language, by a lasting name."""
    with translation.override(settings.LANGUAGE_CODE):
        return {name: piece for name, piece in _pieces(call) if piece.words}


def between(before: Snapshot, after: Snapshot) -> list[Change]:
    """Return what differs; an empty text stands for what is not there."""
    found = []
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        if old == new or (old and new and old.words == new.words):
            continue
        piece = new or old
        assert piece is not None
        texts = old.words if old else "", new.words if new else ""
        if piece.part == TEXT:
            texts = differing_lines(*texts)
        change: Change = {
            "part": piece.part,
            "what": piece.what,
            "before": _cut(texts[0]),
            "after": _cut(texts[1]),
        }
        found.append(change)
    return found


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _pieces(call: Call) -> Iterator[tuple[str, Piece]]:
    yield from _dates(call)
    yield from _words(call)
    for category in call.categories.select_related("parent").prefetch_related(
        "instalments", "tiers"
    ):
        yield from _category(call, category)
    yield from _rows(call)


def _dates(call: Call) -> Iterator[tuple[str, Piece]]:
    ends = {
        "opens_at": (_("Applications open"), call.opens_at),
        "closes_at": (_("Applications close"), call.closes_at),
        "drafts_until": (_("Only drafts begun before the deadline"), call.drafts_until),
        "signoff_by": (_("Signed off in the unit by"), call.signoff_by),
        "seal_by": (_("Stamped scan uploaded by"), call.seal_by),
        "paper_by": (process_words.paper_end(call), call.paper_by),
    }
    for name, (label, end) in ends.items():
        yield name, Piece(DATES, label, until(end))
    result = date_format(call.result_by) if call.result_by else ""
    where = f" · {call.result_where}" if result and call.result_where else ""
    yield "result_by", Piece(DATES, _("Result"), result + where)
    for batch in call.batches.all():
        yield f"batch:{batch.pk}", Piece(DATES, batch.title, process_words.batch(batch))


def _words(call: Call) -> Iterator[tuple[str, Piece]]:
    yield "title", Piece(TEXT, _("Title"), call.title)
    yield "number", Piece(TEXT, _("Document number"), call.notice.number)
    yield "body", Piece(TEXT, _("Text of the notice"), call.notice.body)
    copies = str(call.paper_copies or "")
    yield "paper_copies", Piece(PAPERS, _("Paper copies"), copies)
    said = call.acknowledgement
    yield "acknowledgement", Piece(PAPERS, _("How results name the support"), said)
    yield "sealing", Piece(PAPERS, _("Signature and seal"), str(call.get_sealing_display()))
    slots = str(call.slots_max or "")
    yield "slots_max", Piece(MONEY, _("Places in all, at most"), slots)
    total = yuan(call.total_max)
    yield "total_max", Piece(MONEY, _("Money in all, at most (yuan)"), total)


def _category(call: Call, row: Category) -> Iterator[tuple[str, Piece]]:
    def piece(part: str, what: str, words: str) -> tuple[str, Piece]:
        return f"category:{row.pk}:{what}", Piece(part, labelled(row.full_title, what), words)

    yield piece(TEXT, _("Title"), row.title)
    yield piece(MONEY, _("Places"), wording.places(row.slots_kind, row.slots_min, row.slots_max))
    money = wording.funding(row.funding_kind, row.amount_min, row.amount_max)
    yield piece(MONEY, _("Funding (10,000 yuan each)"), money)
    paid = "".join(process_words.payment(row, list(row.instalments.all())))
    yield piece(MONEY, _("Money"), paid)
    further = listed(labelled(tier.title, yuan(tier.amount)) for tier in row.tiers.all())
    yield piece(MONEY, _("Further money"), further)
    yield piece(DATES, _("Applications close"), until(row.closes_at))
    window = wording.window(row.window_start, row.window_end, year=call.year)
    yield piece(DATES, _("Carried out"), window)
    yield piece(TEXT, _("Purpose"), row.purpose)
    yield piece(TEXT, _("Asked for"), row.requirements)


def _rows(call: Call) -> Iterator[tuple[str, Piece]]:
    """Give rules, papers, review, publicity, deliverables and contacts, row by row."""
    for rule in call.rules.select_related("category"):
        what = labelled(_("Rule"), rule.category.title) if rule.category else _("Rule")
        said = (describe(rule.kind, rule.params, {}), str(rule.get_mode_display()), rule.clause)
        yield f"rule:{rule.pk}", Piece(RULES, what, " · ".join(filter(None, said)))
    for paper in call.papers.all():
        yield f"paper:{paper.pk}", Piece(PAPERS, paper.title, process_words.paper(paper))
    for deliverable in call.deliverable_rules.all():
        asked = (process_words.due(deliverable), process_words.limits(deliverable))
        words = " · ".join(filter(None, asked))
        yield f"deliverable:{deliverable.pk}", Piece(PAPERS, deliverable.title, words)
    for stage in call.review_stages.all():
        words = labelled(stage, process_words.stage(stage))
        yield f"stage:{stage.pk}", Piece(RULES, _("Stage of the review"), words)
    for publicity in call.publicity_rules.all():
        words = labelled(publicity, process_words.publicity(publicity))
        yield f"publicity:{publicity.pk}", Piece(RULES, _("Publicity period"), words)
    for contact in call.contacts.all():
        reached = (contact.name, contact.phone, contact.email, contact.address)
        words = " ".join(filter(None, reached))
        yield f"contact:{contact.pk}", Piece(CONTACTS, _("Contact"), words)
