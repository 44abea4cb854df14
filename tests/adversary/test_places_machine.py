"""A state machine over hand-in, withdrawal, return, refusal, reopening, extension, exceptions.

Whatever the order, the places taken never exceed the limit, no lawful hand-in is refused, and no
hand-in happens behind a closed door. The model beside it is a plain dictionary.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from applications.models import Application, HandIn, Packet, StateLog
from applications.services import handin, lifecycle
from applications.states import FREED, State
from calls.models import Call
from calls.services.publish import extend_deadline
from portal import clock
from portal.errors import RuleViolation
from tests.adversary.test_quota_race import signed_packets
from tests.factories.applications import Scene, Unit, make_scene

DAY = dt.timedelta(days=1)
EACH, IN_ALL = 1, 2


class Places(RuleBasedStateMachine):
    """Two units with five signed packets each, one association, one clock that only moves on."""

    packets = Bundle("packets")

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        self.scene: Scene = make_scene(seal_days=None, sealing="none")
        self.units: list[Unit] = [self.scene.unit, self.scene.another_unit()]
        self.made: list[Application] = []
        self.model: dict[uuid.UUID, str] = {}
        self.owner: dict[uuid.UUID, Unit] = {}
        self.category: dict[uuid.UUID, int] = {}
        for unit in self.units:
            for packet in signed_packets(self.scene, unit):
                application = packet.applications.get()
                self.made.append(application)
                self.model[application.pk] = "signed_off"
                self.owner[application.pk] = unit
                self.category[application.pk] = application.category_id
        self.now = clock.now()
        self.closes_at = self.scene.call.closes_at

    def teardown(self) -> None:
        """Undo everything this example wrote."""
        transaction.savepoint_rollback(self.point)

    # What the model says --------------------------------------------------------------------
    def takes_place(self, pk: uuid.UUID) -> bool:
        return self.model[pk] not in ("signed_off", "withdrawn", "not_accepted")

    def full(self, pk: uuid.UUID) -> bool:
        """Tell whether one more of this unit in this category would be too many."""
        mine = [
            one for one in self.model
            if one != pk and self.owner[one] is self.owner[pk] and self.takes_place(one)
        ]  # fmt: skip
        same = [one for one in mine if self.category[one] == self.category[pk]]
        return len(same) >= EACH or len(mine) >= IN_ALL

    def attempt(self, lawful: bool, act: Any) -> bool:
        """Do it inside a savepoint; it must succeed exactly when the model says so."""
        refused: list[str] = []
        try:
            with transaction.atomic():
                act()
        except RuleViolation as refusal:
            refused = [reason.message for reason in refusal.reasons]
        assert lawful is not bool(refused), refused or "something unlawful went through"
        return lawful

    # What people do -------------------------------------------------------------------------
    @rule(place=st.integers(0, 9))
    def hand_in(self, place: int) -> None:
        application = self.made[place]
        state = self.model[application.pk]
        again = HandIn.objects.filter(packet=application.packet_id).exists()
        before = HandIn.objects.count()
        lawful = (
            state == "signed_off" and self.now < self.closes_at and not self.full(application.pk)
        )

        def act() -> None:
            handin.hand_in(
                packet_id=application.packet_id,
                by=self.owner[application.pk].filler,
                key=uuid.uuid4(),
                arrived_at=self.now,
            )

        if again and state != "returned":
            act()  # a second try gets the first receipt, whatever came after
            assert HandIn.objects.count() == before
        elif self.attempt(lawful, act):
            self.model[application.pk] = "submitted"

    @rule(place=st.integers(0, 9))
    def withdraw(self, place: int) -> None:
        application = self.made[place]
        lawful = self.model[application.pk] in ("signed_off", "submitted", "accepted", "returned")
        if self.attempt(
            lawful,
            lambda: lifecycle.withdraw(
                application_id=application.pk,
                by=self.owner[application.pk].filler,
                reason="另有安排",
            ),
        ):
            self.model[application.pk] = "withdrawn"

    def _staff(self, place: int, states: tuple[str, ...], to: str, verb: Any, **more: Any) -> None:
        application = self.made[place]
        lawful = self.model[application.pk] in states
        if self.attempt(
            lawful,
            lambda: verb(application_id=application.pk, by=self.scene.officer, **more),
        ):
            self.model[application.pk] = to

    @rule(place=st.integers(0, 9))
    def give_back(self, place: int) -> None:
        due = clock.now() + 3 * DAY
        self._staff(
            place, ("submitted", "accepted"), "returned", lifecycle.return_for_changes,
            reason="请补充", items={}, due=due,
        )  # fmt: skip

    @rule(place=st.integers(0, 9))
    def accept(self, place: int) -> None:
        self._staff(place, ("submitted",), "accepted", lifecycle.accept)

    @rule(place=st.integers(0, 9))
    def refuse(self, place: int) -> None:
        self._staff(
            place, ("submitted", "returned"), "not_accepted", lifecycle.not_accept, reason="不符"
        )

    @rule(place=st.integers(0, 9))
    def reopen(self, place: int) -> None:
        """A freed place must still be there; one that was kept is there."""
        application = self.made[place]
        state = self.model[application.pk]
        lawful = state == "accepted" or (state == "not_accepted" and not self.full(application.pk))
        if self.attempt(
            lawful,
            lambda: lifecycle.reopen_check(
                application_id=application.pk, by=self.scene.officer, reason="重新核对"
            ),
        ):
            self.model[application.pk] = "submitted"

    @rule()
    def time_passes(self) -> None:
        self.now += 3 * DAY

    @rule(days=st.integers(1, 5))
    def extend(self, days: int) -> None:
        call = Call.objects.get(pk=self.scene.call.pk)
        later = max(call.closes_at, self.now) + days * DAY
        extend_deadline(call, by=self.scene.officer, closes_at=later, reason="系统维护")
        self.closes_at = later

    # What always holds ----------------------------------------------------------------------
    @invariant()
    def the_database_says_what_the_model_says(self) -> None:
        rows = dict(Application.objects.values_list("pk", "state"))
        assert rows == self.model
        counting = set(Application.objects.counting_against_quota().values_list("pk", flat=True))
        assert counting == {pk for pk in self.model if self.takes_place(pk)}

    @invariant()
    def nobody_has_more_than_the_limit(self) -> None:
        for unit in self.units:
            counting = Application.objects.counting_against_quota().filter(
                packet__organisation=unit.organisation
            )
            assert counting.count() <= IN_ALL
            for category in self.scene.categories:
                assert counting.filter(category=category).count() <= EACH

    @invariant()
    def every_place_has_one_receipt_in_time(self) -> None:
        for receipt in HandIn.objects.all():
            assert receipt.received_at < self.closes_at
        for application in Application.objects.counting_against_quota():
            assert HandIn.objects.filter(packet=application.packet_id).count() == 1
            assert StateLog.objects.filter(application=application, target="submitted").exists()


assert set(FREED) == {State.WITHDRAWN, State.NOT_ACCEPTED, State.NOT_RECOMMENDED}


@pytest.mark.django_db
def test_places_are_counted_right_in_any_order() -> None:
    assert Packet.objects.count() == 0
    run_state_machine_as_test(
        Places,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
