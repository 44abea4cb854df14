"""Sending over a real mail server: once, to one person each, and honest about what went wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.mail import EmailMessage

from portal import clock
from portal.mail import delivery
from portal.mail.delivery import RETRY_MINUTES, deliver
from portal.mail.models import Message, MessageState
from portal.mail.services import queue_rendered
from portal.mail.transport import Transport
from tests.factories.people import IssuerFactory
from tests.portal.mail.conftest import Sink

pytestmark = pytest.mark.django_db


def write(number: int = 0, **changes: Any) -> Message:
    given = {
        "to": (f"person{number}@example.org", f"测试人{number}"),
        "subject": f"第 {number} 号通知",
        "body": "您好：\n请按期提交。\n.\n以一个点开头的一行也要完整\n",
        "occasion": "test",
    }
    message = queue_rendered(**{**given, **changes})
    assert message is not None
    return message


def again(message: Message) -> Message:
    message.refresh_from_db()
    return message


def test_a_mail_arrives_whole_and_is_noted_as_sent(smtp: Sink) -> None:
    issuer = IssuerFactory.create(short_name="示例科协", contact_email="office@example.org")
    message = write(issuer=issuer)
    assert deliver() == 1
    mail = smtp.mail_to("person0@example.org")
    assert mail["Subject"] == "第 0 号通知"
    assert mail["To"] == "测试人0 <person0@example.org>"
    assert mail["From"] == "示例科协 <noreply@portal.example>"
    assert mail["Reply-To"] == "office@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert str(message.pk) in mail["Message-ID"]
    text = mail.get_content().replace("\r\n", "\n")
    assert text.rstrip() == message.body.rstrip()
    assert again(message).state == MessageState.SENT
    assert message.sent_at is not None
    assert message.last_error == ""


def test_every_mail_has_one_recipient_and_no_copies(smtp: Sink) -> None:
    for number in range(10):
        write(number)
    assert deliver() == 10
    assert all(len(addresses) == 1 for addresses, _content in smtp.mails)
    assert set(smtp.recipients.values()) == {1}
    for number in range(10):
        mail = smtp.mail_to(f"person{number}@example.org")
        assert mail["Cc"] is None
        assert mail["Bcc"] is None
        assert mail["To"].count("@") == 1


def test_all_mails_share_one_connection(smtp: Sink) -> None:
    for number in range(10):
        write(number)
    deliver()
    assert smtp.connections == 1


def test_a_server_that_limits_mails_per_connection_is_called_again(smtp: Sink) -> None:
    smtp.per_connection = 3
    for number in range(10):
        write(number)
    assert deliver() == 10
    assert set(smtp.recipients.values()) == {1}
    assert smtp.connections == 4


def test_sending_twice_sends_once(smtp: Sink) -> None:
    message = write()
    deliver(only=[str(message.pk)])
    assert deliver(only=[str(message.pk)]) == 0
    assert deliver() == 0
    assert smtp.recipients == {"person0@example.org": 1}


def test_what_is_to_wait_waits(smtp: Sink) -> None:
    message = write()
    Message.objects.update(not_before=clock.now() + dt.timedelta(minutes=5))
    assert deliver(only=[str(message.pk)]) == 0
    Message.objects.update(not_before=clock.now())
    assert deliver() == 1


@pytest.mark.parametrize(
    "state", [MessageState.HELD, MessageState.STOPPED, MessageState.FAILED, MessageState.SENDING]
)
def test_only_waiting_messages_leave(smtp: Sink, state: MessageState) -> None:
    message = write()
    Message.objects.update(state=state, claimed_at=clock.now())
    assert deliver(only=[str(message.pk)]) == 0
    assert smtp.mails == []


def test_a_mailbox_that_is_full_is_tried_again_later(smtp: Sink) -> None:
    smtp.recipient_answer["person0@example.org"] = "452 mailbox full"
    message = write()
    assert deliver() == 0
    assert again(message).state == MessageState.WAITING
    assert "452 mailbox full" in message.last_error
    assert message.not_before > clock.now()
    smtp.recipient_answer.clear()
    Message.objects.update(not_before=clock.now())
    assert deliver() == 1


def test_attempts_end_after_the_last_one(smtp: Sink) -> None:
    smtp.recipient_answer["person0@example.org"] = "452 mailbox full"
    message = write()
    for _attempt in RETRY_MINUTES:
        deliver()
        assert again(message).state == MessageState.WAITING
        Message.objects.update(not_before=clock.now())
    deliver()
    assert again(message).state == MessageState.FAILED


@pytest.mark.parametrize("step", ["recipient_answer", "data_answer"])
def test_a_refusal_for_good_is_a_failure_and_others_go_on(smtp: Sink, step: str) -> None:
    getattr(smtp, step)["person0@example.org"] = "550 no such user"
    refused, fine = write(0), write(1)
    assert deliver() == 1
    assert again(refused).state == MessageState.FAILED
    assert "550 no such user" in refused.last_error
    assert again(fine).state == MessageState.SENT


def test_a_text_refused_for_now_is_tried_again(smtp: Sink) -> None:
    smtp.data_answer["person0@example.org"] = "451 try later"
    message = write()
    deliver()
    assert again(message).state == MessageState.WAITING


def test_what_may_have_arrived_is_left_to_a_person(smtp: Sink) -> None:
    smtp.silent_for.add("person0@example.org")
    unclear, fine = write(0), write(1)
    assert deliver() == 1
    assert again(unclear).state == MessageState.SENDING
    assert unclear.last_error
    assert again(fine).state == MessageState.SENT
    deliver()
    assert smtp.recipients["person0@example.org"] == 1


def test_a_server_that_is_away_costs_no_attempt_and_ends_the_run(
    smtp: Sink, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_PORT = 1
    messages = [write(number) for number in range(5)]
    calls: list[object] = []
    real = Transport.send

    def note(self: Transport, email: EmailMessage) -> None:
        calls.append(email)
        real(self, email)

    monkeypatch.setattr(Transport, "send", note)
    assert deliver() == 0
    assert len(calls) == 1, "one is enough to see that nobody answers"
    for message in messages:
        assert again(message).state == MessageState.WAITING
        assert message.attempts == 0


def test_a_secret_is_blanked_once_it_has_left(smtp: Sink) -> None:
    message = write(sensitive=True, body="https://portal.example/reset/abc")
    deliver()
    assert again(message).body == ""
    assert "reset/abc" in smtp.mail_to("person0@example.org").get_content()


def test_a_secret_that_cannot_be_sent_is_blanked_too(smtp: Sink) -> None:
    smtp.recipient_answer["person0@example.org"] = "550 no such user"
    message = write(sensitive=True, body="https://portal.example/reset/abc")
    deliver()
    assert again(message).state == MessageState.FAILED
    assert message.body == ""


def test_the_demo_sends_nothing_outside_and_says_so(smtp: Sink, settings: Any) -> None:
    settings.DEMO = True
    message, secret = write(0), write(1, sensitive=True)
    assert deliver() == 2
    assert smtp.mails == []
    assert again(message).state == MessageState.SENT
    assert message.last_error == str(delivery.DEMO_NOTE)
    assert again(secret).body, "nobody else could read it"


def test_an_address_that_cannot_be_written_fails_alone(smtp: Sink) -> None:
    bad = write(0)
    Message.objects.filter(pk=bad.pk).update(to_email="a@b@c\n.example", to_name="")
    fine = write(1)
    assert deliver() == 1
    assert again(bad).state == MessageState.FAILED
    assert again(fine).state == MessageState.SENT


def test_a_run_ends_in_time(smtp: Sink) -> None:
    for number in range(5):
        write(number)
    assert deliver(seconds=0) == 1
    assert Message.objects.waiting().count() == 4
