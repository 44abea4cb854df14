"""Public pages are kept for everybody, and never a moment longer than they are right."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache as redis
from django.core.cache.backends.redis import RedisCache
from django.test import Client
from redis.exceptions import ConnectionError as RedisIsAway

from calls import cache
from calls.models import Call
from calls.services.editing import change_call
from calls.services.publish import extend_deadline, publish_call
from portal import clock
from portal.cache import ForgivingRedisCache
from tests.factories.calls import CallFactory, CategoryFactory, published_call
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def url(call: Call) -> str:
    return f"/calls/{call.pk}/"


def text(client: Client, call: Call, **headers: Any) -> str:
    response = client.get(url(call), **headers)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def call() -> Call:
    return published_call()


def test_a_kept_page_asks_the_database_nothing(
    client: Client, call: Call, django_assert_num_queries: Any
) -> None:
    first = text(client, call)
    with django_assert_num_queries(0):
        again = text(client, call)
    assert call.title in again
    assert _without_time(first) == _without_time(again)


@pytest.mark.parametrize("categories", [1, 3])
def test_building_a_page_takes_the_same_few_queries(
    client: Client, categories: int, django_assert_num_queries: Any
) -> None:
    draft = CallFactory()
    for _ in range(categories - 1):
        CategoryFactory(call=draft)
    call = publish_call(draft, by=None)
    with django_assert_num_queries(5):
        text(client, call)


def test_the_home_page_and_a_notice_are_kept_too(
    client: Client, call: Call, django_assert_num_queries: Any
) -> None:
    for path in ("/", f"/notices/{call.notice_id}/"):
        assert client.get(path).status_code == 200
        with django_assert_num_queries(0):
            assert call.title in client.get("/").content.decode()


def test_an_amendment_is_seen_at_once(
    client: Client, call: Call, django_capture_on_commit_callbacks: Any
) -> None:
    text(client, call)
    category = call.categories.get()
    category.title = "更名后的类别"
    with django_capture_on_commit_callbacks(execute=True):
        change_call(
            call, by=UserFactory(), part="category", change=lambda _c: category.save(),
            summary="类别更名",
        )  # fmt: skip
    assert "更名后的类别" in text(client, call)


def test_an_extension_is_seen_at_once(
    client: Client, call: Call, django_capture_on_commit_callbacks: Any
) -> None:
    text(client, call)
    later = clock.end_of(clock.local(call.closes_at).date() + dt.timedelta(days=3))
    with django_capture_on_commit_callbacks(execute=True):
        extend_deadline(call, by=UserFactory(), closes_at=later, reason="应多家单位请求")
    day = clock.local(later).date() - dt.timedelta(days=1)
    assert f"{day.month}月{day.day}日 24:00" in text(client, call)


def test_a_page_changes_when_the_deadline_passes(client: Client, call: Call) -> None:
    Call.objects.filter(pk=call.pk).update(closes_at=clock.now() + dt.timedelta(seconds=1.5))
    assert "data-deadline" in text(client, call)
    time.sleep(1.6)
    assert "data-deadline" not in text(client, call)


def test_a_page_within_a_second_of_its_deadline_is_not_kept(client: Client, call: Call) -> None:
    Call.objects.filter(pk=call.pk).update(closes_at=clock.now() + dt.timedelta(seconds=0.9))
    text(client, call)
    assert _entries() == []


def test_each_language_has_its_own_page(client: Client, call: Call) -> None:
    chinese = text(client, call)
    english = text(client, call, headers={"accept-language": "en"})
    assert '<html lang="zh-Hans"' in chinese
    assert '<html lang="en"' in english
    assert '<html lang="zh-Hans"' in text(client, call)


def test_a_member_sees_the_own_column_and_leaves_nothing_of_it_in_the_cache(
    client: Client, call: Call
) -> None:
    membership = MembershipFactory(organisation__name="示例独有学会")
    client.force_login(membership.user)
    assert "示例独有学会" in text(client, call)
    server = redis._cache.get_client()  # type: ignore[attr-defined]
    kept = [server.get(key) for key in server.keys("*")]
    assert any(call.title.encode() in one for one in kept)
    assert not any("示例独有学会".encode() in one for one in kept)
    assert "示例独有学会" not in text(Client(), call)


def test_a_member_sees_an_amendment_at_once(
    client: Client, call: Call, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(MembershipFactory().user)
    text(client, call)
    Call.objects.filter(pk=call.pk).update(title="更正后的名称")
    with django_capture_on_commit_callbacks(execute=True):
        cache.renew()
    assert "更正后的名称" in text(client, call)


def test_a_visitor_with_a_message_left_is_not_served_from_the_cache(
    client: Client, call: Call
) -> None:
    client.cookies["messages"] = "something"
    text(client, call)
    assert not [name for name in _entries() if "page:" in name]


def test_a_draft_is_not_found_and_not_remembered_as_such(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    draft = CallFactory()
    assert client.get(url(draft)).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        publish_call(draft, by=None)
    assert client.get(url(draft)).status_code == 200


def test_what_was_built_from_before_a_change_is_never_served() -> None:
    """The slow reader: she read the old state, the change committed, then she kept her page."""

    def slow() -> cache.Built[str]:
        redis.set(cache._GENERATION, "after-the-change", None)
        return cache.Built("old")

    assert cache.remember("subject", slow) == "old"
    assert cache.remember("subject", lambda: cache.Built("new")) == "new"


def test_a_lost_generation_brings_no_older_page_back() -> None:
    cache.remember("subject", lambda: cache.Built("old"))
    redis.delete(cache._GENERATION)
    assert cache.remember("subject", lambda: cache.Built("new")) == "new"


def test_what_failed_to_build_is_not_kept() -> None:
    def failing() -> cache.Built[str]:
        raise LookupError

    with pytest.raises(LookupError):
        cache.remember("subject", failing)
    assert cache.remember("subject", lambda: cache.Built("built")) == "built"


def test_nothing_is_kept_longer_than_the_longest() -> None:
    far = clock.now() + dt.timedelta(days=1)
    cache.remember("subject", lambda: cache.Built("value", far))
    (key,) = _entries()
    entry = redis.get(key)
    assert entry.good_until <= clock.shown() + dt.timedelta(seconds=cache.LONGEST)


def test_the_same_page_is_answered_with_304(client: Client, call: Call) -> None:
    first = client.get(url(call))
    again = client.get(url(call), headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


def test_a_changed_page_is_sent_whole(
    client: Client, call: Call, django_capture_on_commit_callbacks: Any
) -> None:
    tag = client.get(url(call))["ETag"]
    Call.objects.filter(pk=call.pk).update(title="另一个名称")
    with django_capture_on_commit_callbacks(execute=True):
        cache.renew()
    assert client.get(url(call), headers={"if-none-match": tag}).status_code == 200


def test_a_kept_page_tells_the_time_of_its_serving(client: Client, call: Call) -> None:
    first, again = (_stated_time(text(client, call)) for _ in range(2))
    assert again > first
    assert abs(again - clock.now()) < dt.timedelta(seconds=1)


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Take Redis away; gives the questions that were put to it all the same."""
    asked: list[str] = []

    def away(name: str) -> Any:
        def fail(self: Any, *args: Any, **kwargs: Any) -> None:
            asked.append(name)
            raise RedisIsAway

        return fail

    for name in ("get", "get_many", "set", "add", "delete"):
        monkeypatch.setattr(RedisCache, name, away(name))
    monkeypatch.setattr(ForgivingRedisCache, "_away_until", 0.0)
    yield asked
    ForgivingRedisCache._away_until = 0.0


def test_pages_are_right_without_redis(client: Client, call: Call, no_redis: list[str]) -> None:
    assert call.title in text(client, call)
    Call.objects.filter(pk=call.pk).update(title="当前名称")
    assert "当前名称" in text(client, call)


def test_an_absent_redis_is_not_asked_again_and_again(
    client: Client, call: Call, no_redis: list[str]
) -> None:
    text(client, call)
    text(client, call)
    assert no_redis == ["get_many"]


def _entries() -> list[str]:
    """Return the names of everything that is kept for the public."""
    client = redis._cache.get_client(write=True)  # type: ignore[attr-defined]
    keys = [key.decode() for key in client.keys("*public:*")]
    return [re.sub(r"^.*?:\d+:", "", key) for key in keys]


def _stated_time(page: str) -> dt.datetime:
    found = re.search(r'<html[^>]* data-now="([^"]+)"', page)
    assert found
    return dt.datetime.fromisoformat(found.group(1))


def _without_time(page: str) -> str:
    return re.sub(r'data-now="[^"]+"', "", page)
