"""Staff read, correct and stop the mails of their own association; secrets stay closed."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import clock
from portal.audit.models import AuditEntry
from portal.mail.models import Message, MessageState
from portal.mail.services import queue_rendered
from portal.people.enums import StaffRole
from portal.people.models import Issuer, User
from tests.factories.people import IssuerFactory, StaffPostFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "admin:mail_message_changelist"


@pytest.fixture
def issuer() -> Issuer:
    return IssuerFactory.create(short_name="本科协")


@pytest.fixture
def message(issuer: Issuer) -> Message:
    return write(issuer, "own@example.org")


def write(issuer: Issuer | None, email: str, **changes: Any) -> Message:
    given = {"subject": f"致 {email}", "body": "原来的正文", "occasion": "test"}
    message = queue_rendered(to=(email, "测试"), issuer=issuer, **{**given, **changes})
    assert message is not None
    return message


def staff_of(issuer: Issuer, role: StaffRole = StaffRole.OFFICER) -> Client:
    return signed_in(StaffPostFactory.create(issuer=issuer, role=role).user)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def operator() -> Client:
    return signed_in(UserFactory.create(is_staff=True, is_superuser=True))


def page_of(message: Message) -> str:
    return reverse("admin:mail_message_change", args=[message.pk])


def act(client: Client, action: str, *messages: Message) -> Any:
    chosen = [str(message.pk) for message in messages]
    return client.post(reverse(LIST), {"action": action, "_selected_action": chosen}, follow=True)


def test_staff_see_the_mails_of_their_own_association_only(issuer: Issuer) -> None:
    write(issuer, "own@example.org")
    foreign = write(IssuerFactory.create(short_name="别的科协"), "foreign@example.org")
    nobodys = write(None, "reset@example.org")
    client = staff_of(issuer)
    text = client.get(reverse(LIST)).content.decode()
    assert "own@example.org" in text
    assert "foreign@example.org" not in text
    assert "reset@example.org" not in text
    assert "别的科协" not in text, "not even as a filter"
    for hidden in (foreign, nobodys):
        assert client.get(page_of(hidden)).status_code == 302
        assert client.post(page_of(hidden), {"subject": "x", "body": "x"}).status_code == 302
        assert act(client, "stop", hidden).status_code == 200
        hidden.refresh_from_db()
        assert (hidden.state, hidden.body) == (MessageState.WAITING, "原来的正文")


def test_the_operator_sees_all(issuer: Issuer) -> None:
    write(issuer, "own@example.org")
    write(None, "reset@example.org")
    text = operator().get(reverse(LIST)).content.decode()
    assert "own@example.org" in text
    assert "reset@example.org" in text


def test_an_officer_corrects_a_mail_before_it_leaves(issuer: Issuer, message: Message) -> None:
    client = staff_of(issuer)
    response = client.post(page_of(message), {"subject": "更正后的标题", "body": "更正后的正文"})
    assert response.status_code == 302
    message.refresh_from_db()
    assert (message.subject, message.body) == ("更正后的标题", "更正后的正文")
    assert message.to_email == "own@example.org"
    assert AuditEntry.objects.filter(action="mail_edited", issuer_id=issuer.pk).exists()


def test_forged_fields_change_nothing(issuer: Issuer, message: Message) -> None:
    forged = {
        "subject": "x", "body": "y", "to_email": "evil@example.org", "state": "sent",
        "occasion": "other", "sensitive": "on",
    }  # fmt: skip
    staff_of(issuer).post(page_of(message), forged)
    message.refresh_from_db()
    assert message.to_email == "own@example.org"
    assert (message.state, message.occasion) == (MessageState.WAITING, "test")
    assert not message.sensitive


def test_a_mail_that_has_left_is_not_changed(issuer: Issuer, message: Message) -> None:
    Message.objects.update(state=MessageState.SENT, sent_at=clock.now())
    client = staff_of(issuer)
    assert "原来的正文" in client.get(page_of(message)).content.decode()
    client.post(page_of(message), {"subject": "x", "body": "y"})
    message.refresh_from_db()
    assert message.body == "原来的正文"


def test_an_official_reads_and_changes_nothing(issuer: Issuer, message: Message) -> None:
    client = staff_of(issuer, StaffRole.OFFICIAL)
    assert "原来的正文" in client.get(page_of(message)).content.decode()
    assert client.post(page_of(message), {"subject": "x", "body": "y"}).status_code == 403
    act(client, "stop", message)
    message.refresh_from_db()
    assert (message.state, message.body) == (MessageState.WAITING, "原来的正文")


def test_an_official_of_one_association_may_work_for_another(
    issuer: Issuer, message: Message
) -> None:
    other = IssuerFactory.create()
    user = StaffPostFactory.create(issuer=issuer, role=StaffRole.OFFICIAL).user
    StaffPostFactory.create(user=user, issuer=other, role=StaffRole.OFFICER)
    client, own = signed_in(user), write(other, "other@example.org")
    act(client, "stop", message, own)
    message.refresh_from_db()
    own.refresh_from_db()
    assert (message.state, own.state) == (MessageState.WAITING, MessageState.STOPPED)
    assert client.post(page_of(message), {"subject": "x", "body": "y"}).status_code == 403


def test_a_post_that_ended_opens_nothing(issuer: Issuer, message: Message) -> None:
    post = StaffPostFactory.create(issuer=issuer)
    post.ended_at = clock.now()
    post.save()
    client = signed_in(post.user)
    assert client.get(page_of(message)).status_code in (302, 403, 404)
    assert "own@example.org" not in client.get(reverse(LIST)).content.decode()


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        ("waiting", "hold", "held"),
        ("held", "release", "waiting"),
        ("waiting", "stop", "stopped"),
        ("held", "stop", "stopped"),
        ("stopped", "resend", "waiting"),
        ("failed", "resend", "waiting"),
        ("sent", "resend", "waiting"),
        ("sent", "stop", "sent"),
        ("sent", "hold", "sent"),
        ("sending", "stop", "sending"),
        ("sending", "resend", "sending"),
        ("waiting", "release", "waiting"),
        ("waiting", "resend", "waiting"),
    ],
)
def test_what_staff_may_do_depends_on_where_the_mail_is(
    issuer: Issuer, message: Message, before: str, action: str, after: str, published: object
) -> None:
    now = clock.now()
    Message.objects.update(state=before, claimed_at=now, sent_at=now, attempts=3)
    act(staff_of(issuer), action, message)
    message.refresh_from_db()
    assert message.state == after
    recorded = AuditEntry.objects.filter(action__startswith="mail_", issuer_id=issuer.pk)
    assert recorded.exists() is (before != after)


def test_what_is_unclear_is_listed_and_sent_again_only_by_hand(
    issuer: Issuer, message: Message, published: object
) -> None:
    Message.objects.update(state="sending", claimed_at=clock.now(), last_error="连接中断")
    client = staff_of(issuer)
    listed = client.get(reverse(LIST), {"unconfirmed": "yes"}).content.decode()
    assert "own@example.org" in listed
    act(client, "resend", message)
    message.refresh_from_db()
    assert message.state == MessageState.WAITING
    assert (
        "own@example.org" not in client.get(reverse(LIST), {"unconfirmed": "yes"}).content.decode()
    )


@pytest.mark.parametrize("demo", [False, True])
def test_a_secret_is_shown_to_no_staff(issuer: Issuer, settings: Any, demo: bool) -> None:
    settings.DEMO = demo
    secret = write(issuer, "own@example.org", body="https://x/reset/abc", sensitive=True)
    user = StaffPostFactory.create(issuer=issuer).user
    client = signed_in(user)
    if not demo:
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    for page in (page_of(secret), reverse(LIST) + "?q=reset/abc", reverse(LIST)):
        response = client.get(page)
        assert response.status_code == 200
        assert "/x/reset/abc" not in response.content.decode()
    client.post(page_of(secret), {"subject": "x", "body": "y"})
    secret.refresh_from_db()
    assert secret.body == "https://x/reset/abc"


def test_in_the_demo_the_operator_reads_what_nobody_else_could(issuer: Issuer) -> None:
    secret = write(None, "new@example.org", body="https://x/reset/abc", sensitive=True)
    assert "reset/abc" in operator().get(page_of(secret)).content.decode()


def test_outside_the_demo_not_even_the_operator_reads_a_secret(settings: Any) -> None:
    settings.DEMO = False
    secret = write(None, "new@example.org", body="https://x/reset/abc", sensitive=True)
    user = UserFactory.create(is_staff=True, is_superuser=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    response = signed_in(user).get(page_of(secret))
    assert response.status_code == 200
    assert "reset/abc" not in response.content.decode()


def test_a_blanked_secret_is_not_sent_again(issuer: Issuer) -> None:
    secret = write(issuer, "own@example.org", body="x", sensitive=True)
    Message.objects.update(state="sent", sent_at=clock.now(), body="")
    act(staff_of(issuer), "resend", secret)
    secret.refresh_from_db()
    assert secret.state == MessageState.SENT


def test_mails_are_neither_added_nor_deleted_by_hand(issuer: Issuer, message: Message) -> None:
    client = operator()
    assert client.get(reverse("admin:mail_message_add")).status_code == 403
    delete = reverse("admin:mail_message_delete", args=[message.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    act(client, "delete_selected", message)
    assert Message.objects.filter(pk=message.pk).exists()


def test_the_list_asks_the_same_number_of_queries_for_many(
    issuer: Issuer,
) -> None:
    client, counts = staff_of(issuer), []
    for number in range(12):
        write(issuer, f"person{number}@example.org")
        if number in (0, 11):
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse(LIST))
            counts.append(len(asked))
    assert counts[0] == counts[1]
