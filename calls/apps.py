"""App configuration of calls."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    """Notices, calls, categories, rules, forms and public pages."""

    name = "calls"
    verbose_name = _("Calls and notices")

    def ready(self) -> None:
        """Give the audit the words for what calls write into it; let changes renew pages."""
        from calls import cache, receivers  # noqa: F401 - connect themselves
        from portal.audit.labels import register_actions

        register_actions(
            {
                "call_created": _("Call begun"),
                "call_edited": _("Draft of a call changed"),
                "call_draft_removed": _("Draft of a call removed"),
                "call_published": _("Call published"),
                "call_amended": _("Call amended"),
                "call_archived": _("Call archived"),
                "call_cloned": _("Call cloned"),
                "call_forwarded": _("Call of another association forwarded"),
                "call_imported": _("Call imported from a file"),
                "deadline_extended": _("Deadline extended"),
                "late_door_opened": _("Late door opened"),
                "exception_granted": _("Exception granted"),
                "notice_published": _("Notice published"),
                "notice_withdrawn": _("Notice withdrawn"),
                "notice_attachment_added": _("Attachment added to a notice"),
                "notice_attachment_removed": _("Attachment taken from a notice"),
                "notice_created": _("Notice begun"),
                "notice_changed": _("Notice changed"),
            }
        )
