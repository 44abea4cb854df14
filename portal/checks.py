"""Refuses settings under which the portal would not be safe; says why and what to do."""

from __future__ import annotations

import ipaddress
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

MIN_SECRET = 50
_LOCAL_NAMES = frozenset({"localhost", "testserver", "[::1]"})


def is_local(host: str) -> bool:
    """Tell whether a host name means this machine only."""
    name = host.strip().lower()
    if name in _LOCAL_NAMES or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _public_hosts() -> list[str]:
    return [host for host in settings.ALLOWED_HOSTS if not is_local(host)]


@register(Tags.security)
def check_secret_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Sessions and links are signed with the key; a short or copied one lets strangers in."""
    if settings.DEBUG:
        return []
    key = settings.SECRET_KEY
    if len(key) < MIN_SECRET or len(set(key)) < 10:
        return [
            Error(
                f"SECRET_KEY is too easy to guess: {MIN_SECRET} random characters are the least.",
                hint="python -c 'import secrets; print(secrets.token_urlsafe(50))'",
                id="portal.E001",
            )
        ]
    if key.startswith("django-insecure"):
        return [Error("SECRET_KEY is a published example.", id="portal.E002")]
    return []


@register(Tags.security)
def check_debug(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Error pages of DEBUG show settings and data; they are for the developer's own machine."""
    if settings.DEBUG and (hosts := _public_hosts()):
        return [
            Error(
                f"DEBUG is on while the portal answers to {', '.join(hosts)}: its error pages "
                "would show settings and data to everybody.",
                hint="Unset DEBUG, or leave only local names in ALLOWED_HOSTS.",
                id="portal.E003",
            )
        ]
    return []


@register(Tags.security)
def check_hosts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A password link is built from the host asked for; any host means anybody's host."""
    if any(host.strip() in ("*", ".") for host in settings.ALLOWED_HOSTS) and not settings.DEMO:
        return [
            Error(
                "ALLOWED_HOSTS accepts every name, so that a stranger could have password links "
                "point to another site.",
                hint="Name the hosts under which the portal is reached.",
                id="portal.E004",
            )
        ]
    return []


@register(Tags.security)
def check_demo(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The demo shows its logins and has no second factor: never on a public address."""
    site = urlsplit(settings.SITE_URL)
    if settings.DEMO and site.scheme == "https" and not is_local(site.hostname or ""):
        return [
            Error(
                f"DEMO is on for {settings.SITE_URL}: the demo prints its passwords on the login "
                "page and runs without second factor.",
                hint="Unset DEMO, or give SITE_URL a local address.",
                id="portal.E005",
            )
        ]
    return []


@register(Tags.security)
def check_https(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Outside demo and development everything goes over HTTPS, links in mails included."""
    if settings.DEBUG or settings.DEMO:
        return []
    site = urlsplit(settings.SITE_URL)
    found: list[CheckMessage] = []
    if site.scheme != "https" and not is_local(site.hostname or ""):
        found.append(
            Error(
                f"SITE_URL is {settings.SITE_URL}: passwords and links would travel unprotected.",
                hint="Give SITE_URL its https:// address.",
                id="portal.E006",
            )
        )
    if site.scheme == "https" and not settings.HTTPS:
        found.append(
            Error(
                "SITE_URL is https:// but HTTPS is switched off, so that cookies are sent "
                "unprotected as well.",
                hint="Unset HTTPS=0.",
                id="portal.E007",
            )
        )
    if site.hostname and site.hostname not in settings.ALLOWED_HOSTS:
        found.append(
            Warning(
                f"SITE_URL's host {site.hostname} is not in ALLOWED_HOSTS: links in mails would "
                "lead to an error page.",
                id="portal.W001",
            )
        )
    return found


@register(Tags.database)
def check_driver(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Django prefers psycopg 3 without a word where both are installed."""
    if find_spec("psycopg") is not None:
        return [
            Error(
                "psycopg 3 is installed beside psycopg2; Django would silently use it, and the "
                "portal is not tested with it.",
                hint="pip uninstall psycopg psycopg-binary psycopg-pool",
                id="portal.E008",
            )
        ]
    return []


@register(Tags.security)
def check_mail(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without a mail server nobody can confirm a mailbox or reset a password."""
    if settings.DEBUG or settings.DEMO:
        return []
    if settings.EMAIL_BACKEND.endswith(("console.EmailBackend", "dummy.EmailBackend")):
        return [
            Warning(
                "EMAIL_URL names no mail server: mails would be printed to the log and reach "
                "nobody.",
                hint="EMAIL_URL=smtp+tls://user:password@mail.example:587",
                id="portal.W002",
            )
        ]
    return []
