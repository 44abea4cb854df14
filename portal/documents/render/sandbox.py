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


def run(work: Callable[[], bytes], limits: Limits) -> bytes:
    """Run ``work`` in a forked child and return its bytes.

    A fork, not multiprocessing: Celery's pool processes are daemons, which may have no children
    of that kind, and a fork starts warm. The child must touch neither database nor broker; it
    leaves through ``os._exit``, so it closes nothing of the parent's.

    Raises Refused, OutOfTime, OutOfMemory or Crashed. The child never outlives the call.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _work_and_exit(work, writer, limits)
    os.close(writer)
    try:
        answer = _read_until(reader, time.monotonic() + limits.wall_seconds)
    finally:
        os.close(reader)
        # Killing a child that has finished does nothing; one that hangs must not stay.
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    return _judge(answer, status)


def _work_and_exit(work: Callable[[], bytes], writer: int, limits: Limits) -> NoReturn:
    """Be the child: limit oneself, work, write the answer, leave."""
    try:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        gc.disable()
        resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
        memory = _address_space() + limits.memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        answer = _answer(work)
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(answer)
    finally:
        os._exit(0)


def _answer(work: Callable[[], bytes]) -> bytes:
    """Return the work's bytes or what became of it, marked by the first byte."""
    try:
        return DONE + work()
    except Refused as refusal:
        return REFUSED + str(refusal).encode()
    except MemoryError:
        return NO_MEMORY
    except RecursionError:
        return BROKEN + b"RecursionError"
    except Exception as error:
        logger.exception("a rendering child failed")
        return BROKEN + type(error).__name__.encode()


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


def _judge(answer: bytes | None, status: int) -> bytes:
    """Turn the child's answer and exit status into bytes or an exception."""
    if answer is None:
        raise OutOfTime
    if not answer:
        ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        # Memory that a C library could not get usually ends in SIGABRT, SIGTRAP or SIGSEGV.
        if ended_by in {signal.SIGABRT, signal.SIGTRAP, signal.SIGSEGV, signal.SIGBUS}:
            raise OutOfMemory
        if ended_by in {signal.SIGXCPU, signal.SIGKILL}:
            raise OutOfTime
        raise Crashed(f"status {status}")
    mark, content = answer[:1], answer[1:]
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
