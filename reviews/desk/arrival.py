"""What happens when an expert signs in: the desk is in the navigation, and where one lands."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from portal.context import DESK_KEY
from portal.people.models import User
from reviews.models import Expert


def landing_of(user: User) -> str:
    """Return the desk for an expert, nothing for anybody else."""
    return reverse("desk:files") if Expert.objects.of_user(user).exists() else ""


def note_desk(sender: Any, *, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """Keep in the session whether the person has a desk."""
    if request is not None and Expert.objects.of_user(user).exists():
        request.session[DESK_KEY] = True
