"""App configuration of applications: whom calls ask for a unit's standing, words for the audit."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ApplicationsConfig(AppConfig):
    """Drafting, sign-off, hand-in and returns."""

    name = "applications"
    verbose_name = pgettext_lazy("part of the portal", "Applications")

    def ready(self) -> None:
        """Answer calls' one question, follow their changes, move rows when units are merged."""
        from applications import receivers  # noqa: F401 - connects them
        from applications.merging import move_applications
        from applications.services import persons_kept
        from applications.services.renewing import under_way
        from applications.services.standing import standing_of
        from applications.states import Action
        from calls.ports import provide_drafts, provide_standing
        from portal.audit.labels import register_actions
        from portal.register.merging import MERGERS
        from portal.register.services.personal import NEEDS, TELLERS

        provide_standing(standing_of)
        provide_drafts(under_way)
        MERGERS.append(move_applications)
        TELLERS.append(persons_kept.tell)
        NEEDS.append(persons_kept.needs)
        register_actions({f"application_{action}": action.label for action in Action})
        register_actions(
            {
                "application_started": _("Application begun"),
                "form_sealed": _("Form sealed in the portal"),
                "form_countersealed": _("Form sealed by the association"),
                "accounts_scan_compared": _("Stamped final accounts compared"),
                "accounts_scan_uploaded": _("Stamped final accounts uploaded"),
                "change_decided": _("Change of a project decided"),
                "change_requested": _("Change of a project asked for"),
                "confidential_content_declared": _("Confidential content declared"),
                "recommender_chosen": _("Recommending unit chosen"),
                "handed_up": _("Selected application handed up"),
                "list_frozen": _("Recommendation list frozen"),
                "list_handed_in": _("Recommendation list handed in"),
                "list_letter_uploaded": _("Covering letter uploaded"),
                "list_scan_compared": _("Stamped summary table compared"),
                "list_scan_uploaded": _("Stamped summary table uploaded"),
                "list_sealed": _("Summary table sealed in the portal"),
                "list_taken_back": _("Recommendation list taken back"),
                "deliverable_accepted": _("Deliverable accepted"),
                "deliverable_confidential": _("Confidential content declared for a deliverable"),
                "deliverable_extended": _("More time given for a deliverable"),
                "deliverable_handed_in": _("Deliverable handed in"),
                "deliverable_returned": _("Deliverable returned"),
                "deliverable_waived": _("Deliverable not needed any more"),
                "flag_settled": _("Point left open by a rule settled"),
                "form_downloaded": _("Printed form downloaded"),
                "packet_handed_in": _("Form handed in"),
                "papers_booked_in": _("Papers booked in"),
                "papers_taken_back": _("Booking of papers taken back"),
                "expert_to_avoid_named": _("Expert to avoid named"),
                "expert_to_avoid_dropped": _("Expert to avoid taken off"),
                "partner_confirmed": _("Partner confirmed"),
                "partner_declined": _("Partner declined"),
                "payment_recorded": _("Payment written down"),
                "project_completed": _("Completion reported"),
                "retention_erased": _("Form erased, its time being over"),
                "retention_held": _("Form kept beyond its time"),
                "retention_lifted": _("Form let go at its time again"),
                "scan_compared": _("Stamped scan compared"),
                "scan_uploaded": _("Stamped scan uploaded"),
                "version_frozen": _("Version frozen"),
            }
        )
