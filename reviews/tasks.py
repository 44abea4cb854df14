"""Work outside the request: each task takes ids, may run twice, and calls one service."""

from __future__ import annotations

from celery import shared_task

from portal.jobs.services import run
from reviews.services import archiving, batch_printing, exporting, reminding, reporting

# Dossiers of a large call take their time; the job's row says how far they are.
LONG = 3600


@shared_task
def remind_staff() -> None:
    """Remind staff of unchecked applications; called by beat."""
    reminding.remind_staff()


@shared_task
def remind_experts() -> None:
    """Remind experts of score sheets still to come; called by beat."""
    reminding.remind_experts()


@shared_task(soft_time_limit=LONG, time_limit=LONG + 60)
def export_register(job_id: str) -> None:
    """Write the register a job asks for."""
    run(job_id, exporting.make_register)


@shared_task(soft_time_limit=LONG, time_limit=LONG + 60)
def export_dossiers(job_id: str) -> None:
    """Write the dossiers a job asks for."""
    run(job_id, exporting.make_dossiers)


@shared_task(soft_time_limit=LONG, time_limit=LONG + 60)
def make_report(job_id: str) -> None:
    """Set the yearly report a job asks for."""
    run(job_id, reporting.make_report)


@shared_task(soft_time_limit=LONG, time_limit=LONG + 60)
def export_forms(job_id: str) -> None:
    """Set and pack the printed forms a job asks for."""
    run(job_id, batch_printing.make_forms)


@shared_task(soft_time_limit=LONG, time_limit=LONG + 60)
def make_archive(job_id: str) -> None:
    """Lay the call a job names into the archive."""
    run(job_id, archiving.make_archive)


@shared_task(soft_time_limit=LONG, time_limit=LONG + 60)
def check_archive(job_id: str) -> None:
    """Hold the archive a job names against its manifest."""
    run(job_id, archiving.check_archive)
