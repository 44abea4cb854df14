"""The one way to write an audit row: in the transaction of the change it speaks of."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from portal.audit.models import AuditEntry
from portal.audit.origin import current_address
from portal.people.models import Issuer, Organisation, User

# Rows hold ids, never what a person is called or could log in with: they cannot be erased.
FORBIDDEN_DATA = frozenset({"name", "email", "phone", "password", "token", "secret"})


def record(
    action: str,
    *,
    by: User | None,
    target: Model | None,
    issuer: Issuer | None = None,
    organisation: Organisation | None = None,
    **data: Any,
) -> AuditEntry:
    """Write that ``by`` (None: the portal itself or a stranger) did ``action`` to ``target``.

    ``action`` is a slug such as ``application_submitted``. ``issuer`` decides which association's
    staff may read the row, without it only superusers do. ``data`` is kept as JSON. The row
    commits and rolls back with the caller's transaction. Raises ``ValueError`` for data that
    names a person or a secret.
    """
    return write(
        action,
        by=by,
        target=label_of_target(target) if target else "",
        issuer=issuer,
        organisation=organisation,
        **data,
    )


def write(
    action: str,
    *,
    by: User | None,
    target: str,
    issuer: Issuer | None = None,
    organisation: Organisation | None = None,
    **data: Any,
) -> AuditEntry:
    """Write a row about something that is named already, for example because it is gone."""
    if forbidden := FORBIDDEN_DATA & data.keys():
        raise ValueError(f"audit rows hold ids, never {', '.join(sorted(forbidden))}")
    return AuditEntry.objects.create(
        action=action,
        actor_id=by.pk if by else None,
        issuer_id=issuer.pk if issuer else None,
        organisation_id=organisation.pk if organisation else None,
        target=target,
        data=data,
        ip=current_address(),
    )


def label_of_target(target: Model) -> str:
    """Return how audit rows name a database row: ``app.model:pk``."""
    return f"{target._meta.label_lower}:{target.pk}"
