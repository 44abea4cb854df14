"""Numbers that tell nobody how many there are, nor whose they are."""

from __future__ import annotations

import secrets

from portal.documents.codes import ALPHABET


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_number(prefix: str, year: int) -> str:
    """Return an application number such as JL2024-7KQM4D (given at the first freeze)."""
    return f"{prefix}{year}-{_random(6)}"


def new_receipt_number(year: int) -> str:
    """Return a receipt number such as HZ2024-4KXQ-7MTD (given at hand-in)."""
    return f"HZ{year}-{_random(4)}-{_random(4)}"
