"""The kinds of facts the reader looks for in a notice, and the parts each consists of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class PartType(Enum):
    """How a part of a fact is typed; decides how it is shown, corrected and compared."""

    TEXT = "text"
    DAY = "day"
    TIME = "time"
    COUNT = "count"
    YUAN = "yuan"
    FLAG = "flag"
    CHOICE = "choice"
    # Names of kinds of units joined by 、, as ``calls.reader.who`` reads them.
    UNITS = "units"
    # The title of a category of the same notice; empty for the whole call.
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a fact."""

    name: str
    label: Promise
    type: PartType = PartType.TEXT
    choices: tuple[tuple[str, Promise], ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fact: its words, its parts, and where it stands among the others."""

    code: str
    label: Promise
    group: str
    parts: tuple[Part, ...]


GROUPS: dict[str, Promise] = {
    "head": _("The notice"),
    "dates": _("Dates"),
    "categories": _("Categories, places and money"),
    "who": _("Who may apply, how many"),
    "rules": _("Conditions"),
    "papers": _("Papers, seal and signature"),
    "after": _("Result and what follows"),
    "contacts": _("Contacts"),
}

_CATEGORY = Part("category", _("Category"), PartType.CATEGORY)
_LOW = Part("low", _("from"), PartType.COUNT)
_HIGH = Part("high", _("to"), PartType.COUNT)
_ABOUT = Part("about", _("about"), PartType.FLAG)
_UNITS = Part("units", _("Kinds of units"), PartType.UNITS)
_DAY = Part("day", _("Day"), PartType.DAY)
_TIME = Part("time", _("Hour"), PartType.TIME)
_FROM_DAY = Part("from", _("First day"), PartType.DAY)
_TO_DAY = Part("to", _("Last day"), PartType.DAY)
_MIN = Part("min", _("at least"), PartType.COUNT)
_MAX = Part("max", _("at most"), PartType.COUNT)

# What a number in an application counts; those with a role of the same name are checked by a rule.
COUNTED: tuple[tuple[str, Promise], ...] = (
    ("attendees", _("participants")),
    ("papers", _("papers")),
    ("editions", _("editions held before")),
    ("convenors", _("convenors")),
    ("speakers", _("speakers")),
    ("leaders", _("leaders")),
    ("members", _("members")),
    ("recommenders", _("recommending persons")),
    ("other", _("something else")),
)
BARS: tuple[tuple[str, Promise], ...] = (
    ("earlier", _("was supported or awarded before")),
    ("running", _("has a project that is still running")),
    ("overdue", _("owes results of an earlier project")),
    ("sanction", _("was sanctioned or untrustworthy")),
    ("duplicate", _("applies for the same thing twice")),
    ("channel", _("comes through more than one channel")),
)


def _text(code: str, label: Promise, group: str) -> Kind:
    return Kind(code, label, group, (Part("text", label),))


def _moment(code: str, label: Promise) -> Kind:
    included = Part("included", _("that day included"), PartType.FLAG)
    return Kind(code, label, "dates", (_DAY, _TIME, included))


_ALL = (
    _text("title", _("Title"), "head"),
    _text("document_number", _("Document number"), "head"),
    _text("issuer", _("Issued by"), "head"),
    Kind("issued", _("Day of issue"), "head", (_DAY,)),
    Kind("opens", _("Applications open"), "dates", (_DAY, _TIME)),
    _moment("closes", _("Applications close")),
    _moment("recommend_by", _("Recommending unit's deadline")),
    _moment("paper_by", _("Paper due")),
    Kind(
        "paper_counts", _("Which day counts for paper"), "dates",
        (Part("counts", _("Counts"), PartType.CHOICE,
              (("arrival", _("day of arrival")), ("postmark", _("postmark")))),),
    ),
    Kind("window", _("Held or carried out within"), "dates", (_CATEGORY, _FROM_DAY, _TO_DAY)),
    Kind(
        "category", _("Category"), "categories",
        (Part("title", _("Title")), Part("edition", _("Edition"), PartType.COUNT)),
    ),
    Kind("part", _("Part of a category"), "categories", (Part("title", _("Title")), _CATEGORY)),
    Kind("places", _("Places"), "categories", (_CATEGORY, _LOW, _HIGH, _ABOUT)),
    Kind(
        "amount", _("Money for each"), "categories",
        (_CATEGORY, Part("low", _("from"), PartType.YUAN), Part("high", _("to"), PartType.YUAN),
         Part("label", _("for what"))),
    ),
    Kind("total_places", _("Places in all"), "categories", (_LOW, _HIGH, _ABOUT)),
    Kind(
        "total_money", _("Money in all"), "categories",
        (Part("amount", _("Amount"), PartType.YUAN),),
    ),
    Kind(
        "payment", _("How it is paid"), "categories",
        (Part("how", _("How"), PartType.CHOICE,
              (("instalments", _("in instalments")), ("after", _("after acceptance")),
               ("self", _("from own money")))),),
    ),
    Kind(
        "matching", _("Own money beside the grant"), "categories",
        (Part("percent", _("Percent of the grant"), PartType.COUNT),),
    ),
    Kind(
        "cost_share", _("Share of the cost at most"), "categories",
        (Part("percent", _("Percent"), PartType.COUNT),),
    ),
    Kind("eligible", _("Who may apply"), "who", (_CATEGORY, _UNITS)),
    Kind(
        "joint", _("Joint applications"), "who",
        (_CATEGORY,
         Part("joint", _("Together"), PartType.CHOICE,
              (("allowed", _("allowed")), ("encouraged", _("encouraged")),
               ("required", _("required"))))),
    ),
    Kind("recommender", _("Who recommends"), "who", (_UNITS,)),
    Kind(
        "quota", _("How many"), "who",
        (Part("limit", _("at most"), PartType.COUNT),
         Part("subject", _("for each"), PartType.CHOICE,
              (("applicant", _("applying unit")), ("recommender", _("recommending unit")),
               ("person", _("person")))),
         Part("scope", _("counted"), PartType.CHOICE,
              (("call", _("in all")), ("category", _("per category")))),
         _CATEGORY, _UNITS,
         Part("in_principle", _("in principle"), PartType.FLAG)),
    ),
    Kind(
        "fact", _("Standing of the unit"), "rules",
        (Part("label", _("What")), Part("year", _("Year"), PartType.COUNT), _UNITS),
    ),
    Kind(
        "honour", _("Priority to"), "rules",
        (Part("label", _("What")), Part("from", _("From year"), PartType.COUNT),
         Part("to", _("To year"), PartType.COUNT)),
    ),
    Kind("excluded", _("Not accepted"), "rules", (Part("text", _("What")),)),
    Kind(
        "number", _("Figures asked for"), "rules",
        (_CATEGORY, Part("what", _("Of what"), PartType.CHOICE, COUNTED), _MIN, _MAX,
         Part("unit", _("Unit")), Part("label", _("Words"))),
    ),
    Kind(
        "age", _("Age"), "rules",
        (Part("max", _("at most"), PartType.COUNT), Part("as_of", _("on the day"), PartType.DAY),
         Part("born_from", _("born on or after"), PartType.DAY),
         Part("sex", _("Only"), PartType.CHOICE,
              (("female", _("women")), ("male", _("men")))),
         Part("in_principle", _("in principle"), PartType.FLAG)),
    ),
    _text("quality", _("Title or degree"), "rules"),
    Kind(
        "bar", _("Barred who"), "rules",
        (Part("what", _("Why"), PartType.CHOICE, BARS),
         Part("years", _("Years"), PartType.COUNT)),
    ),
    Kind(
        "length", _("Length of a text"), "rules",
        (Part("what", _("Of what")), _MIN, Part("max", _("at most"), PartType.COUNT)),
    ),
    Kind(
        "paper_copies", _("Copies on paper"), "papers",
        (Part("copies", _("Copies"), PartType.COUNT),),
    ),
    _text("seal", _("Sealed by"), "papers"),
    _text("sign", _("Signed by"), "papers"),
    _text("plan", _("Asked of the recommendation plan"), "papers"),
    Kind(
        "confidential", _("Secret content"), "papers",
        (Part("how", _("How"), PartType.CHOICE,
              (("offline", _("only offline")), ("none", _("not accepted")))),),
    ),
    Kind("result_by", _("Result by"), "after", (_DAY,)),
    _text("result_where", _("Where the result is published"), "after"),
    Kind(
        "publicity", _("Publicity"), "after",
        (Part("days", _("Days"), PartType.COUNT),
         Part("counting", _("counted in"), PartType.CHOICE,
              (("working", _("working days")), ("calendar", _("calendar days"))))),
    ),
    Kind(
        "deliverable", _("Handed in afterwards"), "after",
        (Part("title", _("What")), _CATEGORY,
         Part("days_after", _("Days after completion"), PartType.COUNT),
         Part("day", _("or on the day"), PartType.DAY),
         Part("max_words", _("Characters at most"), PartType.COUNT),
         Part("photos_min", _("Photos at least"), PartType.COUNT),
         Part("photos_max", _("Photos at most"), PartType.COUNT)),
    ),
    Kind("contact", _("Contact"), "contacts", (Part("name", _("Name")), Part("phone", _("Phone")))),
    _text("email", _("Mailbox"), "contacts"),
    _text("address", _("Address"), "contacts"),
)  # fmt: skip

KINDS: dict[str, Kind] = {kind.code: kind for kind in _ALL}
