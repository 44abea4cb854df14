"""What a page knows of a form field beyond the field itself: limit, unit, saved mark, condition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django import forms


@dataclass(frozen=True, slots=True)
class Dress:
    """Shown and used by ``portal/field.html``; every part may be left out.

    ``limit`` is in 字 (see ``portal.counting``); ``revision`` is the number the next autosave
    compares with; ``condition`` is shown-when data for ``conditions.js``; ``clause`` is the
    notice's own sentence, shown beside an error; ``required`` says what the hand-in will ask, for
    the form of a draft takes gaps.
    """

    limit: int | None = None
    suffix: str = ""
    saved_at: dt.datetime | None = None
    revision: int | None = None
    condition: Mapping[str, object] | None = None
    clause: str = ""
    required: bool | None = None
    short: bool = False
    autosave: bool = True


def dress(field: forms.Field, worn: Dress) -> None:
    """Put the dress on a form field, where the template pack finds it as ``field.field.dress``."""
    field.dress = worn  # type: ignore[attr-defined]
