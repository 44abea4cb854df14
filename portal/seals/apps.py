"""App configuration of seals."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SealsConfig(AppConfig):
    """Seals: kept under lock, used by their keeper, checked by anybody."""

    name = "portal.seals"
    label = "seals"
    verbose_name = _("Seals")

    def ready(self) -> None:
        """Register checks and the words of actions; tell documents who keeps seals."""
        from portal.audit.labels import register_actions
        from portal.documents.ports import provide_seals
        from portal.seals import checks  # noqa: F401
        from portal.seals.judging import KeptSeals

        provide_seals(KeptSeals())
        register_actions(
            {
                "seal_added": _("Seal added"),
                "seal_accepted": _("Differing name on a seal accepted"),
                "seal_revoked": _("Seal revoked"),
                "seal_used": _("Seal used"),
                "seal_password_wrong": _("Wrong password for a seal"),
                "seal_authority_added": _("Authority trusted"),
                "seal_revocations_taken": _("Revocation list of an authority taken in"),
                "seal_authority_ended": _("Authority trusted no longer"),
            }
        )
