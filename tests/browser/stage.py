"""What a journey stands on: the demo's units with open calls, its outbox, its printing house."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import connection
from playwright.sync_api import FilePayload
from pypdf import PdfWriter

from calls.models import Call
from demo.seeding import Stage, seed
from demo.units import PASSWORD, mailbox
from portal import clock
from portal.documents.models import Document, DocumentState
from portal.documents.services import render_document
from portal.mail.models import Message
from portal.people.enums import VerificationState
from portal.people.models import Affiliation, Issuer, Organisation

__all__ = ("PASSWORD", "mailbox")

ROOT = Path(__file__).resolve().parents[2]


def set_up() -> None:
    """Fill the database with both associations, their units and this year's calls, untouched."""
    seed(Stage.OPEN, 1, lambda _said: None, applications=False)


def open_call(issuer: str) -> Call:
    """Return this year's call of an association."""
    return Call.objects.get(issuer__slug=issuer, state="published")


def another_local_association(name: str, issuer: str) -> Organisation:
    """Register one more association of a city with an issuer, so that applicants have a choice."""
    organisation = Organisation.objects.create(name=name)
    Affiliation.objects.create(
        organisation=organisation,
        issuer=Issuer.objects.get(slug=issuer),
        kind="local_association",
        level="city",
        state=VerificationState.VERIFIED,
    )
    return organisation


def close_in(call: Call, seconds: float) -> None:
    """Move the call's deadline to so many seconds from now, into the past if negative."""
    call.closes_at = clock.now() + dt.timedelta(seconds=seconds)
    call.save(update_fields=["closes_at"])


def link_mailed_to(address: str) -> str:
    """Return the path of the link in the newest mail to a mailbox."""
    message = Message.objects.filter(to_email=address).latest("created_at")
    found = re.search(r"https?://\S+", message.body)
    assert found, message.body
    return urlsplit(found[0]).path


@contextmanager
def requests_end() -> Iterator[None]:
    """Let every request end before the tables are emptied, which would lock each other out.

    A window that closes leaves behind what its page was still loading, such as a PDF in a frame.
    """
    under_way: list[object] = []

    def begin(**_told: object) -> None:
        under_way.append(object())

    def end(**_told: object) -> None:
        del under_way[-1:]

    request_started.connect(begin)
    request_finished.connect(end)
    try:
        yield
        until = time.monotonic() + 20
        while under_way and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        request_started.disconnect(begin)
        request_finished.disconnect(end)


def print_what_waits() -> None:
    """Do the worker's printing here and now, for journeys that need no worker of their own."""
    for document in Document.objects.filter(state=DocumentState.QUEUED):
        render_document(document.pk)


@contextmanager
def celery_worker(folder: Path) -> Iterator[None]:
    """Run a real worker on the tests' database, broker and files; stop it at the end."""
    address = settings.DATABASES["default"]
    own = re.sub(r"/[^/]+$", f"/{connection.settings_dict['NAME']}", os.environ["DATABASE_URL"])
    assert address["ENGINE"].endswith("postgresql")
    environment = {
        **os.environ,
        "DATABASE_URL": own,
        "REDIS_URL": settings.REDIS_URL,
        "VAR_DIR": str(folder),
        "FONT_DIR": str(settings.FONT_DIR),
    }
    command = [
        sys.executable, "-m", "celery", "-A", "portal", "worker", "--concurrency=1",
        "--queues=handin,default,preview,batch", "--loglevel=warning", "--without-mingle",
    ]  # fmt: skip
    with (folder / "worker.log").open("wb") as log:
        worker = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield
        finally:
            worker.send_signal(signal.SIGTERM)
            try:
                worker.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait(5)


def pdf(name: str, data: bytes = b"") -> FilePayload:
    """Return a PDF as a file input takes it; without data one of a single empty page."""
    made = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(made)
    return {"name": name, "mimeType": "application/pdf", "buffer": data or made.getvalue()}
