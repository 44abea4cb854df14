"""The closed vocabularies of notices and calls."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NoticeKind(TextChoices):
    """What a notice announces."""

    CALL = "call", _("Call")
    PUBLICITY = "publicity", _("Publicity notice")
    RESULT = "result", _("Result")
    GENERAL = "general", _("General notice")


class NoticeState(TextChoices):
    """Whether the public sees a notice."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a notice", "Withdrawn")


class CallState(TextChoices):
    """What staff decided of a call; whether it is open follows from its dates (phases)."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


class PacketMode(TextChoices):
    """What a unit hands in at once."""

    SINGLE = "single", _("Each application by itself")
    PLAN = "plan", _("A recommendation plan with a list of applications")


class Sealing(TextChoices):
    """How the frozen form gets its seal."""

    SCAN = "scan", _("Print, sign and stamp, upload the scan")
    CERTIFICATE = "certificate", _("Electronic seal, by the unit's certificate")
    IMAGE = "image", _("Picture of the seal, applied in the portal")
    NONE = "none", _("No seal")

    @property
    def in_portal(self) -> bool:
        """Tell whether the unit's seal keeper seals the form here."""
        return self in {Sealing.CERTIFICATE, Sealing.IMAGE}


class SlotsKind(TextChoices):
    """How a notice states its number of places."""

    EXACT = "exact", _("Exactly")
    RANGE = "range", _("From … to …")
    ABOUT = "about", _("About")
    UNLIMITED = "unlimited", _("Not limited")


class FundingKind(TextChoices):
    """How a notice states its money."""

    NONE = "none", _("No funding")
    FIXED = "fixed", _("Fixed amount for each")
    RANGE = "range", _("From … to … for each")
    UP_TO = "up_to", _("At most … for each")
    SELF = "self", _("Paid by the unit itself")

    @property
    def gives(self) -> bool:
        """Whether the association pays anything."""
        return self not in {FundingKind.NONE, FundingKind.SELF}


class Payment(TextChoices):
    """When the money of a category is paid; a silent notice leaves it open."""

    UNSTATED = "", _("Not stated")
    IN_ADVANCE = "in_advance", _("All at once after the selection")
    INSTALMENTS = "instalments", _("In instalments")
    AFTER_ACCEPTANCE = "after_acceptance", _("After completion has been accepted")


class PaperCounts(TextChoices):
    """Which day of a letter is held against the deadline for paper."""

    ARRIVAL = "arrival", _("The day it arrives")
    POSTMARK = "postmark", _("The postmark")


class PaperBox(TextChoices):
    """What somebody else puts into a box of their own on the printed form."""

    NONE = "", _("No box on the form")
    SIGNED = "signed", _("Opinion with signature")
    SEALED = "sealed", _("Opinion with signature and seal")


class ReviewKind(TextChoices):
    """What happens in one stage of the review."""

    FORMAL = "formal", _("Formal check")
    SCORING = "scoring", _("Scoring by experts")
    PANEL = "panel", _("Meeting of experts")
    DEFENCE = "defence", _("Defence before experts")
    LEADERSHIP = "leadership", _("Decision of the leadership")


class ScoreMethod(TextChoices):
    """How several experts' totals become one."""

    MEAN = "mean", _("Mean")
    MEDIAN = "median", _("Median")


class TieBreak(TextChoices):
    """What decides between equal scores; more is better."""

    PRIORITY = "priority", _("Priority by the notice")
    HEAVIEST = "heaviest", _("The criterion that weighs most")
    MEDIAN = "median", _("The median of the totals")
    HIGHEST = "highest", _("The highest single total")


class PublicityWhere(TextChoices):
    """Where names are shown to the public before they count."""

    UNIT = "unit", _("In the unit, before it recommends")
    ASSOCIATION = "association", _("By the association, after the review")


class PublicityCounting(TextChoices):
    """How the length of a publicity period is counted."""

    CALENDAR = "calendar", _("Calendar days")
    WORKING = "working", _("Working days")
    HOURS = "hours", _("Hours")


class Joint(TextChoices):
    """Whether units may apply together."""

    NO = "no", _("Not foreseen")
    ALLOWED = "allowed", _("Allowed")
    ENCOURAGED = "encouraged", _("Encouraged")


class RuleMode(TextChoices):
    """Whether a rule refuses or warns."""

    STRICT = "strict", _("Strict")
    IN_PRINCIPLE = "in_principle", _("In principle")


class FieldKind(TextChoices):
    """What a form field takes."""

    SHORT_TEXT = "short_text", _("Short text")
    LONG_TEXT = "long_text", _("Long text")
    NUMBER = "number", _("Whole number")
    MONEY = "money", _("Amount in yuan")
    DATE = "date", _("Date")
    DATE_RANGE = "date_range", _("From day to day")
    CHOICE = "choice", _("One of several")
    CHOICES = "choices", _("Some of several")
    YES_NO = "yes_no", _("Yes or no")
    TABLE = "table", _("Table")
    PEOPLE = "people", _("People")
    BUDGET = "budget", _("Budget")
    FILES = "files", _("Files")
    DECLARATION = "declaration", _("Declaration to tick")


class FieldRole(TextChoices):
    """What an answer means to rules, lists, search and print; these never ask a field's name."""

    TITLE = "title", _("Title")
    EVENT_KIND = "event_kind", _("Kind of event")
    DATES = "dates", _("Planned dates")
    PLACE = "place", _("Place")
    ATTENDEES = "attendees", _("Number of participants")
    PAPERS = "papers", _("Number of papers")
    EDITIONS = "editions", _("Editions held before")
    AMOUNT = "amount", _("Amount applied for")
    BUDGET = "budget", _("Budget")
    HOST = "host", _("Host")
    LEADER = "leader", _("Person in charge")
    CONVENORS = "convenors", _("Convenors")
    REASONS = "reasons", _("Reasons for recommending")
    CONTACT = "contact", _("Contact")
    DECLARATION = "declaration", _("Declaration")
    MEMBERS = "members", _("Members")
    CANDIDATES = "candidates", _("Candidates")
    RECOMMENDERS = "recommenders", _("Recommending persons")
    AVOIDED = "avoided", _("Experts to avoid")
    TOPIC = "topic", _("Topic")
    TOTAL_COST = "total_cost", _("Total cost")
    MATCHING = "matching", _("Matching funds")
    # What notices count or offer beside the usual; a rule says in its own words what it is.
    FIGURE = "figure", _("A figure of this notice")
    FIGURE_2 = "figure_2", _("A second figure of this notice")
    FIGURE_3 = "figure_3", _("A third figure of this notice")
    FIGURE_4 = "figure_4", _("A fourth figure of this notice")
    FIGURE_5 = "figure_5", _("A fifth figure of this notice")
    FIGURE_6 = "figure_6", _("A sixth figure of this notice")
    FIGURE_7 = "figure_7", _("A seventh figure of this notice")
    FIGURE_8 = "figure_8", _("An eighth figure of this notice")
    FIGURE_9 = "figure_9", _("A ninth figure of this notice")
    OPTION = "option", _("A choice of this notice")
    ROWS = "rows", _("A table of this notice")


class SectionScope(TextChoices):
    """Which part of a packet a section belongs to."""

    APPLICATION = "application", _("Each application")
    PLAN = "plan", _("Recommendation plan")


class Agreement(TextChoices):
    """What is confirmed between selection and execution."""

    NONE = "", _("Nothing: the execution begins with the selection")
    PLAN = "plan", _("A plan of execution that the association confirms")
    AGREEMENT = "agreement", _("A signed agreement that the association confirms")


class DeliverableKind(TextChoices):
    """What is handed in after completion."""

    NEWS_REPORT = "news_report", _("News report")
    SCORES = "scores", _("Scores of the sub-venue")
    SUMMARY = "summary", _("Project summary")
    REVIEW_OR_PAPERS = "review_or_papers", _("Overview of views or collected papers")
    FINAL_ACCOUNTS = "final_accounts", _("Final accounts")
    RESEARCH_REPORT = "research_report", _("Research report")
    ACCEPTANCE = "acceptance", _("Documents for acceptance")
    PHOTOS = "photos", _("Photos")
    OTHER = "other", _("Other")


class DeliverableTable(TextChoices):
    """Which table a deliverable is filled in as, beside its files."""

    NONE = "", _("No table")
    ACCOUNTS = "accounts", _("Spending, line by line against the budget")
    PARTICIPANTS = "participants", _("List of participants")
    SCORES = "scores", _("List of scores")
