"""Whom the register writes to, and that the same thing may be told again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from portal import clock
from portal.mail.services import Recipient, queue
from portal.people.enums import Right
from portal.people.models import Issuer, Membership, Organisation, User


def administrators_of(organisation: Organisation) -> list[User]:
    """Return the persons who administer the unit now and can still log in."""
    memberships = Membership.objects.all().with_right(Right.ADMINISTRATOR)
    return list(
        User.objects.filter(
            pk__in=memberships.filter(organisation=organisation).values("user"), is_active=True
        )
    )


def clerks_of(organisation: Organisation) -> list[User]:
    """Return who administers the unit or fills in for it now and can still log in."""
    memberships = Membership.objects.active().filter(
        Q(is_administrator=True) | Q(is_filler=True), organisation=organisation
    )
    return list(User.objects.filter(pk__in=memberships.values("user"), is_active=True))


def tell(
    people: Iterable[Recipient],
    template: str,
    context: dict[str, Any],
    *,
    about: str,
    issuer: Issuer | None = None,
    url: str = "",
    sensitive: bool = False,
) -> None:
    """Queue one message per person.

    ``about`` names what happened, such as ``affiliation-7-verified``. The instant is added: the
    same thing may happen again (refused, handed in anew, refused) and is then told again.
    ``sensitive`` hides the text from staff: it holds a code.
    """
    occasion = f"{about}-{clock.now():%Y%m%d%H%M%S%f}"
    for person in people:
        queue(
            to=person,
            template=template,
            context=context,
            occasion=occasion,
            issuer=issuer,
            url=url,
            sensitive=sensitive,
        )
