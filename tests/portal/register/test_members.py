"""Rights in a unit: somebody is always left who may decide them, also when two leave at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from portal.audit.models import AuditEntry
from portal.errors import RuleViolation
from portal.mail.models import Message
from portal.people.enums import RequestState, Right
from portal.people.models import Membership, Organisation, User
from portal.register.services import members
from tests.factories.people import MembershipFactory, OrganisationFactory


@pytest.mark.django_db
def test_the_last_administrator_cannot_leave(owner: Membership, colleague: Membership) -> None:
    with pytest.raises(RuleViolation) as refusal:
        members.end(by=owner.user, membership=owner)
    assert refusal.value.reasons[0].code == members.LAST_ADMINISTRATOR
    owner.refresh_from_db()
    assert owner.ended_at is None


@pytest.mark.django_db
def test_the_last_administrator_cannot_lose_the_right(owner: Membership) -> None:
    with pytest.raises(RuleViolation):
        members.change_rights(by=owner.user, membership=owner, rights=[Right.FILLER], position="")
    owner.refresh_from_db()
    assert owner.is_administrator


@pytest.mark.django_db
def test_a_second_administrator_frees_the_first(owner: Membership, colleague: Membership) -> None:
    members.change_rights(
        by=owner.user, membership=colleague, rights=[Right.ADMINISTRATOR], position="秘书"
    )
    members.end(by=owner.user, membership=owner)
    owner.refresh_from_db()
    assert owner.ended_at is not None
    assert AuditEntry.objects.filter(action="membership_ended").count() == 1


@pytest.mark.django_db
def test_a_closed_account_is_no_second_administrator(owner: Membership, unit: Organisation) -> None:
    other = MembershipFactory.create(organisation=unit, is_administrator=True)
    other.user.is_active = False
    other.user.save()
    with pytest.raises(RuleViolation):
        members.end(by=owner.user, membership=owner)


@pytest.mark.django_db
def test_rights_are_exactly_those_given(owner: Membership, colleague: Membership) -> None:
    members.change_rights(
        by=owner.user,
        membership=colleague,
        rights=[Right.APPROVER, Right.SEAL_KEEPER],
        position="理事长",
    )
    colleague.refresh_from_db()
    assert colleague.rights == [Right.APPROVER, Right.SEAL_KEEPER]
    assert colleague.position == "理事长"
    entry = AuditEntry.objects.get(action="member_rights_changed")
    assert (entry.data["before"], entry.data["after"]) == (["filler"], ["approver", "seal_keeper"])


@pytest.mark.django_db
def test_a_member_without_any_right_is_refused(owner: Membership, colleague: Membership) -> None:
    with pytest.raises(RuleViolation):
        members.change_rights(by=owner.user, membership=colleague, rights=[], position="")


@pytest.mark.django_db
def test_who_is_put_out_is_told_who_leaves_is_not(
    owner: Membership, colleague: Membership, unit: Organisation
) -> None:
    members.end(by=owner.user, membership=colleague)
    assert Message.objects.get().to_user == colleague.user
    leaving = MembershipFactory.create(organisation=unit)
    members.end(by=leaving.user, membership=leaving)
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_an_ended_membership_stays_ended(owner: Membership, colleague: Membership) -> None:
    members.end(by=owner.user, membership=colleague)
    with pytest.raises(RuleViolation):
        members.change_rights(
            by=owner.user, membership=colleague, rights=[Right.FILLER], position=""
        )


@pytest.mark.django_db
def test_asking_tells_the_administrators_and_accepting_takes_in(
    owner: Membership, colleague: Membership, newcomer: User, unit: Organisation
) -> None:
    request = members.ask(by=newcomer, organisation=unit, message="我是新来的")
    message = Message.objects.get()
    assert message.to_user == owner.user
    assert "我是新来的" in message.body
    members.answer(by=owner.user, request=request, rights=[Right.FILLER])
    assert unit.memberships.get(user=newcomer).rights == [Right.FILLER]
    request.refresh_from_db()
    assert request.state == RequestState.ACCEPTED
    assert Message.objects.filter(to_user=newcomer).count() == 1


@pytest.mark.django_db
def test_declining_takes_nobody_in(owner: Membership, newcomer: User, unit: Organisation) -> None:
    request = members.ask(by=newcomer, organisation=unit)
    members.answer(by=owner.user, request=request, rights=[])
    assert not unit.memberships.filter(user=newcomer).exists()
    with pytest.raises(RuleViolation):
        members.answer(by=owner.user, request=request, rights=[Right.FILLER])


@pytest.mark.django_db
def test_nobody_asks_twice_or_where_she_belongs(
    owner: Membership, newcomer: User, unit: Organisation
) -> None:
    members.ask(by=newcomer, organisation=unit)
    with pytest.raises(RuleViolation):
        members.ask(by=newcomer, organisation=unit)
    with pytest.raises(RuleViolation):
        members.ask(by=owner.user, organisation=unit)


def run_together(*works: Callable[[], object]) -> list[BaseException | None]:
    """Run all at once, each with a connection of its own; return what each raised."""
    barrier = threading.Barrier(len(works))
    outcomes: list[BaseException | None] = [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=10)
            work()
        except RuleViolation as refusal:
            outcomes[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_administrators_leaving_at_once_leave_one() -> None:
    for _round in range(5):
        unit = OrganisationFactory.create()
        one, two = MembershipFactory.create_batch(2, organisation=unit, is_administrator=True)
        outcomes = run_together(
            lambda one=one: members.end(by=one.user, membership=one),  # type: ignore[misc]
            lambda two=two: members.end(by=two.user, membership=two),  # type: ignore[misc]
        )
        assert sum(outcome is not None for outcome in outcomes) == 1
        left = Membership.objects.with_right(Right.ADMINISTRATOR).filter(organisation=unit)
        assert left.count() == 1


@pytest.mark.django_db(transaction=True)
def test_leaving_while_the_other_loses_the_right_leaves_one() -> None:
    for _round in range(5):
        unit = OrganisationFactory.create()
        one, two = MembershipFactory.create_batch(2, organisation=unit, is_administrator=True)
        run_together(
            lambda one=one: members.end(by=one.user, membership=one),  # type: ignore[misc]
            lambda one=one, two=two: members.change_rights(  # type: ignore[misc]
                by=one.user, membership=two, rights=[Right.FILLER], position=""
            ),
        )
        left = Membership.objects.with_right(Right.ADMINISTRATOR).filter(organisation=unit)
        assert left.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    """The race above is real: with the lock taken away the rule breaks."""
    waits = threading.Barrier(2, timeout=5)
    check = members._require_another_administrator

    def check_together(membership: Membership) -> None:
        check(membership)
        waits.wait()

    monkeypatch.setattr(members, "lock_unit", lambda organisation: organisation)
    monkeypatch.setattr(members, "_require_another_administrator", check_together)
    unit = OrganisationFactory.create()
    one, two = MembershipFactory.create_batch(2, organisation=unit, is_administrator=True)
    run_together(
        lambda: members.end(by=one.user, membership=one),
        lambda: members.end(by=two.user, membership=two),
    )
    left = Membership.objects.with_right(Right.ADMINISTRATOR).filter(organisation=unit)
    assert left.count() == 0
