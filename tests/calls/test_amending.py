"""What an amendment changed is kept in words, from what to what, and stands on the call's page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from calls.admin.part_forms import CategoryForm
from calls.differences import between, snapshot
from calls.enums import CallState
from calls.models import Amendment, Call
from calls.services.editing import change_call
from calls.services.publish import archive_call, extend_deadline
from calls.signals import call_amended
from portal import clock
from portal.errors import RuleViolation
from portal.face.wording import until
from tests.factories.calls import CallFactory, RuleFactory, published_call
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _english(settings: Any) -> Any:
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


def changed(call: Call, change: Any, summary: str = "更正") -> Amendment:
    change_call(call, by=UserFactory(), part="x", change=change, summary=summary)
    return Amendment.objects.latest("pk")


def pairs(amendment: Amendment) -> list[tuple[str, str, str]]:
    return [(one["what"], one["before"], one["after"]) for one in amendment.changes]


def test_an_amendment_keeps_what_was_changed_from_what_to_what() -> None:
    call = published_call()
    contact = call.contacts.get()
    amendment = changed(
        call, lambda c: c.contacts.filter(pk=contact.pk).update(phone="0000-2"), "更正电话"
    )
    assert (amendment.summary, amendment.revision) == ("更正电话", 2)
    assert pairs(amendment) == [("Contact", "丙示例 0000-1000000", "丙示例 0000-2")]
    assert amendment.changes[0]["part"] == "contacts"


def test_the_end_of_a_category_is_told_and_stays_when_the_call_is_extended() -> None:
    call = published_call()
    end = call.closes_at - 2 * DAY
    call.categories.update(closes_at=end)
    amendment = changed(call, lambda c: c.categories.update(closes_at=end + DAY))
    title = call.categories.get().title
    what = f"{title}: Applications close"
    assert pairs(amendment) == [(what, until(end), until(end + DAY))]
    extended(call, call.closes_at + DAY)
    assert call.categories.get().closes_at == end + DAY


def test_an_end_of_a_published_category_is_only_moved_to_a_later_time() -> None:
    call = published_call()
    end = call.closes_at - 2 * DAY
    category = call.categories.get()
    given = {"title": category.title, "slots_kind": "unlimited", "funding_kind": "none",
             "joint": "no", "paid": ""}  # fmt: skip

    def wrong(day: dt.date, stands: dt.datetime | None) -> bool:
        category.closes_at = stands
        data = given | {"closes_at_day": f"{day}"}
        return "closes_at" in CategoryForm(data, instance=category, call=call).errors

    day = clock.local(end).date()
    assert wrong(day - DAY, end)
    assert not wrong(day + DAY, end)
    call.state = CallState.DRAFT
    assert not wrong(day - DAY, end)


def test_a_forgotten_end_of_a_category_is_set_three_days_ahead_at_least() -> None:
    call = published_call()
    call.closes_at = clock.now() + 20 * DAY
    category = call.categories.get()
    given = {"title": category.title, "slots_kind": "unlimited", "funding_kind": "none",
             "joint": "no", "paid": ""}  # fmt: skip

    def wrong(day: dt.date) -> bool:
        data = given | {"closes_at_day": f"{day}"}
        return "closes_at" in CategoryForm(data, instance=category, call=call).errors

    today = clock.today()
    assert wrong(today - DAY)
    assert wrong(today + 2 * DAY)  # its 24:00 lies less than three days ahead
    assert not wrong(today + 3 * DAY)


def test_what_is_new_or_gone_is_told_with_an_empty_side() -> None:
    call = published_call()
    came = changed(call, lambda c: RuleFactory(call=c, clause="每个单位限报1项。"))
    [(what, before, after)] = pairs(came)
    assert (what, before) == ("Rule", "")
    assert "每个单位限报1项。" in after
    went = changed(call, lambda c: c.rules.all().delete())
    assert pairs(went) == [("Rule", after, "")]


def test_of_a_long_text_only_the_lines_that_differ_are_told() -> None:
    call = published_call()
    body = "\n".join(f"第{n}行" for n in range(50))
    changed(call, lambda c: type(c.notice).objects.filter(pk=c.notice_id).update(body=body))
    amended = body.replace("第7行", "第七行")
    last = changed(
        call, lambda c: type(c.notice).objects.filter(pk=c.notice_id).update(body=amended)
    )
    assert pairs(last) == [("Text of the notice", "第7行", "第七行")]


def test_a_changed_form_is_no_difference_of_the_call() -> None:
    call = published_call()
    field = call.sections.get().fields.get()
    amendment = changed(call, lambda c: type(field).objects.update(label="题目"))
    assert amendment.changes == []


def test_nothing_differs_between_two_readings() -> None:
    call = CallFactory()
    assert between(snapshot(call), snapshot(call)) == []


def test_a_refused_amendment_leaves_nothing(django_capture_on_commit_callbacks: Any) -> None:
    call = published_call()
    with pytest.raises(RuleViolation):
        changed(call, lambda c: c.contacts.all().delete())
    assert not Amendment.objects.exists()


def test_whoever_holds_applications_hears_after_the_commit(
    django_capture_on_commit_callbacks: Any,
) -> None:
    heard: list[int] = []

    def listen(amendment_id: int, **sent: Any) -> None:
        heard.append(amendment_id)

    call = published_call()
    call_amended.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        amendment = changed(call, lambda c: c.contacts.update(phone="0000-2"))
        assert heard == []
    call_amended.disconnect(listen)
    assert heard == [amendment.pk]


def test_the_public_page_lists_amendments_with_their_day(client: Client) -> None:
    call = published_call()
    changed(call, lambda c: c.contacts.update(phone="0000-2"), "更正电话")
    answer = client.get(f"/calls/{call.pk}/", headers={"accept-language": "zh-hans"})
    shown = answer.content.decode()
    assert "更正电话" in shown
    assert "<del>丙示例 0000-1000000</del>" in shown
    day = clock.today()
    assert f"{day.year}年{day.month}月{day.day}日" in shown


def test_a_draft_that_is_changed_is_not_amended() -> None:
    call = CallFactory()
    change_call(
        call, by=UserFactory(), part="contact", change=lambda c: c.contacts.update(phone="0000-2")
    )
    assert not Amendment.objects.exists()


# extension ------------------------------------------------------------------------------------


def extended(call: Call, until: dt.datetime, **values: Any) -> Call:
    return extend_deadline(call, by=UserFactory(), closes_at=until, reason="暴雪", **values)


def test_an_extension_is_an_amendment_that_says_both_days() -> None:
    closes = clock.end_of(clock.today() + 5 * DAY)
    call = published_call(closes_at=closes)
    extended(call, closes + DAY)
    amendment = Amendment.objects.get()
    assert amendment.summary == "暴雪"
    [(what, before, after)] = pairs(amendment)
    assert what == "Applications close"
    assert "24:00" in before
    assert "24:00" in after
    assert before != after


def test_the_sign_off_and_the_last_batch_move_with_the_deadline() -> None:
    call = published_call(signoff=True)
    early = call.closes_at - DAY
    Call.objects.update(signoff_by=call.closes_at - HOUR)
    call.batches.create(title="第一批", closes_at=early)
    call.batches.create(title="第二批", closes_at=call.closes_at)
    new = extended(call, call.closes_at + DAY)
    assert new.signoff_by == call.closes_at + DAY - HOUR
    assert [b.closes_at for b in new.batches.all()] == [early, call.closes_at + DAY]


def test_more_time_for_drafts_leaves_the_deadline_and_moves_what_would_fall_before_it() -> None:
    call = published_call()
    Call.objects.update(seal_by=call.closes_at + HOUR)
    new = extended(call, call.closes_at + DAY, only_drafts=True)
    assert (new.closes_at, new.drafts_until) == (call.closes_at, call.closes_at + DAY)
    assert new.last_end == call.closes_at + DAY
    assert new.seal_by == call.closes_at + HOUR + DAY


def test_more_time_for_drafts_only_grows_and_ends_in_an_extension_for_all() -> None:
    call = published_call()
    until = call.closes_at + DAY
    extended(call, until, only_drafts=True)
    with pytest.raises(RuleViolation):
        extended(call, until, only_drafts=True)
    assert extended(call, until - SECOND).drafts_until == until
    assert extended(call, until).drafts_until is None


def test_a_call_is_archived_after_the_last_of_its_ends() -> None:
    call = published_call(opens_at=clock.now() - 9 * DAY, closes_at=clock.now() - DAY)
    Call.objects.update(drafts_until=clock.now() + HOUR)
    with pytest.raises(RuleViolation):
        archive_call(call, by=UserFactory())
    Call.objects.update(drafts_until=clock.now())
    assert archive_call(call, by=UserFactory()).state == "archived"
