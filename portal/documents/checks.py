"""System checks: the faces are built, and PDFs are not going to take twelve seconds."""

from __future__ import annotations

import ctypes.util
import importlib.util
from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register

from portal.documents import faces

LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz")


@register("documents")
def check_faces(**_arguments: Any) -> list[CheckMessage]:
    """The print faces have been built."""
    missing = faces.missing_files()
    if not missing:
        return []
    return [
        Warning(
            f"Documents cannot be printed: {', '.join(missing)} not found in {faces.folder()}.",
            hint="Run scripts/fonts.py, or set FONT_DIR to the folder it has filled.",
            id="documents.W001",
        )
    ]


@register("documents")
def check_libraries(**_arguments: Any) -> list[CheckMessage]:
    """The libraries WeasyPrint loads are installed, and something cuts fonts quickly."""
    if missing := [name for name in LIBRARIES if not ctypes.util.find_library(name)]:
        return [
            Error(
                f"Documents cannot be printed: the libraries {', '.join(missing)} are missing.",
                hint="apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
                id="documents.E001",
            )
        ]
    if ctypes.util.find_library("harfbuzz-subset") or importlib.util.find_spec("uharfbuzz"):
        return []
    return [
        Warning(
            "Neither libharfbuzz-subset nor uharfbuzz is installed: each PDF takes seconds.",
            hint="apt-get install libharfbuzz-subset0",
            id="documents.W002",
        )
    ]
