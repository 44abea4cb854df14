"""Finds files that are two things at once, the second of them for a program that is not ours."""

from __future__ import annotations

# A zip is read from its end: the record lies within its own 22 bytes and a comment of 64 KB.
_ZIP_END = b"PK\x05\x06"
_ZIP_WINDOW = 22 + 65_535
# A PDF reader accepts its header anywhere in the first kilobyte.
_PDF_HEADER, _PDF_WINDOW = b"%PDF-", 1024


def also_something_else(data: bytes) -> bool:
    """Tell whether a picture or PDF would also open as a zip, or a picture as a PDF."""
    if _ZIP_END in data[-_ZIP_WINDOW:]:
        return True
    return not data.startswith(_PDF_HEADER) and _PDF_HEADER in data[:_PDF_WINDOW]
