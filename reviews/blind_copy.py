"""Copies of files without the traces of who made them: authors, firms, cameras, file names."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePath

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from portal.files.models import StoredFile

PDF = "application/pdf"
OFFICE = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG"}
# Parts of an office file that only say who made it, and what stands there instead.
_EMPTY_CORE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    b'core-properties"/>'
)
_EMPTY_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'extended-properties"/>'
)
_EMPTY_CUSTOM = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'custom-properties"/>'
)
_REPLACED = {
    "docprops/core.xml": _EMPTY_CORE,
    "docprops/app.xml": _EMPTY_APP,
    "docprops/custom.xml": _EMPTY_CUSTOM,
}
# Who wrote a comment or a change: attributes of the text itself.
_AUTHORS = re.compile(
    rb'((?:\b\w+:)?(?:author|initials|lastModifiedBy|userId|name)=")[^"]*(")', re.IGNORECASE
)
_AUTHORED = re.compile(r"(comments|people|authors|persons?)[^/]*\.xml$", re.IGNORECASE)
_W_AUTHOR = re.compile(rb'(\bw\d*:(?:author|initials|userId|providerId)=")[^"]*(")')


class NoCopy(Exception):
    """The file cannot be freed of its traces; a blind reviewer does not get it."""


def can_copy(content_type: str) -> bool:
    """Tell whether a blind copy can be made of a type."""
    return content_type == PDF or content_type in OFFICE or content_type in PICTURES


def blind_copy(stored: StoredFile, number: int) -> tuple[str, bytes]:
    """Return name and bytes of a copy without author, firm, camera and file name.

    What stands on the pages themselves is the applicant's to leave out. Raises NoCopy for types
    and files of which none can be made.
    """
    with stored.file.open("rb") as file:
        data = file.read()
    name = f"{number}{PurePath(stored.name).suffix.lower()}"
    try:
        if stored.content_type == PDF:
            return name, _pdf(data)
        if stored.content_type in OFFICE:
            return name, _office(data)
        if stored.content_type in PICTURES:
            return name, _picture(data, PICTURES[stored.content_type])
    except (PyPdfError, zipfile.BadZipFile, OSError, ValueError, KeyError) as error:
        raise NoCopy from error
    raise NoCopy


def _pdf(data: bytes) -> bytes:
    """Copy the pages alone: no information, no metadata stream, no attachments, no comments."""
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(data)).pages:
        copied = writer.add_page(page)
        for key in ("/Annots", "/Metadata", "/PieceInfo", "/LastModified"):
            if key in copied:
                del copied[key]
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _office(data: bytes) -> bytes:
    """Copy an office file with empty properties and nameless comments and changes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            lower = part.filename.lower()
            content = _REPLACED.get(lower)
            if content is None:
                content = old.read(part)
                if lower.endswith(".xml"):
                    content = _W_AUTHOR.sub(rb"\1\2", content)
                if _AUTHORED.search(lower):
                    content = _AUTHORS.sub(rb"\1\2", content)
            # A fresh entry: the old one carries times and systems.
            new.writestr(part.filename, content)
    return out.getvalue()


def _picture(data: bytes, kind: str) -> bytes:
    """Copy the picture's points, turned as they were shown, and nothing beside them."""
    from PIL import ImageOps

    with Image.open(io.BytesIO(data)) as image:
        shown = ImageOps.exif_transpose(image)
        plain = Image.new(shown.mode, shown.size)
        if shown.mode == "P" and (palette := shown.getpalette()):
            plain.putpalette(palette)
        plain.paste(shown)
        out = io.BytesIO()
        plain.save(out, kind)
        return out.getvalue()
