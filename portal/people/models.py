"""People and units: legal identity, what a unit is to each association, and who may act for it."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.people import uscc
from portal.people.enums import (
    FactType,
    Level,
    OrganisationKind,
    RequestState,
    Right,
    StaffRole,
    VerificationState,
)
from portal.phone import validate_phone


class UserManager(BaseUserManager["User"]):
    """Makes users that log in with their mailbox."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an ordinary user; without a password the account waits for activation."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an operator of the installation who belongs to no association."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a user whatever the case the mailbox was typed in."""
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person; what she may do follows from memberships and staff posts, not from this row."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("mailbox"), unique=True)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60)
    phone = models.CharField(_("phone"), max_length=30, blank=True, validators=[validate_phone])
    # When the privacy notice was agreed to; empty for accounts an operator made.
    consented_at = models.DateTimeField(
        _("agreed to the privacy notice"), null=True, editable=False
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the name as written; Chinese names are not split."""
        return self.name

    def get_short_name(self) -> str:
        """Return the name as written."""
        return self.name


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Sets of units."""

    def live(self) -> OrganisationQuerySet:
        """Leave out units merged into another."""
        return self.filter(merged_into=None)

    def of_member(self, user: User) -> OrganisationQuerySet:
        """Units for which the person may act now."""
        return self.live().filter(
            pk__in=Membership.objects.active().filter(user=user).values("organisation")
        )


class Organisation(models.Model):
    """A unit's legal identity; kind and level are an association's view, see Affiliation."""

    name = models.CharField(_("full name"), max_length=120)
    uscc = models.CharField(
        _("unified social credit code"), max_length=18, null=True, blank=True, unique=True
    )
    # Some real codes fail the check digit: staff may accept one, and it is remembered who did.
    uscc_accepted_by = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    region = models.CharField(_("region"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True, validators=[validate_phone])
    head_name = models.CharField(_("head of the unit"), max_length=60, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="branches",
        verbose_name=_("parent unit"),
    )  # fmt: skip
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(merged_into=None),
                name="organisation_name_once",
                violation_error_message=_("A unit of this name is registered already."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")), name="organisation_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=models.F("id")), name="organisation_not_merged_into_itself"
            ),
            # The shape only: the check digit is a warning, not a refusal.
            models.CheckConstraint(
                condition=Q(uscc=None) | Q(uscc__regex=uscc.SHAPE),
                name="uscc_has_18_characters",
                violation_error_message=_("The code has 18 digits and capital letters."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def uscc_is_odd(self) -> bool:
        """Whether the code fails its check digit and no association has accepted it yet."""
        return (
            self.uscc is not None
            and self.uscc_accepted_by_id is None
            and not uscc.is_sound(self.uscc)
        )


class Issuer(models.Model):
    """An association that publishes calls on this installation."""

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, related_name="issuer", verbose_name=_("organisation")
    )
    slug = models.SlugField(_("short address"), unique=True)
    short_name = models.CharField(_("short name"), max_length=30)
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    contact_phone = models.CharField(
        _("contact phone"), max_length=60, blank=True, validators=[validate_phone]
    )
    contact_email = models.EmailField(_("contact mailbox"), blank=True)
    icp = models.CharField(_("ICP filing number"), max_length=60, blank=True)
    privacy_notice = models.TextField(_("privacy notice"), blank=True)

    class Meta:
        verbose_name = _("issuer")
        verbose_name_plural = _("issuers")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.organisation.name


class StaffPostQuerySet(models.QuerySet["StaffPost"]):
    """Sets of staff posts."""

    def active(self) -> StaffPostQuerySet:
        """Posts held now."""
        return self.filter(ended_at=None)


class StaffPost(models.Model):
    """A person working for an issuer."""

    user = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name=_("user"))
    issuer = models.ForeignKey(
        Issuer, models.PROTECT, related_name="posts", verbose_name=_("issuer")
    )
    role = models.CharField(_("role"), max_length=20, choices=StaffRole)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = StaffPostQuerySet.as_manager()

    class Meta:
        verbose_name = _("staff post")
        verbose_name_plural = _("staff posts")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "issuer"],
                condition=Q(ended_at=None),
                name="one_active_post_per_issuer",
                violation_error_message=_("This person holds a post there already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    """Sets of affiliations."""

    def verified(self) -> AffiliationQuerySet:
        """Affiliations an association has checked and that still stand."""
        return self.filter(state=VerificationState.VERIFIED)


class Affiliation(models.Model):
    """What a unit is to one association: a city society never passes as a provincial one."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="affiliations", verbose_name=_("organisation")
    )
    issuer = models.ForeignKey(
        Issuer, models.PROTECT, related_name="affiliations", verbose_name=_("issuer")
    )
    kind = models.CharField(_("kind"), max_length=30, choices=OrganisationKind)
    level = models.CharField(_("level"), max_length=12, choices=Level, blank=True)
    number = models.CharField(_("register number"), max_length=40, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=VerificationState,
        default=VerificationState.PENDING,
        editable=False,
    )
    reason = models.TextField(_("reason of refusal"), blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("verified by"),
    )  # fmt: skip
    decided_at = models.DateTimeField(_("verified on"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "issuer"],
                condition=~Q(state=VerificationState.ENDED),
                name="one_affiliation_per_issuer",
                violation_error_message=_("The unit is registered with this association already."),
            ),
            models.CheckConstraint(
                condition=~Q(state=VerificationState.REFUSED) | ~Q(reason=""),
                name="refusal_has_reason",
                violation_error_message=_("A refusal needs a reason."),
            ),
        ]

    def __str__(self) -> str:
        level = self.get_level_display()
        return f"{level}{self.get_kind_display()}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Sets of memberships."""

    def active(self) -> MembershipQuerySet:
        """Memberships that have not ended."""
        return self.filter(ended_at=None)

    def with_right(self, right: Right) -> MembershipQuerySet:
        """Active memberships that carry one right."""
        return self.active().filter(**{f"is_{right.value}": True})


class Membership(models.Model):
    """A person's rights in a unit; one clerk may be everything in a small society."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="memberships", verbose_name=_("user")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    is_administrator = models.BooleanField(_("unit administrator"), default=False)
    is_filler = models.BooleanField(_("filler"), default=True)
    is_approver = models.BooleanField(_("approver"), default=False)
    is_seal_keeper = models.BooleanField(_("seal keeper"), default=False)
    position = models.CharField(_("position held"), max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(ended_at=None),
                name="one_active_membership",
                violation_error_message=_("This person is a member already."),
            ),
            models.CheckConstraint(
                condition=Q(is_administrator=True)
                | Q(is_filler=True)
                | Q(is_approver=True)
                | Q(is_seal_keeper=True),
                name="membership_has_a_right",
                violation_error_message=_("Choose at least one right."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"

    def has(self, right: Right) -> bool:
        """Tell whether this membership carries the right and still stands."""
        return self.ended_at is None and bool(getattr(self, f"is_{right.value}"))

    @property
    def rights(self) -> list[Right]:
        """The rights carried, in the order of the enumeration."""
        return [right for right in Right if getattr(self, f"is_{right.value}")]


class FactCode(models.Model):
    """A kind of yearly fact an association keeps, such as 年检 or an honour."""

    # Whether results of earlier projects are owed; the one fact that the portal writes itself.
    OVERDUE: ClassVar[str] = "overdue"

    issuer = models.ForeignKey(
        Issuer, models.CASCADE, related_name="fact_codes", verbose_name=_("issuer")
    )
    code = models.SlugField(_("code"), max_length=40)
    label = models.CharField(_("name"), max_length=60)
    type = models.CharField(_("type"), max_length=10, choices=FactType, default=FactType.YES_NO)

    class Meta:
        verbose_name = _("kind of yearly fact")
        verbose_name_plural = _("kinds of yearly facts")
        ordering = ["issuer", "code"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "code"], name="fact_code_once_per_issuer")
        ]

    def __str__(self) -> str:
        return self.label


def fact_value_words(value: str) -> str:
    """Return what is kept as the value of a yearly fact in words."""
    return {"yes": gettext("yes"), "no": gettext("no")}.get(value, value)


class YearlyFact(models.Model):
    """What an association knows of a unit for a year; no row means unknown, which is not false."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="facts", verbose_name=_("organisation")
    )
    # The issuer stands on the code; a copy here would be a second truth.
    code = models.ForeignKey(
        FactCode, models.PROTECT, related_name="facts", verbose_name=_("kind of fact")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    # "yes" and "no" for yes-or-no facts and honours, the grade's own word for grades, the last
    # day in ISO for what holds until a day, plain digits for numbers.
    value = models.CharField(_("value"), max_length=40)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("yearly fact")
        verbose_name_plural = _("yearly facts")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code", "year"],
                name="one_fact_per_year",
                violation_error_message=_("This fact is entered for that year already."),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=1990, year__lte=2100), name="fact_year_plausible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year} {self.code}: {self.value_words}"

    @property
    def value_words(self) -> str:
        """The value as a reader sees it: yes and no as words, a grade as it is."""
        return fact_value_words(self.value)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Sets of invitations."""

    def standing(self, now: dt.datetime) -> InvitationQuerySet:
        """Invitations that can still be accepted at the instant."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """A one-use way into a unit, by mail or as a printed activation code."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="invitations", verbose_name=_("organisation")
    )
    # A printed code may be for a clerk whose mailbox nobody knows yet.
    email = models.EmailField(_("mailbox"), blank=True)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True, validators=[validate_phone])
    # A mailed code proves the mailbox and serves its owner alone; a printed one proves nothing.
    by_mail = models.BooleanField(_("sent by mail"), default=True, editable=False)
    is_administrator = models.BooleanField(_("unit administrator"), default=False)
    is_filler = models.BooleanField(_("filler"), default=True)
    is_approver = models.BooleanField(_("approver"), default=False)
    is_seal_keeper = models.BooleanField(_("seal keeper"), default=False)
    # Only the hash is kept: who reads the table cannot enter a unit.
    code_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                condition=Q(by_mail=False) | ~Q(email=""),
                name="mailed_invitation_has_mailbox",
                violation_error_message=_("An invitation by mail needs a mailbox."),
            ),
            models.CheckConstraint(
                condition=Q(is_administrator=True)
                | Q(is_filler=True)
                | Q(is_approver=True)
                | Q(is_seal_keeper=True),
                name="invitation_has_a_right",
                violation_error_message=_("Choose at least one right."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.email or self.name}"

    @property
    def rights(self) -> list[Right]:
        """The rights that accepting will give, in the order of the enumeration."""
        return [right for right in Right if getattr(self, f"is_{right.value}")]


class MembershipRequest(models.Model):
    """A person asking a unit's administrators to be taken in."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="membership_requests", verbose_name=_("user")
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="requests", verbose_name=_("organisation")
    )
    message = models.CharField(_("message"), max_length=300, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=RequestState, default=RequestState.OPEN, editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("request for membership")
        verbose_name_plural = _("requests for membership")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(state=RequestState.OPEN),
                name="one_open_request",
                violation_error_message=_("You have asked this unit already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.organisation}"
