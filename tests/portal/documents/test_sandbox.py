"""A rendering that never ends, eats all memory or dies is ended with a sentence."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.documents import pages
from portal.documents.render import pdf, sandbox
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
    """Return this process's children; those that have ended count until they are cleared away."""
    task = Path(f"/proc/self/task/{os.getpid()}/children")
    return set(task.read_text(encoding="ascii").split())


def _has_ended(child: str) -> bool:
    """Tell whether a process is gone, or waits only for somebody to ask what it died of."""
    try:
        stat = Path(f"/proc/{child}/stat").read_text(encoding="ascii")
    except OSError:
        return True
    return stat.rpartition(") ")[2].startswith("Z")


def _wait_for_ends(children: set[str]) -> None:
    """Wait until all of these have ended; the kernel clears away what they held first."""
    until = time.monotonic() + 20
    while not all(_has_ended(child) for child in children):
        assert time.monotonic() < until, "a child works on after the call"
        time.sleep(0.02)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_within_its_limits(name: str) -> None:
    before, began = _children(), time.monotonic()
    try:
        render_pdf(f"<html><body>{BOMBS[name]}", pages.css(), TIGHT)
    except RenderError as error:
        assert str(error)  # noqa: PT017 - it may also be set in time on a fast machine
    assert time.monotonic() - began < TIGHT.wall_seconds + 2
    _wait_for_ends(_children() - before)


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


def test_a_child_that_died_in_its_answer_did_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sandbox._answer(lambda: b"%PDF-1.7 and more")
    monkeypatch.setattr(sandbox, "_answer", lambda _work: whole[:-3])
    # Ended by us or by itself, whichever came first.
    with pytest.raises((sandbox.Crashed, sandbox.OutOfTime)):
        sandbox.run(lambda: b"", Limits())


def test_a_process_leaves_the_children_of_its_parent_alone() -> None:
    """A pool's process is forked from one that has set documents, and sets its own."""
    sandbox.run(lambda: b"first", Limits())
    process = os.fork()
    if process == 0:
        worked = False
        with contextlib.suppress(Exception):
            worked = sandbox.run(lambda: b"its own", Limits()) == b"its own"
        os._exit(0 if worked else 1)
    assert os.waitpid(process, 0)[1] == 0


def _answer_with_pid(order: bytes) -> bytes:
    if order == b"vanish":
        os._exit(3)
    return order + b" by %d" % os.getpid()


def test_each_order_has_a_child_of_its_own_that_was_there_before_it() -> None:
    ahead = sandbox.Ahead(_answer_with_pid, Limits())
    first = ahead.run(b"one")
    waiting = _children()
    second, third = ahead.run(b"two"), ahead.run(b"three")
    assert first.startswith(b"one by")
    assert second.split()[-1].decode() in waiting
    assert third.startswith(b"three by")
    assert len({answer.split()[-1] for answer in (first, second, third)}) == 3
    ahead.close()


def test_a_child_that_dies_before_or_in_its_order_stops_nothing() -> None:
    ahead = sandbox.Ahead(_answer_with_pid, Limits())
    before = _children()
    ahead.run(b"one")
    for child in _children() - before:
        os.kill(int(child), signal.SIGKILL)
    _wait_for_ends(_children() - before)
    assert ahead.run(b"two").startswith(b"two by")
    with pytest.raises(sandbox.Crashed, match="status"):
        ahead.run(b"vanish")
    assert ahead.run(b"three").startswith(b"three by")
    ahead.close()


def test_a_waiting_child_ends_with_its_parent() -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from portal.documents.render import sandbox\n"
        "ahead = sandbox.Ahead(lambda order: order, sandbox.Limits())\n"
        "ahead.run(b'one')\n"
        "print(ahead._waiting.pid, flush=True)\n"
        "sandbox.os._exit(1)"
    )
    root = Path(__file__).parents[3]
    ended = subprocess.run(
        [sys.executable, "-c", script, root], capture_output=True, check=False, text=True
    )
    _wait_for_ends({ended.stdout.strip()})


def test_a_document_set_by_a_child_forked_ahead_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    html = "<html lang=zh-Hans><body><p>先备好的进程"
    ahead = sandbox.Ahead(pdf._render_order, Limits())
    monkeypatch.setattr(pdf, "_ahead", ahead)
    for _turn in range(2):
        assert render_pdf(html, pages.css()).startswith(b"%PDF")
    with pytest.raises(RenderError, match="😀"):
        render_pdf("<html><body>😀", pages.css())
    ahead.close()
