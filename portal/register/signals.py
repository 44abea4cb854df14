"""Signing out ends filling in for a unit, and writes it down."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest


def connect() -> None:
    """Connect the receivers; called once from the app's ``ready()``."""
    user_logged_out.connect(_stop_on_behalf, dispatch_uid="portal.register.stop_on_behalf")


def _stop_on_behalf(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    from portal.register.access import on_behalf
    from portal.register.services.on_behalf import stopped

    acting = on_behalf(request) if user is not None else None
    if acting is not None:
        stopped(by=user, organisation=acting.unit, issuer=acting.issuer)
