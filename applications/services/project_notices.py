"""What a unit is told by mail and inbox about its project; each occasion once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from applications.models import Application
from applications.services.notices import workers
from portal.mail.services import queue


def project_url(application: Application) -> str:
    """Return the project's page, relative to the site."""
    return reverse("applications:project", args=[application.pk])


def tell(
    application: Application, event: str, occasion: str, context: Mapping[str, Any], url: str = ""
) -> int:
    """Tell fillers and administrators; ``event`` names the template, ``occasion`` when it is new.

    Returns how many messages are new.
    """
    call = application.packet.call
    told = 0
    for user in workers(application.packet):
        message = queue(
            to=user,
            template=f"applications/{event}",
            context={"application": application, "call": call, **context},
            occasion=f"project:{application.pk}:{occasion}",
            issuer=call.issuer,
            url=url or project_url(application),
        )
        told += message is not None
    return told
