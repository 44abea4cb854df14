"""An association checks a unit: verify, refuse, change what it is, end."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import clock
from portal.audit.services import record
from portal.errors import Refusal, RuleViolation
from portal.people.enums import Level, OrganisationKind, VerificationState
from portal.people.models import Affiliation, Issuer, Organisation, User
from portal.register.services.notices import administrators_of, tell

ODD_CODE = "odd_code"


@transaction.atomic
def verify(
    *,
    by: User,
    affiliation: Affiliation,
    kind: OrganisationKind,
    level: Level | None,
    number: str = "",
    accept_odd_code: bool = False,
) -> Affiliation:
    """Take the unit in as this kind and level; its administrators are told.

    Raises ``RuleViolation`` if it is not waiting or refused, or (code ``odd_code``) if its code
    fails the check digit and ``accept_odd_code`` is not said.
    """
    affiliation = _locked(affiliation)
    if affiliation.state not in (VerificationState.PENDING, VerificationState.REFUSED):
        raise RuleViolation([_("This affiliation is decided already.")])
    if affiliation.organisation.uscc_is_odd:
        if not accept_odd_code:
            raise RuleViolation(
                [Refusal(_("The social credit code fails its check digit."), code=ODD_CODE)]
            )
        accept_uscc(by=by, organisation=affiliation.organisation, issuer=affiliation.issuer)
    take_in(by=by, affiliation=affiliation, kind=kind, level=level, number=number)
    _tell(affiliation, "register/verified")
    return affiliation


def take_in(
    *, by: User, affiliation: Affiliation, kind: str, level: str | None, number: str
) -> None:
    """Write an affiliation, a new one or one that waits, as verified; nobody is told.

    For units that staff enter or import themselves, who vouch for what they enter.
    """
    affiliation.kind, affiliation.level, affiliation.number = kind, level or "", number
    affiliation.reason = ""
    _decide(affiliation, VerificationState.VERIFIED, by)
    _record("affiliation_verified", affiliation, by, kind=affiliation.kind, level=affiliation.level)


@transaction.atomic
def refuse(*, by: User, affiliation: Affiliation, reason: str) -> Affiliation:
    """Refuse the unit with a reason its administrators read; they may correct and ask again.

    Raises ``RuleViolation`` without a reason or when the unit is not waiting.
    """
    affiliation = _locked(affiliation)
    if not reason.strip():
        raise RuleViolation([_("A refusal needs a reason.")])
    if affiliation.state != VerificationState.PENDING:
        raise RuleViolation([_("This affiliation is decided already.")])
    affiliation.reason = reason.strip()
    _decide(affiliation, VerificationState.REFUSED, by)
    _record("affiliation_refused", affiliation, by, reason=affiliation.reason)
    _tell(affiliation, "register/refused")
    return affiliation


@transaction.atomic
def change(
    *, by: User, affiliation: Affiliation, kind: OrganisationKind, level: Level | None, number: str
) -> Affiliation:
    """Change kind, level or register number of a unit that the association knows.

    Raises ``RuleViolation`` when the affiliation has ended.
    """
    affiliation = _locked(affiliation)
    if affiliation.state == VerificationState.ENDED:
        raise RuleViolation([_("This affiliation has ended.")])
    new = {"kind": str(kind), "level": str(level or ""), "number": number}
    old = {column: getattr(affiliation, column) for column in new}
    if new == old:
        return affiliation
    for column, value in new.items():
        setattr(affiliation, column, value)
    affiliation.save(update_fields=list(new))
    _record("affiliation_changed", affiliation, by, before=old, after=new)
    return affiliation


@transaction.atomic
def end(*, by: User, affiliation: Affiliation, reason: str) -> Affiliation:
    """End a verified affiliation, for instance of a dissolved society; its past stays readable.

    Raises ``RuleViolation`` without a reason or if the unit is not verified.
    """
    affiliation = _locked(affiliation)
    if not reason.strip():
        raise RuleViolation([_("Ending an affiliation needs a reason.")])
    if affiliation.state != VerificationState.VERIFIED:
        raise RuleViolation([_("Only a verified affiliation can be ended.")])
    affiliation.reason = reason.strip()
    _decide(affiliation, VerificationState.ENDED, by)
    _record("affiliation_ended", affiliation, by, reason=affiliation.reason)
    _tell(affiliation, "register/ended")
    return affiliation


@transaction.atomic
def accept_uscc(*, by: User, organisation: Organisation, issuer: Issuer) -> Organisation:
    """Accept a social credit code that fails its check digit, and keep who did.

    Raises ``RuleViolation`` if there is nothing odd to accept.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not organisation.uscc_is_odd:
        raise RuleViolation([_("This code needs no acceptance.")])
    organisation.uscc_accepted_by = by
    organisation.save(update_fields=["uscc_accepted_by"])
    record("uscc_accepted", by=by, target=organisation, issuer=issuer, organisation=organisation)
    return organisation


def _locked(affiliation: Affiliation) -> Affiliation:
    return (
        Affiliation.objects.select_for_update(of=("self",))
        .select_related("organisation", "issuer__organisation")
        .get(pk=affiliation.pk)
    )


def _decide(affiliation: Affiliation, state: VerificationState, by: User) -> None:
    affiliation.state = state
    affiliation.decided_by = by
    affiliation.decided_at = clock.now()
    affiliation.save()


def _record(action: str, affiliation: Affiliation, by: User, **data: Any) -> None:
    record(
        action,
        by=by,
        target=affiliation,
        issuer=affiliation.issuer,
        organisation=affiliation.organisation,
        **data,
    )


def _tell(affiliation: Affiliation, template: str) -> None:
    """Write to the unit's administrators what the association decided."""
    organisation = affiliation.organisation
    tell(
        administrators_of(organisation),
        template,
        {
            "organisation": organisation.name,
            # An object: its words are chosen in the language of the reader.
            "affiliation": affiliation,
            "reason": affiliation.reason,
        },
        about=f"affiliation-{affiliation.pk}-{affiliation.state}",
        issuer=affiliation.issuer,
        url=reverse("register:status", args=[organisation.pk]),
    )
