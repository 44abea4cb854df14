"""A message is written once per person and occasion, in the transaction, and leaves after it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from portal.mail.models import InboxItem, Message, MessageState
from portal.mail.services import queue, queue_rendered, unread_count
from tests.factories.people import IssuerFactory, UserFactory

Published = list[tuple[str, dict[str, Any]]]
TEMPLATE = """{% autoescape off %}Subject: 第 {{ number }} 号
  通知：{{ title }}
{{ to_name }}，您好：

请查看 {{ link }}
{% endautoescape %}"""


@pytest.fixture
def template(tmp_path: Path, settings: Any) -> str:
    """A mail template of the tests' own."""
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "sample.txt").write_text(
        TEMPLATE.replace("\n  通知", "　通知"), encoding="utf-8"
    )
    settings.TEMPLATES = [
        {**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    ]
    return "sample"


def write(**changes: Any) -> Message | None:
    given = {"to": ("wang@example.org", "王"), "subject": "通知", "body": "正文", "occasion": "a"}
    return queue_rendered(**{**given, **changes})


@pytest.mark.django_db
def test_a_template_becomes_a_mail_and_an_inbox_note(template: str) -> None:
    user, issuer = UserFactory.create(name="王敏"), IssuerFactory.create()
    message = queue(
        to=user, template=template, context={"number": 7, "title": "A & B <年会>"},
        occasion="notice:7", issuer=issuer, url="/my/",
    )  # fmt: skip
    assert message is not None
    message.refresh_from_db()
    assert message.subject == "第 7 号 通知：A & B <年会>", "plain text is not escaped"
    assert message.body.startswith("王敏，您好：")
    assert "http://testserver/my/" in message.body
    assert (message.to_user, message.to_email, message.issuer) == (user, user.email, issuer)
    assert message.state == MessageState.WAITING
    note = InboxItem.objects.get(user=user)
    assert (note.subject, note.body, note.url) == (message.subject, message.body, "/my/")
    assert unread_count(user) == 1


@pytest.mark.django_db
def test_the_same_occasion_is_told_once() -> None:
    user = UserFactory.create()
    assert write(to=user) is not None
    assert write(to=user) is None
    assert write(to=user, occasion="b") is not None
    assert write(to=UserFactory.create()) is not None
    assert Message.objects.count() == 3
    assert InboxItem.objects.filter(user=user).count() == 2


@pytest.mark.django_db
def test_the_case_of_a_mailbox_makes_no_second_person() -> None:
    assert write(to=("Wang@Example.org", "王")) is not None
    assert write(to=("wang@example.org ", "王")) is None


@pytest.mark.django_db(transaction=True)
def test_of_many_who_tell_the_same_at_once_one_does(published: Published) -> None:
    outcomes: list[Message | None] = []
    ready = threading.Barrier(8)

    def tell() -> None:
        ready.wait()
        outcomes.append(write())
        connection.close()

    threads = [threading.Thread(target=tell) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([message for message in outcomes if message]) == 1
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_a_person_without_account_has_no_inbox() -> None:
    assert write() is not None
    assert not InboxItem.objects.exists()


@pytest.mark.django_db
def test_a_secret_is_not_left_in_the_inbox() -> None:
    assert write(to=UserFactory.create(), sensitive=True) is not None
    assert not InboxItem.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_note_leads_nowhere_outside(url: str) -> None:
    with pytest.raises(ValueError, match="inside the portal"):
        write(url=url)


@pytest.mark.django_db
def test_a_subject_never_carries_a_second_header() -> None:
    message = write(subject="通知\r\nBcc: everybody@example.org")
    assert message is not None
    assert message.subject == "通知 Bcc: everybody@example.org"


@pytest.mark.django_db(transaction=True)
def test_nothing_leaves_before_the_commit(published: Published) -> None:
    with transaction.atomic():
        message = write()
        assert published == []
    assert message is not None
    assert published == [("portal.mail.tasks.send", {"message_ids": [str(message.pk)]})]


@pytest.mark.django_db(transaction=True)
def test_nothing_stays_of_what_is_rolled_back(published: Published) -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert published == []
    assert not Message.objects.exists()
    write()
    ((_task, arguments),) = published
    assert str(Message.objects.get().pk) in arguments["message_ids"]


@pytest.mark.django_db(transaction=True)
def test_many_mails_of_one_transaction_cost_one_message_to_the_broker(published: Published) -> None:
    with transaction.atomic():
        for number in range(20):
            write(occasion=str(number))
    ((task, arguments),) = published
    assert task == "portal.mail.tasks.send"
    assert len(arguments["message_ids"]) == 20
    published.clear()
    with transaction.atomic():
        for number in range(60):
            write(occasion=f"more {number}")
    assert published == [("portal.mail.tasks.sweep", {})]


@pytest.mark.django_db(transaction=True)
def test_a_mail_can_wait_so_that_staff_may_stop_it(settings: Any, published: Published) -> None:
    settings.MAIL_HOLD_SECONDS = 600
    message = write()
    secret = write(occasion="reset", sensitive=True)
    assert message is not None
    assert secret is not None
    waits = message.not_before - message.created_at
    assert 590 < waits.total_seconds() < 610
    assert published == [("portal.mail.tasks.send", {"message_ids": [str(secret.pk)]})]


@pytest.mark.django_db
def test_the_language_of_a_mail_is_chinese_whatever_the_page_was(template: str) -> None:
    from django.utils import translation

    with translation.override("en"):
        message = queue(
            to=("wang@example.org", "王"), template=template,
            context={"number": 1, "title": "x"}, occasion="a",
        )  # fmt: skip
    assert message is not None
    assert message.subject.startswith("第 1 号")
