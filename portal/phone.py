"""Telephone numbers as people write them: which can be dialled, and what to say of the others."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))
_EXTENSION = r"(?:(?:转|分机|ext\.?|-|#)\d{1,6})?"
_NUMBER = re.compile(
    r"(?:"
    r"(?:\+?86-?)?1[3-9]\d-?\d{4}-?\d{4}"  # mobile
    r"|(?:\+?86-?)?\(?0[1-9]\d{1,2}\)?-?[1-9]\d{2,3}-?\d{4}"  # landline with its area code
    r"|[48]00-?\d{3,4}-?\d{3,4}"  # service numbers of firms
    r"|(?:\+|00(?=[1-9]))\(?[1-9][\d()-]{6,18}"  # abroad
    r"|\(?0000\)?-?\d{1,11}"  # no exchange has it: invented people's numbers
    rf"){_EXTENSION}",
    re.IGNORECASE,
)
# After a first number with its area code, others of the same place may go without.
_LOCAL = re.compile(rf"[1-9]\d{{2,3}}-?\d{{4}}{_EXTENSION}", re.IGNORECASE)


def is_dialable(text: str) -> bool:
    """Tell whether a text is one telephone number, or several between commas or slashes."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    first, *others = re.split(r"[,;、/]|或", re.sub(r"\s", "", plain))
    return bool(_NUMBER.fullmatch(first)) and all(
        _NUMBER.fullmatch(other) or _LOCAL.fullmatch(other) for other in others
    )


def validate_phone(text: str) -> None:
    """Raise ValidationError, with what a number looks like, for what nobody could dial."""
    if not is_dialable(text):
        raise ValidationError(
            _(
                "Enter a mobile number of 11 digits, or a landline number with its area code, "
                "such as 0431-xxxxxxxx; numbers abroad begin with +."
            )
        )
