"""Verification codes: made, written for people, and read back from what people type."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

# Without 0 O 1 I L U: nothing that is mistaken for something else on paper or on the phone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12  # 30**12 possibilities, about 59 bits


def new_code() -> str:
    """Return a code nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def code_of(text: str) -> str:
    """Return the one code of a text, which nobody guesses without the portal's secret key."""
    number = int.from_bytes(salted_hmac("code", text, algorithm="sha256").digest())
    digits = []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(digits)


def shown(code: str) -> str:
    """Return a code the way it is printed: 7K4M-Q2XD-93HW."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def read(text: str) -> str:
    """Return the code meant by what somebody typed, or an empty text if it cannot be one."""
    code = "".join(c for c in text.upper() if not c.isspace() and c not in "-－—_.")
    code = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in code).upper()
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def path(code: str) -> str:
    """Return the path of the page at which a code is verified."""
    return f"/verify/{code}/"


def address(code: str) -> str:
    """Return the public address at which a code is verified."""
    return f"{settings.SITE_URL}{path(code)}"
