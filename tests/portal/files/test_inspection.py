"""What comes in and what does not: every case by its content, with a sentence a person can use."""

from __future__ import annotations

import contextlib
import random
import time
import tracemalloc

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from portal.errors import RuleViolation
from portal.files.inspection import KINDS, inspect
from portal.files.names import clean_name
from tests.portal.files import samples

GOOD = samples.good()
HOSTILE = samples.hostile()
EVERYTHING = frozenset(KINDS)


def look(name: str, data: bytes, allowed: frozenset[str] = EVERYTHING) -> str:
    """Return the kind, or raise as an upload would."""
    return inspect(SimpleUploadedFile(name, data), name=clean_name(name), allowed=allowed).key


def test_there_are_enough_of_each_to_show_the_promise() -> None:
    assert len(HOSTILE) >= 60
    assert len(GOOD) >= 40


@pytest.mark.parametrize("case", GOOD)
def test_files_people_hand_in_come_in(case: str) -> None:
    name, data = GOOD[case]
    assert look(name, data) in EVERYTHING


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_stay_outside(case: str) -> None:
    name, data = HOSTILE[case]
    began = time.process_time()
    with pytest.raises(RuleViolation) as refusal:
        look(name, data)
    assert time.process_time() - began < 5
    (reason,) = refusal.value.reasons
    assert clean_name(name) in reason.message


REASONS = {
    "eicar in a docx": "test virus",
    "pdf called docx": "its name says otherwise",
    "pdf turned round": "its name says otherwise",
    "cut-off pdf": "not complete",
    "pdf with password": "protected",
    "pdf against copying": "protected",
    "pdf with script": "script",
    "pdf that starts a program": "script",
    "pdf with packed script": "script",
    "pdf with untyped packed script": "script",
    "pdf with escaped script": "hide",
    "pdf with padded dictionary": "hide",
    "pdf with program attached": "attached",
    "pdf with xml and program": "attached",
    "pdf that is a zip": "no PDF",
    "docx with macro": "macros",
    "docm called docx": "macros",
    "docx with macro in a chart": "macros",
    "docx with macro in an object": "macros",
    "docx with packed program": "embedded",
    "docx with program as picture": "program",
    "docx with remote template": "elsewhere",
    "docx with remote picture": "elsewhere",
    "docx with entities in utf-16": "hide",
    "docx with dde": "commands",
    "docx that bursts": "more than a document needs",
    "docx that overlaps": "more than a document needs",
    "docx of many parts": "more than a document needs",
    "docx with locked entry": "password",
    "docx under a password": "password",
    "docx packed oddly": "unusual",
    "docx with something behind": "does not belong",
    "docx broken inside": "damaged",
    "old doc": "old Office or WPS",
    "picture of too many pixels": "pixels",
    "photo that is a zip": "no picture",
    "cut-off photo": "not complete",
}


@pytest.mark.parametrize("case", REASONS)
def test_a_refusal_names_the_right_reason(case: str) -> None:
    with translation.override("en"), pytest.raises(RuleViolation, match=REASONS[case]):
        look(*HOSTILE[case])


@pytest.mark.parametrize("case", [case for case in GOOD if GOOD[case][0].lower().endswith(".pdf")])
def test_the_pdf_samples_are_real_pdfs(case: str) -> None:
    assert samples.opens(GOOD[case][1])


def test_only_the_kinds_asked_for_come_in() -> None:
    with pytest.raises(RuleViolation) as refusal:
        look("照片.png", samples.picture(), frozenset({"pdf", "docx"}))
    assert "PDF" in str(refusal.value)
    assert "docx" in str(refusal.value)


def test_the_limit_of_size_holds_to_the_byte(settings: object) -> None:
    data = samples.pdf()
    settings.UPLOAD_MAX_BYTES = len(data)  # type: ignore[attr-defined]
    assert look("a.pdf", data) == "pdf"
    settings.UPLOAD_MAX_BYTES = len(data) - 1  # type: ignore[attr-defined]
    with pytest.raises(RuleViolation):
        look("a.pdf", data)


def test_an_old_format_is_told_what_to_do() -> None:
    with pytest.raises(RuleViolation) as refusal:
        look("旧.doc", samples.ole("WordDocument"), frozenset({"docx"}))
    assert "docx" in str(refusal.value)


@pytest.mark.parametrize("case", ["docx that lies about its size", "docx that bursts"])
def test_a_bomb_costs_no_memory(case: str) -> None:
    name, data = HOSTILE[case]
    tracemalloc.start()
    with pytest.raises(RuleViolation):
        look(name, data)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 1024 * 1024


def test_a_big_bomb_is_refused_without_being_unpacked() -> None:
    data = samples.bomb(400)
    began = time.process_time()
    with pytest.raises(RuleViolation):
        look("爆.docx", data)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("seed", range(4))
def test_a_big_scan_is_not_refused_for_chance_letters_in_its_pictures(seed: int) -> None:
    noise = random.Random(seed).randbytes(12 * 1024 * 1024)
    assert look("扫描件.pdf", samples.raw_pdf(samples.stream(b"", noise, pack=False))) == "pdf"


SLOW = {
    "many file references": lambda: samples.raw_pdf(b"/EmbeddedFiles " + b"/EF << " * 2_000_000),
    "many different references": lambda: samples.raw_pdf(
        b"/EmbeddedFiles " + b"".join(b"/EF<<%d 0 R>>" % n for n in range(300_000))
    ),
    "many escaped names": lambda: samples.raw_pdf(b"/a#41" * 4_000_000),
    "many object streams": lambda: samples.raw_pdf(*[samples.object_stream(b"x")] * 20_000),
    "many beginnings": lambda: samples.raw_pdf(b"/First 1 obj " * 1_500_000),
    "one endless name": lambda: samples.raw_pdf(b"/" + b"A" * 20_000_000),
    "many half tags": lambda: samples.office(
        "docx", {"word/footnotes.xml": b"<w:instrText " * 4_000_000}
    ),
    "many half fields": lambda: samples.office(
        "docx", {"word/footnotes.xml": b'<w:fldSimple w:instr="   ' * 2_000_000}
    ),
    "many half streams": lambda: samples.raw_pdf(b"/EmbeddedFiles " + b"stream\n" * 2_000_000),
}


@pytest.mark.parametrize("case", SLOW)
def test_no_file_keeps_the_portal_busy(case: str) -> None:
    data = SLOW[case]()
    name = "慢.pdf" if data.startswith(b"%PDF") else "慢.docx"
    began = time.process_time()
    with contextlib.suppress(RuleViolation):
        look(name, data)
    assert time.process_time() - began < 3
