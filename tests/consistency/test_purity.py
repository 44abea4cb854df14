"""Rules and states take facts and return reasons: they reach no database and no model.

import-linter sees whole packages only, so that django.db is looked for here.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from scripts.children import ROOT

REVIEWS = ("recusal", "assignment", "scoring", "ranking")
PURE = sorted(
    [
        *(ROOT / "calls/rules").glob("*.py"),
        *(ROOT / "calls/reader").glob("*.py"),
        ROOT / "applications/states.py",
        *(ROOT / f"reviews/{name}.py" for name in REVIEWS),
    ]
)


def imported(path: Path) -> set[str]:
    """Every module a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def is_impure(name: str) -> bool:
    if name == "django.db.models.TextChoices":  # an enumeration that migrations can see
        return False
    return "models" in name.split(".") or (
        name.startswith("django.") and not name.startswith("django.utils.")
    )


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_pure_module_imports_nothing_that_reaches_the_database(path: Path) -> None:
    assert not [name for name in imported(path) if is_impure(name)]


def test_a_module_that_reached_the_database_would_be_noticed() -> None:
    assert len(PURE) > 5
    assert is_impure("django.db.models")
    assert is_impure("calls.models.Call")
    assert not is_impure("django.utils.translation.gettext")
