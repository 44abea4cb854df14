"""App configuration of reviews."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    """Formal check, decision, result, exports."""

    name = "reviews"
    verbose_name = _("Check and decide")
    # Reasons may name a person; they leave and go with the application they speak of.
    personal_fields = {"FormalCheck": ("reason",), "Decision": ("note",)}

    def ready(self) -> None:
        """Give the audit pages words for what staff do here."""
        from portal.audit.labels import register_actions

        register_actions(
            {
                "check_concluded": _("Formal check concluded"),
                "decision_saved": _("Decision drafted"),
                "result_published": _("Result published"),
                "phone_list_read": _("Phone list of the last evening read"),
                "submission_downloaded": _("File of an application downloaded"),
                "dossier_downloaded": _("Dossier downloaded"),
                "register_exported": _("Register exported"),
                "dossiers_exported": _("Dossiers of a call exported"),
            }
        )
