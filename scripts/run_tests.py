"""All checks and tests on throw-away services; with arguments only pytest with these."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from contextlib import ExitStack

from scripts.children import ROOT, Failure, end_on_signals, run, say
from scripts.services import postgres, private_folder, redis_server, run_folder


def test_settings() -> None:
    """Put the settings of a test run into the environment; nothing of the caller's remains."""
    var = ROOT / "var/test"
    var.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        DEMO="1",
        DEBUG="0",
        HTTPS="0",
        BEHIND_PROXY="0",
        SECRET_KEY=secrets.token_urlsafe(50),
        SITE_URL="http://testserver",
        ALLOWED_HOSTS="testserver,127.0.0.1,localhost",
        EMAIL_URL="memorymail://",
        STORAGE_BUCKET="",
        LOG_LEVEL="WARNING",
        VAR_DIR=str(var),
        FONT_DIR=str(ROOT / "var/fonts"),
    )


def start_services(stack: ExitStack) -> None:
    """Run a PostgreSQL and a Redis that are gone afterwards."""
    folder = stack.enter_context(run_folder())
    os.environ["DATABASE_URL"] = stack.enter_context(
        postgres(
            private_folder(folder / "data"),
            folder=folder,
            log=folder / "postgres.log",
            durable=False,
        )
    )
    os.environ["REDIS_URL"] = stack.enter_context(
        redis_server(folder=folder, log=folder / "redis.log")
    )


def prepare() -> None:
    """Make what pages and PDFs need: fonts, translations, assets."""
    log = ROOT / "var/test/prepare.log"
    python = sys.executable
    run([python, "scripts/fonts.py", "--target", os.environ["FONT_DIR"]], log=log, what="fonts")
    run([python, "-m", "scripts.translations", "compile"], log=log, what="translations")
    run([python, "-m", "scripts.assets"], log=log, what="assets")
    say("fonts, translations and assets are ready")


def pytest(arguments: list[str]) -> int:
    """Run pytest and return its exit code; the whole suite uses two processes."""
    chosen = arguments or ["--numprocesses=2", "--dist=loadgroup"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *chosen], cwd=ROOT, check=False
    ).returncode


def main() -> int:
    """Run the checks, then the tests; both must pass."""
    end_on_signals()
    arguments = sys.argv[1:]
    with ExitStack() as stack:
        try:
            test_settings()
            start_services(stack)
            prepare()
        except Failure as failure:
            print(failure, file=sys.stderr)
            return 1
        if arguments:
            return pytest(arguments)
        checks = subprocess.run(["scripts/check"], cwd=ROOT, check=False).returncode
        tests = pytest([])
        if checks:
            print("scripts/check failed; its list stands above the tests.", file=sys.stderr)
        return tests or checks


if __name__ == "__main__":
    sys.exit(main())
