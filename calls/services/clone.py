"""Makes this year's draft from last year's call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from calls.enums import CallState, NoticeState
from calls.models import Call, Category, Notice, ScoreSheet
from calls.shifting import Shift, next_occurrence, shift_years
from calls.signals import call_cloned, tell_call_changed
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.models import User

M = TypeVar("M", bound=Model)


def proposed_date(date: dt.datetime, *, end: bool) -> dt.datetime:
    """Return the same day and hour a year later; 29 February becomes the 28th.

    An end at midnight is meant as 24:00 of the day before, and stays that day's.
    """
    local = clock.local(date)
    if end and local.time() == dt.time(0):
        return clock.end_of(shift_years(local.date() - dt.timedelta(days=1), 1))
    return dt.datetime.combine(shift_years(local.date(), 1), local.timetz())


@transaction.atomic
def clone_call(
    call: Call,
    *,
    by: User | None,
    code: str,
    year: int,
    opens_at: dt.datetime,
    closes_at: dt.datetime,
    editions: Mapping[str, int],
) -> Call:
    """Return a draft like ``call`` for another year.

    Every other date of the process moves as far as the deadline does. Windows such as 8–10月 move
    to their next occurrence; years of facts, days in rules and years named in texts move by the
    difference of the years; days of the process named in texts become the new ones. ``editions``
    gives the new edition by category code for every category that counts its editions.
    Attachments, exceptions, late doors, more time given to drafts, the notice's number and the
    call that was forwarded stay behind. Raises ``RuleViolation`` for a code in use, dates out of
    order, or an edition that was not given.
    """
    categories = list(call.categories.select_related("parent"))
    _refuse(call, code, opens_at, closes_at, categories, editions)
    moved = _process_dates(call, opens_at, closes_at)
    by_how_much = closes_at - call.closes_at
    days = _days(call, moved, by_how_much)
    numbers = {c.edition: editions[c.code] for c in categories if c.edition}
    shift = Shift(call.year, year - call.year, days, numbers)
    new = _copy_call(call, shift, moved, code=code, year=year)
    by_old = _copy_categories(call, new, categories, shift, editions, by_how_much)
    _copy_rules(call, new, by_old, shift)
    _copy_process(call, new, by_old, shift, by_how_much)
    _copy_form(call, new, by_old, shift)
    record("call_cloned", by=by, target=new, issuer=new.issuer, origin=call.pk)
    call_cloned.send(sender="calls", origin=call, call=new)
    tell_call_changed(new.pk)
    return new


def _refuse(
    call: Call,
    code: str,
    opens_at: dt.datetime,
    closes_at: dt.datetime,
    categories: list[Category],
    editions: Mapping[str, int],
) -> None:
    reasons = []
    if Call.objects.filter(issuer=call.issuer_id, code=code).exists():
        reasons.append(_("Another call has this code."))
    if closes_at <= opens_at:
        reasons.append(_("The deadline must lie after the opening."))
    for category in categories:
        if category.edition and category.code not in editions:
            words = {"category": category.title}
            reasons.append(_("Say which edition “%(category)s” will be.") % words)
    if reasons:
        raise RuleViolation(reasons)


def _process_dates(
    call: Call, opens_at: dt.datetime, closes_at: dt.datetime
) -> dict[str, dt.datetime | dt.date | None]:
    """Return the new value of every date field of the call."""
    by_how_much = closes_at - call.closes_at
    return {
        "opens_at": opens_at,
        "closes_at": closes_at,
        "signoff_by": _within(call.signoff_by, opens_at, by_how_much),
        "seal_by": call.seal_by and call.seal_by + by_how_much,
        "paper_by": call.paper_by and call.paper_by + by_how_much,
        "result_by": call.result_by and call.result_by + by_how_much,
    }


def _within(
    end: dt.datetime | None, opens_at: dt.datetime, by_how_much: dt.timedelta
) -> dt.datetime | None:
    """Move an end before the deadline with it; in a much shorter call it falls away."""
    moved = end and end + by_how_much
    return moved if moved and moved > opens_at else None


def _days(
    call: Call, moved: Mapping[str, dt.datetime | dt.date | None], by_how_much: dt.timedelta
) -> dict[dt.date, dt.date]:
    """Map the days as the old notice says them (an end at midnight is the day before)."""
    days: dict[dt.date, dt.date] = {}
    for name, new in moved.items():
        old = getattr(call, name)
        if old is not None and new is not None:
            days.setdefault(_said(old, name), _said(new, name))
    early = filter(None, call.categories.closing_early().values_list("closes_at", flat=True))
    for end in (*early, *(batch.closes_at for batch in call.batches.all())):
        days.setdefault(_said(end, "closes_at"), _said(end + by_how_much, "closes_at"))
    for batch in call.batches.all():
        if batch.result_by:
            days.setdefault(batch.result_by, batch.result_by + by_how_much)
    return days


def _said(date: dt.datetime | dt.date, name: str) -> dt.date:
    if not isinstance(date, dt.datetime):
        return date
    local = clock.local(date)
    if name != "opens_at" and local.time() == dt.time(0):
        return local.date() - dt.timedelta(days=1)
    return local.date()


def copy_row(row: M, **changes: object) -> M:
    """Insert a copy of a row with these changes."""
    copy = type(row)(
        **{
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if not field.primary_key and not field.generated
        }
    )
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.save()
    return copy


def _copy_call(
    call: Call,
    shift: Shift,
    moved: Mapping[str, dt.datetime | dt.date | None],
    *,
    code: str,
    year: int,
) -> Call:
    notice = Notice.objects.create(
        issuer=call.issuer,
        kind=call.notice.kind,
        title=shift.text(call.notice.title),
        body=shift.text(call.notice.body),
        state=NoticeState.DRAFT,
    )
    new = copy_row(
        call,
        notice=notice,
        code=code,
        year=year,
        title=shift.text(call.title),
        form_title=shift.text(call.form_title),
        form_notes=shift.text(call.form_notes),
        acknowledgement=shift.text(call.acknowledgement),
        state=CallState.DRAFT,
        revision=0,
        published_at=None,
        drafts_until=None,
        cloned_from=call,
        parent_call=None,
        **moved,
    )
    for contact in call.contacts.all():
        copy_row(contact, call=new)
    return new


def _copy_categories(
    call: Call,
    new: Call,
    categories: list[Category],
    shift: Shift,
    editions: Mapping[str, int],
    by_how_much: dt.timedelta,
) -> dict[int | None, Category | None]:
    """Copy the tree from the top; returns the new row for each old key, None for none."""
    closes = _said(call.closes_at, "closes_at"), _said(new.closes_at, "closes_at")
    by_old: dict[int | None, Category | None] = {None: None}
    for category in sorted(categories, key=lambda c: c.parent_id is not None):
        window = category.window_start, category.window_end
        if window[0] and window[1]:
            window = next_occurrence(
                (window[0], window[1]),
                years=shift.years,
                old_close=closes[0],
                new_close=closes[1],
            )
        copy = copy_row(
            category,
            call=new,
            parent=by_old[category.parent_id],
            title=shift.text(category.title),
            summary=shift.text(category.summary),
            purpose=shift.text(category.purpose),
            requirements=shift.text(category.requirements),
            closes_at=_within(category.closes_at, new.opens_at, by_how_much),
            window_start=window[0],
            window_end=window[1],
            edition=editions[category.code] if category.edition else None,
        )
        for tier in category.tiers.all():
            copy_row(tier, category=copy, title=shift.text(tier.title))
        for instalment in category.instalments.all():
            copy_row(instalment, category=copy, title=shift.text(instalment.title))
        by_old[category.pk] = copy
    return by_old


def _copy_rules(
    call: Call, new: Call, by_old: Mapping[int | None, Category | None], shift: Shift
) -> None:
    for rule in call.rules.all():
        copy_row(
            rule,
            call=new,
            category=by_old[rule.category_id],
            params=shift.data(rule.params),
            clause=shift.text(rule.clause),
        )
    for deliverable in call.deliverable_rules.all():
        copy_row(
            deliverable,
            call=new,
            category=by_old[deliverable.category_id],
            title=shift.text(deliverable.title),
            clause=shift.text(deliverable.clause),
            due_on=deliverable.due_on and shift_years(deliverable.due_on, shift.years),
        )


def _copy_process(
    call: Call,
    new: Call,
    by_old: Mapping[int | None, Category | None],
    shift: Shift,
    by_how_much: dt.timedelta,
) -> None:
    """Copy batches and recommending levels, which move with the deadline, papers and reviews."""
    for batch in call.batches.all():
        copy_row(
            batch,
            call=new,
            title=shift.text(batch.title),
            closes_at=batch.closes_at + by_how_much,
            result_by=batch.result_by and batch.result_by + by_how_much,
        )
    for paper in call.papers.all():
        copy_row(
            paper,
            call=new,
            category=by_old[paper.category_id],
            title=shift.text(paper.title),
            clause=shift.text(paper.clause),
        )
    for level in call.levels.all():
        copy_row(
            level,
            call=new,
            closes_at=level.closes_at + by_how_much,
            clause=shift.text(level.clause),
        )
    for stage in call.review_stages.all():
        copied = copy_row(stage, call=new, clause=shift.text(stage.clause))
        for sheet in ScoreSheet.objects.filter(stage=stage):
            copied_sheet = copy_row(sheet, stage=copied)
            for criterion in sheet.criteria.all():
                copy_row(criterion, sheet=copied_sheet)
    for publicity in call.publicity_rules.all():
        copy_row(publicity, call=new, clause=shift.text(publicity.clause))


def _copy_form(
    call: Call, new: Call, by_old: Mapping[int | None, Category | None], shift: Shift
) -> None:
    for section in call.sections.prefetch_related("fields"):
        copy = copy_row(
            section,
            call=new,
            category=by_old[section.category_id],
            title=shift.text(section.title),
            help=shift.text(section.help),
        )
        for field in section.fields.all():
            copy_row(
                field,
                section=copy,
                label=shift.text(field.label),
                help=shift.text(field.help),
                options=shift.data(field.options),
            )
