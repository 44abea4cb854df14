"""What ./start leaves for commands in another window."""

from __future__ import annotations

import stat
from contextlib import ExitStack
from pathlib import Path

import environ
import pytest

from scripts.start import TOLD, tell_commands


def test_commands_find_the_running_portal_and_nobody_else_reads_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {name: f"{name.lower()}#=/?" for name in TOLD}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "run.env"
    with ExitStack() as stack:
        tell_commands(tmp_path, stack)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        for name in TOLD:
            monkeypatch.delenv(name)
        environ.Env.read_env(file)
        assert {name: environ.Env()(name) for name in TOLD} == told
    assert not file.exists()
