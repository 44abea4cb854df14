"""The text of an uploaded .docx or PDF, read by a process of its own with limits."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from portal.errors import RuleViolation
from portal.files.inspection import inspect
from portal.files.names import clean_name
from portal.files.uploads import UnusableUpload

log = logging.getLogger(__name__)

_SECONDS = 20
_EXTRACT = Path(__file__).with_name("extract.py")
READABLE = ("docx", "pdf")


def text_of(upload: File[Any]) -> str:
    """Return the text of a .docx or PDF after the checks every upload goes through.

    Nothing is kept. Raises ``RuleViolation`` with a sentence for a file that is not accepted, not
    readable, or holds no text, such as a scan.
    """
    name = clean_name(upload.name or "")
    if isinstance(upload, UnusableUpload) and upload.disk_full:
        raise RuleViolation([_("The portal's disk is full. Please paste the text instead.")])
    kind = inspect(upload, name=name, allowed=READABLE)
    upload.seek(0)
    data = upload.read()
    upload.seek(0)
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_EXTRACT), kind.key],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as fault:
        log.warning("The text of a %s file could not be read: %s", kind.key, type(fault).__name__)
        sentence = _("“%(name)s” could not be read. Please paste the text instead.")
        raise RuleViolation([sentence % {"name": name}]) from fault
    text: str = done.stdout.decode("utf-8", "replace")
    if not text.strip():
        sentence = _("“%(name)s” holds no text, only pictures. Please paste the text instead.")
        raise RuleViolation([sentence % {"name": name}])
    return text
