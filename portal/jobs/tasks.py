"""Finds jobs whose message was lost and jobs whose worker died."""

from __future__ import annotations

import datetime as dt

from celery import shared_task
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from portal import clock
from portal.files.services import erase
from portal.jobs.models import Job, JobState
from portal.publishing import publish

# Longer than a message takes to reach an idle worker, shorter than a person's patience.
LOST_AFTER = dt.timedelta(minutes=2)
# A task that reports no progress this long was killed: the hard time limit lies below it.
DEAD_AFTER = dt.timedelta(minutes=10)


@shared_task
def sweep() -> None:
    """Hand waiting jobs over again and end those whose worker is gone; may run twice."""
    now = clock.now()
    dead = Job.objects.filter(state=JobState.RUNNING, alive_at__lt=now - DEAD_AFTER)
    with translation.override(settings.LANGUAGE_CODE):
        sentence = _("The work was interrupted. Please start it again.")
    dead.update(state=JobState.FAILED, finished_at=now, message=sentence)
    lost = Job.objects.filter(state=JobState.QUEUED, created_at__lt=now - LOST_AFTER)
    for job in lost.order_by("created_at")[:100]:
        if not publish(job.task, job_id=str(job.pk)):
            break


@shared_task
def forget_exports() -> None:
    """Erase the files of old exports, which hold personal data; archives are no exports."""
    limit = clock.now() - dt.timedelta(days=settings.EXPORT_DAYS)
    old = Job.objects.filter(finished_at__lt=limit, result__purpose="export")
    erase(old.values_list("result", flat=True))
