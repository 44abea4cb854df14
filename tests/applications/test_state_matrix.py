"""Every state × every action × every person: the table below happens, and nothing else does.

The table is written out once more, by hand, so that a slip in applications.states is seen. Each
cell is tried twice: through the one writer of states, and through the service people really use.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from applications.models import Application, Packet, Recommendation, StateLog
from applications.services import (
    execution,
    handin,
    lifecycle,
    listing,
    locking,
    recommending,
    scans,
    signoff,
)
from applications.states import TRANSITIONS, Action, Actor, State, actions_from
from calls.enums import Agreement
from calls.models import Call, DeliverableRule, RecommendingLevel
from portal import clock
from portal.audit.models import AuditEntry
from portal.errors import RuleViolation
from portal.people.enums import StaffRole
from portal.people.models import User
from tests.factories.applications import Scene, Unit, make_scene, picture
from tests.factories.people import MembershipFactory, StaffPostFactory, UserFactory

# action: from → to (where once handed in), by whom
TABLE = """
request_signoff  draft returned                                  → awaiting_signoff   filler officer head
take_back        awaiting_signoff signed_off sealed              → draft (returned)   filler officer head
decline_signoff  awaiting_signoff                                → draft (returned)   approver
sign_off         awaiting_signoff                                → signed_off         approver
freeze           draft returned                                  → signed_off         filler officer head
seal             signed_off                                      → sealed             filler keeper officer head
hand_in          signed_off sealed                               → submitted          filler officer head
hand_to_recommender signed_off sealed                            → recommending       filler officer head
hand_up          draft                                           → recommending       forwarder
pass_on          recommending                                    → recommending       recommender
recommend        recommending                                    → recommended        recommender
not_recommend    recommending                                    → not_recommended    recommender
reconsider       not_recommended                                 → recommending       recommender
return_to_unit   recommending                                    → returned           recommender
withdraw         draft returned awaiting_signoff signed_off sealed submitted recommending recommended accepted → withdrawn filler officer head
give_up          publicised reserve                              → withdrawn          approver
return           submitted recommended accepted                  → returned           officer head
accept           submitted recommended                           → accepted           officer head
not_accept       submitted recommended recommending returned     → not_accepted       officer head
reopen_check     accepted not_accepted                           → submitted          officer head
publicise        accepted reserve                                → publicised         officer head
call_off_publicity publicised                                    → accepted           officer head
select           accepted reserve publicised                     → selected           officer head
hold_in_reserve  accepted publicised                             → reserve            officer head
not_select       accepted reserve publicised                     → not_selected       officer head
start            selected                                        → running            officer head
complete         selected running                                → completed          filler officer head
reopen_running   completed                                       → running            officer head
close            completed                                       → closed             officer head
archive          closed                                          → archived           officer head
terminate        selected running completed                      → terminated         officer head
"""
PEOPLE = ("filler", "approver", "keeper", "administrator", "outsider", "officer", "head",
          "official", "other staff", "operator", "recommender", "forwarder")  # fmt: skip
# Nothing stands in these states without a receipt.
CHECKED = {"submitted", "recommending", "recommended", "not_recommended", "returned", "accepted", "not_accepted", "publicised", "selected", "reserve",
           "not_selected", "running", "completed", "closed", "archived",
           "terminated"}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    sources: frozenset[str]
    to: str
    to_again: str
    people: frozenset[str]

    def target(self, handed_in: bool) -> str:
        return self.to_again if handed_in else self.to


def read_table() -> dict[str, Row]:
    rows = {}
    for line in TABLE.strip().splitlines():
        before, after = line.split("→")
        action, *sources = before.split()
        to, *rest = after.split()
        again = rest.pop(0).strip("()") if rest[0].startswith("(") else to
        rows[action] = Row(frozenset(sources), to, again, frozenset(rest))
    return rows


ROWS = read_table()


def test_the_table_names_every_action_and_only_known_words() -> None:
    assert set(ROWS) == set(Action.values)
    for row in ROWS.values():
        assert row.sources | {row.to, row.to_again} <= set(State.values)
        assert row.people <= set(PEOPLE)


@pytest.mark.parametrize("actor", list(Actor))
@pytest.mark.parametrize("state", list(State))
def test_what_a_page_offers_is_what_the_table_allows(state: State, actor: Actor) -> None:
    offered = {
        a for a in Action if TRANSITIONS[a].actor is actor and state in TRANSITIONS[a].sources
    }
    assert set(actions_from(state, actor)) == offered
    assert offered <= {Action(a) for a, row in ROWS.items() if state in row.sources}


@pytest.fixture
def people(scene: Scene) -> dict[str, User]:
    unit = scene.unit
    stranger = MembershipFactory(
        organisation=scene.another_unit().organisation,
        is_administrator=True,
        is_approver=True,
        is_seal_keeper=True,
    )
    keeper = MembershipFactory(organisation=unit.organisation, is_filler=False, is_seal_keeper=True)
    return {
        "filler": unit.filler,
        "approver": unit.approver,
        "keeper": keeper.user,
        "administrator": unit.administrator,
        "outsider": stranger.user,
        "officer": scene.officer,
        "head": StaffPostFactory(issuer=scene.issuer, role=StaffRole.HEAD).user,
        "official": StaffPostFactory(issuer=scene.issuer, role=StaffRole.OFFICIAL).user,
        "other staff": StaffPostFactory().user,
        "operator": UserFactory(is_staff=True, is_superuser=True),
        "recommender": scene.recommender().filler,
        "forwarder": StaffPostFactory().user,
    }


@dataclass
class Before:
    """How an application stood, to be held against how it stands."""

    state: str
    logs: int
    audit: int


def stand(application: Application, state: str, handed_in: bool) -> Before:
    """Put the row into a state, as if it had come there."""
    Application.objects.filter(pk=application.pk).update(
        state=state, handed_in_at=clock.now() if handed_in else None
    )
    return Before(state, StateLog.objects.count(), AuditEntry.objects.count())


def unchanged(application: Application, before: Before) -> bool:
    application.refresh_from_db()
    now = Before(application.state, StateLog.objects.count(), AuditEntry.objects.count())
    return now == before


def standings() -> list[tuple[str, bool]]:
    """Every state, without and with a receipt where both are possible."""
    return [
        (state, handed_in)
        for state in State.values
        for handed_in in (False, True)
        if handed_in or state not in CHECKED
    ]


@pytest.mark.parametrize("action", list(ROWS))
def test_the_one_writer_does_the_table_and_nothing_else(
    scene: Scene, people: dict[str, User], action: str
) -> None:
    application, row, moved = scene.drafted(), ROWS[action], 0
    lay_before(scene, application, people["recommender"])
    hand_up_from(application, people["forwarder"])
    for state, handed_in in standings():
        before = stand(application, state, handed_in)
        lawful = row.people if state in row.sources else frozenset()
        for name in people.keys() - lawful:
            wanted = RuleViolation if name in row.people else PermissionDenied
            with pytest.raises(wanted), transaction.atomic():
                _move(application, action, people[name])
        assert unchanged(application, before), (action, state)
        for name in lawful:
            before = stand(application, state, handed_in)
            _move(application, action, people[name])
            _moved(application, before, action, row.target(handed_in), people[name])
            moved += 1
    assert moved >= len(row.sources) * len(row.people)


def lay_before(scene: Scene, application: Application, recommender: User) -> None:
    """Ask the person's unit to recommend the application."""
    level = RecommendingLevel.objects.create(
        call=scene.call, by_parent=True, closes_at=scene.call.closes_at
    )
    Recommendation.objects.create(
        application=application,
        level=level,
        organisation=recommender.memberships.get().organisation,
        at=clock.now(),
    )


def hand_up_from(application: Application, forwarder: User) -> None:
    """Let the application come from a call that the person's association forwarded."""
    below = make_scene(issuer=forwarder.posts.get().issuer).drafted()
    Application.objects.filter(pk=application.pk).update(fed_from=below)


def _move(application: Application, action: str, person: User) -> None:
    here = locking.lock(application.pk)
    if action in ("hand_in", "hand_to_recommender", "hand_up"):
        here.handed_in_at = here.handed_in_at or clock.now()
    lifecycle.move(here, Action(action), by=person, note="理由")


def _moved(
    application: Application, before: Before, action: str, target: str, person: User
) -> None:
    application.refresh_from_db()
    assert application.state == target, (action, before.state)
    assert StateLog.objects.count() == before.logs + 1
    log = StateLog.objects.latest("pk")
    assert (log.action, log.source, log.target, log.by) == (action, before.state, target, person)
    assert AuditEntry.objects.filter(action=f"application_{action}").exists()


# The services -------------------------------------------------------------------------------


def _seal(application: Application, by: User) -> None:
    scans.upload_scan(
        packet_id=application.packet_id,
        upload=SimpleUploadedFile("scan.png", picture(), "image/png"),
        by=by,
        arrived_at=clock.now(),
    )


def _hand_in(application: Application, by: User) -> None:
    handin.hand_in(packet_id=application.packet_id, by=by, key=uuid.uuid4(), arrived_at=clock.now())


def _return(application: Application, by: User) -> None:
    due = clock.now() + dt.timedelta(days=3)
    lifecycle.return_for_changes(
        application_id=application.pk, by=by, reason="请补充", items={}, due=due
    )


def _packet(service: Callable[..., Any], **more: Any) -> Callable[[Application, User], Any]:
    return lambda application, by: service(packet_id=application.packet_id, by=by, **more)


def _single(service: Callable[..., Any], **more: Any) -> Callable[[Application, User], Any]:
    return lambda application, by: service(application_id=application.pk, by=by, **more)


def _desk(service: Callable[..., Any], **more: Any) -> Callable[[Application, User], Any]:
    """Let the recommending unit decide of one application."""
    return lambda application, by: service(
        recommendation_id=application.recommendations.get().pk,
        by=by,
        arrived_at=clock.now(),
        **more,
    )


def _hand_list_in(application: Application, by: User) -> None:
    """Put the application on the unit's list and hand the list in."""
    row = recommending.put_on_list(recommendation_id=application.recommendations.get().pk, by=by)
    assert row.list is not None
    listing.hand_in(list_id=row.list.pk, by=by, key=uuid.uuid4(), arrived_at=clock.now())


def _return_to_unit(application: Application, by: User) -> None:
    due = clock.now() + dt.timedelta(days=1)
    _desk(recommending.return_to_unit, reason="请补充", items={}, due=due)(application, by)


def _complete(application: Application, by: User) -> None:
    execution.complete(application_id=application.pk, by=by, completed_on=clock.today())


SERVICES: dict[str, Callable[[Application, User], Any]] = {
    "request_signoff": _packet(signoff.request_signoff),
    "take_back": _packet(signoff.take_back),
    "decline_signoff": _packet(signoff.decline, reason="请改"),
    "sign_off": _packet(signoff.sign_off),
    "freeze": _packet(signoff.freeze),
    "seal": _seal,
    "hand_in": _hand_in,
    "hand_to_recommender": _hand_in,
    "pass_on": _hand_list_in,
    "recommend": _hand_list_in,
    "not_recommend": _desk(recommending.not_recommend, reason="不属于推荐范围"),
    "reconsider": _desk(recommending.reconsider),
    "return_to_unit": _return_to_unit,
    "withdraw": _single(lifecycle.withdraw, reason="另有安排"),
    "give_up": _single(lifecycle.give_up, reason="人员变动"),
    "return": _return,
    "accept": _single(lifecycle.accept),
    "not_accept": _single(lifecycle.not_accept, reason="不符合要求"),
    "reopen_check": _single(lifecycle.reopen_check, reason="重新核对"),
    "publicise": _single(lifecycle.publicise),
    "call_off_publicity": _single(lifecycle.call_off_publicity, reason="名单有误"),
    "select": _single(lifecycle.select),
    "hold_in_reserve": _single(lifecycle.hold_in_reserve),
    "not_select": _single(lifecycle.not_select),
    "start": _single(execution.start),
    "complete": _complete,
    "reopen_running": _single(execution.reopen_running, reason="日期有误"),
    "close": _single(execution.close),
    "archive": _single(lifecycle.archive),
    "terminate": _single(execution.terminate, reason="另有安排"),
}
# A scan may follow the hand-in, or take the place of a wrong one, without moving anything.
STAYS = {("seal", state) for state in ("sealed", "submitted", "recommending", "recommended")}
# Steps of calls with recommending levels; only one of two levels passes an application on.
LEVELS = dict.fromkeys(("hand_to_recommender", "recommend", "not_recommend", "reconsider", "return_to_unit"), 1) | {"pass_on": 2}  # fmt: skip


# The service makes the row it moves; tests/applications/test_feeding.py is about it.
OWN_ROWS = {"hand_up"}


def test_every_action_has_its_service() -> None:
    assert set(SERVICES) == set(ROWS) - OWN_ROWS


@pytest.mark.parametrize("action", list(SERVICES))
def test_services_do_the_table_and_nothing_else(db: None, action: str) -> None:
    scene = make_scene(signoff_wanted=action != "freeze", levels=LEVELS.get(action, 0))
    scene.call.levels.update(list_sealed=False, opinion_max=0)
    if action == "start":
        Call.objects.update(agreement=Agreement.PLAN)
    if action == "complete":
        DeliverableRule.objects.create(call=scene.call, kind="summary", title="总结", days_after=9)
    recommender = scene.recommender()
    people = {
        "filler": scene.unit.filler,
        "approver": scene.unit.approver,
        "outsider": scene.another_unit().filler,
        "officer": scene.officer,
        "official": StaffPostFactory(issuer=scene.issuer, role=StaffRole.OFFICIAL).user,
        "other staff": StaffPostFactory().user,
        "recommender": recommender.filler,
    }
    application, row = _frozen_once(scene, recommender), ROWS[action]
    right = next(name for name in people if name in row.people)
    for state, handed_in in standings():
        everybody = people if state in row.sources else {right: people[right]}
        for name, person in everybody.items():
            if (action, state) in STAYS:
                continue
            _try(application, action, state, handed_in, person, name in row.people)


def _frozen_once(scene: Scene, recommender: Unit) -> Application:
    """Give an application that has a version, as everything beyond a draft has."""
    application = scene.drafted()
    level = scene.call.levels.first()
    if level is not None:
        Packet.objects.update(recommender=recommender.organisation)
    if scene.call.signoff:
        signoff.request_signoff(packet_id=application.packet_id, by=scene.unit.filler)
        signoff.sign_off(packet_id=application.packet_id, by=scene.unit.approver)
    else:
        signoff.freeze(packet_id=application.packet_id, by=scene.unit.filler)
    return application


def _stand_before(application: Application, action: str, state: str) -> None:
    """Lay it before its recommending unit, as it lies there in this state."""
    level = application.packet.call.levels.first()
    unit = application.packet.recommender
    if level is None or unit is None or action == "hand_to_recommender":
        return
    refused = state == "not_recommended"
    Recommendation.objects.create(
        application=application,
        level=level,
        organisation=unit,
        state="not_recommended" if refused else "pending",
        reason="理由" if refused else "",
        at=clock.now(),
    )


def _try(
    application: Application, action: str, state: str, handed_in: bool, person: User, may: bool
) -> None:
    """Call the service inside a savepoint that is undone."""
    row = ROWS[action]
    with transaction.atomic():
        before = stand(application, state, handed_in)
        application = Application.objects.get(pk=application.pk)
        _stand_before(application, action, state)
        if may and state in row.sources:
            SERVICES[action](application, person)
            _moved(application, before, action, row.target(handed_in), person)
        else:
            wanted = RuleViolation if may else (PermissionDenied, RuleViolation)
            with pytest.raises(wanted), transaction.atomic():
                SERVICES[action](application, person)
            assert unchanged(application, before), (action, state, person)
        transaction.set_rollback(True)
