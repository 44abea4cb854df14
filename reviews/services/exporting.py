"""Long exports as jobs: the register of a call as a table, and its dossiers as one archive."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, TypeVar

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls.models import Call
from portal import clock
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.files.models import StoredFile
from portal.files.names import clean_name
from portal.files.services import store_made
from portal.jobs.models import Job
from portal.jobs.services import progress, start
from portal.people.models import User
from reviews import dossier, exports, naming
from reviews.access import require_reader

T = TypeVar("T")
FORMATS = ("xlsx", "csv")
# How often a job says how far it is.
REPORT_EVERY = 500


@transaction.atomic
def start_register(
    *,
    call: Call,
    by: User,
    form: str,
    personal: bool,
    codes: Sequence[str] | None = None,
    pattern: str = "",
) -> Job:
    """Order the register of a call; who asked for personal data is written down.

    ``codes`` are the columns wanted (None: all), ``pattern`` names the file (see naming). Raises
    RuleViolation for a pattern that names nothing or an empty choice of columns, PermissionDenied
    for anyone who is not the issuer's staff.
    """
    require_reader(by, call)
    columns = [c.code for c in exports.chosen_columns(personal=personal, codes=codes)]
    reasons = naming.refusals(pattern, naming.FILE_WORDS)
    if not columns:
        reasons.append(_("Choose at least one column."))
    if reasons:
        raise RuleViolation(reasons)
    record(
        "register_exported",
        by=by,
        target=call,
        issuer=call.issuer,
        format=form,
        columns=columns,
        personal=personal,
    )
    return start(
        "register",
        title=_("Register: %(call)s") % {"call": call.title},
        by=by,
        issuer=call.issuer,
        task="reviews.tasks.export_register",
        args={
            "call": call.pk, "format": form, "personal": personal, "columns": columns,
            "pattern": pattern,
        },
        next_url=reverse("admin:reviews_call", args=[call.pk]),
    )  # fmt: skip


def last_choice(by: User, call: Call) -> dict[str, Any]:
    """Return what the person chose for her last register of this association; empty before it."""
    jobs = Job.objects.filter(kind="register", created_by=by, issuer=call.issuer)
    args: dict[str, Any] = jobs.values_list("args", flat=True).first() or {}
    return args


@transaction.atomic
def start_dossiers(*, call: Call, by: User, pattern: str = "") -> Job:
    """Order the dossiers of a call as one archive, its folders named by ``pattern``.

    Raises RuleViolation for a pattern that names nothing, PermissionDenied for strangers.
    """
    require_reader(by, call)
    if reasons := naming.refusals(pattern, naming.FOLDER_WORDS):
        raise RuleViolation(reasons)
    record("dossiers_exported", by=by, target=call, issuer=call.issuer)
    return start(
        "dossiers",
        title=_("Dossiers: %(call)s") % {"call": call.title},
        by=by,
        issuer=call.issuer,
        task="reviews.tasks.export_dossiers",
        args={"call": call.pk, "pattern": pattern},
        next_url=reverse("admin:reviews_call", args=[call.pk]),
    )


def make_register(job: Job) -> tuple[StoredFile, str]:
    """Write the register ordered by a job and keep it; return the file and what to say."""
    call = _call_of(job)
    form, personal = job.args["format"], bool(job.args["personal"])
    columns = exports.chosen_columns(personal=personal, codes=job.args.get("columns"))
    total = exports.register_of(call).count()
    lines = _reported(job, exports.lines_of(call, columns), total)
    with translation.override(settings.LANGUAGE_CODE), tempfile.TemporaryFile("w+b") as target:
        count = _write(form, target, columns, lines)
        name = clean_name(f"{_file_name(call, job)}.{form}")
        content_type = exports.XLSX if form == "xlsx" else exports.CSV
        stored = _keep(target, name, content_type, job)
        return stored, _lines_said(count)


def _write(form: str, target: IO[bytes], columns: list[Any], lines: Iterable[Any]) -> int:
    if form == "xlsx":
        return exports.write_xlsx(target, columns, lines)
    # The mark at the beginning tells Excel and WPS that the file is UTF-8.
    wrapper = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    count = exports.write_csv(wrapper, columns, lines)
    wrapper.detach()
    return count


def make_dossiers(job: Job) -> tuple[StoredFile, str]:
    """Write the archive ordered by a job and keep it; return the file and what to say."""
    call = _call_of(job)
    submissions = exports.register_of(call)
    rows = exports.submissions_of(call, submissions)
    rows = _reported(job, rows, submissions.count(), every=10)
    with translation.override(settings.LANGUAGE_CODE), tempfile.TemporaryFile("w+b") as target:
        count, names = 0, naming.Names()
        pattern = job.args.get("pattern") or naming.FOLDER_PATTERN
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for submission in rows:
                folder = names.give(naming.filled(pattern, dossier.words_of(submission)))
                dossier.write_zip(archive, submission, folder=folder)
                count += 1
        stored = _keep(target, clean_name(f"{call.title}.zip"), "application/zip", job)
        return stored, _lines_said(count)


def _file_name(call: Call, job: Job) -> str:
    """Return the register's name by the pattern chosen."""
    words = {"通知": call.title, "年度": call.year, "日期": clock.today().isoformat()}
    return naming.filled(job.args.get("pattern") or naming.FILE_PATTERN, words)


def _call_of(job: Job) -> Call:
    """Return the job's call; whoever lost the post meanwhile gets nothing."""
    call = Call.objects.select_related("issuer__organisation").get(pk=job.args["call"])
    require_reader(job.created_by, call)
    return call


def _keep(target: IO[bytes], name: str, content_type: str, job: Job) -> StoredFile:
    target.seek(0)
    return store_made(
        File(target, name=name),
        name=name,
        content_type=content_type,
        by=job.created_by,
        purpose="export",
    )


def _reported(job: Job, rows: Iterable[T], total: int, every: int = REPORT_EVERY) -> Iterator[T]:
    """Pass rows through and say from time to time how far the job is."""
    progress(job, 0, total)
    for done, row in enumerate(rows, start=1):
        yield row
        if done % every == 0 or done == total:
            progress(job, done, total)


def _lines_said(count: int) -> str:
    return ngettext("%(n)d application.", "%(n)d applications.", count) % {"n": count}
