"""Collect and compress the assets when they changed: python -m scripts.assets.

Django's collectstatic compresses everything again each time, which takes ten seconds; a stamp
beside the result tells whether any source changed since.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import environ

from scripts.children import ROOT


def sources() -> list[Path]:
    """Return what the result depends on: our assets, the packages that bring some, the settings."""
    found = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
    return [*sorted(found), ROOT / "requirements.txt", ROOT / "portal/settings.py"]


def stamp_of(paths: list[Path]) -> str:
    """Return one hash of names and contents."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def main() -> int:
    """Collect into VAR_DIR/static if need be; return the exit code."""
    if environ.Env().bool("DEBUG", default=False):
        return 0  # served from where they lie
    target = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "static"
    target.parent.mkdir(parents=True, exist_ok=True)
    # Two runs at once take turns; the second finds the work done.
    with target.with_name("static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _collect(target)


def _collect(target: Path) -> int:
    """Collect from scratch, so that nothing of an older version lies about."""
    stamp = target.with_name("static.stamp")
    wanted = stamp_of(sources())
    if target.is_dir() and stamp.exists() and stamp.read_text() == wanted:
        return 0
    shutil.rmtree(target, ignore_errors=True)
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    if code := subprocess.run(command, cwd=ROOT, check=False).returncode:
        return code
    stamp.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
