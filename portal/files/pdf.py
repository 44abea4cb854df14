"""Looks into PDFs without a PDF reader: finds what acts, what is hidden and what is locked.

A reader would have to be trusted with hostile input inside the web process. Instead the names
that make a PDF act are looked for in the bytes, and in the object streams, the only compressed
place where such names can stand. A name written in escapes is refused for being so written.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.files.polyglot import also_something_else

# Names after which a viewer runs, starts or fetches something.
_ACTING = re.compile(rb"/(JavaScript|Launch|RichMedia|GoToE|ImportData|SubmitForm)\b")
_XFA = re.compile(rb"/XFA[\s\[\d]")
_ENCRYPTED = re.compile(rb"/Encrypt\b")
_WATCHED = {
    b"JavaScript", b"Launch", b"RichMedia", b"GoToE", b"ImportData", b"SubmitForm", b"XFA",
    b"Encrypt", b"ObjStm", b"EmbeddedFile", b"EmbeddedFiles", b"FileAttachment", b"EF",
}  # fmt: skip
_ESCAPED_NAME = re.compile(rb"/([A-Za-z]*#[0-9A-Fa-f]{2}[A-Za-z0-9#]*)")
# A dictionary of an object stream has a first offset; some readers do not ask for its type.
_OBJECT_STREAM = re.compile(rb"/ObjStm\b|/First\s+\d+(?!\d|\s+\d+\s+R\b)")
_STREAM_OR_END = re.compile(rb"\bstream\r?\n|\bendobj\b")
_STREAM = re.compile(rb"\bstream\r?\n")
_FILE_REFERENCE = re.compile(rb"/EF\s*<<([^>]{0,400})>>")
_REFERENCE = re.compile(rb"(\d{1,10})\s+(\d{1,5})\s+R\b")
_FLATE = re.compile(rb"/Filter\s*(\[\s*)?/FlateDecode\s*(\]|/|>|\s|$)")
_TAIL = 2048
# Dictionaries of streams are short; one padded beyond this hides something.
_REACH = 4096
# An object stream holds small objects; thousands of them stay far below this.
_MAX_UNPACKED = 32 * 1024 * 1024
_MAX_ATTACHED = 4 * 1024 * 1024
_MAX_ATTACHMENTS = 50
# Chinese names of fonts and fields are escaped; a long document has some thousands of them.
_MAX_ESCAPED = 200_000


def check(data: bytes) -> list[str]:
    """Return the reasons against a PDF, empty when it is in order."""
    if b"%%EOF" not in data[-_TAIL:] or b"startxref" not in data[-_TAIL:]:
        return [_("The PDF is damaged or not complete.")]
    if also_something_else(data) or _something_appended(data):
        return [_("The PDF also contains something that is no PDF.")]
    if _ENCRYPTED.search(data):
        return [_("The PDF is protected by a password or against copying. Please save it without.")]
    if _hides_names(data):
        return [_("The PDF is written so as to hide something.")]
    try:
        content = [data, *_object_streams(data)]
    except (zlib.error, ValueError):
        return [_("The PDF is damaged or written so as to hide something.")]
    if any(_ACTING.search(part) or _XFA.search(part) for part in content):
        return [_("The PDF contains a script or a command. Please print it to a new PDF.")]
    if any(_ENCRYPTED.search(part) for part in content[1:]):
        return [_("The PDF is protected by a password or against copying. Please save it without.")]
    if _has_foreign_attachments(content):
        return [_("The PDF has other files attached to it. Please upload them one by one.")]
    return []


def _hides_names(data: bytes) -> bool:
    """Tell whether a name that is looked for is written in escapes, or far too many are."""
    for number, found in enumerate(_ESCAPED_NAME.finditer(data)):
        if number > _MAX_ESCAPED or _unescape(found.group(1)) in _WATCHED:
            return True
    return False


def _unescape(name: bytes) -> bytes:
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m.group(1), 16)]), name)


def _something_appended(data: bytes) -> bool:
    """Tell whether more than padding follows the last end mark."""
    rest = data[data.rindex(b"%%EOF") + 5 :].strip(b"\x00\r\n\t ")
    lowered = rest.lower()
    return len(rest) > 512 or any(mark in lowered for mark in (b"<script", b"<html", b"mz\x90"))


def _object_streams(data: bytes) -> Iterator[bytes]:
    """Yield each object stream unpacked; raise ``ValueError`` for one that hides its content."""
    room = _MAX_UNPACKED
    for found in _OBJECT_STREAM.finditer(data):
        end = _STREAM_OR_END.search(data, found.end(), found.end() + _REACH)
        start = data.rfind(b"obj", max(0, found.start() - _REACH), found.start())
        if end is None or start < 0 or not end.group().startswith(b"stream"):
            raise ValueError("an object stream without its bytes")
        unpacked = _inflate(data[start : end.start()], _content(data, end.end()), room)
        room -= len(unpacked)
        yield unpacked


def _content(data: bytes, begin: int) -> bytes:
    """Return the bytes of a stream, without copying the rest of the file each time."""
    end = data.find(b"endstream", begin)
    if end < 0:
        raise ValueError("a stream without end")
    return data[begin:end]


def _inflate(dictionary: bytes, packed: bytes, room: int) -> bytes:
    """Unpack one stream, at most ``room`` bytes; ``ValueError`` for anything but plain Flate."""
    if dictionary.count(b"/Filter") != 1 or not _FLATE.search(dictionary):
        raise ValueError("a packing nobody uses here")
    if b"/DecodeParms" in dictionary and not re.search(rb"/Predictor\s+1\b", dictionary):
        raise ValueError("a predictor hides names")
    unpacker = zlib.decompressobj()
    unpacked = unpacker.decompress(packed, room)
    if not unpacker.eof:
        raise ValueError("too much or cut off")
    return unpacked


def _has_foreign_attachments(content: list[bytes]) -> bool:
    """Tell whether files other than data lie inside.

    Electronic invoices carry theirs as XML, the portal's own documents as JSON.
    """
    if any(re.search(rb"/FileAttachment\b", part) for part in content):
        return True
    if not any(re.search(rb"/EmbeddedFiles?\b", part) for part in content):
        return False
    references: set[tuple[bytes, bytes]] = set()
    for part in content:
        # Three letters also turn up by chance in pictures: streams are left out.
        plain = _without_streams(part)
        mentioned = len(re.findall(rb"/EF\b", plain))
        if mentioned > _MAX_ATTACHMENTS:
            return True
        readable = _FILE_REFERENCE.findall(plain)
        if mentioned != len(readable):
            return True
        references.update(found for body in readable for found in _REFERENCE.findall(body))
    if not references:
        return True
    return not all(_is_data(content[0], number, generation) for number, generation in references)


def _without_streams(data: bytes) -> bytes:
    """Return what stands outside of streams; each byte is looked at once, whatever is written."""
    kept, place = [], 0
    while found := _STREAM.search(data, place):
        end = data.find(b"endstream", found.end())
        if end < 0:
            break
        kept.append(data[place : found.start()])
        place = end
    return b" ".join([*kept, data[place:]])


def _is_data(data: bytes, number: bytes, generation: bytes) -> bool:
    """Tell whether every version of this object is a stream of XML or JSON."""
    pattern = re.compile(rb"(?<!\d)" + number + rb"\s+" + generation + rb"\s+obj\b")
    places = [found.end() for found in pattern.finditer(data)]
    return bool(places) and all(_stream_holds_data(data, place) for place in places)


def _stream_holds_data(data: bytes, place: int) -> bool:
    end = _STREAM_OR_END.search(data, place, place + _REACH)
    if end is None or not end.group().startswith(b"stream"):
        return False
    dictionary = data[place : end.start()]
    try:
        text = _content(data, end.end())
        if b"/Filter" in dictionary:
            text = _inflate(dictionary, text, _MAX_ATTACHED)
    except (zlib.error, ValueError):
        return False
    text = text.lstrip(b"\xef\xbb\xbf \r\n\t")
    if text.startswith(b"<"):
        return b"<script" not in text.lower()
    return _is_json(text)


def _is_json(text: bytes) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
