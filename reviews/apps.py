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
        from reviews.audit_words import ACTIONS
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

        register_actions(ACTIONS)
