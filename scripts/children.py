"""Programs beside the portal: they never outlive us, and every wait for them has a bound."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNPRIVILEGED = "nobody"
_STARTED = time.monotonic()


class Failure(Exception):
    """Something a person must mend; the message is the sentence she reads."""


def say(text: str) -> None:
    """Print one line with the seconds since the command began."""
    print(f"{time.monotonic() - _STARTED:6.1f} s  {text}", flush=True)


def tail(log: Path, lines: int = 20) -> str:
    """Return the last lines of a log, for a message about what went wrong."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def as_servers_do(*options: str) -> list[str]:
    """Return the words that run a command as the account of the servers: not as root.

    PostgreSQL refuses to run as root; whoever is not root stays who she is.
    """
    drop = [f"--reuid={UNPRIVILEGED}", "--regid=nogroup", "--clear-groups"]
    return ["setpriv", *(drop if os.geteuid() == 0 else []), *options]


def run(command: Sequence[str | Path], *, log: Path, what: str, cwd: Path | None = None) -> None:
    """Run a command to its end with its output in a log; raise Failure with the log's tail."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        done = subprocess.run(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            cwd=cwd or ROOT, check=False,
        )  # fmt: skip
    if done.returncode:
        raise Failure(f"{what} failed; the end of {log}:\n{tail(log)}")


class Child:
    """One running program with its log."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        end_with: signal.Signals = signal.SIGTERM,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        unprivileged: bool = False,
        stdin: bytes | None = None,
    ) -> None:
        """Start the program in a session of its own; `end_with` is the signal it ends politely on.

        The kernel sends it that signal too if we are killed (setpriv --pdeathsig), so that
        nothing is left running.
        """
        self.name, self.log, self.end_with = name, log, end_with
        log.parent.mkdir(parents=True, exist_ok=True)
        last_word = f"--pdeathsig={end_with.name.removeprefix('SIG')}"
        guard = as_servers_do(last_word) if unprivileged else ["setpriv", last_word]
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [*guard, *(str(word) for word in command)],
                stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
                stdout=output, stderr=subprocess.STDOUT,
                env=env, cwd=cwd or ROOT, start_new_session=True,
            )  # fmt: skip
        if stdin is not None and self.process.stdin:
            self.process.stdin.write(stdin)
            self.process.stdin.close()

    def alive(self) -> bool:
        """Tell whether the program still runs."""
        return self.process.poll() is None

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Wait for the program to be ready; raise Failure when it ends or takes too long."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.alive():
                raise Failure(
                    f"{self.name} did not start; the end of {self.log}:\n{tail(self.log)}"
                )
            if time.monotonic() > deadline:
                raise Failure(
                    f"{self.name} was not ready after {seconds:.0f} s; "
                    f"the end of {self.log}:\n{tail(self.log)}"
                )
            time.sleep(0.05)

    def stop(self, *, seconds: float = 10) -> None:
        """Ask the program to end, and end it and all it started when it does not."""
        if self.alive():
            self.process.send_signal(self.end_with)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not stop within {seconds:.0f} s and is ended")
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.process.wait(5)


@contextmanager
def running(child: Child, *, seconds: float = 10) -> Iterator[Child]:
    """Stop the program when the block is left, however it is left."""
    try:
        yield child
    finally:
        child.stop(seconds=seconds)


def end_on_signals() -> None:
    """Turn INT, TERM and HUP into an orderly exit, once; a second one cannot break the clean-up."""

    def leave(number: int, _frame: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        sys.exit(128 + number)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, leave)


def program(name: str) -> Path | None:
    """Return where a program lies on the PATH, if it does."""
    found = shutil.which(name)
    return Path(found) if found else None
