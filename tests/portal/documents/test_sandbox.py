"""A rendering that never ends, eats all memory or dies is ended with a sentence."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from portal.documents import pages
from portal.documents.render import sandbox
from portal.documents.render.pdf import RenderError, render_pdf
from portal.documents.render.sandbox import Limits

# From the inputs that ran for more than 40 seconds or took gigabytes without limits.
BOMBS = {
    "nested flex": '<div style="display:flex">' * 12 + "x " * 20,
    "nested inline blocks": '<div style="display:inline-block">' * 12 + "x " * 50,
    "nested tables": "<table><tr><td>" * 14 + "x",
    "huge grid": '<div style="display:grid;grid-template-columns:repeat(10000,1px)"><p>x</div>'
    * 50,
    "many pages": '<p style="break-after:page">x' * 20000,
}
TIGHT = Limits(cpu_seconds=3, wall_seconds=6, memory_bytes=400 * 1024 * 1024)


def _children() -> set[str]:
    task = Path(f"/proc/self/task/{os.getpid()}/children")
    return set(task.read_text(encoding="ascii").split())


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_within_its_limits(name: str) -> None:
    before, began = _children(), time.monotonic()
    try:
        render_pdf(f"<html><body>{BOMBS[name]}", pages.css(), TIGHT)
    except RenderError as error:
        assert str(error)  # noqa: PT017 - it may also be set in time on a fast machine
    assert time.monotonic() - began < TIGHT.wall_seconds + 2
    assert _children() == before


def test_the_queue_goes_on_after_a_bomb() -> None:
    """The process that set a bomb sets the next document as if nothing had been."""
    with pytest.raises(RenderError):
        render_pdf(f"<html><body>{BOMBS['nested flex'] * 40}", pages.css(), Limits(1, 2.0))
    with pytest.raises(sandbox.OutOfMemory):
        sandbox.run(lambda: bytes(bytearray(800 * 1024 * 1024)), TIGHT)
    assert render_pdf("<html><body><p>下一件", pages.css()).startswith(b"%PDF")


def test_processor_time_is_limited() -> None:
    def spin() -> bytes:
        while True:
            pass

    began = time.monotonic()
    with pytest.raises(sandbox.OutOfTime):
        sandbox.run(spin, Limits(cpu_seconds=1, wall_seconds=20))
    assert time.monotonic() - began < 10


def test_wall_time_is_limited() -> None:
    def sleep() -> bytes:
        time.sleep(60)
        return b""

    began = time.monotonic()
    with pytest.raises(sandbox.OutOfTime):
        sandbox.run(sleep, Limits(wall_seconds=0.5))
    assert time.monotonic() - began < 5


def test_memory_is_limited() -> None:
    with pytest.raises(sandbox.OutOfMemory):
        sandbox.run(lambda: bytes(bytearray(800 * 1024 * 1024)), TIGHT)


def test_a_refusal_comes_back_as_its_sentence() -> None:
    def refuse() -> bytes:
        raise sandbox.Refused("此字不能打印")

    with pytest.raises(sandbox.Refused, match="此字不能打印"):
        sandbox.run(refuse, Limits())


def test_a_fault_comes_back_as_its_kind() -> None:
    with pytest.raises(sandbox.Crashed, match="ZeroDivisionError"):
        sandbox.run(lambda: bytes(1 // 0), Limits())


def test_a_child_that_vanishes_is_noticed() -> None:
    def vanish() -> bytes:
        os._exit(3)

    with pytest.raises(sandbox.Crashed, match="status"):
        sandbox.run(vanish, Limits())


def test_a_large_answer_comes_back_whole() -> None:
    data = os.urandom(1024) * 5000
    assert sandbox.run(lambda: data, Limits()) == data


def test_a_character_no_face_has_fails_the_rendering_and_is_named() -> None:
    with pytest.raises(RenderError, match="😀"):
        render_pdf("<html><body><p>会议😀", pages.css())


def test_missing_faces_are_said_before_anything_else(settings: object, tmp_path: object) -> None:
    settings.FONT_DIR = tmp_path  # type: ignore[attr-defined]
    with pytest.raises(RenderError, match=r"fonts\.py"):
        render_pdf("<p>x", pages.css())
