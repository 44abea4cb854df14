"""The desk of a recommending unit: what comes in, goes on the list, back, or no further.

Whatever changes a unit's list locks the unit's participation in the call first, together with
those whose places are freed or taken: the one order of locking.py. Two members of a recommending
unit thus never work past each other, and the list is judged under the same lock (listing.py).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from applications.capacity import may, recommends_for
from applications.models import (
    Application,
    CorrectionItem,
    CorrectionRequest,
    Packet,
    Recommendation,
    RecommendationList,
)
from applications.models.recommendation import ListState, Stand
from applications.recommenders import candidates, closes_for, current, is_recommended, levels_of
from applications.services import history, lifecycle, locking, notices, renewing
from applications.states import EDITABLE, Action, Actor, State
from calls.models import RecommendingLevel
from portal import clock
from portal.audit.services import record
from portal.counting import count
from portal.errors import Conflict, Refusal, RuleViolation
from portal.face.wording import until
from portal.people.models import Organisation, User

# The applicant's side ----------------------------------------------------------------------------


def preselect(packet: Packet) -> None:
    """Name the recommending unit of a new packet where there is only one to choose."""
    levels = levels_of(packet.call)
    found = candidates(levels[0], packet.organisation) if levels else []
    if len(found) == 1:
        packet.recommender = found[0]
        packet.save(update_fields=["recommender", "updated_at"])


@transaction.atomic
def choose(*, packet_id: uuid.UUID, recommender: Organisation, by: User) -> Packet:
    """Choose the unit that is asked to recommend; possible while the packet is a draft.

    Raises RuleViolation for a unit the call does not let recommend, or once it was handed in.
    """
    packet = locking.lock_packet(packet_id)
    if not may(by, Actor.FILLER, packet.organisation, packet.call.issuer_id):
        raise PermissionDenied
    rows = [a for a in locking.lock_applications(packet) if a.state != State.WITHDRAWN]
    if any(a.handed_in_at for a in rows):
        raise RuleViolation([_("It was handed in; the recommending unit stays as it is.")])
    if any(a.state not in EDITABLE for a in rows):
        raise RuleViolation([_("The form is frozen; take it back to edit it.")])
    if refusal := unsuitable(packet, recommender):
        raise RuleViolation([refusal])
    packet.recommender = recommender
    packet.save(update_fields=["recommender", "updated_at"])
    record(
        "recommender_chosen",
        by=by,
        target=packet,
        issuer=packet.call.issuer,
        organisation=packet.organisation,
        recommender=recommender.pk,
    )
    return packet


def unsuitable(packet: Packet, recommender: Organisation | None) -> Refusal | None:
    """Return why this unit cannot recommend the packet, None where it can or nobody has to."""
    levels = levels_of(packet.call)
    if not levels:
        return None
    if recommender is None:
        return Refusal(
            _("Choose the recommending unit."), clause=levels[0].clause, code="recommender"
        )
    if recommender in candidates(levels[0], packet.organisation):
        return None
    return Refusal(
        _("%(name)s does not recommend in this call; choose another unit.")
        % {"name": recommender.name},
        clause=levels[0].clause,
        code="recommender",
    )


def way_of(application: Application) -> Action:
    """Return where a hand-in leads: to the association, or to whoever recommends next.

    A correction the association asked for comes back to it directly: what was recommended stays
    recommended.
    """
    if is_recommended(application, levels_of(application.packet.call)):
        return Action.HAND_IN
    return Action.HAND_TO_RECOMMENDER


def receive(application: Application, *, by: User, at: dt.datetime) -> None:
    """Lay an application, just handed in, before the unit that recommends next."""
    row = current(application)
    if row is None:
        packet = application.packet
        assert packet.recommender is not None
        row = _new_row(application, levels_of(packet.call)[0], packet.recommender, at)
    elif row.state == Stand.RETURNED:
        row.state, row.reason, row.by, row.at = Stand.PENDING, "", by, at
        row.save(update_fields=["state", "reason", "by", "at"])
    notices.tell_recommender(row, "recommendation_asked")


def _new_row(
    application: Application, level: RecommendingLevel, unit: Organisation, at: dt.datetime
) -> Recommendation:
    return Recommendation.objects.create(
        application=application, level=level, organisation=unit, at=at
    )


def lay_before(
    application: Application, level: RecommendingLevel, unit: Organisation, at: dt.datetime
) -> None:
    """Lay an application that one level recommended before the next level's unit."""
    notices.tell_recommender(_new_row(application, level, unit, at), "recommendation_asked")


# The list ----------------------------------------------------------------------------------------


@transaction.atomic
def put_on_list(*, recommendation_id: int, by: User, reserve: bool = False) -> Recommendation:
    """Put an application at the end of the list, or say that it stands there in reserve."""
    row, made = _lock(recommendation_id, by)
    if row.list_id is None:
        row.list, row.rank = made, last_rank(made) + 1
    row.reserve = reserve
    row.save(update_fields=["list", "rank", "reserve"])
    return row


@transaction.atomic
def take_off_list(*, recommendation_id: int, by: User) -> Recommendation:
    """Take an application off the list; the others close up."""
    row, made = _lock(recommendation_id, by)
    row.list, row.rank, row.reserve = None, None, False
    row.save(update_fields=["list", "rank", "reserve"])
    close_up(made)
    return row


@transaction.atomic
def shift(*, recommendation_id: int, by: User, up: bool) -> None:
    """Move an application one place up or down the list; at the end it stays."""
    row, made = _lock(recommendation_id, by)
    entries = standing_entries(made)
    if row not in entries:
        raise RuleViolation([_("It is not on the list.")])
    place = entries.index(row)
    other = place - 1 if up else place + 1
    if 0 <= other < len(entries):
        entries[place], entries[other] = entries[other], entries[place]
    write_ranks(entries)


@transaction.atomic
def order(*, list_id: uuid.UUID, ranking: Sequence[int], by: User) -> None:
    """Put the list into this order of recommendations.

    Raises RuleViolation when the list no longer consists of exactly these: somebody else of the
    unit changed it meanwhile, or an application was withdrawn.
    """
    made = lock_list(list_id, by)
    refuse_unless_open(made)
    entries = {row.pk: row for row in standing_entries(made)}
    if sorted(ranking) != sorted(entries):
        raise RuleViolation([_("The list was changed meanwhile; look at it again.")])
    write_ranks([entries[pk] for pk in ranking])


@transaction.atomic
def write_opinion(*, recommendation_id: int, text: str, revision: int, by: User) -> Recommendation:
    """Keep the unit's opinion on an application.

    Raises RuleViolation when it is longer than the level allows, Conflict when a colleague wrote
    another one since ``revision``.
    """
    row, _made = _lock(recommendation_id, by)
    text = text.replace("\x00", "").strip()
    allowed = row.level.opinion_max
    if row.revision != revision and row.opinion != text:
        raise Conflict(row.opinion, row.revision, by=str(row.by or ""))
    if (length := count(text)) > allowed:
        raise RuleViolation(
            [
                Refusal(
                    _("The opinion has %(length)s characters, at most %(allowed)s are allowed.")
                    % {"length": length, "allowed": allowed},
                    clause=row.level.clause,
                    code="opinion",
                )
            ]
        )
    # When the application was received stays as it was.
    row.opinion, row.revision, row.by = text, row.revision + 1, by
    row.save(update_fields=["opinion", "revision", "by"])
    return row


# What moves the application ----------------------------------------------------------------------


@transaction.atomic
def not_recommend(
    *, recommendation_id: int, reason: str, by: User, arrived_at: dt.datetime
) -> Recommendation:
    """Do not recommend (不予推荐), with the reason the applicant reads; the place is free again."""
    row, made = _lock(recommendation_id, by, arrived_at=arrived_at, counting=True)
    if not reason.strip():
        raise RuleViolation([_("Say why it is not recommended.")])
    application = locking.lock(row.application_id)
    lifecycle.move(application, Action.NOT_RECOMMEND, by=by, note=reason.strip())
    _settle(row, Stand.NOT_RECOMMENDED, reason, by, made)
    notices.tell_unit(application, "not_recommended", {"reason": reason, "by": row.organisation})
    return row


@transaction.atomic
def reconsider(*, recommendation_id: int, by: User, arrived_at: dt.datetime) -> Recommendation:
    """Take a refusal back before the deadline; the freed place must still be there.

    Raises RuleViolation when the applicant has used the place meanwhile.
    """
    from applications.services.standing import quota_refusals

    row, _made = _lock(
        recommendation_id, by, arrived_at=arrived_at, counting=True, stand=Stand.NOT_RECOMMENDED
    )
    history.lock_people(row.level.call, history.people_of(row.application))
    application = locking.lock(row.application_id)
    if refusals := quota_refusals([application]):
        raise RuleViolation(refusals)
    lifecycle.move(application, Action.RECONSIDER, by=by)
    row.state, row.reason, row.by, row.at = Stand.PENDING, "", by, clock.now()
    row.save(update_fields=["state", "reason", "by", "at"])
    notices.tell_unit(application, "reconsidered", {"by": row.organisation})
    return row


@transaction.atomic
def return_to_unit(
    *,
    recommendation_id: int,
    reason: str,
    items: Mapping[str, str],
    due: dt.datetime,
    by: User,
    arrived_at: dt.datetime,
) -> CorrectionRequest:
    """Return for correction before recommending; the place in the quota is kept.

    ``due`` is the exclusive end for correcting and lies before the list's own deadline. Raises
    RuleViolation when nothing is asked for or the time cannot be kept.
    """
    row, made = _lock(recommendation_id, by, arrived_at=arrived_at)
    wanted = {section: text.strip() for section, text in items.items() if text.strip()}
    problems = []
    if not reason.strip() and not wanted:
        problems.append(_("Say what is to be corrected, in general or in a section."))
    if due <= arrived_at:
        problems.append(_("The time for correcting must lie in the future."))
    end = closes_for(row.level, row.organisation)
    if due > end:
        words = {"when": until(end)}
        problems.append(_("Your list is due by %(when)s; give less time than that.") % words)
    application = locking.lock(row.application_id)
    version = application.packet.latest_version()
    if problems or version is None:
        raise RuleViolation(problems or [_("Nothing was handed in yet.")])
    application.correction_due = due
    lifecycle.move(application, Action.RETURN_TO_UNIT, by=by, note=reason)
    said = "\n".join([reason.strip(), *wanted.values()]).strip()
    _settle(row, Stand.RETURNED, said, by, made)
    request = CorrectionRequest.objects.create(
        application=application, version=version, reason=reason.strip(), due=due, by=by,
        at=application.state_since,
    )  # fmt: skip
    CorrectionItem.objects.bulk_create(
        CorrectionItem(request=request, section=section, reason=text)
        for section, text in wanted.items()
    )
    told = {"reason": said, "due": due, "by": row.organisation}
    notices.tell_unit(application, "returned_by_recommender", told)
    renewing.renew_soon(application.packet.call_id)
    return request


def _settle(
    row: Recommendation, state: Stand, reason: str, by: User, made: RecommendationList
) -> None:
    """Write what the unit decided of an application and take it off the list."""
    row.state, row.reason, row.by, row.at = state, reason.strip(), by, clock.now()
    row.list, row.rank, row.reserve = None, None, False
    row.save(update_fields=["state", "reason", "by", "at", "list", "rank", "reserve"])
    close_up(made)


# Locks -------------------------------------------------------------------------------------------


def _lock(
    recommendation_id: int,
    by: User,
    *,
    arrived_at: dt.datetime | None = None,
    counting: bool = False,
    stand: Stand = Stand.PENDING,
) -> tuple[Recommendation, RecommendationList]:
    """Lock the unit's list and return the row with it; refuse where it cannot be worked on now.

    With ``arrived_at`` the level's deadline is held against it; ``counting`` locks the applicant's
    places too. Raises PermissionDenied for who does not work for the recommending unit.
    """
    seen = Recommendation.objects.select_related(
        "level__call", "organisation__parent", "application__packet__organisation__parent"
    ).get(pk=recommendation_id)
    if not recommends_for(by, seen.organisation):
        raise PermissionDenied
    freed = locking.counted_units(seen.application.packet) if counting else []
    locking.lock_counting(seen.level.call, [seen.organisation, *freed])
    made = open_list(seen.level, seen.organisation)
    refuse_unless_open(made)
    if arrived_at is not None:
        refuse_late(seen.level, seen.organisation, arrived_at)
    row = (
        Recommendation.objects.select_for_update(of=("self",))
        .select_related("level__call", "organisation", "application__packet__form_revision")
        .get(pk=recommendation_id)
    )
    wanted = {Stand.PENDING: State.RECOMMENDING}.get(stand, State.NOT_RECOMMENDED)
    if row.state != stand or row.application.state != wanted:
        raise RuleViolation(
            [
                _("“%(title)s” is %(state)s now; this step is not possible.")
                % {"title": row, "state": row.application.get_state_display()}
            ]
        )
    return row, made


def open_list(level: RecommendingLevel, unit: Organisation) -> RecommendationList:
    """Return the list the unit is drawing up, a new one where it has none; the caller holds locks.

    The row is locked, so that its state is true until the transaction ends.
    """
    lists = RecommendationList.objects.filter(level=level, organisation=unit)
    lists = lists.exclude(state=ListState.HANDED_IN)
    found = lists.select_for_update().first()
    return found or RecommendationList.objects.create(level=level, organisation=unit)


def lock_list(list_id: uuid.UUID, by: User) -> RecommendationList:
    """Lock a list for who works for its unit; raises PermissionDenied for others."""
    seen = RecommendationList.objects.select_related("level__call", "organisation__parent").get(
        pk=list_id
    )
    if not recommends_for(by, seen.organisation):
        raise PermissionDenied
    locking.lock_counting(seen.level.call, [seen.organisation])
    return (
        RecommendationList.objects.select_for_update(of=("self",))
        .select_related("level__call__issuer__organisation", "organisation", "passed_to")
        .get(pk=list_id)
    )


def refuse_unless_open(made: RecommendationList) -> None:
    """Raise RuleViolation once the list is frozen or handed in."""
    if made.state == ListState.FROZEN:
        raise RuleViolation(
            [Refusal(_("The list is frozen for the seal; take it back first."), code="frozen")]
        )
    if made.state == ListState.HANDED_IN:
        raise RuleViolation([Refusal(_("The list was handed in."), code="handed_in")])


def refuse_late(level: RecommendingLevel, unit: Organisation, arrived_at: dt.datetime) -> None:
    """Raise RuleViolation from the level's end on, the end itself included."""
    end = closes_for(level, unit)
    if arrived_at >= end:
        raise RuleViolation(
            [
                Refusal(
                    _("Lists were taken until %(when)s by the server's clock.")
                    % {"when": until(end)},
                    clause=level.clause,
                    code="closed",
                )
            ]
        )


def standing_entries(made: RecommendationList) -> list[Recommendation]:
    """Return what stands on the list in its order; what was withdrawn since is left out."""
    rows = made.entries.select_related(
        "level", "application__category__parent", "application__packet__organisation"
    ).order_by("rank")
    if made.state == ListState.HANDED_IN:
        return list(rows)
    return list(rows.filter(state=Stand.PENDING, application__state=State.RECOMMENDING))


def close_up(made: RecommendationList) -> None:
    """Take off what was withdrawn since, and number the rest without gaps."""
    entries = standing_entries(made)
    made.entries.exclude(pk__in=[row.pk for row in entries]).update(
        list=None, rank=None, reserve=False
    )
    write_ranks(entries)


def write_ranks(entries: Sequence[Recommendation]) -> None:
    """Number the entries from 1; ranks are unique at the end of the transaction."""
    for rank, row in enumerate(entries, start=1):
        row.rank = rank
    Recommendation.objects.bulk_update(entries, ["rank"])


def last_rank(made: RecommendationList) -> int:
    """Return the last place taken on a list, 0 where it is empty."""
    return max((rank for rank in made.entries.values_list("rank", flat=True) if rank), default=0)
