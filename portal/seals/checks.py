"""System checks: seals are locked by a key of their own, and no sample seal reaches production."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from portal.checks import is_local
from portal.seals import vault

HINT = "openssl rand -base64 32"


@register(Tags.security)
def check_seal_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without a key of its own the vault would stand open to whoever reads the database."""
    try:
        vault.keys()
    except vault.VaultError as error:
        return [Error(f"{error} Seals could not be kept safely.", hint=HINT, id="seals.E001")]
    return []


@register(Tags.security)
def check_outside_addresses(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A PIN and a token travel to the e-seal service: never in the clear."""
    url = urlsplit(settings.SEAL_SERVICE_URL)
    if url.scheme in ("", "https") or (url.scheme == "http" and is_local(url.hostname or "")):
        return []
    return [
        Error(
            f"SEAL_SERVICE_URL is {url.scheme}://…: PINs of seals would travel unprotected.",
            hint="Give it its https:// address.",
            id="seals.E002",
        )
    ]


@register(Tags.database)
def check_no_samples(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Production holds neither the demonstration's authority nor its seals.

    They count for nothing there in any case; a database that has them is that of a demonstration.
    """
    if settings.DEMO or "default" not in (kwargs.get("databases") or ()):
        return []
    from portal.seals.models import Authority, Seal

    try:
        authorities = Authority.objects.filter(demo=True).count()
        seals = Seal.objects.filter(demo=True).count()
    except DatabaseError:
        # Before the first migration there is nothing to look at.
        return []
    if not authorities and not seals:
        return []
    return [
        Error(
            f"The database holds {authorities} authorities and {seals} sample seals of the "
            "demonstration (样章): production does not start with them.",
            hint="Begin production with a database of its own.",
            id="seals.E003",
        )
    ]
