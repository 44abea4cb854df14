"""A broker that is frozen or down costs a request two seconds once, and never an error."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import Celery
from django.conf import settings as project

from portal import publishing
from portal.publishing import publish

UseBroker = Callable[[str], None]


def _nothing() -> None:
    """The work of the task that is published here."""


@pytest.fixture
def use_broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[UseBroker]:
    """Publish through a Celery application of its own, set up as the portal's, at any address."""

    def use(url: str) -> None:
        app = Celery("test", set_as_current=False)
        app.config_from_object("django.conf:settings", namespace="CELERY")
        app.conf.update(broker_url=url)
        task = app.task(name="test.task")(_nothing)
        monkeypatch.setattr(publishing, "import_string", lambda path: task)

    publishing._silent_until = 0.0
    yield use
    publishing._silent_until = 0.0


@pytest.fixture
def frozen() -> Iterator[str]:
    """A broker that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def seconds_for(count: int) -> float:
    began = time.monotonic()
    for _message in range(count):
        assert not publish("a.task")
    return time.monotonic() - began


def test_a_task_reaches_a_broker_that_works(use_broker: UseBroker) -> None:
    use_broker(project.REDIS_URL)
    assert publish("a.task")


def test_a_frozen_broker_costs_two_seconds_once(use_broker: UseBroker, frozen: str) -> None:
    use_broker(frozen)
    assert seconds_for(1) < 4
    assert seconds_for(100) < 0.5, "it is left alone for a while"


def test_a_broker_that_is_down_is_no_error(use_broker: UseBroker) -> None:
    use_broker("redis://127.0.0.1:1/0")
    assert seconds_for(1) < 3


def test_the_portal_tries_again_after_the_pause(
    use_broker: UseBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "PAUSE_SECONDS", 0.05)
    use_broker("redis://127.0.0.1:1/0")
    assert not publish("a.task")
    use_broker(project.REDIS_URL)
    time.sleep(0.1)
    assert publish("a.task")


def test_a_misspelt_task_is_a_mistake_and_not_a_lost_message() -> None:
    with pytest.raises(ImportError):
        publish("portal.mail.tasks.no_such_task")


def test_what_is_published_reaches_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    class Task:
        def apply_async(self, **options: Any) -> None:
            seen.append(options)

    monkeypatch.setattr(publishing, "import_string", lambda path: Task())
    assert publish("a.task", queue="documents", document_id="7")
    assert seen == [{"kwargs": {"document_id": "7"}, "retry": False, "queue": "documents"}]
