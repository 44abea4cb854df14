"""App configuration of calls."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    """Notices, calls, categories, rules, forms and public pages."""

    name = "calls"
    verbose_name = _("Calls and notices")

    def ready(self) -> None:
        """Give the audit the words for what calls write into it."""
        from portal.audit.labels import register_actions

        register_actions(
            {
                "call_published": _("Call published"),
                "call_amended": _("Call amended"),
                "call_archived": _("Call archived"),
                "call_cloned": _("Call cloned"),
                "call_imported": _("Call imported from a file"),
                "deadline_extended": _("Deadline extended"),
                "late_door_opened": _("Late door opened"),
                "exception_granted": _("Exception granted"),
                "notice_published": _("Notice published"),
                "notice_withdrawn": _("Notice withdrawn"),
                "notice_attachment_added": _("Attachment added to a notice"),
            }
        )
