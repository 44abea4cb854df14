"""Background work of applications; each task calls one service and can run twice."""

from __future__ import annotations

from celery import shared_task

from applications.services.reminding import remind_of_deadlines
from portal import clock


@shared_task(name="applications.tasks.remind")
def remind() -> int:
    """Queue the deadline reminders that are due now."""
    return remind_of_deadlines(clock.now())
