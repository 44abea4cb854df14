"""Starting long work, reporting how far it is, and ending it; a job is done by one worker only."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeAlias
from uuid import UUID

from django.db import transaction
from django.db.models import F

from portal import clock
from portal.errors import RuleViolation
from portal.files.models import StoredFile
from portal.jobs.models import Job, JobState
from portal.people.models import Issuer, User
from portal.publishing import publish

logger = logging.getLogger(__name__)

# What work returns: the file to download, a sentence about what was done, or both.
Outcome: TypeAlias = StoredFile | str | tuple[StoredFile, str] | None


def start(
    kind: str,
    *,
    title: str,
    by: User,
    task: str,
    args: dict[str, Any] | None = None,
    issuer: Issuer | None = None,
    next_url: str = "",
) -> Job:
    """Write a job and hand it to the worker after the commit.

    ``task`` is the dotted name of a Celery task that takes ``job_id`` and calls :func:`run`;
    ``args`` (JSON) reach it through ``job.args``. ``title`` is shown to the person. While the
    broker is away the row waits and the sweeper hands it over later.
    """
    job = Job.objects.create(
        kind=kind, title=title, created_by=by, issuer=issuer, task=task, args=args or {},
        next_url=next_url,
    )  # fmt: skip
    transaction.on_commit(lambda: publish(task, job_id=str(job.pk)))
    return job


def run(job_id: UUID | str, work: Callable[[Job], Outcome]) -> None:
    """Do the work of a job unless somebody does it already, and write down how it ended.

    A ``RuleViolation`` ends the job with its reasons; any other fault ends it with a plain
    sentence, is logged and raised again for the operator.
    """
    job = _claim(job_id)
    if job is None:
        return
    try:
        outcome = work(job)
    except RuleViolation as refusal:
        _finish(job, JobState.FAILED, "\n".join(reason.message for reason in refusal.reasons))
    except BaseException:
        from django.utils.translation import gettext as _

        _finish(job, JobState.FAILED, _("Something went wrong. The operator has been told."))
        raise
    else:
        file = outcome if isinstance(outcome, StoredFile) else None
        message = outcome if isinstance(outcome, str) else ""
        if isinstance(outcome, tuple):
            file, message = outcome
        _finish(job, JobState.DONE, message, file)


def progress(job: Job, done: int, total: int | None = None, message: str | None = None) -> None:
    """Report how far the work is; call it outside a transaction, inside nobody would see it."""
    changes: dict[str, Any] = {"done": done, "alive_at": clock.now()}
    if total is not None:
        changes["total"] = total
    if message is not None:
        changes["message"] = message
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(**changes)


def _claim(job_id: UUID | str) -> Job | None:
    """Take a waiting job; None when another worker was quicker or it is over."""
    now = clock.now()
    taken = Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING, started_at=now, alive_at=now
    )
    return Job.objects.select_related("created_by", "issuer").get(pk=job_id) if taken else None


def _finish(job: Job, state: JobState, message: str, file: StoredFile | None = None) -> None:
    changes: dict[str, Any] = {"state": state, "message": message, "finished_at": clock.now()}
    if state == JobState.DONE:
        changes |= {"result": file, "done": F("total")}
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(**changes)
