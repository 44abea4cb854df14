"""The call page's own column: what one unit may do in each category, and why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls.explanation import (
    CategoryExplanation,
    RuleLine,
    apart,
    choice_words,
    explanation_of,
)
from calls.models import Call, LateDoor
from calls.phases import Phase, phase_of
from calls.ports import CategoryStanding, standing_of
from calls.rules.facts import UNREGISTERED, Counted, Stage, Verdict
from portal.people.models import Organisation


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of the column; ``mark`` is ok, no, unsure or star."""

    mark: str
    message: str
    clause: str = ""
    in_the_way: tuple[Counted, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the unit may do in one category; ``badge`` is the style of the word."""

    badge: str
    word: str
    reasons: tuple[Reason, ...]
    left: str
    # What was begun here and waits to be handed in.
    begun: tuple[Counted, ...]
    # Where filling in begins; empty while or where it cannot, or leads to one too many.
    start_url: str


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """The column with what stands above it."""

    unit: Organisation
    # Whether the person looking fills in for the unit; others read, and begin nothing.
    fills: bool
    phase: Phase
    # The end of the late door, where the unit has one that still stands open.
    late_until: dt.datetime | None
    # Until when drafts begun before the deadline are still taken; None outside that time.
    drafts_until: dt.datetime | None
    # Why the association has to be asked first, where it does not know the unit; else empty.
    register_first: str
    # What holds for every category alike is said once, above the table.
    common: tuple[Reason, ...]
    by_category: dict[int, Verdicts]
    # Every rule, for whoever wants to know why: those of every category alike, then the others.
    common_lines: tuple[RuleLine, ...]
    explanations: tuple[CategoryExplanation, ...]

    @property
    def any_open(self) -> bool:
        """Whether the unit may begin anything now."""
        return any(verdicts.start_url for verdicts in self.by_category.values())


def own_column(call: Call, unit: Organisation, now: dt.datetime, *, fills: bool) -> OwnColumn:
    """Ask what the unit may do now, and word it; the query count does not grow with categories."""
    door = LateDoor.objects.filter(call=call, organisation=unit).first()
    late_until = door.until if door and now < door.until else None
    phase = phase_of(call, now, late_until=late_until)
    standings = standing_of(call, unit)
    choices = choice_words(call)
    # What has closed before its call, to all but a unit with a late door.
    early = {one.category.pk for one in standings if (end := one.category.own_end) and end <= now}
    closed = set() if late_until else early
    reasons = {one.category.pk: list(_reasons(one)) for one in standings}
    common = _common(list(reasons.values()))
    common_lines, explanations = apart([explanation_of(one, choices) for one in standings])
    return OwnColumn(
        unit=unit,
        fills=fills,
        phase=phase,
        late_until=late_until if phase is Phase.LATE or early else None,
        drafts_until=_more_time(call, now),
        register_first=_register_first(standings),
        common=common,
        by_category={
            one.category.pk: _closed()
            if one.category.pk in closed
            else _verdicts(
                one, phase, tuple(r for r in reasons[one.category.pk] if r not in common)
            )
            for one in standings
        },
        common_lines=common_lines,
        explanations=explanations,
    )


def _register_first(standings: Sequence[CategoryStanding]) -> str:
    """Return the sentence that sends a unit to the association; the same in every category."""
    findings = (f for one in standings for f in one.findings if f.rule.kind == UNREGISTERED)
    return next((finding.message for finding in findings), "")


def _more_time(call: Call, now: dt.datetime) -> dt.datetime | None:
    """Return the later end for drafts while it is the one that holds."""
    until = call.drafts_until
    return until if until is not None and call.closes_at <= now < until else None


def _common(reasons: list[list[Reason]]) -> tuple[Reason, ...]:
    """Return the reasons that every one of several categories gives."""
    if len(reasons) < 2:
        return ()
    first, *others = reasons
    return tuple(reason for reason in first if all(reason in other for other in others))


def _closed() -> Verdicts:
    """Word a category that has closed before its call."""
    return Verdicts("idle", str(Phase.CLOSED.label), (), "", (), "")


def _verdicts(standing: CategoryStanding, phase: Phase, reasons: tuple[Reason, ...]) -> Verdicts:
    """Word the standing in one category."""
    badge, word = _word(standing)
    return Verdicts(
        badge=badge,
        word=word,
        reasons=reasons,
        left=places_left(standing),
        begun=standing.begun if phase.takes_hand_ins else (),
        start_url=_start_url(standing) if standing.wants_another and phase.takes_hand_ins else "",
    )


def _word(standing: CategoryStanding) -> tuple[str, str]:
    """Choose the one word: refused, to be checked, in principle not, or welcome."""
    findings = standing.findings
    if standing.must_register:
        return "no", _("Register first")
    if any(f.blocks and f.stage is Stage.QUOTA for f in findings):
        only_places = all(f.stage is Stage.QUOTA for f in findings if f.blocks)
        return "no", _("No place left") if only_places else _("May not apply")
    if not standing.may_prepare:
        return "no", _("May not apply")
    if not standing.may_apply:
        return "warn", _("May be prepared, not handed in")
    if any(f.warns and f.verdict is Verdict.NO for f in findings):
        return "warn", _("Only as an exception")
    if any(f.warns for f in findings):
        return "warn", _("May apply, to be checked")
    return "yes", _("May apply")


def _reasons(standing: CategoryStanding) -> Iterator[Reason]:
    """Give what is in the way first, then what must be checked, then what gives priority.

    Of a unit that has to register first nothing else can be judged.
    """
    findings = () if standing.must_register else standing.findings
    for finding in findings:
        if finding.blocks:
            yield Reason("no", finding.message, finding.rule.clause, finding.in_the_way)
    for finding in findings:
        if finding.granted:
            yield Reason("ok", _("An exception was granted: %s") % finding.message)
        elif finding.warns:
            yield Reason("unsure", finding.message, finding.rule.clause, finding.in_the_way)
        elif finding.priority and finding.verdict is Verdict.YES:
            yield Reason("ok", finding.message)


def places_left(standing: CategoryStanding) -> str:
    """Say how many places the unit still has here."""
    if standing.left is None or not standing.may_apply:
        return ""
    return ngettext("%(left)s place left", "%(left)s places left", standing.left) % {
        "left": standing.left
    }


def _start_url(standing: CategoryStanding) -> str:
    """Return where filling in begins; nothing where no app takes applications."""
    try:
        return reverse("applications:start", args=[standing.category.pk])
    except NoReverseMatch:
        return ""
