"""The closed vocabularies of people and units."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganisationKind(TextChoices):
    """What a unit is to one association."""

    SOCIETY = "society", _("Society")
    SOCIETY_FEDERATION = "society_federation", _("Federation of societies")
    ENTERPRISE_ASSOCIATION = "enterprise_association", _("Enterprise association")
    ENTERPRISE_FEDERATION = "enterprise_federation", _("Federation of enterprise associations")
    UNIVERSITY_ASSOCIATION = "university_association", _("University association")
    UNIVERSITY = "university", _("University")
    INSTITUTE = "institute", _("Research institute")
    LOCAL_ASSOCIATION = "local_association", _("Local association")
    ASSOCIATION = "association", _("Association for science and technology")


class Level(TextChoices):
    """The administrative level at which an association ranks a unit."""

    NATIONAL = "national", _("National")
    PROVINCIAL = "provincial", _("Provincial")
    CITY = "city", _("City")
    COUNTY = "county", _("County")


class VerificationState(TextChoices):
    """Where the association's check of a unit stands."""

    PENDING = "pending", _("Awaiting verification")
    VERIFIED = "verified", _("Verified")
    REFUSED = "refused", _("Refused")
    ENDED = "ended", _("Ended")


class StaffRole(TextChoices):
    """What a person does for an issuer."""

    OFFICER = "officer", _("Officer in charge")
    HEAD = "head", _("Head of department")
    OFFICIAL = "official", _("Official (reads only)")


class Right(TextChoices):
    """What a member may do for the own unit."""

    ADMINISTRATOR = "administrator", _("Unit administrator")
    FILLER = "filler", _("Filler")
    APPROVER = "approver", _("Approver")
    SEAL_KEEPER = "seal_keeper", _("Seal keeper")


class FactType(TextChoices):
    """How the value of a yearly fact is written."""

    YES_NO = "yes_no", _("Yes or no")
    GRADE = "grade", _("Grade")
    HONOUR = "honour", _("Honour")
    UNTIL = "until", _("Until a day")
    NUMBER = "number", _("Whole number")


class RequestState(TextChoices):
    """What became of a request for membership."""

    OPEN = "open", _("Awaiting an answer")
    ACCEPTED = "accepted", _("Taken in")
    DECLINED = "declined", _("Turned down")
