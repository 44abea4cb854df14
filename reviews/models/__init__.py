"""The models of reviews, one module for each subject."""

from reviews.models.check import CheckItem, CheckOutcome, FormalCheck
from reviews.models.decision import Decision, DecisionOutcome
from reviews.models.submission import Submission

__all__ = (
    "CheckItem",
    "CheckOutcome",
    "Decision",
    "DecisionOutcome",
    "FormalCheck",
    "Submission",
)
