"""Staff begin and stop filling in for a unit; both are written down."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.enums import VerificationState
from portal.people.models import Issuer, Organisation, User
from portal.register.services.notices import clerks_of, tell


@transaction.atomic
def started(*, by: User, organisation: Organisation, issuer: Issuer) -> None:
    """Write down that staff begin, and tell the unit, in whose name they write.

    Raises ``RuleViolation`` where the unit is not the issuer's.
    """
    affiliations = organisation.affiliations.exclude(state=VerificationState.ENDED)
    if not affiliations.filter(issuer=issuer).exists():
        raise RuleViolation([_("This unit does not belong to the association.")])
    record(
        "on_behalf_started", by=by, target=organisation, issuer=issuer, organisation=organisation
    )
    tell(
        clerks_of(organisation),
        "register/on_behalf",
        {"organisation": organisation, "issuer": issuer, "helper": by.name},
        about=f"on-behalf-{organisation.pk}",
        issuer=issuer,
        url=reverse("applications:my"),
    )


@transaction.atomic
def stopped(*, by: User, organisation: Organisation, issuer: Issuer) -> None:
    """Write down that staff stop."""
    record(
        "on_behalf_stopped", by=by, target=organisation, issuer=issuer, organisation=organisation
    )
