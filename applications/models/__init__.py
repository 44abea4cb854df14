"""The models of applications, one module for each subject."""

from applications.models.application import Application, Attachment, FieldSave
from applications.models.avoided import AvoidedExpert
from applications.models.deliverable import (
    AccountsScan,
    Deliverable,
    DeliverableFile,
    DeliverableLog,
    DeliverableVersion,
)
from applications.models.handin import Flag, HandIn
from applications.models.log import CorrectionItem, CorrectionRequest, StateLog
from applications.models.packet import Packet, Participation
from applications.models.paper import PaperArrival, PaperPiece
from applications.models.partner import Partner
from applications.models.person import PersonPlace
from applications.models.project import ChangeRequest, Payment, Project
from applications.models.recommendation import (
    ListVersion,
    Recommendation,
    RecommendationList,
)
from applications.models.retention import Erasure, Hold
from applications.models.version import SignedScan, Version

__all__ = (
    "AccountsScan",
    "Application",
    "Attachment",
    "AvoidedExpert",
    "ChangeRequest",
    "CorrectionItem",
    "CorrectionRequest",
    "Deliverable",
    "DeliverableFile",
    "DeliverableLog",
    "DeliverableVersion",
    "Erasure",
    "FieldSave",
    "Flag",
    "HandIn",
    "Hold",
    "ListVersion",
    "Packet",
    "PaperArrival",
    "PaperPiece",
    "Participation",
    "Partner",
    "Payment",
    "PersonPlace",
    "Project",
    "Recommendation",
    "RecommendationList",
    "SignedScan",
    "StateLog",
    "Version",
)
