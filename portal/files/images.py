"""Looks into pictures: whole, of a bearable size, and nothing else besides."""

from __future__ import annotations

import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image

from portal.files.polyglot import also_something_else

# The largest cameras in telephones make 108 megapixels; unpacked that is 324 MB, never done here.
MAX_PIXELS = 120_000_000


def check_jpeg(data: bytes) -> list[str]:
    """Return the reasons against a JPEG."""
    # Telephones append a film after the end mark, so the mark is looked for, not demanded last.
    return _check(data, "JPEG", whole=b"\xff\xd9" in data[-1_000_000:] or b"\xff\xd9" in data)


def check_png(data: bytes) -> list[str]:
    """Return the reasons against a PNG."""
    return _check(data, "PNG", whole=b"IEND\xaeB`\x82" in data[-4096:])


def _check(data: bytes, kind: str, *, whole: bool) -> list[str]:
    if also_something_else(data) or b"<?php" in data or b"<script" in data.lower():
        return [_("The picture also contains something that is no picture.")]
    try:
        with warnings.catch_warnings():
            # Our own limit is the one that counts; Pillow warns at another.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[kind]) as picture:
                width, height = picture.size
                if width * height > MAX_PIXELS:
                    return [_("The picture has too many pixels.")]
                picture.verify()
    except Image.DecompressionBombError:
        return [_("The picture has too many pixels.")]
    except Exception:  # noqa: BLE001 - Pillow raises whatever its decoders come upon
        return [_("The picture is damaged.")]
    return [] if whole else [_("The picture is not complete.")]
