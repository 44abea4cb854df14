"""The models of calls, one module for each subject."""

from calls.models.call import Call, Contact
from calls.models.category import Category, FundingTier
from calls.models.forms import FormField, FormRevision, FormSection
from calls.models.grants import Grant, LateDoor
from calls.models.notice import Notice, NoticeAttachment
from calls.models.rules import DeliverableRule, Rule

__all__ = (
    "Call",
    "Category",
    "Contact",
    "DeliverableRule",
    "FormField",
    "FormRevision",
    "FormSection",
    "FundingTier",
    "Grant",
    "LateDoor",
    "Notice",
    "NoticeAttachment",
    "Rule",
)
