"""What is missing is said at start-up, not at the first hand-in."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest import mock

from portal.documents.checks import check_faces, check_libraries


def test_a_complete_installation_has_no_findings() -> None:
    assert check_faces() == []
    assert check_libraries() == []


def test_missing_faces_are_named_with_what_to_do(settings: Any, tmp_path: Path) -> None:
    settings.FONT_DIR = tmp_path
    (finding,) = check_faces()
    assert "fang.otf" in finding.msg
    assert "scripts/fonts.py" in str(finding.hint)


def test_a_missing_subset_library_is_covered_by_the_wheel() -> None:
    def found(name: str) -> str | None:
        return None if name == "harfbuzz-subset" else f"lib{name}.so"

    with mock.patch("ctypes.util.find_library", found):
        assert check_libraries() == []
        with mock.patch("importlib.util.find_spec", return_value=None):
            (finding,) = check_libraries()
    assert finding.id == "documents.W002"


def test_missing_libraries_are_an_error() -> None:
    with mock.patch("ctypes.util.find_library", return_value=None):
        (finding,) = check_libraries()
    assert finding.id == "documents.E001"
    assert "libpango-1.0-0" in str(finding.hint)
