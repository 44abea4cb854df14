"""App configuration of reviews."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    """Formal check, decision, result, exports."""

    name = "reviews"
    verbose_name = _("Check and decide")
    # Reasons may name a person; they leave and go with the application they speak of.
    personal_fields = {
        "FormalCheck": ("reason",),
        "Decision": ("note",),
        "Objection": ("name", "unit_name", "phone", "email", "text", "answer"),
        "ObjectionLog": ("note",),
        "Feedback": ("text",),
        "Expert": ("name", "email", "phone", "unit_name", "title", "note"),
        "ExpertTie": ("unit_name", "reason"),
        "ExpertList": ("rows",),
        "Assignment": ("opinion", "ended_reason", "reopened_reason"),
        "SheetEntry": ("text",),
        "Score": ("comment",),
        "Meeting": ("notes",),
        "MeetingItem": ("note",),
    }

    def ready(self) -> None:
        """Give the audit words for what is done here; let experts land on their desk."""
        from django.contrib.auth.signals import user_logged_in

        import reviews.receivers  # noqa: F401
        from applications.services.erasing import ERASERS
        from applications.services.retaining import HOLDERS
        from calls.ports import provide_presenter
        from portal.audit.labels import register_actions
        from portal.register.adapter import LANDINGS
        from portal.register.merging import MERGERS
        from portal.register.services.personal import FORGETTERS, NEEDS, TELLERS
        from reviews.desk.arrival import landing_of, note_desk
        from reviews.merging import move_experts
        from reviews.presenting import presented
        from reviews.services import experts_kept
        from reviews.services.erasing import erase_review, held_by_objections

        provide_presenter(presented)
        LANDINGS.append(landing_of)
        ERASERS.append(erase_review)
        HOLDERS.append(held_by_objections)
        MERGERS.append(move_experts)
        TELLERS.append(experts_kept.tell)
        NEEDS.append(experts_kept.needs)
        FORGETTERS.append(experts_kept.forget)
        user_logged_in.connect(note_desk, dispatch_uid="expert_desk")

        register_actions(
            {
                "check_concluded": _("Formal check concluded"),
                "decision_saved": _("Decision drafted"),
                "result_published": _("Result published"),
                "list_proposed": _("List of decisions proposed"),
                "list_approved": _("List of decisions approved"),
                "list_sent_back": _("List of decisions sent back"),
                "publicity_begun": _("List shown to the public"),
                "publicity_called_off": _("Publicity called off"),
                "publicity_announced": _("List announced after the publicity"),
                "entry_struck": _("Project struck from a publicity list"),
                "objection_filed": _("Objection received"),
                "objection_handled": _("Objection examined"),
                "objection_decided": _("Objection decided"),
                "objection_file_read": _("File of an objection read"),
                "award_notices_made": _("Award notices made"),
                "award_notices_handed_out": _("Award notices handed out"),
                "feedback_saved": _("Feedback drafted"),
                "feedback_released": _("Feedback released"),
                "phone_list_read": _("Phone list of the last evening read"),
                "submission_downloaded": _("File of an application downloaded"),
                "dossier_downloaded": _("Dossier downloaded"),
                "register_exported": _("Register exported"),
                "archive_made": _("Call laid into the archive"),
                "archive_downloaded": _("Archive downloaded"),
                "showcase_published": _("Project shown to the public"),
                "showcase_withdrawn": _("Public page of a project taken off"),
                "figures_exported": _("Figures of a year exported"),
                "report_ordered": _("Yearly report ordered"),
                "forms_exported": _("Printed forms of a call exported"),
                "dossiers_exported": _("Dossiers of a call exported"),
                "expert_invited": _("Expert invited"),
                "expert_joined": _("Expert accepted the invitation"),
                "expert_ended": _("Expert left the register"),
                "expert_imported": _("Expert taken from a list"),
                "expert_absence_set": _("Absence of an expert"),
                "expert_tie_declared": _("Tie of an expert declared"),
                "expert_tie_dropped": _("Tie of an expert taken back"),
                "panel_set": _("Panel set up"),
                "score_sheet_set": _("Score sheet set up"),
                "files_assigned": _("Files assigned to experts"),
                "file_assigned": _("File assigned to an expert"),
                "expert_replaced": _("Expert replaced"),
                "no_conflict_declared": _("Expert declared to have no conflict"),
                "conflict_declared": _("Expert declared a conflict"),
                "scores_handed_in": _("Score sheet handed in by an expert"),
                "score_sheet_reopened": _("Score sheet opened again"),
                "vote_opened": _("Vote of a meeting opened"),
                "line_taken_over": _("Cut line taken over as draft decisions"),
                "summary_exported": _("Summary of scores exported"),
                "review_record_made": _("Paper of a review printed"),
                "review_record_signed": _("Signed paper of a review taken in"),
                "meeting_planned": _("Meeting of experts called"),
                "meeting_opened": _("Meeting of experts opened"),
                "meeting_closed": _("Meeting of experts closed"),
                "late_files_taken_back": _("Files taken back from an expert"),
            }
        )
