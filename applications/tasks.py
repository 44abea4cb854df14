"""Background work of applications; each task calls one service and can run twice."""

from __future__ import annotations

from celery import shared_task

from applications.services.amending import tell_amendments
from applications.services.debts import write_down
from applications.services.erasing import erase_due
from applications.services.project_reminding import remind_of_projects
from applications.services.reminding import remind_of_deadlines
from applications.services.renewing import renew_drafts
from portal import clock


@shared_task(name="applications.tasks.remind")
def remind() -> int:
    """Queue the deadline reminders that are due now."""
    return remind_of_deadlines(clock.now())


@shared_task(name="applications.tasks.move_drafts")
def move_drafts(call_id: int | None = None) -> int:
    """Move drafts to the newest form: of one call after its amendment, of all calls as a sweep."""
    return renew_drafts(call_id=call_id)


@shared_task(name="applications.tasks.tell_amended")
def tell_amended(amendment_id: int | None = None) -> int:
    """Tell holders of one amendment, or as a sweep of every one nobody was told of yet."""
    return tell_amendments(amendment_id=amendment_id)


@shared_task(name="applications.tasks.remind_projects")
def remind_projects() -> int:
    """Complete what projects owe and queue the reminders about it that are due now."""
    return remind_of_projects(clock.now())


@shared_task(name="applications.tasks.write_debts")
def write_debts() -> int:
    """Write what is overdue into the register for next year's calls."""
    return write_down(clock.now())


@shared_task(name="applications.tasks.erase_due", soft_time_limit=3600, time_limit=3660)
def erase_forms() -> int:
    """Erase the forms whose time is over and that nothing holds."""
    return erase_due()
