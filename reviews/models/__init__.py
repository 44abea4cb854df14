"""The models of reviews, one module for each subject."""

from reviews.models.check import CheckItem, CheckOutcome, FormalCheck
from reviews.models.decision import Decision, DecisionOutcome
from reviews.models.expert import Expert, ExpertInvitation, ExpertList, ExpertTie
from reviews.models.panel import Assignment, AssignmentState, Panel, PanelMember
from reviews.models.score import Score, SheetEntry
from reviews.models.submission import Submission

__all__ = (
    "Assignment",
    "AssignmentState",
    "CheckItem",
    "CheckOutcome",
    "Decision",
    "DecisionOutcome",
    "Expert",
    "ExpertInvitation",
    "ExpertList",
    "ExpertTie",
    "FormalCheck",
    "Panel",
    "PanelMember",
    "Score",
    "SheetEntry",
    "Submission",
)
