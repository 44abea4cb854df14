"""Looks into .docx, .xlsx and .pptx as zips: bounded, whole, without macros or hidden files."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from xml.etree import ElementTree

from django.utils.translation import gettext as _

# A long thesis with many pictures stays far below; the known bombs are ten to a thousand times it.
MAX_ENTRIES = 4_000
MAX_UNPACKED = 128 * 1024 * 1024
MAX_XML = 64 * 1024 * 1024
MAX_NESTED = 16 * 1024 * 1024
_MAX_DIRECTORY = 2 * 1024 * 1024

_USUAL_PACKING = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_CONTENT_TYPES = "[Content_Types].xml"
# Endings of what Office itself puts inside; anything else was put there by hand.
_INNER_ENDINGS = frozenset(
    {
        *("xml", "rels", "vml", "bin", "dat", "odttf", "fntdata", "ttf", "otf", "thmx"),
        *("png", "jpg", "jpeg", "jpe", "gif", "bmp", "tif", "tiff", "emf", "wmf", "wdp", "svg"),
        *("webp", "mp4", "m4a", "mp3", "wav", "docx", "xlsx", "pptx", "vsdx"),
    }
)
_MACROS = re.compile(r"vbaproject|vbadata|/macrosheets/|/dialogsheets/", re.IGNORECASE)
_ACTIVE_X = re.compile(r"(^|/)activex/", re.IGNORECASE)
_FOREIGN_TARGET = re.compile(
    r"^\s*(https?:|ftp:|mhtml:|ms-|\\\\|//|file:(/{2}[^/]|\\\\))", re.IGNORECASE
)
# Names of streams in OLE containers; a formula of MathType has neither.
_OLE_PACKAGE = "Ole10Native".encode("utf-16-le")
_OLE_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_DTD = tuple(
    mark.encode(code)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for code in ("utf-8", "utf-16-le", "utf-16-be")
)
# Bounded repetition: an endless tag must not be read anew from each of its letters.
_DDE = re.compile(
    rb"<ddeLink|instrText[^>]{0,200}>\s{0,50}DDE(AUTO)?\s|fldSimple[^>]{0,200}w:instr=\"\s{0,50}DDE"
)


class Unfit(Exception):
    """The reason against a file, as a sentence for the person."""


def main_content_type(data: bytes) -> str:
    """Return the content type of the main part, empty when this is no Office file.

    Raises :class:`Unfit` for a zip that is too much, locked, damaged or holds macros.
    """
    try:
        with _open(data) as archive:
            main_type = _main_type(archive)
    except _ZIP_FAULTS as fault:
        raise Unfit(_("The file is damaged.")) from fault
    if "macroEnabled" in main_type:
        raise Unfit(_macros())
    return main_type


def check(data: bytes, *, main_type: str, main: str, nested: bool = False) -> list[str]:
    """Return the reasons against an Office file, empty when it is in order.

    ``main_type`` is the content type its main part must have, ``main`` the folder it lies in.
    """
    try:
        with _open(data) as archive:
            if _main_type(archive) != main_type or not _has_folder(archive, main):
                raise Unfit(_("This is not a whole Office file."))
            _check_names(archive)
            for entry in archive.infolist():
                _check_entry(archive, entry, nested=nested)
    except Unfit as reason:
        return [str(reason)]
    except _ZIP_FAULTS:
        return [_("The file is damaged.")]
    return []


# What zipfile, zlib and the XML parser raise for broken input; RuntimeError: an encrypted entry.
_ZIP_FAULTS = (
    zipfile.BadZipFile, zlib.error, EOFError, ElementTree.ParseError, RuntimeError,
    NotImplementedError, ValueError, OSError, LookupError,
)  # fmt: skip


def _open(data: bytes) -> zipfile.ZipFile:
    """Open the zip after looking at its end: directory and sizes first, content later."""
    end = data.rfind(b"PK\x05\x06")
    # Exactly one end record, at the very end: nothing appended, nothing prepended.
    if end < 0 or end + 22 != len(data) or b"%PDF-" in data[:1024]:
        raise Unfit(_("The file also contains something that does not belong to it."))
    if int.from_bytes(data[end + 12 : end + 16], "little") > _MAX_DIRECTORY:
        raise Unfit(_too_much())
    archive = zipfile.ZipFile(io.BytesIO(data))
    entries = archive.infolist()
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    # Overlapping entries are packed once and counted many times.
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or packed > len(data):
        raise Unfit(_too_much())
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unfit(_("The file is protected by a password. Please remove it and upload again."))
    if any(entry.compress_type not in _USUAL_PACKING for entry in entries):
        raise Unfit(
            _("The file is packed in an unusual way. Please save it anew in Office or WPS.")
        )
    return archive


def _main_type(archive: zipfile.ZipFile) -> str:
    """Read which part is the document itself, and what type it is declared to be."""
    if _CONTENT_TYPES not in archive.namelist():
        return ""
    types = _parse(_read(archive, archive.getinfo(_CONTENT_TYPES)))
    declared = [element.get("ContentType", "") for element in types]
    return next((type_ for type_ in declared if type_.endswith(".main+xml")), "")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Unpack one entry, never more of it than its directory entry says.

    Without a number ``read`` unpacks everything first and cuts it to the stated size afterwards: a
    small lie about the size would cost gigabytes.
    """
    with archive.open(entry) as content:
        return content.read(entry.file_size + 1)


def _has_folder(archive: zipfile.ZipFile, main: str) -> bool:
    return any(name.startswith(main) and name.endswith(".xml") for name in archive.namelist())


def _check_names(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if len({name.lower() for name in names}) != len(names):
        raise Unfit(_("The file is damaged."))
    for name in names:
        if name.startswith(("/", "\\")) or ".." in PurePosixPath(name.replace("\\", "/")).parts:
            raise Unfit(_("The file is damaged."))
        if _MACROS.search(name):
            raise Unfit(_macros())
        if _ACTIVE_X.search(name):
            raise Unfit(_("The file contains active controls. Please remove them."))
        if not name.endswith("/") and _ending(name) not in _INNER_ENDINGS:
            raise Unfit(_("The file has other files embedded. Please upload them one by one."))


def _ending(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit(".", 1)[-1].lower()


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, nested: bool) -> None:
    """Unpack one entry (its size is known and bounded) and look at it."""
    kind = _ending(entry.filename)
    if kind in ("xml", "rels", "vml") and entry.file_size > MAX_XML:
        raise Unfit(_too_much())
    content = _read(archive, entry)
    if b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" in content:
        raise Unfit(_("The file contains a test virus."))
    if content.startswith((b"MZ", b"\x7fELF")):
        raise Unfit(_("The file has a program embedded."))
    if kind in ("xml", "rels", "vml"):
        _check_xml(content, kind)
    elif kind == "bin":
        if _OLE_PACKAGE in content:
            raise Unfit(_("The file has other files embedded. Please upload them one by one."))
        if _OLE_MACROS in content:
            raise Unfit(_macros())
    elif kind == "vsdx" and b"vba" in content.lower():
        raise Unfit(_macros())
    elif kind in _NESTED:
        _check_nested(content, kind, nested=nested)


_NESTED = {
    "docx": ("wordprocessingml.document", "word/"),
    "xlsx": ("spreadsheetml.sheet", "xl/"),
    "pptx": ("presentationml.presentation", "ppt/"),
}


def _check_nested(content: bytes, kind: str, *, nested: bool) -> None:
    """Look into the workbook behind a chart; one within another is nobody's chart."""
    type_, main = _NESTED[kind]
    main_type = f"application/vnd.openxmlformats-officedocument.{type_}.main+xml"
    if len(content) > MAX_NESTED:
        raise Unfit(_too_much())
    if nested:
        raise Unfit(_("The file has other files embedded. Please upload them one by one."))
    if reasons := check(content, main_type=main_type, main=main, nested=True):
        raise Unfit(reasons[0])


def _check_xml(content: bytes, kind: str) -> None:
    if any(mark in content for mark in _DTD):
        raise Unfit(_("The file is written so as to hide something."))
    if _DDE.search(content):
        raise Unfit(_("The file contains commands to other programs. Please remove them."))
    if kind == "rels":
        for target, type_ in _external_targets(content):
            if not type_.endswith("/hyperlink") and _FOREIGN_TARGET.match(target):
                raise Unfit(_("The file fetches content from elsewhere. Please embed it instead."))


def _external_targets(content: bytes) -> Iterator[tuple[str, str]]:
    for element in _parse(content):
        if element.get("TargetMode", "").lower() == "external":
            yield element.get("Target", ""), element.get("Type", "")


def _parse(content: bytes) -> ElementTree.Element:
    """Parse a small part; declarations of types and entities are refused before."""
    if any(mark in content for mark in _DTD) or len(content) > 4 * 1024 * 1024:
        raise Unfit(_("The file is written so as to hide something."))
    return ElementTree.fromstring(content)  # noqa: S314 - entities are refused above


def _macros() -> str:
    return _("The file contains macros. Please save it without and upload again.")


def _too_much() -> str:
    return _("The file unpacks to more than a document needs.")
