"""Looks at a PDF as the archive format PDF/A-3b (ISO 19005-3) wants it, as far as one can by hand.

No validator of the whole standard is to be had here; these are its rules about the file's skeleton,
metadata, colours, faces, pictures, actions, forms and attachments. What is not looked at: the inner
soundness of ICC profiles and font programs, and the meaning of the tags (level A).
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, StreamObject

PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
ACTIONS = {"/GoTo", "/GoToR", "/GoToE", "/Thread", "/URI", "/Named", "/SubmitForm"}
BLENDS = {
    "/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten",
    "/ColorDodge", "/ColorBurn", "/HardLight", "/SoftLight", "/Difference", "/Exclusion", "/Hue",
    "/Saturation", "/Color", "/Luminosity",
}  # fmt: skip
FILTERS = {"/FlateDecode", "/DCTDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/RunLengthDecode"}
# Operators that paint with colours of a printer; the output intent is that of a screen.
CMYK = {b"k", b"K"}
PRINT, UNSEEN = 4, 1 | 2 | 32 | 256


def faults(data: bytes) -> list[str]:
    """Return what breaks the archive format, as short words; none when nothing was found."""
    reader = PdfReader(io.BytesIO(data), strict=True)
    objects = list(_objects(reader))
    return [
        *_skeleton(data, reader),
        *_metadata(reader),
        *_colours(reader, objects),
        *(fault for one in objects for fault in _of_object(one)),
        *_fonts(reader),
        *_annotations(reader),
        *_attachments(reader),
    ]


def _objects(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary and stream of the file that can be reached from its root, each once."""
    seen: set[int] = set()
    waiting: list[Any] = [reader.root_object]
    while waiting:
        one = waiting.pop()
        one = one.get_object() if hasattr(one, "get_object") else one
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, DictionaryObject):
            yield one
            waiting += [one.raw_get(key) for key in one]
        elif isinstance(one, ArrayObject):
            waiting += list(one)


def _skeleton(data: bytes, reader: PdfReader) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[0-7]\r?\n%[\x80-\xff]{4}", data):
        yield "header"
    if not re.search(rb"%%EOF\r?\n?\Z", data):
        yield "bytes after the end"
    if "/Encrypt" in reader.trailer:
        yield "encrypted"
    if len(reader.trailer.get("/ID", [])) != 2:
        yield "no ID"
    root = reader.root_object
    for key in ("/AA", "/OCProperties", "/Requirements", "/NeedsRendering"):
        if key in root:
            yield f"{key} in the catalog"
    form = root.get("/AcroForm", {}).get_object() if "/AcroForm" in root else {}
    if form.get("/NeedAppearances") or "/XFA" in form:
        yield "form without appearances"
    if any("/AA" in page for page in reader.pages):
        yield "/AA on a page"


def _metadata(reader: PdfReader) -> Iterator[str]:
    stream = reader.root_object["/Metadata"].get_object()
    text = stream.get_data()
    found = {element.tag: element.text for element in ET.fromstring(text).iter()}
    attributes = {k: v for e in ET.fromstring(text).iter() for k, v in e.attrib.items()}
    values = [{**attributes, **found}.get(PDFA + name) for name in ("part", "conformance")]
    if values != ["3", "B"]:
        yield f"metadata say {values}"


def _colours(reader: PdfReader, objects: list[DictionaryObject]) -> Iterator[str]:
    stated: Any = reader.root_object["/OutputIntents"]
    intents = [one for one in stated if one["/S"] == "/GTS_PDFA1"]
    if len(intents) != 1:
        yield "output intent"
        return
    profile = intents[0]["/DestOutputProfile"].get_object()
    kind = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}.get(profile.get_data()[16:20])
    if profile["/N"] != kind or profile.get_data()[36:40] != b"acsp":
        yield "output profile"
    for page in reader.pages:
        content = page.get_contents()
        if content is not None and any(
            operator in CMYK for _operands, operator in content.operations
        ):
            yield "printer's colours"
    for one in objects:
        if one.get("/Subtype") == "/Form" and isinstance(one, StreamObject):
            drawn = ContentStream(one, reader).operations
            if any(operator in CMYK for _operands, operator in drawn):
                yield "printer's colours"
        if one.get("/ColorSpace") == "/DeviceCMYK":
            yield "printer's colours"


def _of_object(one: DictionaryObject) -> Iterator[str]:
    """What no dictionary or stream may be or have, wherever it stands."""
    if isinstance(one, StreamObject):
        filters = one.get("/Filter", [])
        for name in filters if isinstance(filters, list) else [filters]:
            if name not in FILTERS:
                yield f"filter {name}"
        if {"/F", "/FFilter", "/FDecodeParms"} & set(one) and one.get("/Type") != "/EmbeddedFile":
            yield "a stream outside the file"
    if one.get("/Subtype") in ("/Image", "/Form") and {"/OPI", "/Alternates", "/PS", "/Ref"} & set(
        one
    ):
        yield "alternate pictures"
    if one.get("/Subtype") == "/Image" and one.get("/Interpolate"):
        yield "a smoothed picture"
    if one.get("/S") in ("/JavaScript", "/Launch", "/Sound", "/Movie", "/ImportData", "/ResetForm"):
        yield f"action {one['/S']}"
    if one.get("/Type") == "/Action" and one.get("/S") not in ACTIONS:
        yield f"action {one.get('/S')}"
    if "/JS" in one or "/JavaScript" in one:
        yield "JavaScript"
    if "/TR" in one or one.get("/TR2", "/Default") != "/Default" or "/HTP" in one:
        yield "transfer function"
    blend = one.get("/BM")
    if blend is not None and blend not in BLENDS:
        yield f"blend mode {blend}"


def _fonts(reader: PdfReader) -> Iterator[str]:
    """Every face is in the file and shows each number that is used under its own width."""
    used: dict[int, set[int]] = {}
    fonts: dict[int, DictionaryObject] = {}
    for page in reader.pages:
        resources: Any = page["/Resources"]
        mine = resources.get("/Font", {})
        font: DictionaryObject | None = None
        content = page.get_contents()
        for operands, operator in content.operations if content is not None else ():
            if operator == b"Tf":
                font = mine[operands[0]].get_object()
                fonts[id(font)] = font
            elif operator in (b"Tj", b"TJ") and font is not None:
                texts = operands[0] if operator == b"TJ" else [operands[0]]
                codes = used.setdefault(id(font), set())
                codes.update(_codes(texts))
    for key, font in fonts.items():
        yield from _font(font, used.get(key, set()))


def _codes(texts: Any) -> Iterator[int]:
    for text in texts:
        if isinstance(text, int | float):
            continue
        raw = text if isinstance(text, bytes) else text.original_bytes
        yield from (int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2))


def _font(font: Any, codes: set[int]) -> Iterator[str]:
    name = font["/BaseFont"]
    if font["/Subtype"] != "/Type0" or font["/Encoding"] != "/Identity-H":
        yield f"{name}: simple font"
        return
    if "/ToUnicode" not in font:
        yield f"{name}: no ToUnicode"
        return
    inner = font["/DescendantFonts"][0].get_object()
    file = _font_file(inner["/FontDescriptor"].get_object())
    if file is None:
        yield f"{name}: not embedded"
        return
    if inner["/Subtype"] == "/CIDFontType2" and inner.get("/CIDToGIDMap") != "/Identity":
        yield f"{name}: CIDToGIDMap"
    face = TTFont(io.BytesIO(file))
    order, drawn, widths = _positions(face), face.getGlyphSet(), _widths(inner)
    letters = _letters(font["/ToUnicode"].get_object().get_data())
    for code in sorted(codes):
        glyph = face.getGlyphName(order[code]) if order.get(code) else ".notdef"
        pen = RecordingPen()
        drawn[glyph].draw(pen)
        if glyph == ".notdef" or (not pen.value and letters.get(code, "?").strip()):
            yield f"{name}: nothing is drawn for {letters.get(code)}"
        wide = face["hmtx"][glyph][0] * 1000 / face["head"].unitsPerEm
        if abs(wide - widths.get(code, inner.get("/DW", 1000))) > 1:
            yield f"{name}: {letters.get(code)} has another width in the face"


def _font_file(descriptor: DictionaryObject) -> bytes | None:
    for key in ("/FontFile2", "/FontFile3"):
        if key in descriptor:
            data: bytes = descriptor[key].get_object().get_data()
            return data
    return None


def _positions(face: TTFont) -> dict[int, int]:
    """Which glyph a number (CID) means in a face: looked up in a CID-keyed one, else itself."""
    if "CFF " in face:
        top = face["CFF "].cff.topDictIndex[0]
        if hasattr(top, "ROS"):
            names = enumerate(top.charset)
            return {int(name[3:]) if name != ".notdef" else 0: glyph for glyph, name in names}
    return {glyph: glyph for glyph in range(face["maxp"].numGlyphs)}


def _letters(cmap: bytes) -> dict[int, str]:
    """Which characters a number stands for, from ToUnicode."""
    pairs = re.findall(rb"^<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>$", cmap, re.MULTILINE)
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def _widths(inner: DictionaryObject) -> dict[int, float]:
    """Read /W: ``first [w …]`` or ``first last w``."""
    found: dict[int, float] = {}
    parts = [part.get_object() for part in inner.get("/W", [])]
    at = 0
    while at < len(parts):
        first, second = int(parts[at]), parts[at + 1]
        if isinstance(second, ArrayObject):
            found |= {first + n: float(width) for n, width in enumerate(second)}
            at += 2
        else:
            found |= dict.fromkeys(range(first, int(second) + 1), float(parts[at + 2]))
            at += 3
    return found


def _annotations(reader: PdfReader) -> Iterator[str]:
    for page in reader.pages:
        for one in page.get("/Annots", []):
            mark = one.get_object()
            flags = int(mark.get("/F", 0))
            if not flags & PRINT or flags & UNSEEN:
                yield f"{mark['/Subtype']} does not print"
            corners = [float(edge) for edge in mark["/Rect"]]
            empty = corners[0] == corners[2] and corners[1] == corners[3]
            if mark["/Subtype"] != "/Link" and not empty and set(mark.get("/AP", {})) != {"/N"}:
                yield f"{mark['/Subtype']} has no appearance"


def _attachments(reader: PdfReader) -> Iterator[str]:
    names = reader.root_object.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", [])
    related = [one.get_object() for one in reader.root_object.get("/AF", [])]
    for entry in names[1::2]:
        file = entry.get_object()
        if "/AFRelationship" not in file or "/F" not in file or "/UF" not in file:
            yield "an attachment without its relationship"
        if file not in related:
            yield "an attachment that belongs to nothing"
        inner = file["/EF"]["/F"].get_object()
        if "/Subtype" not in inner or "/ModDate" not in inner.get("/Params", {}):
            yield "an attachment without its kind or date"
    if len(related) != len(names) // 2:
        yield "attachments counted twice"
