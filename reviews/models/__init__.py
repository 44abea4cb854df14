"""The models of reviews, one module for each subject."""

from reviews.models.after import AwardNotice, Feedback
from reviews.models.approval import ListApproval
from reviews.models.archive import ArchiveRun
from reviews.models.check import CheckItem, CheckOutcome, FormalCheck
from reviews.models.decision import Decision, DecisionOutcome
from reviews.models.expert import Expert, ExpertInvitation, ExpertList, ExpertTie
from reviews.models.meeting import (
    Attendance,
    Ballot,
    Choice,
    Majority,
    Meeting,
    MeetingItem,
    MeetingState,
    Vote,
)
from reviews.models.panel import Assignment, AssignmentState, Panel, PanelMember
from reviews.models.publicity import (
    Objection,
    ObjectionFile,
    ObjectionLog,
    ObjectionState,
    ObjectionStep,
    Publicity,
    PublicityEntry,
    PublicityState,
    Standing,
)
from reviews.models.record import RecordKind, ReviewRecord
from reviews.models.score import Score, SheetEntry
from reviews.models.showcase import Showcase, ShowcasePhoto
from reviews.models.submission import Submission

__all__ = (
    "ArchiveRun",
    "Assignment",
    "AssignmentState",
    "Attendance",
    "AwardNotice",
    "Ballot",
    "CheckItem",
    "CheckOutcome",
    "Choice",
    "Decision",
    "DecisionOutcome",
    "Expert",
    "ExpertInvitation",
    "ExpertList",
    "ExpertTie",
    "Feedback",
    "FormalCheck",
    "ListApproval",
    "Majority",
    "Meeting",
    "MeetingItem",
    "MeetingState",
    "Objection",
    "ObjectionFile",
    "ObjectionLog",
    "ObjectionState",
    "ObjectionStep",
    "Panel",
    "PanelMember",
    "Publicity",
    "PublicityEntry",
    "PublicityState",
    "RecordKind",
    "ReviewRecord",
    "Score",
    "SheetEntry",
    "Showcase",
    "ShowcasePhoto",
    "Standing",
    "Submission",
    "Vote",
)
