"""Showing the names to be selected to the public, calling that off, and announcing what stood."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from applications.services import lifecycle
from applications.states import State
from calls.models import Call, Notice, PublicityRule
from calls.services.notices import withdraw_notice
from calls.services.results import publish_publicity
from portal import clock
from portal.audit.services import record
from portal.documents.services import supersede
from portal.errors import Refusal, RuleViolation
from portal.holidays.services import exceptions
from portal.people.models import User
from reviews import public_list, results
from reviews.board import Board, board_of, fingerprint, rule_of, selects_nobody
from reviews.models import (
    Decision,
    DecisionOutcome,
    Publicity,
    PublicityEntry,
    PublicityState,
    Standing,
)
from reviews.publicity_dates import Period, Terms, period_of
from reviews.services.deciding import (
    carry_out,
    changed,
    decisions_seen,
    lock_call,
    published_with,
)
from reviews.services.telling import tell_workers


def period_from_now(rule: PublicityRule) -> Period:
    """Return the period of a list that is put before the public this instant."""
    terms = Terms(rule.length, rule.counting, rule.first_day_counted, rule.closing_hour)
    return period_of(terms, clock.now(), exceptions())


def refusals_of_period(period: Period) -> list[Refusal]:
    """Return why a list cannot be shown for this period; empty means it can."""
    found = []
    if period.unknown_year is not None:
        found.append(
            Refusal(
                _(
                    "The days off of %(year)s are not known here, and this period counts working"
                    " days of that year. Enter them under “Days off” once they are published."
                )
                % {"year": period.unknown_year},
                code="provisional",
                url=reverse("admin:holidays_holidayyear_changelist"),
            )
        )
    if period.is_empty:
        found.append(
            Refusal(
                _("The hour at which the period closes has passed today; begin tomorrow."),
                code="empty_period",
            )
        )
    return found


@transaction.atomic
def publicise(*, call_id: int, seen: str, title: str, by: User) -> Publicity:
    """Put the names to be selected before the public, for as long as the notice says, or nothing.

    ``seen`` is the fingerprint of the decisions the person looked at; a second click returns what
    the first one made. All other decisions wait for the announcement too. Raises RuleViolation
    with everything in the way.
    """
    call = lock_call(call_id, by)
    running = call.publicities.running().filter(seen=seen).first()
    if running is not None:
        return running
    board = board_of(call)
    decisions = decisions_seen(board, seen)
    rule = rule_of(call)
    if rule is None:
        raise RuleViolation([_("The notice of this call has no publicity period.")])
    if selects_nobody(decisions):
        raise RuleViolation([_("Nobody is to be selected; publish the decision at once.")])
    period = period_from_now(rule)
    if refusals := refusals_of_period(period):
        raise RuleViolation(refusals)
    notice = _notice(call, rule, period, board, decisions, title, by)
    publicity = Publicity.objects.create(
        call=call, notice=notice, begins_at=period.begins_at, ends_at=period.ends_at, seen=seen,
        by=by,
    )  # fmt: skip
    shown = [d for d in decisions if d.outcome == DecisionOutcome.SELECTED]
    for decision in shown:
        lifecycle.publicise(application_id=decision.application_id, by=by)
    PublicityEntry.objects.bulk_create(
        PublicityEntry(publicity=publicity, application_id=d.application_id) for d in shown
    )
    for entry in _entries(publicity):
        tell(entry, "publicised", {"notice": notice, "publicity": publicity})
    record(
        "publicity_begun", by=by, target=publicity, issuer=call.issuer, notice=notice.pk,
        shown=len(shown), until=period.ends_at.isoformat(),
    )  # fmt: skip
    return publicity


def _notice(
    call: Call,
    rule: PublicityRule,
    period: Period,
    board: Board,
    decisions: Sequence[Decision],
    title: str,
    by: User,
) -> Notice:
    """Publish the notice with its frozen rows, and order the printed list."""
    # What is published is Chinese whatever language the person at the screen reads.
    with override(settings.LANGUAGE_CODE):
        columns, groups = public_list.columns_and_groups(board, decisions)
        notice = publish_publicity(
            call,
            by=by,
            title=title.strip(),
            body=public_list.body_of(call, rule, period),
            columns=columns,
            groups=groups,
            begins_at=period.begins_at,
            ends_at=period.ends_at,
        )
        results.order_list(notice, call)
    return notice


@transaction.atomic
def call_off(*, publicity_id: int, by: User, reason: str) -> Publicity:
    """Withdraw a list as wrong: its projects stand as before it, and a new one may follow.

    Objections filed against it stay on the file. Raises RuleViolation without a reason and for a
    list that was announced or called off before.
    """
    publicity = lock_publicity(publicity_id, by)
    if not reason.strip():
        raise RuleViolation([_("Say why the publicity is called off.")])
    if not publicity.is_running:
        raise RuleViolation([_("This list is not being shown any more.")])
    for entry in _entries(publicity):
        if entry.standing == Standing.WITHDRAWN:
            continue
        if entry.application.state == State.PUBLICISED:
            lifecycle.call_off_publicity(
                application_id=entry.application_id, by=by, reason=reason.strip()
            )
        tell(entry, "publicity_called_off", {"reason": reason.strip()})
    left = publicity.entries.exclude(standing=Standing.WITHDRAWN)
    left.update(standing=Standing.SHOWN, settled_at=clock.now())
    publicity.state, publicity.called_off_reason = PublicityState.CALLED_OFF, reason.strip()
    publicity.save(update_fields=["state", "called_off_reason"])
    supersede(subject_label=results.label_of(publicity.notice))
    withdraw_notice(publicity.notice, by=by, reason=reason, called_off=True)
    record(
        "publicity_called_off", by=by, target=publicity, issuer=publicity.call.issuer,
    )  # fmt: skip
    return publicity


@transaction.atomic
def strike(*, publicity_id: int, entry_id: int, by: User, reason: str) -> PublicityEntry:
    """Take one project off the list without an objection, as when its unit writes that it goes.

    Raises RuleViolation without a reason, while an objection against it is open, and once it is
    announced.
    """
    publicity = lock_publicity(publicity_id, by)
    entry = publicity.entries.select_related(
        "application__packet__call__issuer", "application__packet__organisation"
    ).get(pk=entry_id)
    if not reason.strip():
        raise RuleViolation([_("Say why the project is struck from the list.")])
    if publicity.state == PublicityState.CALLED_OFF:
        raise RuleViolation([_("This list is not being shown any more.")])
    if entry.standing == Standing.SUSPENDED:
        raise RuleViolation([_("Decide the objections against this project first.")])
    if entry.standing == Standing.WITHDRAWN:
        raise RuleViolation([withdrawn()])
    strike_entry(publicity, entry, note=reason.strip()[:300], by=by)
    record(
        "entry_struck", by=by, target=entry, issuer=publicity.call.issuer,
        organisation=entry.application.packet.organisation,
    )  # fmt: skip
    return entry


def withdrawn() -> Refusal:
    """Say that the unit itself has taken the project away."""
    return Refusal(_("The unit has withdrawn this project; it is not announced."), code="withdrawn")


def strike_entry(publicity: Publicity, entry: PublicityEntry, *, note: str, by: User) -> None:
    """Take a project off a locked list: it is not selected, at once where the list is announced.

    Raises RuleViolation for a project that is announced already.
    """
    if entry.standing in (Standing.STRUCK, Standing.WITHDRAWN):
        return
    if entry.settled_at is not None:
        raise RuleViolation([_("This project is announced already.")])
    entry.standing = Standing.STRUCK
    decision = Decision.objects.get(application=entry.application_id)
    decision.outcome, decision.amount = DecisionOutcome.NOT_SELECTED, None
    decision.note, decision.by, decision.at = note, by, clock.now()
    decision.revision += 1
    decision.save()
    if publicity.state == PublicityState.ANNOUNCED:
        lifecycle.not_select(application_id=entry.application_id, by=by)
        entry.settled_at = clock.now()
    entry.save(update_fields=["standing", "settled_at"])
    tell(entry, "entry_struck", {})


def to_announce(publicity: Publicity, board: Board) -> list[Decision]:
    """Return the decisions the next announcement would carry.

    Projects that stood and those struck from the list; with the first announcement also what was
    decided of everybody else. Suspended ones stay out and follow in a supplementary list.
    """
    open_ = publicity.entries.filter(settled_at=None).exclude(standing=Standing.SUSPENDED)
    mine = set(open_.values_list("application_id", flat=True))
    with_the_first = publicity.is_running
    return [
        row.drafted
        for row in board.rows
        if row.drafted is not None
        and (
            row.submission.pk in mine
            or (with_the_first and row.submission.state in (State.ACCEPTED, State.RESERVE))
        )
    ]


def refusals_to_announce(publicity: Publicity, decisions: Sequence[Decision]) -> list[Refusal]:
    """Return what keeps the list from being announced now, by the database's clock."""
    if publicity.state == PublicityState.CALLED_OFF:
        return [Refusal(_("This list was called off."), code="called_off")]
    found = []
    if not publicity.is_over(clock.now()):
        found.append(Refusal(_("The publicity period is not over yet."), code="not_over"))
    suspended = publicity.entries.filter(standing=Standing.SUSPENDED).exists()
    if not decisions or (suspended and selects_nobody(decisions)):
        found.append(Refusal(_nothing_left(publicity, suspended=suspended), code="empty"))
    # A suspended project waits by itself, a withdrawn one is not announced at all.
    waits_for_none = (Standing.SUSPENDED, Standing.WITHDRAWN)
    if publicity.objections.unsettled().exclude(entry__standing__in=waits_for_none).exists():
        found.append(
            Refusal(
                _(
                    "An objection is neither decided nor is its project suspended: decide it, or"
                    " suspend the project."
                ),
                code="objections",
            )
        )
    return found


def _nothing_left(publicity: Publicity, *, suspended: bool) -> str:
    """Say why there is nothing to announce."""
    if suspended:
        return _("Every project left is suspended; decide the objections first.")
    if publicity.is_running:
        return _("Every project on this list was withdrawn; call the publicity off.")
    return _("Everything on this list is announced.")


@transaction.atomic
def announce(*, publicity_id: int, seen: str, title: str, by: User) -> Notice:
    """Announce what stood when the period was over, as a result list; or say what is in the way.

    ``seen`` is the fingerprint of the decisions the person looked at; a second click returns the
    list of the first. Raises RuleViolation before the end, and for decisions changed meanwhile.
    """
    publicity = lock_publicity(publicity_id, by)
    call = publicity.call
    if earlier := published_with(call, seen):
        return earlier
    board = board_of(call)
    decisions = to_announce(publicity, board)
    if refusals := refusals_to_announce(publicity, decisions):
        raise RuleViolation(refusals)
    if fingerprint(decisions) != seen:
        raise RuleViolation([changed()])
    notice = carry_out(call, board, decisions, title, by)
    publicity.entries.filter(
        settled_at=None, application__in=[d.application_id for d in decisions]
    ).update(settled_at=clock.now())
    publicity.state = PublicityState.ANNOUNCED
    publicity.save(update_fields=["state"])
    record(
        "publicity_announced", by=by, target=publicity, issuer=call.issuer, notice=notice.pk,
    )  # fmt: skip
    return notice


def lock_publicity(publicity_id: int, by: User) -> Publicity:
    """Lock the call, then its list: whoever decides in a call goes one after the other.

    Raises PermissionDenied for who does not work on the call, DoesNotExist for no such list.
    """
    call_id = Publicity.objects.values_list("call_id", flat=True).get(pk=publicity_id)
    call = lock_call(call_id, by)
    publicity = Publicity.objects.select_related("notice").get(pk=publicity_id)
    publicity.call = call
    return publicity


def _entries(publicity: Publicity) -> list[PublicityEntry]:
    rows = publicity.entries.select_related(
        "application__packet__call__issuer", "application__packet__organisation"
    )
    return list(rows)


def tell(entry: PublicityEntry, event: str, context: dict[str, object]) -> None:
    """Tell who worked on a project what happens to it; never who objected, or what."""
    application = entry.application
    tell_workers(
        application.packet,
        event,
        {"application": application, **context},
        occasion=f"publicity:{entry.pk}:{event}:{application.log.count()}",
    )
