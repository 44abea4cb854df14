"""A unit enters the register: its identity, its first administrator, the associations it asks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.audit.services import record
from portal.errors import Refusal, RuleViolation
from portal.people import uscc
from portal.people.enums import Level, OrganisationKind, VerificationState
from portal.people.models import Affiliation, Issuer, Membership, Organisation, User

UNIT_EXISTS = "unit_exists"
# A blank between two Chinese characters or signs comes from layout, it is never part of a name.
_BLANK_IN_CHINESE = re.compile(r"(?<=[\u2e80-\uffef]) (?=[\u2e80-\uffef])")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a unit says of itself."""

    name: str
    uscc: str = ""
    region: str = ""
    address: str = ""
    phone: str = ""
    head_name: str = ""
    parent: Organisation | None = None

    def cleaned(self) -> Identity:
        """Return the same identity without stray blanks, the code in its written form."""
        return Identity(
            name=_BLANK_IN_CHINESE.sub("", " ".join(self.name.split())),
            uscc=uscc.normalise(self.uscc),
            region=self.region.strip(),
            address=self.address.strip(),
            phone=self.phone.strip(),
            head_name=self.head_name.strip(),
            parent=self.parent,
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """An association the unit wants to belong to, and as what."""

    issuer: Issuer
    kind: OrganisationKind
    level: Level | None = None
    number: str = ""


def find_existing(*, name: str, code: str) -> Organisation | None:
    """Return the unit that already carries this code or, failing that, this name."""
    live = Organisation.objects.all().live()
    code = uscc.normalise(code)
    by_code = live.filter(uscc=code).first() if code else None
    return by_code or live.filter(name=Identity(name).cleaned().name).first()


@transaction.atomic
def register(*, by: User, identity: Identity, wishes: Sequence[Wish]) -> Organisation:
    """Enter a unit; the registrant becomes its administrator and filler.

    Drafts may begin at once, hand-in waits for an association's verification. Raises
    ``RuleViolation`` (code ``unit_exists``) when the unit is in the register, or when no
    association is named.
    """
    identity = identity.cleaned()
    if not wishes:
        raise RuleViolation([_("Choose at least one association.")])
    if find_existing(name=identity.name, code=identity.uscc):
        raise _exists()
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                name=identity.name,
                uscc=identity.uscc or None,
                region=identity.region,
                address=identity.address,
                phone=identity.phone,
                head_name=identity.head_name,
                parent=identity.parent,
            )
    except IntegrityError as error:
        # Two registrants at once: the constraint lets one through.
        raise _exists() from error
    Membership.objects.create(
        user=by, organisation=organisation, is_administrator=True, is_filler=True
    )
    record("organisation_registered", by=by, target=organisation, organisation=organisation)
    for wish in wishes:
        ask_association(by=by, organisation=organisation, wish=wish)
    return organisation


def _exists() -> RuleViolation:
    return RuleViolation([Refusal(_("This unit is in the register already."), code=UNIT_EXISTS)])


@transaction.atomic
def ask_association(*, by: User, organisation: Organisation, wish: Wish) -> Affiliation:
    """Ask one association to take the unit in, or ask again after a refusal.

    Raises ``RuleViolation`` while an earlier request waits or the unit is verified there.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    standing = (
        Affiliation.objects.filter(organisation=organisation, issuer=wish.issuer)
        .exclude(state=VerificationState.ENDED)
        .first()
    )
    if standing is not None and standing.state != VerificationState.REFUSED:
        raise RuleViolation([_("The unit is registered with this association already.")])
    affiliation = standing or Affiliation(organisation=organisation, issuer=wish.issuer)
    affiliation.kind = wish.kind
    affiliation.level = wish.level or ""
    affiliation.number = wish.number or affiliation.number
    affiliation.state = VerificationState.PENDING
    affiliation.reason = ""
    affiliation.decided_by = affiliation.decided_at = None
    affiliation.save()
    record(
        "affiliation_asked",
        by=by,
        target=affiliation,
        issuer=wish.issuer,
        organisation=organisation,
        kind=wish.kind,
        level=affiliation.level,
        again=standing is not None,
    )
    return affiliation


@transaction.atomic
def correct_identity(*, by: User, organisation: Organisation, identity: Identity) -> Organisation:
    """Change what a unit says of itself.

    Name, code and parent stand fast once an association has verified the unit: then only region,
    address, phone and head change here, the rest through the association's staff. Raises
    ``RuleViolation`` when name or code belong to another unit.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    identity = identity.cleaned()
    columns = ["region", "address", "phone", "head_name"]
    if not is_fixed(organisation):
        columns += ["name", "uscc", "parent"]
    changed = []
    for column in columns:
        value = getattr(identity, column)
        if column == "uscc":
            value = value or None
        if getattr(organisation, column) != value:
            setattr(organisation, column, value)
            changed.append(column)
    if not changed:
        return organisation
    _refuse_circle(organisation)
    if "uscc" in changed:
        organisation.uscc_accepted_by = None
    try:
        with transaction.atomic():
            organisation.save(update_fields=[*changed, "uscc_accepted_by"])
    except IntegrityError as error:
        raise _exists() from error
    record(
        "organisation_changed",
        by=by,
        target=organisation,
        organisation=organisation,
        columns=changed,
    )
    return organisation


def is_fixed(organisation: Organisation) -> bool:
    """Tell whether an association has verified the unit, so that its identity stands fast."""
    return organisation.affiliations.filter(state=VerificationState.VERIFIED).exists()


def _refuse_circle(organisation: Organisation) -> None:
    """Refuse a parent that lies below the unit itself."""
    above = organisation.parent
    while above is not None:
        if above.pk == organisation.pk:
            raise RuleViolation([_("A unit cannot lie above its own parent.")])
        above = above.parent
