"""Runs one piece of work in a forked child with limits on time and memory."""

from __future__ import annotations

import gc
import logging
import os
import resource
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

logger = logging.getLogger(__name__)

DONE, REFUSED, NO_MEMORY, BROKEN = b"D", b"R", b"M", b"B"
# Bytes in which an answer says how long it is.
LENGTH = 8


@dataclass(frozen=True)
class Limits:
    """What one child may use. Memory is counted on top of what the parent holds already."""

    cpu_seconds: int = 30
    wall_seconds: float = 60.0
    memory_bytes: int = 1024 * 1024 * 1024


class Refused(Exception):
    """Raised by the work itself, with a sentence for a person; crosses the process border."""


class OutOfTime(Exception):
    """The child used more processor or wall time than allowed and was ended."""


class OutOfMemory(Exception):
    """The child asked for more memory than allowed."""


class Crashed(Exception):
    """The child died otherwise; the message names the exception class or the signal."""


@dataclass(frozen=True)
class _Child:
    """A forked process: it waits for its order's end, then works and answers."""

    pid: int
    orders: int
    answers: int


# This process's children that were ended; the kernel may still be clearing them away.
_ended: list[int] = []
os.register_at_fork(after_in_child=_ended.clear)


def run(work: Callable[[], bytes], limits: Limits) -> bytes:
    """Run ``work`` in a forked child and return its bytes.

    A fork, not multiprocessing: Celery's pool processes are daemons, which may have no children
    of that kind, and a fork starts warm. The child must touch neither database nor broker; it
    leaves through ``os._exit``, so it closes nothing of the parent's.

    Raises Refused, OutOfTime, OutOfMemory or Crashed. The child never works on after the call.
    """
    child = _fork(lambda _order: work(), limits)
    _send(child, b"work")
    return _outcome(child, limits)


class Ahead:
    """Keeps a child forked before there is work for it, so that no order waits for a fork.

    For a process that does one thing after the other and changes no setting on its way: what the
    child knows is what the parent knew at the order before. The next child is forked while the
    present one works. A waiting child ends with its parent, whose end of the pipe closes.
    """

    def __init__(self, work: Callable[[bytes], bytes], limits: Limits) -> None:
        self._work, self._limits = work, limits
        self._waiting: _Child | None = None

    def run(self, order: bytes) -> bytes:
        """Work on one order in a child of its own; raises what ``run`` raises."""
        child = self._take(order)
        try:
            self._waiting = _fork(self._work, self._limits)
        except OSError:
            # Short of memory or processes: the next order forks for itself.
            logger.exception("no child could be forked ahead")
        return _outcome(child, self._limits)

    def close(self) -> None:
        """Send the waiting child away."""
        if self._waiting is not None:
            os.close(self._waiting.orders)
            _end(self._waiting)
            self._waiting = None

    def _take(self, order: bytes) -> _Child:
        """Give the order to the waiting child, or to a new one where none waits any more."""
        child, self._waiting = self._waiting, None
        if child is not None:
            try:
                return _send(child, order)
            except BrokenPipeError:
                _end(child)
        return _send(_fork(self._work, self._limits), order)


def _fork(work: Callable[[bytes], bytes], limits: Limits) -> _Child:
    """Fork a child that waits for its order, which may not be empty."""
    while _ended:
        os.waitpid(_ended.pop(), 0)
    order_reader, order_writer = os.pipe()
    answer_reader, answer_writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(order_writer)
        os.close(answer_reader)
        _work_and_exit(work, order_reader, answer_writer, limits)
    os.close(order_reader)
    os.close(answer_writer)
    return _Child(pid, order_writer, answer_reader)


def _send(child: _Child, order: bytes) -> _Child:
    """Give a child its order; raises BrokenPipeError when it has died waiting."""
    with os.fdopen(child.orders, "wb") as pipe:
        pipe.write(order)
    return child


def _outcome(child: _Child, limits: Limits) -> bytes:
    """Wait for the answer, end the child, and return its bytes or raise what became of it."""
    answer = None
    try:
        answer = _read_until(child.answers, time.monotonic() + limits.wall_seconds)
    finally:
        _end(child)
    if answer is None:
        raise OutOfTime
    if not _is_whole(answer):
        raise _fate(os.waitpid(_ended.pop(), 0)[1])
    return _opened(answer)


def _end(child: _Child) -> None:
    """End a child whose fate is known; clearing it away costs time that nobody need wait for."""
    # Killing a child that has finished does nothing; one that hangs must not stay.
    os.kill(child.pid, signal.SIGKILL)
    os.close(child.answers)
    _ended.append(child.pid)


def _work_and_exit(
    work: Callable[[bytes], bytes], reader: int, writer: int, limits: Limits
) -> NoReturn:
    """Be the child: wait for the order, limit oneself, work, write the answer, leave."""
    try:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        gc.disable()
        with os.fdopen(reader, "rb") as pipe:
            order = pipe.read()
        if not order:
            # The parent is gone.
            os._exit(0)
        resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
        memory = _address_space() + limits.memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        answer = _answer(lambda: work(order))
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(answer)
    finally:
        os._exit(0)


def _answer(work: Callable[[], bytes]) -> bytes:
    """Return the work's bytes or what became of it: a mark, the length, the content."""
    mark, content = _worked(work)
    return mark + len(content).to_bytes(LENGTH) + content


def _worked(work: Callable[[], bytes]) -> tuple[bytes, bytes]:
    try:
        return DONE, work()
    except Refused as refusal:
        return REFUSED, str(refusal).encode()
    except MemoryError:
        return NO_MEMORY, b""
    except RecursionError:
        return BROKEN, b"RecursionError"
    except Exception as error:
        logger.exception("a rendering child failed")
        return BROKEN, type(error).__name__.encode()


def _read_until(reader: int, deadline: float) -> bytes | None:
    """Read to the end of the pipe; None if the deadline comes first."""
    parts: list[bytes] = []
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reader], [], [], left)[0]:
            return None
        part = os.read(reader, 1 << 20)
        if not part:
            return b"".join(parts)
        parts.append(part)


def _is_whole(answer: bytes) -> bool:
    """Tell whether the child came to the end of its answer before it died."""
    head = 1 + LENGTH
    return len(answer) >= head and len(answer) - head == int.from_bytes(answer[1:head])


def _fate(status: int) -> Exception:
    """Return what a child died of that left no answer."""
    ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    # Memory that a C library could not get usually ends in SIGABRT, SIGTRAP or SIGSEGV.
    if ended_by in {signal.SIGABRT, signal.SIGTRAP, signal.SIGSEGV, signal.SIGBUS}:
        return OutOfMemory()
    if ended_by in {signal.SIGXCPU, signal.SIGKILL}:
        return OutOfTime()
    return Crashed(f"status {status}")


def _opened(answer: bytes) -> bytes:
    """Return an answer's content, or raise what the child says became of the work."""
    mark, content = answer[:1], answer[1 + LENGTH :]
    if mark == REFUSED:
        raise Refused(content.decode())
    if mark == NO_MEMORY:
        raise OutOfMemory
    if mark == BROKEN:
        raise Crashed(content.decode())
    return content


def _address_space() -> int:
    """Return the bytes of address space this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()
