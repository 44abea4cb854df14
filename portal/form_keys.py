"""The key of a form: sent twice it is known again, and the second try gets the first answer."""

from __future__ import annotations

import uuid

from django.http import HttpRequest


def form_key(request: HttpRequest) -> uuid.UUID:
    """Return the key that came with the form, or a new one for a fresh page."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()
