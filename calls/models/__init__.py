"""The models of calls, one module for each subject."""

from calls.models.amendment import Amendment
from calls.models.call import Call, Contact
from calls.models.category import Category, FundingTier, Instalment
from calls.models.dates import Batch
from calls.models.forms import FormField, FormRevision, FormSection
from calls.models.grants import Grant, LateDoor
from calls.models.levels import RecommendingLevel
from calls.models.notice import Notice, NoticeAttachment
from calls.models.papers import PaperRule
from calls.models.reading import OpenPoint
from calls.models.rules import DeliverableRule, Rule
from calls.models.sheets import Criterion, ScoreSheet
from calls.models.stages import PublicityRule, ReviewStage

__all__ = (
    "Amendment",
    "Batch",
    "Call",
    "Category",
    "Contact",
    "Criterion",
    "DeliverableRule",
    "FormField",
    "FormRevision",
    "FormSection",
    "FundingTier",
    "Grant",
    "Instalment",
    "LateDoor",
    "Notice",
    "NoticeAttachment",
    "OpenPoint",
    "PaperRule",
    "PublicityRule",
    "RecommendingLevel",
    "ReviewStage",
    "Rule",
    "ScoreSheet",
)
