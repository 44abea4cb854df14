"""What every page needs: whose it is, where one can go, the server's time, whether it is a demo."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import clock


@dataclass(frozen=True, slots=True)
class NavItem:
    """One place in the main navigation."""

    label: str | Promise
    url: str
    current: bool
    end: bool = False
    unread: int | None = None


# Kept in the session at sign-in, so that pages need not ask the database who is an expert.
DESK_KEY = "expert_desk"
_PUBLIC = (
    (_("Open calls"), "calls:list"),
    (_("Notices"), "calls:notices"),
    (_("Results"), "calls:results"),
    (_("Verify a document"), "documents:verify"),
)
_MEMBER = ((_("My work"), "applications:my"), (_("Messages"), "mail:inbox"))
_DESK = ((_("Expert desk"), "desk:files"),)
_STAFF = ((_("Administration"), "admin:index"),)


def site(request: HttpRequest) -> dict[str, object]:
    """Give the base template its inputs; asks the database nothing.

    ``request.issuer``, ``request.unit`` and ``request.unread`` (messages not yet read) are set by
    views that know them. A view may also put ``issuer`` into its own context, which wins.
    """
    path = request.path
    return {
        "site_issuer": getattr(request, "issuer", None),
        "site_unit": getattr(request, "unit", None),
        "server_now": clock.shown(),
        "clock_url": _url("clock"),
        "demo": settings.DEMO,
        "nav": _nav(request, path),
        "portal_name": _("Application portal"),
        "language_url": _url("language"),
    }


def _nav(request: HttpRequest, path: str) -> list[NavItem]:
    """List the places open to this visitor that the installation really has."""
    user = getattr(request, "user", None)
    places = list(_PUBLIC)
    if user is not None and user.is_authenticated:
        places += _MEMBER
        session = getattr(request, "session", None)
        if session is not None and session.get(DESK_KEY):
            places += _DESK
        if user.is_staff:
            places += _STAFF
    items = [(label, _url(name), name) for label, name in places]
    unread = getattr(request, "unread", None)
    return [
        NavItem(
            label,
            url,
            current=path.startswith(url),
            end=name == "admin:index",
            unread=unread if name == "mail:inbox" else None,
        )
        for label, url, name in items
        if url
    ]


def _url(name: str) -> str:
    """Return the address of a page, or nothing where no app mounts it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
