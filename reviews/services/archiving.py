"""Laying a call into the archive, and holding the archive against its manifest later."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.services import lifecycle, projects
from applications.states import UNDER_WAY, State
from calls.models import Call
from portal import clock
from portal.audit.models import AuditEntry
from portal.audit.services import record
from portal.errors import Refusal, RuleViolation
from portal.files.models import StoredFile
from portal.files.names import clean_name
from portal.files.services import store_made
from portal.jobs.models import Job
from portal.jobs.services import progress, start
from portal.people.models import User
from reviews import dossier, exports, review_papers
from reviews.access import require_reader, require_writer
from reviews.models import ArchiveRun, Objection, Submission
from reviews.models.submission import UNFINISHED

MANIFEST = "manifest.json"
REGISTER, NOTICES = "名册.xlsx", "通知.json"
# Nothing of a call is laid down while one of its applications may still change.
NOT_YET = frozenset(UNFINISHED) | UNDER_WAY | {State.ACCEPTED, State.PUBLICISED}
CHUNK = 1 << 18


def refusals(call: Call) -> list[Refusal]:
    """Return why a call cannot be archived now: what is still to be judged or carried out.

    Where nothing is asked for after the selection, a selected application is at its end.
    """
    unsettled = NOT_YET if projects.executes(call) else NOT_YET - {State.SELECTED}
    rows = Submission.objects.filter(packet__call=call, state__in=sorted(unsettled))
    counted = Counter(rows.values_list("state", flat=True))
    found = [
        Refusal(
            ngettext(
                "%(n)d application is “%(state)s”.", "%(n)d applications are “%(state)s”.", number
            )
            % {"n": number, "state": State(state).label}
        )
        for state, number in sorted(counted.items())
    ]
    if number := Objection.objects.unsettled().filter(publicity__call=call).count():
        said = ngettext(
            "%(n)d objection is not decided.", "%(n)d objections are not decided.", number
        )
        found.append(Refusal(said % {"n": number}))
    return found


@transaction.atomic
def start_archive(*, call: Call, by: User) -> Job:
    """Order the archive of a call.

    Raises RuleViolation while something is under way or nothing was handed in, PermissionDenied
    for who does not work on the call.
    """
    require_writer(by, call)
    reasons: list[Refusal | str] = list(refusals(call))
    if not Submission.objects.filter(packet__call=call).exists():
        reasons.append(_("Nothing was handed in; there is nothing to archive."))
    if Job.objects.unfinished().filter(kind="archive", args__call=call.pk).exists():
        reasons.append(_("This call is being archived already."))
    if reasons:
        raise RuleViolation(reasons)
    return start(
        "archive",
        title=_("Archive: %(call)s") % {"call": call.title},
        by=by,
        issuer=call.issuer,
        task="reviews.tasks.make_archive",
        args={"call": call.pk},
        next_url=reverse("admin:reviews_archive", args=[call.pk]),
    )


def make_archive(job: Job) -> tuple[StoredFile, str]:
    """Write the archive a job orders, keep it with its manifest, and mark the closed projects.

    Raises RuleViolation when something has come under way again meanwhile or is being printed.
    """
    call = Call.objects.select_related("issuer__organisation", "notice").get(pk=job.args["call"])
    require_writer(job.created_by, call)
    with translation.override(settings.LANGUAGE_CODE), tempfile.TemporaryFile("w+b") as target:
        entries, count = _write(job, call, target)
        manifest = {
            "call": call.title,
            "code": call.code,
            "year": call.year,
            "issuer": call.issuer.organisation.name,
            "made_at": clock.now().isoformat(),
            "applications": count,
            "entries": entries,
        }
        data = _bytes_of(manifest)
        with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, data)
        target.seek(0)
        run = _keep(job, call, target, manifest, hashlib.sha256(data).hexdigest())
        return run.file, _said(run)


def _bytes_of(manifest: dict[str, Any]) -> bytes:
    """Write a manifest; the same data always give the same bytes, also after the database."""
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _write(job: Job, call: Call, target: IO[bytes]) -> tuple[list[dict[str, Any]], int]:
    """Write what the call holds; return the manifest's lines and the number of dossiers."""
    rows = exports.register_of(call)
    total, entries, count = rows.count(), [], 0
    progress(job, 0, total)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        entries.append(_put(archive, NOTICES, _("Notices"), _notices_of(call)))
        entries.append(_put(archive, REGISTER, _("Register"), _register_of(call)))
        entries += _add(archive, review_papers.papers_of(call))
        for submission in exports.submissions_of(call, rows):
            folder = dossier.name_of(submission)
            entries += _add(archive, dossier.entries_of(submission), folder)
            count += 1
            if count % 10 == 0 or count == total:
                progress(job, count, total)
    return entries, count


def _add(
    archive: zipfile.ZipFile, found: Sequence[dossier.Entry], folder: str = ""
) -> list[dict[str, Any]]:
    """Write papers that are kept one by one; return their lines of the manifest.

    Raises RuleViolation for one that is still being printed: it would be missing for ever.
    """
    if awaited := [entry.title for entry in found if entry.is_awaited]:
        words = {"paper": awaited[0], "folder": folder}
        raise RuleViolation(
            [_("Still being printed: %(paper)s %(folder)s. Archive in a few minutes.") % words]
        )
    dossier.write_entries(archive, found, folder=folder)
    prefix = f"{folder}/" if folder else ""
    return [{**entry.listed(), "path": prefix + entry.path} for entry in found]


def _put(archive: zipfile.ZipFile, path: str, title: str, data: bytes) -> dict[str, Any]:
    """Write what belongs to the call as a whole; return its line of the manifest."""
    archive.writestr(path, data)
    digest = hashlib.sha256(data).hexdigest()
    return {"path": path, "title": title, "size": len(data), "sha256": digest, "available": True}


def _notices_of(call: Call) -> bytes:
    """Return the call's notice and every list about it, as they were published."""
    notices = [call.notice, *call.result_notices.order_by("pk")]
    return _bytes_of(
        {
            "notices": [
                {
                    "title": one.title,
                    "number": one.number,
                    "body": one.body,
                    "rows": one.rows,
                    "state": one.state,
                    "published_at": one.published_at and one.published_at.isoformat(),
                }
                for one in notices
            ]
        }
    )


def _register_of(call: Call) -> bytes:
    """Return the whole register; the archive is the association's own, persons included."""
    columns = exports.chosen_columns(personal=True)
    with tempfile.TemporaryFile("w+b") as target:
        exports.write_xlsx(target, columns, exports.lines_of(call, columns))
        target.seek(0)
        return target.read()


@transaction.atomic
def _keep(
    job: Job, call: Call, target: IO[bytes], manifest: dict[str, Any], digest: str
) -> ArchiveRun:
    """Keep file and manifest and mark what was closed, all or nothing."""
    if reasons := refusals(call):
        raise RuleViolation(reasons)
    name = clean_name("{} {}.zip".format(call.title, "归档"))
    stored = store_made(
        File(target, name=name),
        name=name,
        content_type="application/zip",
        by=job.created_by,
        purpose="archive",
    )
    run = ArchiveRun.objects.create(
        call=call,
        file=stored,
        manifest=manifest,
        manifest_sha256=digest,
        applications=manifest["applications"],
        papers=len(manifest["entries"]),
        by=job.created_by,
        at=clock.now(),
    )
    record(
        "archive_made",
        by=job.created_by,
        target=call,
        issuer=call.issuer,
        run=run.pk,
        manifest_sha256=digest,
        file_sha256=stored.sha256,
    )
    closed = Submission.objects.filter(packet__call=call, state=State.CLOSED)
    for pk in closed.order_by("pk").values_list("pk", flat=True):
        lifecycle.archive(application_id=pk, by=job.created_by, note=digest[:16])
    return run


def _said(run: ArchiveRun) -> str:
    words = {"n": run.applications, "papers": run.papers, "hash": run.manifest_sha256[:16]}
    left_out = sum(not entry["available"] for entry in run.manifest["entries"])
    said = _("%(n)d applications with %(papers)d papers; manifest %(hash)s.") % words
    if left_out:
        said += " " + _(
            "%(n)d papers are named only: their files are locked, or they could not be printed."
        ) % {"n": left_out}
    return said


@transaction.atomic
def start_check(*, run: ArchiveRun, by: User) -> Job:
    """Order an archive to be held against its manifest; officials may ask too."""
    require_reader(by, run.call)
    return start(
        "archive_check",
        title=_("Check of the archive: %(call)s") % {"call": run.call.title},
        by=by,
        issuer=run.call.issuer,
        task="reviews.tasks.check_archive",
        args={"run": run.pk},
        next_url=reverse("admin:reviews_archive", args=[run.call_id]),
    )


def check_archive(job: Job) -> str:
    """Hold an archive against its manifest, write down what was found, and say it."""
    run = ArchiveRun.objects.select_related("call__issuer", "file").get(pk=job.args["run"])
    require_reader(job.created_by, run.call)
    with translation.override(settings.LANGUAGE_CODE):
        problems = problems_of(run)
        run.checked_at, run.problems = clock.now(), problems
        run.save(update_fields=["checked_at", "problems"])
        if problems:
            raise RuleViolation(problems)
        return _("%(papers)d papers, all as they were archived.") % {"papers": run.papers}


def problems_of(run: ArchiveRun, copy: IO[bytes] | None = None) -> list[str]:
    """Return what is not as it was archived, as sentences; empty when everything is.

    ``copy`` is looked at instead of the portal's own file: a copy from a disk or a tape.
    """
    if run.erased_at is not None:
        day = date_format(clock.local(run.erased_at).date())
        return [_("The archive was erased on %(day)s; only its hash is kept.") % {"day": day}]
    found = []
    if hashlib.sha256(_bytes_of(run.manifest)).hexdigest() != run.manifest_sha256:
        found.append(_("The manifest in the database has been changed."))
    if not AuditEntry.objects.filter(
        action="archive_made", data__manifest_sha256=run.manifest_sha256
    ).exists():
        found.append(_("The audit does not know this archive."))
    try:
        with copy or run.file.file.open("rb") as opened, zipfile.ZipFile(opened) as archive:
            return found + _held_against(archive, run.manifest)
    except (OSError, zipfile.BadZipFile):
        return [*found, _("The file of the archive is missing or cannot be read.")]


def _held_against(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> list[str]:
    """Compare every paper with its line; name what differs, lacks or is too much."""
    found, there = [], set(archive.namelist())
    listed = {e["path"]: e["sha256"] for e in manifest["entries"] if e["available"]}
    if MANIFEST not in there or archive.read(MANIFEST) != _bytes_of(manifest):
        found.append(_("The manifest in the file is not the one that was kept."))
    for path, digest in listed.items():
        if path not in there:
            found.append(_("Missing: %(path)s") % {"path": path})
        elif _sha256(archive, path) != digest:
            found.append(_("Changed: %(path)s") % {"path": path})
    found += [
        _("Not in the manifest: %(path)s") % {"path": path}
        for path in sorted(there - listed.keys() - {MANIFEST})
    ]
    return found


def _sha256(archive: zipfile.ZipFile, path: str) -> str:
    """Return the hash of one paper; one that cannot be read has none."""
    digest = hashlib.sha256()
    try:
        for chunk in _chunks(archive, path):
            digest.update(chunk)
    except zipfile.BadZipFile:
        return ""
    return digest.hexdigest()


def _chunks(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    with archive.open(path) as opened:
        yield from iter(partial(opened.read, CHUNK), b"")
