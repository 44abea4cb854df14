"""The rule on a password's length, in words that exist in both languages."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LengthValidator(MinimumLengthValidator):
    """Refuses short passwords; Django's own sentence for it has no Chinese."""

    def get_error_message(self) -> str:
        """Say how long a password has to be."""
        return ngettext(
            "This password is too short: it needs at least %(least)d character.",
            "This password is too short: it needs at least %(least)d characters.",
            self.min_length,
        ) % {"least": self.min_length}
