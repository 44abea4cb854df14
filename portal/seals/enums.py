"""The closed vocabularies of seals."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Way(TextChoices):
    """What a seal is made of, and so what it is worth."""

    CERTIFICATE = "certificate", _("Certificate")
    IMAGE = "image", _("Seal image")
    SERVICE = "service", _("E-seal service")


class SealState(TextChoices):
    """Whether a seal may be used."""

    PENDING = "pending", _("Awaiting the association")
    ACTIVE = "active", _("In use")
    REVOKED = "revoked", _("Revoked")


class Party(TextChoices):
    """For whom a document is sealed; also the name of its box and signature field."""

    UNIT = "unit", _("Applying unit")
    ISSUER = "issuer", _("Association")

    @property
    def box(self) -> str:
        """Return the name of the box in the printed layout."""
        return f"seal-{self.value}"

    @property
    def field(self) -> str:
        """Return the name of the signature field."""
        return f"seal_{self.value}"
