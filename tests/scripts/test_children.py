"""Programs beside the portal end when they should, and with whoever started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.children import ROOT, Child, Failure, run

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def is_running(pid: int) -> bool:
    try:
        # a zombie has ended, only nobody has taken note
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def wait_for(condition: object, seconds: float = 5) -> bool:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(condition())


def test_a_program_that_ignores_the_polite_signal_is_ended(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = Child("stubborn", [sys.executable, "-c", STUBBORN], log=log)
    child.wait_until(lambda: "up" in log.read_text(), seconds=10)
    began = time.monotonic()
    child.stop(seconds=0.3)
    assert not child.alive()
    assert time.monotonic() - began < 5


def test_a_program_that_ends_at_once_fails_with_its_own_last_words(tmp_path: Path) -> None:
    child = Child("broken", ["sh", "-c", "echo no such thing; exit 3"], log=tmp_path / "log")
    with pytest.raises(Failure, match="no such thing"):
        child.wait_until(lambda: False, seconds=10)
    child.stop()


def test_waiting_for_a_program_has_an_end(tmp_path: Path) -> None:
    child = Child("slow", ["sleep", "60"], log=tmp_path / "log")
    try:
        with pytest.raises(Failure, match="not ready"):
            child.wait_until(lambda: False, seconds=0.2)
    finally:
        child.stop()


def test_children_do_not_outlive_a_starter_that_was_killed_hard(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path; from scripts.children import Child; import time\n"
        f"child = Child('sleeper', ['sleep', '60'], log=Path({str(tmp_path / 'log')!r}))\n"
        "print(child.process.pid, flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE)
    assert starter.stdout
    pid = int(starter.stdout.readline())
    # setpriv needs a moment to become the program that holds the kernel's promise
    assert wait_for(lambda: Path(f"/proc/{pid}/comm").read_text().strip() == "sleep")
    os.kill(starter.pid, signal.SIGKILL)
    starter.wait(5)
    starter.stdout.close()
    assert wait_for(lambda: not is_running(pid))


def test_a_step_that_fails_shows_the_end_of_its_log(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="reading the stars failed"):
        run(["sh", "-c", "exit 1"], log=tmp_path / "log", what="reading the stars")
