"""The inbox shows a person her own notes; looking changes nothing, reading is a deed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.mail.models import InboxItem
from portal.mail.services import unread_count
from portal.people.models import User
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
INBOX = "/inbox/"


def note(user: User, subject: str = "退回修改", **fields: str) -> InboxItem:
    return InboxItem.objects.create(user=user, subject=subject, body="请于期限前补正。", **fields)


def signed_in(user: User) -> Client:
    client = Client(enforce_csrf_checks=False)
    client.force_login(user)
    return client


def test_the_inbox_is_mounted_where_pages_link_to() -> None:
    assert reverse("mail:inbox") == INBOX


def test_a_person_sees_her_own_notes_newest_first() -> None:
    user = UserFactory.create()
    note(user, "第一条")
    note(user, "第二条")
    note(UserFactory.create(), "别人的")
    text = signed_in(user).get(INBOX).content.decode()
    assert text.index("第二条") < text.index("第一条")
    assert "别人的" not in text
    assert "请于期限前补正。" in text


def test_looking_marks_nothing_as_read() -> None:
    user = UserFactory.create()
    note(user)
    signed_in(user).get(INBOX)
    assert unread_count(user) == 1


def test_opening_marks_as_read_and_leads_on() -> None:
    user = UserFactory.create()
    item, other = note(user, url="/my/"), note(user)
    client = signed_in(user)
    assert client.post(f"{INBOX}{item.pk}/read")["Location"] == "/my/"
    assert client.post(f"{INBOX}{other.pk}/read")["Location"] == INBOX
    assert unread_count(user) == 0
    item.refresh_from_db()
    first = item.read_at
    client.post(f"{INBOX}{item.pk}/read")
    item.refresh_from_db()
    assert item.read_at == first


def test_all_can_be_marked_at_once_and_only_ones_own() -> None:
    user, other = UserFactory.create(), UserFactory.create()
    note(user)
    note(user)
    note(other)
    signed_in(user).post(f"{INBOX}read")
    assert (unread_count(user), unread_count(other)) == (0, 1)


def test_a_strangers_note_is_not_there() -> None:
    item = note(UserFactory.create())
    assert signed_in(UserFactory.create()).post(f"{INBOX}{item.pk}/read").status_code == 404
    item.refresh_from_db()
    assert item.read_at is None


@pytest.mark.parametrize("path", [f"{INBOX}read", f"{INBOX}1/read"])
def test_reading_is_never_a_get(path: str) -> None:
    assert signed_in(UserFactory.create()).get(path).status_code == 405


def test_visitors_are_sent_to_sign_in() -> None:
    assert Client().get(INBOX).status_code == 302


def test_an_empty_inbox_says_what_will_be_here() -> None:
    response = signed_in(UserFactory.create()).get(INBOX)
    assert response.status_code == 200
    assert 'class="empty"' in response.content.decode()


def test_the_text_of_a_note_cannot_run_in_the_page() -> None:
    user = UserFactory.create()
    note(user, "<script>alert(1)</script>")
    assert "<script>alert" not in signed_in(user).get(INBOX).content.decode()


def test_a_long_inbox_has_pages_and_asks_no_more_queries() -> None:
    user = UserFactory.create()
    client, counts = signed_in(user), []
    for number in range(45):
        note(user, f"第 {number} 条")
        if number in (0, 19, 44):
            with CaptureQueriesContext(connection) as asked:
                client.get(INBOX)
            counts.append(len(asked))
    assert len(set(counts)) == 1
    assert counts[0] <= 6
    text = client.get(INBOX, {"page": 3}).content.decode()
    assert "第 4 条" in text
    assert "第 5 条" not in text
