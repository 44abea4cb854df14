"""Says what an upload really is and whether it may come in; looks at the content, then the name."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import magic
from django.conf import settings
from django.core.files.base import File
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.errors import RuleViolation
from portal.face.wording import listed
from portal.files import images, office, pdf
from portal.files.names import ending

OOXML = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file a call may ask for."""

    key: str
    label: str | Promise
    content_type: str
    endings: tuple[str, ...]
    # What the first bytes must be, and what libmagic may call the whole.
    signature: bytes
    magic_types: frozenset[str]
    # Looks inside; returns the reasons against the file, none when it is in order.
    check: Callable[[bytes], list[str]]
    # Three kinds are zips: the declared type of the main part tells which.
    main_type: str = ""


def _office(key: str, label: Promise | str, type_: str, main: str) -> Kind:
    content_type = f"{OOXML}.{type_}"
    return Kind(
        key=key,
        label=label,
        content_type=content_type,
        endings=(key,),
        signature=b"PK\x03\x04",
        # libmagic names the type only where the writer chose its order of parts.
        magic_types=frozenset({content_type, "application/zip", "application/octet-stream"}),
        main_type=f"{content_type}.main+xml",
        check=lambda data: office.check(data, main_type=f"{content_type}.main+xml", main=main),
    )


_ALL = (
    Kind(
        "pdf", "PDF", "application/pdf", ("pdf",), b"%PDF-", frozenset({"application/pdf"}),
        pdf.check,
    ),
    _office("docx", gettext_lazy("Word (.docx)"), "wordprocessingml.document", "word/"),
    _office("xlsx", gettext_lazy("Excel (.xlsx)"), "spreadsheetml.sheet", "xl/"),
    _office("pptx", gettext_lazy("PowerPoint (.pptx)"), "presentationml.presentation", "ppt/"),
    Kind(
        "jpg", "JPG", "image/jpeg", ("jpg", "jpeg", "jpe"), b"\xff\xd8\xff",
        frozenset({"image/jpeg"}), images.check_jpeg,
    ),
    Kind(
        "png", "PNG", "image/png", ("png",), b"\x89PNG\r\n\x1a\n", frozenset({"image/png"}),
        images.check_png,
    ),
)  # fmt: skip
KINDS: dict[str, Kind] = {kind.key: kind for kind in _ALL}

# The harmless file every virus scanner knows; it also tells that somebody is trying the door.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def inspect(upload: File[Any], *, name: str, allowed: Collection[str]) -> Kind:
    """Return the kind of an upload; raise ``RuleViolation`` with a sentence when it is refused.

    ``allowed`` are keys of :data:`KINDS`; ``name`` is the cleaned name. Nothing is unpacked before
    its size is known, and nothing of the file is run or rendered.
    """
    kinds = [kind for kind in _ALL if kind.key in allowed]
    size = upload.size or 0
    if size == 0:
        raise RuleViolation([_("The file “%(name)s” is empty.") % {"name": name}])
    if size > settings.UPLOAD_MAX_BYTES:
        raise RuleViolation([_too_big(name)])
    upload.seek(0)
    data = upload.read()
    upload.seek(0)
    kind = _recognise(data, name, kinds)
    if ending(name) not in kind.endings:
        raise RuleViolation(
            [
                _("“%(name)s” is a %(kind)s file by its content, but its name says otherwise.")
                % {"name": name, "kind": kind.label}
            ]
        )
    reasons = [_("The file contains a test virus.")] if EICAR in data else kind.check(data)
    if reasons:
        raise RuleViolation([_against(name, reason) for reason in reasons])
    return kind


def _recognise(data: bytes, name: str, kinds: list[Kind]) -> Kind:
    """Find the one allowed kind; its signature and libmagic's verdict must both agree."""
    candidates = [kind for kind in kinds if data.startswith(kind.signature)]
    if any(kind.main_type for kind in candidates):
        try:
            found = office.main_content_type(data)
        except office.Unfit as reason:
            raise RuleViolation([_against(name, str(reason))]) from reason
        candidates = [kind for kind in candidates if kind.main_type == found]
    if candidates:
        verdict = magic.from_buffer(data[:8192], mime=True)
        candidates = [kind for kind in candidates if verdict in kind.magic_types]
    if not candidates:
        raise RuleViolation([_not_accepted(data, name, kinds)])
    return candidates[0]


def _not_accepted(data: bytes, name: str, kinds: list[Kind]) -> str:
    """Choose the sentence that helps most: what to do with this very file."""
    accepted = listed(kind.label for kind in kinds)
    if data.startswith(_OLE) and _ENCRYPTED_PACKAGE in data:
        return _("“%(name)s” is protected by a password. Please remove it and upload again.") % {
            "name": name
        }
    if data.startswith(_OLE):
        return _(
            "“%(name)s” is in an old Office or WPS format. Please save it as one of these and "
            "upload again: %(accepted)s."
        ) % {"name": name, "accepted": accepted}
    return _("“%(name)s” is not accepted here. Accepted are: %(accepted)s.") % {
        "name": name, "accepted": accepted,
    }  # fmt: skip


def _against(name: str, reason: str) -> str:
    return _("“%(name)s”: %(reason)s") % {"name": name, "reason": reason}


def _too_big(name: str) -> str:
    limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
    return _("“%(name)s” is too big: at most %(limit)s MB are accepted.") % {
        "name": name, "limit": limit,
    }  # fmt: skip
