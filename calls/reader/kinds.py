"""The kinds of facts the reader looks for in a notice, and the parts each consists of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


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
    # Without one part of each group the fact says nothing; a kind of one part needs that one.
    needs: tuple[tuple[str, ...], ...] = ()

    def lacking(self, given: Collection[str]) -> list[str]:
        """Return the first part of each group of which nothing is given."""
        only = ((self.parts[0].name,),) if len(self.parts) == 1 else ()
        return [group[0] for group in (*only, *self.needs) if not set(group) & set(given)]


GROUPS: dict[str, Promise] = {
    "head": pgettext_lazy("notice", "The notice"),
    "dates": pgettext_lazy("notice", "Dates"),
    "categories": pgettext_lazy("notice", "Categories, places and money"),
    "who": pgettext_lazy("notice", "Who may apply, how many"),
    "rules": pgettext_lazy("notice", "Conditions"),
    "papers": pgettext_lazy("notice", "Papers, seal and signature"),
    "after": pgettext_lazy("notice", "Result and what follows"),
    "contacts": pgettext_lazy("notice", "Contacts"),
}

_CATEGORY = Part("category", pgettext_lazy("notice", "Category"), PartType.CATEGORY)
_LOW = Part("low", pgettext_lazy("notice", "from"), PartType.COUNT)
_HIGH = Part("high", pgettext_lazy("notice", "to"), PartType.COUNT)
_ABOUT = Part("about", pgettext_lazy("notice", "about"), PartType.FLAG)
_UNITS = Part("units", pgettext_lazy("notice", "Kinds of units"), PartType.UNITS)
_DAY = Part("day", pgettext_lazy("notice", "Day"), PartType.DAY)
_TIME = Part("time", pgettext_lazy("notice", "Hour"), PartType.TIME)
_FROM_DAY = Part("from", pgettext_lazy("notice", "First day"), PartType.DAY)
_TO_DAY = Part("to", pgettext_lazy("notice", "Last day"), PartType.DAY)
_MIN = Part("min", pgettext_lazy("notice", "at least"), PartType.COUNT)
_MAX = Part("max", pgettext_lazy("notice", "at most"), PartType.COUNT)

# What a number in an application counts; those with a role of the same name are checked by a rule.
COUNTED: tuple[tuple[str, Promise], ...] = (
    ("attendees", pgettext_lazy("notice", "participants")),
    ("papers", pgettext_lazy("notice", "papers")),
    ("editions", pgettext_lazy("notice", "editions held before")),
    ("convenors", pgettext_lazy("notice", "convenors")),
    ("speakers", pgettext_lazy("notice", "speakers")),
    ("leaders", pgettext_lazy("notice", "leaders")),
    ("members", pgettext_lazy("notice", "members")),
    ("recommenders", pgettext_lazy("notice", "recommending persons")),
    ("other", pgettext_lazy("notice", "something else")),
)
BARS: tuple[tuple[str, Promise], ...] = (
    ("earlier", pgettext_lazy("notice", "was supported or awarded before")),
    ("running", pgettext_lazy("notice", "has a project that is still running")),
    ("overdue", pgettext_lazy("notice", "owes results of an earlier project")),
    ("sanction", pgettext_lazy("notice", "was sanctioned or untrustworthy")),
    ("duplicate", pgettext_lazy("notice", "applies for the same thing twice")),
    ("channel", pgettext_lazy("notice", "comes through more than one channel")),
)


STAGES: tuple[tuple[str, Promise], ...] = (
    ("formal", pgettext_lazy("notice", "formal check")),
    ("scoring", pgettext_lazy("notice", "scoring by experts")),
    ("panel", pgettext_lazy("notice", "panel meeting")),
    ("defence", pgettext_lazy("notice", "defence")),
    ("leadership", pgettext_lazy("notice", "decision of the leadership")),
)


def _text(code: str, label: Promise, group: str, *more: Part) -> Kind:
    return Kind(code, label, group, (Part("text", label), *more), (("text",),) if more else ())


def _moment(code: str, label: Promise, *first: Part) -> Kind:
    included = Part("included", pgettext_lazy("notice", "that day included"), PartType.FLAG)
    return Kind(
        code,
        label,
        "dates",
        (*first, _DAY, _TIME, included),
        (*((p.name,) for p in first), ("day",)),
    )


_ALL = (
    _text("title", pgettext_lazy("notice", "Title"), "head"),
    _text("document_number", pgettext_lazy("notice", "Document number"), "head"),
    _text("issuer", pgettext_lazy("notice", "Issued by"), "head"),
    Kind("issued", pgettext_lazy("notice", "Day of issue"), "head", (_DAY,)),
    Kind(
        "opens",
        pgettext_lazy("notice", "Applications open"),
        "dates",
        (_DAY, _TIME),
        (("day",),),
    ),
    _moment("closes", pgettext_lazy("notice", "Applications close")),
    _moment(
        "batch",
        pgettext_lazy("notice", "End of a batch"),
        Part("title", pgettext_lazy("notice", "Title")),
    ),
    _moment("category_closes", pgettext_lazy("notice", "A category closes earlier"), _CATEGORY),
    _moment("recommend_by", pgettext_lazy("notice", "Recommending unit's deadline")),
    _moment("paper_by", pgettext_lazy("notice", "Paper due")),
    Kind(
        "paper_counts",
        pgettext_lazy("notice", "Which day counts for paper"),
        "dates",
        (
            Part(
                "counts",
                pgettext_lazy("notice", "Counts"),
                PartType.CHOICE,
                (
                    ("arrival", pgettext_lazy("notice", "day of arrival")),
                    ("postmark", pgettext_lazy("notice", "postmark")),
                ),
            ),
        ),
    ),
    Kind(
        "window",
        pgettext_lazy("notice", "Held or carried out within"),
        "dates",
        (_CATEGORY, _FROM_DAY, _TO_DAY),
    ),
    Kind(
        "category",
        pgettext_lazy("notice", "Category"),
        "categories",
        (
            Part("title", pgettext_lazy("notice", "Title")),
            Part("edition", pgettext_lazy("notice", "Edition"), PartType.COUNT),
        ),
        (("title",),),
    ),
    Kind(
        "part",
        pgettext_lazy("notice", "Part of a category"),
        "categories",
        (
            Part("title", pgettext_lazy("notice", "Title")),
            _CATEGORY,
            Part("places", pgettext_lazy("notice", "Places"), PartType.COUNT),
        ),
        (("title",),),
    ),
    Kind(
        "places", pgettext_lazy("notice", "Places"), "categories", (_CATEGORY, _LOW, _HIGH, _ABOUT)
    ),
    Kind(
        "amount",
        pgettext_lazy("notice", "Money for each"),
        "categories",
        (
            _CATEGORY,
            Part("low", pgettext_lazy("notice", "from"), PartType.YUAN),
            Part("high", pgettext_lazy("notice", "to"), PartType.YUAN),
            Part("label", pgettext_lazy("notice", "for what")),
        ),
        (("high", "low"),),
    ),
    Kind(
        "total_places",
        pgettext_lazy("notice", "Places in all"),
        "categories",
        (_LOW, _HIGH, _ABOUT),
    ),
    Kind(
        "total_money",
        pgettext_lazy("notice", "Money in all"),
        "categories",
        (Part("amount", pgettext_lazy("notice", "Amount"), PartType.YUAN),),
    ),
    Kind(
        "payment",
        pgettext_lazy("notice", "How it is paid"),
        "categories",
        (
            Part(
                "how",
                pgettext_lazy("notice", "How"),
                PartType.CHOICE,
                (
                    ("instalments", pgettext_lazy("notice", "in instalments")),
                    ("after", pgettext_lazy("notice", "after acceptance")),
                    ("self", pgettext_lazy("notice", "from own money")),
                ),
            ),
        ),
    ),
    Kind(
        "instalment",
        pgettext_lazy("notice", "Instalment"),
        "categories",
        (
            Part("title", pgettext_lazy("notice", "When")),
            Part("percent", pgettext_lazy("notice", "Percent of the money"), PartType.COUNT),
        ),
        (("title",), ("percent",)),
    ),
    Kind(
        "matching",
        pgettext_lazy("notice", "Own money beside the grant"),
        "categories",
        (
            Part("percent", pgettext_lazy("notice", "Percent of the grant"), PartType.COUNT),
            _CATEGORY,
        ),
        (("percent",),),
    ),
    Kind(
        "cost_share",
        pgettext_lazy("notice", "Share of the cost at most"),
        "categories",
        (Part("percent", pgettext_lazy("notice", "Percent"), PartType.COUNT),),
    ),
    Kind(
        "eligible",
        pgettext_lazy("notice", "Who may apply"),
        "who",
        (_CATEGORY, _UNITS),
        (("units",),),
    ),
    Kind(
        "joint",
        pgettext_lazy("notice", "Joint applications"),
        "who",
        (
            _CATEGORY,
            Part(
                "joint",
                pgettext_lazy("notice", "Together"),
                PartType.CHOICE,
                (
                    ("allowed", pgettext_lazy("notice", "allowed")),
                    ("encouraged", pgettext_lazy("notice", "encouraged")),
                    ("required", pgettext_lazy("notice", "required")),
                ),
            ),
        ),
        (("joint",),),
    ),
    Kind(
        "recommender",
        pgettext_lazy("notice", "Who recommends"),
        "who",
        # The step is stated only where there are two.
        (_UNITS, Part("step", pgettext_lazy("notice", "Level"), PartType.COUNT)),
    ),
    Kind(
        "quota",
        pgettext_lazy("notice", "How many"),
        "who",
        (
            Part("limit", pgettext_lazy("notice", "at most"), PartType.COUNT),
            Part(
                "subject",
                pgettext_lazy("notice", "for each"),
                PartType.CHOICE,
                (
                    ("applicant", pgettext_lazy("notice", "applying unit")),
                    ("recommender", pgettext_lazy("notice", "recommending unit")),
                    ("person", pgettext_lazy("notice", "person")),
                ),
            ),
            Part(
                "scope",
                pgettext_lazy("notice", "counted"),
                PartType.CHOICE,
                (
                    ("call", pgettext_lazy("notice", "in all")),
                    ("category", pgettext_lazy("notice", "per category")),
                ),
            ),
            _CATEGORY,
            _UNITS,
            Part("in_principle", pgettext_lazy("notice", "in principle"), PartType.FLAG),
            Part("per_batch", pgettext_lazy("notice", "anew in each batch"), PartType.FLAG),
        ),
    ),
    Kind(
        "fact",
        pgettext_lazy("notice", "Standing of the unit"),
        "rules",
        (
            Part("label", pgettext_lazy("notice", "What")),
            Part("year", pgettext_lazy("notice", "Year"), PartType.COUNT),
            _UNITS,
            _CATEGORY,
        ),
        (("label",),),
    ),
    Kind(
        "honour",
        pgettext_lazy("notice", "Priority to"),
        "rules",
        (
            Part("label", pgettext_lazy("notice", "What")),
            Part("from", pgettext_lazy("notice", "From year"), PartType.COUNT),
            Part("to", pgettext_lazy("notice", "To year"), PartType.COUNT),
            _CATEGORY,
        ),
        (("label",),),
    ),
    Kind(
        "excluded",
        pgettext_lazy("notice", "Not accepted"),
        "rules",
        (Part("text", pgettext_lazy("notice", "What")), _CATEGORY),
        (("text",),),
    ),
    Kind(
        "number",
        pgettext_lazy("notice", "Figures asked for"),
        "rules",
        (
            _CATEGORY,
            Part("what", pgettext_lazy("notice", "Of what"), PartType.CHOICE, COUNTED),
            _MIN,
            _MAX,
            Part("unit", pgettext_lazy("notice", "Unit")),
            Part("label", pgettext_lazy("notice", "Words")),
        ),
    ),
    Kind(
        "age",
        pgettext_lazy("notice", "Age"),
        "rules",
        (
            _CATEGORY,
            Part("max", pgettext_lazy("notice", "at most"), PartType.COUNT),
            Part("as_of", pgettext_lazy("notice", "on the day"), PartType.DAY),
            Part("born_from", pgettext_lazy("notice", "born on or after"), PartType.DAY),
            Part(
                "sex",
                pgettext_lazy("notice", "Only"),
                PartType.CHOICE,
                (
                    ("female", pgettext_lazy("notice", "women")),
                    ("male", pgettext_lazy("notice", "men")),
                ),
            ),
            Part("in_principle", pgettext_lazy("notice", "in principle"), PartType.FLAG),
        ),
    ),
    Kind(
        "composition",
        pgettext_lazy("notice", "Make-up of the list"),
        "rules",
        (
            Part("label", pgettext_lazy("notice", "Who")),
            _MIN,
            Part("percent", pgettext_lazy("notice", "Percent at least"), PartType.COUNT),
            Part("in_principle", pgettext_lazy("notice", "in principle"), PartType.FLAG),
        ),
        (("label",), ("min", "percent")),
    ),
    _text("quality", pgettext_lazy("notice", "Title or degree"), "rules", _CATEGORY),
    Kind(
        "bar",
        pgettext_lazy("notice", "Barred who"),
        "rules",
        (
            Part("what", pgettext_lazy("notice", "Why"), PartType.CHOICE, BARS),
            Part("years", pgettext_lazy("notice", "Years"), PartType.COUNT),
            _CATEGORY,
        ),
    ),
    Kind(
        "length",
        pgettext_lazy("notice", "Length of a text"),
        "rules",
        (
            Part("what", pgettext_lazy("notice", "Of what")),
            _MIN,
            Part("max", pgettext_lazy("notice", "at most"), PartType.COUNT),
            _CATEGORY,
        ),
    ),
    Kind(
        "paper_copies",
        pgettext_lazy("notice", "Copies on paper"),
        "papers",
        (Part("copies", pgettext_lazy("notice", "Copies"), PartType.COUNT),),
    ),
    _text("seal", pgettext_lazy("notice", "Sealed by"), "papers"),
    _text("sign", pgettext_lazy("notice", "Signed by"), "papers"),
    _text("plan", pgettext_lazy("notice", "Asked of the recommendation plan"), "papers"),
    Kind(
        "confidential",
        pgettext_lazy("notice", "Secret content"),
        "papers",
        (
            Part(
                "how",
                pgettext_lazy("notice", "How"),
                PartType.CHOICE,
                (
                    ("offline", pgettext_lazy("notice", "only offline")),
                    ("none", pgettext_lazy("notice", "not accepted")),
                ),
            ),
        ),
    ),
    Kind(
        "review",
        pgettext_lazy("notice", "Stage of the review"),
        "after",
        (
            Part("stage", pgettext_lazy("notice", "What"), PartType.CHOICE, STAGES),
            Part("pass_mark", pgettext_lazy("notice", "Pass mark"), PartType.COUNT),
        ),
        (("stage",),),
    ),
    Kind("result_by", pgettext_lazy("notice", "Result by"), "after", (_DAY,)),
    _text("result_where", pgettext_lazy("notice", "Where the result is published"), "after"),
    Kind(
        "publicity",
        pgettext_lazy("notice", "Publicity"),
        "after",
        (
            Part("days", pgettext_lazy("notice", "Days"), PartType.COUNT),
            Part(
                "counting",
                pgettext_lazy("notice", "counted in"),
                PartType.CHOICE,
                (
                    ("working", pgettext_lazy("notice", "working days")),
                    ("calendar", pgettext_lazy("notice", "calendar days")),
                ),
            ),
        ),
        (("days",),),
    ),
    Kind(
        "deliverable",
        pgettext_lazy("notice", "Handed in afterwards"),
        "after",
        (
            Part("title", pgettext_lazy("notice", "What")),
            _CATEGORY,
            Part("days_after", pgettext_lazy("notice", "Days after completion"), PartType.COUNT),
            Part("working", pgettext_lazy("notice", "in working days"), PartType.FLAG),
            Part("day", pgettext_lazy("notice", "or on the day"), PartType.DAY),
            Part("yearly", pgettext_lazy("notice", "every year again"), PartType.FLAG),
            Part("max_words", pgettext_lazy("notice", "Characters at most"), PartType.COUNT),
            Part("photos_min", pgettext_lazy("notice", "Photos at least"), PartType.COUNT),
            Part("photos_max", pgettext_lazy("notice", "Photos at most"), PartType.COUNT),
        ),
        (("title",),),
    ),
    _text("acknowledgement", pgettext_lazy("notice", "Words that name the support"), "after"),
    Kind(
        "contact",
        pgettext_lazy("notice", "Contact"),
        "contacts",
        (
            Part("name", pgettext_lazy("notice", "Name")),
            Part("phone", pgettext_lazy("notice", "Phone")),
        ),
    ),
    _text("email", pgettext_lazy("notice", "Mailbox"), "contacts"),
    _text("address", pgettext_lazy("notice", "Address"), "contacts"),
)

KINDS: dict[str, Kind] = {kind.code: kind for kind in _ALL}
