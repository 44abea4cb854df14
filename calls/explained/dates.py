"""The dates of a call in order, for the call page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from calls import process_words
from calls.explained.page import Event
from calls.explained.rows import window_of
from calls.models import Batch, Call, Category, RecommendingLevel
from portal import clock
from portal.face.wording import listed, until


def timeline_of(
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
    events += _categories_close(categories)
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
    if carried_out := window_of(call, categories):
        last = max(one.window_end for one in categories if one.window_end)
        events.append((clock.end_of(last), _("Carried out"), carried_out))
    events.sort(key=lambda event: event[0])
    coming = [at for at, _label, _when in events if at > now]
    for at, label, when in events:
        state = "past" if at <= now else "now" if at == coming[0] else ""
        yield Event(label, when, state)


def _categories_close(categories: Sequence[Category]) -> list[tuple[dt.datetime, str, str]]:
    """Give one event for each instant at which categories close before their call."""
    titles: dict[dt.datetime, list[str]] = {}
    for one in categories:
        if one.closes_at:
            titles.setdefault(one.closes_at, []).append(_("“%s”") % one.title)
    return [
        (end, _("%(categories)s closes") % {"categories": listed(titles[end])}, until(end))
        for end in titles
    ]


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
