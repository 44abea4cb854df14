"""scripts/fonts.py: done once, at once the second time, and clear about what is missing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings

SCRIPT = Path(settings.BASE_DIR) / "scripts" / "fonts.py"


def _run(target: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), "--target", str(target)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_second_run_ends_at_once() -> None:
    assert _run(Path(settings.FONT_DIR)).returncode == 0
    began = time.monotonic()
    done = _run(Path(settings.FONT_DIR))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert time.monotonic() - began < 1.5  # 0.1 s on an idle machine


def test_a_missing_source_is_named_with_what_to_do(tmp_path: Path) -> None:
    # A machine without apt and without font packages.
    code = (
        "import sys, runpy; sys.argv = ['fonts.py', '--target', sys.argv[1]];"
        f"m = runpy.run_path({str(SCRIPT)!r}, run_name='fonts');"
        "m['main'].__globals__['SYSTEM_FOLDERS'] = (); sys.exit(m['main']())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "apt-get install fonts-noto-cjk" in done.stderr
    assert not (tmp_path / "stamp").exists()
