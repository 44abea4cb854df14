"""Hands tasks to the broker without ever failing or holding up the request that asks for it."""

from __future__ import annotations

import logging
import time
from typing import Any

from celery import Task
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# After a failure the broker is left alone for a while: a request that publishes ten tasks must
# not wait for ten timeouts. What is skipped is picked up by the sweepers.
PAUSE_SECONDS = 15.0

_silent_until = 0.0


def publish(task: str, *, queue: str | None = None, **kwargs: Any) -> bool:
    """Send a task by its dotted name; return False when the broker does not take it.

    Every published task has a row that waits for it and a sweeper that looks for such rows, so a
    lost message costs a minute, not the work. Call it after the commit. ``queue`` overrides the
    task's own.
    """
    global _silent_until  # one broker, one circuit per process
    if time.monotonic() < _silent_until:
        return False
    found: Task[Any, Any] = import_string(task)
    try:
        options: dict[str, Any] = {"queue": queue} if queue else {}
        found.apply_async(kwargs=kwargs, retry=False, **options)
    except (OperationalError, RedisError, OSError) as error:
        _silent_until = time.monotonic() + PAUSE_SECONDS
        logger.warning("broker does not take %s: %s", task, type(error).__name__)
        return False
    return True
