"""Payment, batches, papers, review, publicity and deliverables of a call in words, row by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls import wording
from calls.enums import DeliverableTable, PaperBox, PaperCounts, Payment, PublicityCounting
from calls.models import (
    Batch,
    Call,
    Category,
    DeliverableRule,
    Instalment,
    PaperRule,
    PublicityRule,
    RecommendingLevel,
    ReviewStage,
)
from calls.rules.words import all_words
from portal.face.wording import listed, until, wan

_FILE_WORDS = {"docx": "Word", "doc": "Word", "xlsx": "Excel", "pdf": "PDF", "ofd": "OFD"}
_PICTURES = frozenset({"jpg", "jpeg", "png"})


def level(one: RecommendingLevel) -> str:
    """Say who recommends at a level, until when and with what papers; it comes with its call."""
    who = [_("the unit's own parent")] if one.by_parent else []
    if one.who:
        who.append(all_words(one.who))
    who += [unit["name"] for unit in one.named]
    parts = [_("recommended by %(who)s") % {"who": listed(who)}]
    parts.append(_("list due by %(when)s") % {"when": until(one.closes_at)})
    if one.ranks:
        parts.append(_("in order of preference"))
    if one.opinion_max:
        parts.append(
            _("with an opinion of at most %(most)s characters on each") % {"most": one.opinion_max}
        )
    if one.list_sealing.in_portal:
        parts.append(_("one summary table, sealed in the portal"))
    elif one.list_sealed:
        parts.append(_("one summary table, signed and stamped"))
    if one.letter:
        parts.append(_("a covering letter"))
    return _("; ").join(parts)


def file_words(endings: Iterable[str]) -> str:
    """Say kinds of files as people call them: Word, PDF, pictures."""
    words = [
        _("pictures") if ending in _PICTURES else _FILE_WORDS.get(ending, ending)
        for ending in endings
    ]
    return listed(dict.fromkeys(words))


def payment(category: Category, instalments: Sequence[Instalment]) -> Iterator[str]:
    """Say how a category's money is given and paid, one sentence after the other."""
    if category.funded_slots:
        yield ngettext(
            "%(number)s of the places carries funding.",
            "%(number)s of the places carry funding.",
            category.funded_slots,
        ) % {"number": category.funded_slots}
    if category.total_max:
        yield _("At most %(amount)s × 10,000 yuan in all.") % {"amount": wan(category.total_max)}
    if category.cost_share_percent:
        words = {"percent": category.cost_share_percent}
        yield _("At most %(percent)s %% of the project's cost are given.") % words
    if instalments:
        parts = listed(instalment(one) for one in instalments)
        yield _("Paid in instalments: %(parts)s.") % {"parts": parts}
    elif category.paid == Payment.INSTALMENTS:
        yield _("Paid in instalments.")
    elif category.paid == Payment.IN_ADVANCE:
        yield _("Paid all at once after the selection.")
    if category.paid == Payment.AFTER_ACCEPTANCE:
        yield _("Paid after completion has been accepted.")


def instalment(row: Instalment) -> str:
    """Say one instalment: 立项后60%."""
    if row.percent is not None:
        return f"{row.title} {row.percent}%"
    return _("%(title)s %(amount)s × 10,000 yuan") % {"title": row.title, "amount": wan(row.amount)}


def batch(row: Batch) -> str:
    """Say until when a batch is taken and when its result comes."""
    if row.result_by is None:
        return until(row.closes_at)
    words = {"end": until(row.closes_at), "result": date_format(row.result_by)}
    return _("%(end)s, result by %(result)s") % words


def paper(row: PaperRule) -> str:
    """Say how a paper is handed in: copies, kind of file, blind; or as a box on the form."""
    if row.box:
        return _box(row)
    parts = []
    if row.copies:
        words = {"copies": row.copies}
        parts.append(
            ngettext("%(copies)s copy on paper", "%(copies)s copies on paper", row.copies) % words
        )
    if row.formats:
        parts.append(_("as a file: %(kinds)s") % {"kinds": file_words(row.formats)})
    if row.blind:
        parts.append(_("without names of units and persons"))
    return listed(parts)


def _box(row: PaperRule) -> str:
    words = {"who": row.box_signer}
    if row.box == PaperBox.SIGNED and row.box_signer:
        return _("a box on the printed form, signed by %(who)s") % words
    if row.box == PaperBox.SIGNED:
        return _("a box on the printed form, signed")
    if row.box_signer:
        return _("a box on the printed form, signed by %(who)s and stamped") % words
    return _("a box on the printed form, signed and stamped")


def paper_end(call: Call) -> str:
    """Name the end for paper by what counts: arrival or postmark."""
    if call.paper_counts == PaperCounts.POSTMARK:
        return _("Paper posted by (postmark)")
    return _("Paper must have arrived by")


def stage(row: ReviewStage) -> str:
    """Say who scores in a stage of the review and what must be reached."""
    parts = []
    if row.experts:
        words = {"experts": row.experts}
        parts.append(ngettext("%(experts)s expert", "%(experts)s experts", row.experts) % words)
    if row.pass_mark is not None:
        parts.append(_("at least %(mark)s of 100") % {"mark": f"{row.pass_mark.normalize():f}"})
    return listed(parts)


def publicity(row: PublicityRule) -> str:
    """Say how long names are shown, and how that is counted."""
    words = {"length": row.length}
    if row.counting == PublicityCounting.HOURS:
        return ngettext("%(length)s hour", "%(length)s hours", row.length) % words
    if row.counting == PublicityCounting.WORKING:
        said = ngettext("%(length)s working day", "%(length)s working days", row.length) % words
    else:
        said = ngettext("%(length)s calendar day", "%(length)s calendar days", row.length) % words
    parts = [said]
    if row.first_day_counted:
        parts.append(_("the first day included"))
    if row.closing_hour is not None:
        parts.append(_("until %(hour)s of the last day") % {"hour": f"{row.closing_hour:%H:%M}"})
    return listed(parts)


def due(row: DeliverableRule) -> str:
    """Say when a deliverable is due."""
    if row.due_on is not None and row.yearly:
        return _yearly(row, row.due_on)
    if row.due_on is not None:
        return _("by %(day)s") % {"day": date_format(row.due_on)}
    days = row.days_after or 0
    if row.working_days:
        said = ngettext(
            "within %(days)s working day of completion",
            "within %(days)s working days of completion",
            days,
        )
    else:
        said = ngettext(
            "within %(days)s day of completion", "within %(days)s days of completion", days
        )
    return said % {"days": days}


def _yearly(row: DeliverableRule, first: dt.date) -> str:
    words = {"day": date_format(first), "times": row.times}
    if row.times is None:
        said = _("first by %(day)s, then every year by the same day until the project ends")
    else:
        said = _("first by %(day)s, then every year by the same day, %(times)s times in all")
    return said % words


def limits(row: DeliverableRule) -> str:
    """Say how long a deliverable may be, how many photos it needs, as what it comes."""
    parts = []
    if row.max_words:
        parts.append(_("at most %(words)s words") % {"words": row.max_words})
    if row.photos_min or row.photos_max:
        photos = wording.span(row.photos_min, row.photos_max)
        parts.append(_("%(number)s photos") % {"number": photos})
    if row.table:
        parts.append(str(DeliverableTable(row.table).label))
    if row.file_types:
        parts.append(file_words(row.file_types))
    return listed(parts)
