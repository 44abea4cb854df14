"""Two workers, two schedulers and kills: nobody gets a mail twice, what is unclear is listed."""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.process import BaseProcess

import pytest
from django.db import connections

from portal.mail.delivery import deliver
from portal.mail.models import Message, MessageState
from portal.mail.services import queue_rendered
from tests.portal.mail.conftest import Sink

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = 150


def fill() -> None:
    for number in range(COUNT):
        queue_rendered(
            to=(f"person{number}@example.org", "测试"), subject="通知", body="正文", occasion="once"
        )


def _work() -> None:
    deliver()
    connections.close_all()


def start_worker() -> BaseProcess:
    """Start a worker process with connections of its own."""
    connections.close_all()
    worker = multiprocessing.get_context("fork").Process(target=_work)
    worker.start()
    return worker


def test_two_workers_share_the_work_and_send_each_mail_once(smtp: Sink, published: object) -> None:
    fill()
    smtp.delay = 0.002
    workers = [start_worker(), start_worker()]
    for worker in workers:
        worker.join(60)
    assert len(smtp.mails) == COUNT
    assert set(smtp.recipients.values()) == {1}
    assert smtp.connections == 2, "both worked"
    assert Message.objects.filter(state=MessageState.SENT).count() == COUNT


def test_killed_workers_leave_at_most_one_unclear_mail_each_and_none_twice(
    smtp: Sink, published: object
) -> None:
    fill()
    smtp.delay = 0.002
    kills = 0
    while Message.objects.filter(state=MessageState.WAITING).exists():
        goal = min(len(smtp.mails) + 25, COUNT)
        worker = start_worker()
        until = time.monotonic() + 20
        while len(smtp.mails) < goal and worker.is_alive() and time.monotonic() < until:
            time.sleep(0.001)
        if worker.is_alive():
            kills += 1
            worker.kill()
        worker.join(20)
    assert kills >= 4, "the workers were killed in the middle of their work"
    unclear = set(
        Message.objects.filter(state=MessageState.SENDING).values_list("to_email", flat=True)
    )
    sent = set(Message.objects.filter(state=MessageState.SENT).values_list("to_email", flat=True))
    assert set(smtp.recipients.values()) == {1}, "none twice"
    assert len(unclear) <= kills
    assert len(sent) + len(unclear) == COUNT, "none lost"
    assert sent <= set(smtp.recipients), "what is called sent has arrived"
    assert set(smtp.recipients) - sent <= unclear
