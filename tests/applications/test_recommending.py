"""Recommending levels: from the hand-in over the desk to the list, its seal and its receipt."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from applications import printing_lists
from applications.models import (
    Application,
    ListVersion,
    Packet,
    Recommendation,
    RecommendationList,
)
from applications.models.recommendation import ListState, Stand
from applications.recommenders import candidates, current
from applications.services import lifecycle, listing, recommending
from applications.services.reminding import remind_of_deadlines
from applications.states import State
from calls.models import RecommendingLevel, Rule
from portal import clock
from portal.audit.models import AuditEntry
from portal.errors import Conflict, RuleViolation
from portal.mail.models import Message
from portal.people.models import Organisation
from tests.factories.applications import Scene, Unit, make_scene, picture
from tests.factories.people import MembershipFactory, OrganisationFactory


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene(levels=1)


@pytest.fixture
def recommender(scene: Scene) -> Unit:
    return scene.recommender()


def row_of(application: Application) -> Recommendation:
    found = current(Application.objects.get(pk=application.pk))
    assert found is not None
    return found


def listed(application: Application, unit: Unit, opinion: str = "同意推荐。") -> RecommendationList:
    """Put an application on the unit's list with an opinion."""
    row = row_of(application)
    recommending.write_opinion(
        recommendation_id=row.pk, text=opinion, revision=row.revision, by=unit.filler
    )
    row = recommending.put_on_list(recommendation_id=row.pk, by=unit.filler)
    assert row.list is not None
    return row.list


def scan_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("scan.png", picture(), "image/png")


def hand_in(made: RecommendationList, unit: Unit, **kwargs: Any) -> RecommendationList:
    """Freeze, stamp and hand a list in."""
    if made.state == ListState.OPEN:
        listing.freeze(list_id=made.pk, by=unit.filler)
        listing.upload_scan(list_id=made.pk, upload=scan_file(), by=unit.filler)
    defaults: dict[str, Any] = {"key": uuid.uuid4(), "arrived_at": clock.now(), "by": unit.filler}
    return listing.hand_in(list_id=made.pk, **(defaults | kwargs))


def mails(event: str) -> QuerySet[Message]:
    """The mails about one kind of event, told by their occasion."""
    return Message.objects.filter(occasion__regex=f"(^|:){event}:")


# The applicant's side


def test_a_hand_in_goes_to_the_recommending_unit_and_tells_it(
    scene: Scene, recommender: Unit
) -> None:
    application = scene.before(recommender)
    assert application.state == State.RECOMMENDING
    assert application.handed_in_at is not None, "it takes the applicant's place"
    row = row_of(application)
    assert (row.organisation, row.state) == (recommender.organisation, Stand.PENDING)
    told = mails("recommendation_asked")
    assert set(told.values_list("to_user", flat=True)) == {
        recommender.filler.pk,
        recommender.administrator.pk,
    }


def test_without_levels_nothing_changes(db: None) -> None:
    assert make_scene().handed_in().state == State.SUBMITTED


def test_the_only_unit_that_may_recommend_is_preselected(scene: Scene) -> None:
    only = scene.recommender()
    assert scene.drafted().packet.recommender == only.organisation


def test_without_a_choice_the_form_cannot_be_frozen(scene: Scene, recommender: Unit) -> None:
    scene.recommender()
    with pytest.raises(RuleViolation) as refused:
        scene.signed()
    assert [r.code or r.clause for r in refused.value.reasons] == [
        "申报材料由推荐单位审核后统一报送"
    ]


def test_who_recommends_is_parent_kind_or_name(scene: Scene) -> None:
    level = scene.call.levels.get()
    by_kind = scene.recommender().organisation
    parent, named = OrganisationFactory(), OrganisationFactory()
    stranger = scene.another_unit().organisation
    scene.unit.organisation.parent = parent
    assert candidates(level, scene.unit.organisation) == [by_kind]
    level.by_parent, level.named = True, [{"name": named.name}]
    found = candidates(level, scene.unit.organisation)
    assert found[0] == parent
    assert set(found) == {parent, by_kind, named}
    assert stranger not in found


def test_only_a_unit_the_call_names_can_be_chosen(scene: Scene, recommender: Unit) -> None:
    packet_id = scene.drafted().packet_id
    other = scene.another_unit().organisation
    with pytest.raises(RuleViolation):
        recommending.choose(packet_id=packet_id, recommender=other, by=scene.unit.filler)
    with pytest.raises(PermissionDenied):
        recommending.choose(
            packet_id=packet_id, recommender=recommender.organisation, by=recommender.filler
        )


def test_the_choice_stands_once_handed_in_and_is_part_of_what_was_signed(
    scene: Scene, recommender: Unit
) -> None:
    other = scene.recommender()
    application = scene.before(recommender)
    version = application.packet.latest_version()
    assert version is not None
    assert version.content["recommender"]["name"] == recommender.organisation.name
    with pytest.raises(RuleViolation):
        recommending.choose(
            packet_id=application.packet_id,
            recommender=other.organisation,
            by=scene.unit.filler,
        )


# The desk


def test_not_recommended_says_why_and_frees_the_place(scene: Scene, recommender: Unit) -> None:
    application = scene.before(recommender)
    with pytest.raises(RuleViolation):
        recommending.not_recommend(
            recommendation_id=row_of(application).pk,
            reason=" ",
            by=recommender.filler,
            arrived_at=clock.now(),
        )
    recommending.not_recommend(
        recommendation_id=row_of(application).pk,
        reason="与本地区规划不符",
        by=recommender.filler,
        arrived_at=clock.now(),
    )
    application.refresh_from_db()
    assert application.state == State.NOT_RECOMMENDED
    assert not Application.objects.counting_against_quota().exists()
    told = mails("not_recommended").first()
    assert told is not None
    assert "与本地区规划不符" in told.body
    assert scene.before(recommender).state == State.RECOMMENDING, "the place can be used again"


def test_a_refusal_is_taken_back_while_the_place_is_there(scene: Scene, recommender: Unit) -> None:
    first = scene.before(recommender)
    pk, now = row_of(first).pk, clock.now()
    who: dict[str, Any] = {"recommendation_id": pk, "by": recommender.filler, "arrived_at": now}
    recommending.not_recommend(reason="材料不全", **who)
    recommending.reconsider(**who)
    first.refresh_from_db()
    assert (first.state, row_of(first).state) == (State.RECOMMENDING, Stand.PENDING)
    recommending.not_recommend(reason="材料不全", **who)
    scene.before(recommender)
    with pytest.raises(RuleViolation):
        recommending.reconsider(**who)


def test_returned_by_the_recommending_unit_comes_back_to_it(
    scene: Scene, recommender: Unit
) -> None:
    application = scene.before(recommender)
    level = scene.call.levels.get()
    who: dict[str, Any] = {
        "recommendation_id": row_of(application).pk,
        "reason": "请补充预算依据",
        "items": {"basics": "目的写得更具体"},
        "by": recommender.filler,
        "arrived_at": clock.now(),
    }
    with pytest.raises(RuleViolation):
        recommending.return_to_unit(due=level.closes_at + dt.timedelta(seconds=1), **who)
    recommending.return_to_unit(due=level.closes_at, **who)
    application.refresh_from_db()
    assert (application.state, application.correction_due) == (State.RETURNED, level.closes_at)
    from applications.services import signoff

    signoff.request_signoff(packet_id=application.packet_id, by=scene.unit.filler)
    signoff.sign_off(packet_id=application.packet_id, by=scene.unit.approver)
    scene.hand_in(application.packet)
    application.refresh_from_db()
    assert application.state == State.RECOMMENDING
    assert row_of(application).state == Stand.PENDING
    assert Recommendation.objects.count() == 1


def test_an_opinion_is_counted_in_characters_and_not_overwritten(
    scene: Scene, recommender: Unit
) -> None:
    scene.call.levels.update(opinion_max=5)
    row = row_of(scene.before(recommender))
    who: dict[str, Any] = {"recommendation_id": row.pk, "by": recommender.filler}
    with pytest.raises(RuleViolation) as refused:
        recommending.write_opinion(text="一二三四五六", revision=0, **who)
    assert refused.value.reasons[0].code == "opinion"
    received = row.at
    written = recommending.write_opinion(text="一二三四五", revision=0, **who)
    assert written.at == received, "the desk shows when the application came, not the opinion"
    with pytest.raises(Conflict) as conflict:
        recommending.write_opinion(text="别的意见", revision=0, **who)
    assert conflict.value.theirs == "一二三四五"


def test_the_order_of_the_list_is_a_permutation_of_what_stands_on_it(
    scene: Scene, recommender: Unit
) -> None:
    one = scene.before(recommender)
    two = scene.before(recommender, category=1)
    three = scene.before(recommender, scene.another_unit())
    made, *_same = [listed(a, recommender) for a in (one, two, three)]
    keys = [row_of(a).pk for a in (one, two, three)]
    recommending.order(list_id=made.pk, ranking=keys[::-1], by=recommender.filler)
    assert [row.pk for row in recommending.standing_entries(made)] == keys[::-1]
    recommending.shift(recommendation_id=keys[0], by=recommender.filler, up=True)
    assert [row.pk for row in recommending.standing_entries(made)] == [keys[2], keys[0], keys[1]]
    for wrong in (keys[:2], [*keys, keys[0]], [*keys[:2], 0]):
        with pytest.raises(RuleViolation):
            recommending.order(list_id=made.pk, ranking=wrong, by=recommender.filler)
    recommending.take_off_list(recommendation_id=keys[0], by=recommender.filler)
    assert [r.rank for r in recommending.standing_entries(made)] == [1, 2]


def test_only_who_works_for_the_recommending_unit_touches_its_list(
    scene: Scene, recommender: Unit
) -> None:
    row = row_of(scene.before(recommender))
    reader = MembershipFactory(
        organisation=recommender.organisation, is_filler=False, is_approver=True
    ).user
    strangers = [scene.unit.filler, scene.officer, scene.recommender().filler, reader]
    for person in strangers:
        with pytest.raises(PermissionDenied):
            recommending.put_on_list(recommendation_id=row.pk, by=person)
        with pytest.raises(PermissionDenied):
            recommending.not_recommend(
                recommendation_id=row.pk, reason="无", by=person, arrived_at=clock.now()
            )
    made = listed(row.application, recommender)
    for person in strangers:
        with pytest.raises(PermissionDenied):
            listing.freeze(list_id=made.pk, by=person)
        with pytest.raises(PermissionDenied):
            listing.upload_scan(list_id=made.pk, upload=scan_file(), by=person)


# The list


def test_a_list_is_frozen_stamped_handed_in_and_acknowledged(
    scene: Scene, recommender: Unit
) -> None:
    application = scene.before(recommender)
    made = hand_in(listed(application, recommender), recommender)
    application.refresh_from_db()
    assert application.state == State.RECOMMENDED
    assert row_of(application).state == Stand.RECOMMENDED
    assert made.state == ListState.HANDED_IN
    assert made.receipt_number
    assert AuditEntry.objects.filter(action="list_handed_in").count() == 1
    version = made.latest_version()
    assert version is not None
    assert [e["title"] for e in version.content["entries"]] == [application.title]
    assert printing_lists.table_of(version) is not None
    assert printing_lists.receipt_of(made) is not None
    assert mails("list").count() == 2
    told = mails("recommended").first()
    assert told is not None
    assert "同意推荐" not in told.body, "opinions stay inside the procedure"


def test_a_second_try_finds_the_first_receipt(scene: Scene, recommender: Unit) -> None:
    key = uuid.uuid4()
    made = hand_in(listed(scene.before(recommender), recommender), recommender, key=key)
    again = hand_in(made, recommender, key=key)
    other = hand_in(made, recommender, key=uuid.uuid4())
    assert made.receipt_number == again.receipt_number == other.receipt_number
    assert AuditEntry.objects.filter(action="list_handed_in").count() == 1


@pytest.mark.parametrize(("seconds", "taken"), [(-1, True), (0, False), (1, False)])
def test_the_levels_own_deadline_counts_by_arrival(
    scene: Scene, recommender: Unit, seconds: int, taken: bool
) -> None:
    made = listed(scene.before(recommender), recommender)
    end = scene.call.levels.get().closes_at
    at = end + dt.timedelta(seconds=seconds)
    if taken:
        assert hand_in(made, recommender, arrived_at=at).handed_in_at == at
    else:
        with pytest.raises(RuleViolation) as refused:
            hand_in(made, recommender, arrived_at=at)
        assert refused.value.reasons[0].code == "closed"


def test_a_late_door_holds_for_the_list_too(scene: Scene, recommender: Unit) -> None:
    from calls.models import LateDoor

    made = listed(scene.before(recommender), recommender)
    end = scene.call.levels.get().closes_at
    LateDoor.objects.create(
        call=scene.call,
        organisation=recommender.organisation,
        until=end + dt.timedelta(days=1),
        reason="停电",
        by=scene.officer,
    )
    assert hand_in(made, recommender, arrived_at=end).state == ListState.HANDED_IN


def test_stamp_letter_opinion_and_entries_are_asked_for(scene: Scene, recommender: Unit) -> None:
    scene.call.levels.update(letter=True)
    row = row_of(scene.before(recommender))
    made = recommending.put_on_list(recommendation_id=row.pk, by=recommender.filler).list
    assert made is not None
    with pytest.raises(RuleViolation) as refused:
        listing.freeze(list_id=made.pk, by=recommender.filler)
    assert [r.code for r in refused.value.reasons] == ["opinion"]
    listed(row.application, recommender)
    with pytest.raises(RuleViolation):
        listing.hand_in(
            list_id=made.pk, by=recommender.filler, key=uuid.uuid4(), arrived_at=clock.now()
        )
    listing.freeze(list_id=made.pk, by=recommender.filler)
    with pytest.raises(RuleViolation) as refused:
        listing.hand_in(
            list_id=made.pk, by=recommender.filler, key=uuid.uuid4(), arrived_at=clock.now()
        )
    assert len(refused.value.reasons) == 2
    listing.upload_scan(list_id=made.pk, upload=scan_file(), by=recommender.filler)
    listing.attach_letter(list_id=made.pk, upload=scan_file(), by=recommender.filler)
    made.refresh_from_db()
    assert hand_in(made, recommender).state == ListState.HANDED_IN


def test_an_empty_list_is_not_frozen(scene: Scene, recommender: Unit) -> None:
    row = row_of(scene.before(recommender))
    made = recommending.put_on_list(recommendation_id=row.pk, by=recommender.filler).list
    assert made is not None
    recommending.take_off_list(recommendation_id=row.pk, by=recommender.filler)
    with pytest.raises(RuleViolation) as refused:
        listing.freeze(list_id=made.pk, by=recommender.filler)
    assert refused.value.reasons[0].code == "empty"


def test_a_frozen_list_is_not_changed_until_it_is_taken_back(
    scene: Scene, recommender: Unit
) -> None:
    application = scene.before(recommender)
    made = listed(application, recommender)
    listing.freeze(list_id=made.pk, by=recommender.filler)
    row = row_of(application)
    with pytest.raises(RuleViolation):
        recommending.take_off_list(recommendation_id=row.pk, by=recommender.filler)
    with pytest.raises(RuleViolation):
        recommending.not_recommend(
            recommendation_id=row.pk, reason="改判", by=recommender.filler, arrived_at=clock.now()
        )
    listing.upload_scan(list_id=made.pk, upload=scan_file(), by=recommender.filler)
    made = listing.take_back(list_id=made.pk, by=recommender.filler)
    assert made.scan is None, "the stamp was on what is no longer valid"
    recommending.take_off_list(recommendation_id=row.pk, by=recommender.filler)


def test_an_application_withdrawn_after_the_freeze_stops_the_hand_in(
    scene: Scene, recommender: Unit
) -> None:
    one = scene.before(recommender)
    two = scene.before(recommender, category=1)
    made, _same = [listed(a, recommender) for a in (one, two)]
    listing.freeze(list_id=made.pk, by=recommender.filler)
    listing.upload_scan(list_id=made.pk, upload=scan_file(), by=recommender.filler)
    lifecycle.withdraw(application_id=one.pk, by=scene.unit.filler, reason="另有安排")
    made.refresh_from_db()
    with pytest.raises(RuleViolation) as refused:
        hand_in(made, recommender)
    assert [r.code for r in refused.value.reasons] == ["stale"]
    made = listing.take_back(list_id=made.pk, by=recommender.filler)
    assert hand_in(made, recommender).entries.count() == 1


def test_the_lists_quota_is_kept_over_several_lists_and_reserve_is_counted_apart(
    scene: Scene, recommender: Unit
) -> None:
    Rule.objects.create(
        call=scene.call,
        kind="list_quota",
        params={"limit": 1, "scope": "call", "reserve": 1},
        clause="每个推荐单位限推荐 1 项",
    )
    one = scene.before(recommender)
    two = scene.before(recommender, category=1)
    three = scene.before(recommender, scene.another_unit())
    made = hand_in(listed(one, recommender), recommender)
    second = listed(two, recommender)
    assert second != made
    with pytest.raises(RuleViolation) as refused:
        listing.freeze(list_id=second.pk, by=recommender.filler)
    assert refused.value.reasons[0].code == "list_quota"
    recommending.put_on_list(recommendation_id=row_of(two).pk, by=recommender.filler, reserve=True)
    hand_in(RecommendationList.objects.get(pk=second.pk), recommender)
    third = listed(three, recommender)
    with pytest.raises(RuleViolation):
        listing.freeze(list_id=third.pk, by=recommender.filler)


def test_an_in_principle_rule_about_lists_asks_for_a_word(scene: Scene, recommender: Unit) -> None:
    Rule.objects.create(
        call=scene.call,
        kind="list_quota",
        params={"limit": 1, "scope": "call"},
        mode="in_principle",
        clause="原则上限推荐 1 项",
    )
    made, _same = [listed(scene.before(recommender, category=n), recommender) for n in (0, 1)]
    with pytest.raises(RuleViolation) as refused:
        hand_in(made, recommender)
    assert [r.code for r in refused.value.reasons] == ["list_quota"]
    made.refresh_from_db()
    done = hand_in(made, recommender, beyond_reason="两项分属不同学科")
    assert done.beyond_reason == "两项分属不同学科"


def test_two_levels_pass_an_application_on(db: None) -> None:
    scene = make_scene(levels=2)
    county = scene.recommender()
    city = scene.recommender()
    _first, second = scene.call.levels.order_by("no")
    RecommendingLevel.objects.filter(pk=second.pk).update(
        who=[], named=[{"name": city.organisation.name}]
    )
    application = scene.before(county)
    made = hand_in(listed(application, county), county)
    application.refresh_from_db()
    assert application.state == State.RECOMMENDING
    assert made.passed_to == city.organisation, "the only unit of the next level"
    row = row_of(application)
    assert (row.level, row.organisation) == (second, city.organisation)
    with pytest.raises(PermissionDenied):
        recommending.put_on_list(recommendation_id=row.pk, by=county.filler)
    hand_in(listed(application, city), city)
    application.refresh_from_db()
    assert application.state == State.RECOMMENDED


def test_a_correction_for_the_association_does_not_go_round_again(
    scene: Scene, recommender: Unit
) -> None:
    from applications.services import signoff

    application = scene.before(recommender)
    hand_in(listed(application, recommender), recommender)
    lifecycle.return_for_changes(
        application_id=application.pk,
        by=scene.officer,
        reason="请补充",
        items={},
        due=clock.now() + dt.timedelta(days=3),
    )
    signoff.request_signoff(packet_id=application.packet_id, by=scene.unit.filler)
    signoff.sign_off(packet_id=application.packet_id, by=scene.unit.approver)
    scene.hand_in(application.packet)
    application.refresh_from_db()
    assert application.state == State.SUBMITTED


def test_what_was_never_recommended_is_not_taken_up_again_by_staff(
    scene: Scene, recommender: Unit
) -> None:
    application = scene.before(recommender)
    lifecycle.not_accept(application_id=application.pk, by=scene.officer, reason="逾期未推荐")
    with pytest.raises(RuleViolation):
        lifecycle.reopen_check(application_id=application.pk, by=scene.officer, reason="核对")


def test_versions_of_lists_never_change(scene: Scene, recommender: Unit) -> None:
    made = listed(scene.before(recommender), recommender)
    version = listing.freeze(list_id=made.pk, by=recommender.filler)
    for statement in (
        "UPDATE applications_listversion SET no = 9",
        "DELETE FROM applications_listversion",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert ListVersion.objects.get() == version


def test_recommending_units_are_reminded_of_their_own_deadline(
    scene: Scene, recommender: Unit
) -> None:
    scene.before(recommender)
    end = scene.call.levels.get().closes_at
    reminders = mails("deadline_list")
    remind_of_deadlines(end - dt.timedelta(hours=24))
    assert reminders.count() == 2
    remind_of_deadlines(end - dt.timedelta(hours=23))
    assert reminders.count() == 2, "once for each occasion"
    remind_of_deadlines(end)
    assert reminders.count() == 2


def test_units_with_nothing_to_decide_are_left_in_peace(scene: Scene, recommender: Unit) -> None:
    hand_in(listed(scene.before(recommender), recommender), recommender)
    remind_of_deadlines(scene.call.levels.get().closes_at - dt.timedelta(hours=24))
    assert not mails("deadline_list").exists()


def test_a_recommending_unit_reads_what_lies_before_it_and_nothing_else(
    scene: Scene, recommender: Unit
) -> None:
    from applications.access import readers

    packet = scene.before(recommender).packet
    other = scene.before(scene.recommender(), scene.another_unit()).packet
    seen = Packet.objects.filter(readers(recommender.filler)).distinct()
    assert list(seen) == [packet]
    assert other not in seen


def test_merging_units_moves_recommendations(scene: Scene, recommender: Unit) -> None:
    from applications.merging import move_applications

    made = listed(scene.before(recommender), recommender)
    target: Organisation = OrganisationFactory()
    move_applications(source=recommender.organisation, target=target, by=scene.officer)
    made.refresh_from_db()
    assert made.organisation == target
    assert Packet.objects.get().recommender == target
