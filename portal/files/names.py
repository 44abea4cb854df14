"""The name a file is shown and downloaded under; it never reaches the disk."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

MAX_LENGTH = 150
# What Windows refuses in a name; a slash has been dealt with before.
_REFUSED = re.compile(r'[<>:"|?*]')
# Devices of Windows: a file saved as con.pdf opens a console there.
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def clean_name(name: str) -> str:
    r"""Return a name safe to show, to save and to send in a header; never empty.

    Folders are cut off, characters that are invisible or turn the reading direction are dropped
    (``报告\u202efdp.exe`` shows as ``报告exe.pdf``), the ending is kept when the name is long.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(" " if ch in "\t\r\n" else ch for ch in name)
    name = "".join(ch for ch in name if unicodedata.category(ch) not in ("Cc", "Cf", "Cs", "Co"))
    name = _REFUSED.sub("_", " ".join(name.split())).strip(". ")
    if _DEVICES.match(name):
        name = f"_{name}"
    if len(name) > MAX_LENGTH:
        ending = PurePosixPath(name).suffix[:10]
        name = name[: MAX_LENGTH - len(ending)].rstrip(". ") + ending
    return name or "file"


def ending(name: str) -> str:
    """Return the part after the last dot in lower case, empty when there is none."""
    return PurePosixPath(name).suffix.lower().removeprefix(".")
