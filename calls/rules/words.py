"""The words rules speak with; the pure side of the enumerations, held equal to them by a test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.face.wording import listed

# portal.people.enums.OrganisationKind
KIND_WORDS: dict[str, Promise] = {
    "society": gettext_lazy("Society"),
    "society_federation": gettext_lazy("Federation of societies"),
    "enterprise_association": gettext_lazy("Enterprise association"),
    "enterprise_federation": gettext_lazy("Federation of enterprise associations"),
    "university_association": gettext_lazy("University association"),
    "university": gettext_lazy("University"),
    "institute": gettext_lazy("Research institute"),
    "local_association": gettext_lazy("Local association"),
    "association": gettext_lazy("Association for science and technology"),
}

# portal.people.enums.Level
LEVEL_WORDS: dict[str, Promise] = {
    "national": gettext_lazy("National"),
    "provincial": gettext_lazy("Provincial"),
    "city": gettext_lazy("City"),
    "county": gettext_lazy("County"),
}

# calls.enums.FieldRole
ROLE_WORDS: dict[str, Promise] = {
    "title": gettext_lazy("Title"),
    "event_kind": gettext_lazy("Kind of event"),
    "dates": gettext_lazy("Planned dates"),
    "place": gettext_lazy("Place"),
    "attendees": gettext_lazy("Number of participants"),
    "papers": gettext_lazy("Number of papers"),
    "editions": gettext_lazy("Editions held before"),
    "amount": gettext_lazy("Amount applied for"),
    "budget": gettext_lazy("Budget"),
    "host": gettext_lazy("Host"),
    "leader": gettext_lazy("Person in charge"),
    "convenors": gettext_lazy("Convenors"),
    "reasons": gettext_lazy("Reasons for recommending"),
    "contact": gettext_lazy("Contact"),
    "declaration": gettext_lazy("Declaration"),
    "members": gettext_lazy("Members"),
    "candidates": gettext_lazy("Candidates"),
    "recommenders": gettext_lazy("Recommending persons"),
    "avoided": gettext_lazy("Experts to avoid"),
    "topic": gettext_lazy("Topic"),
    "total_cost": gettext_lazy("Total cost"),
    "matching": gettext_lazy("Matching funds"),
    "figure": gettext_lazy("A figure of this notice"),
    "figure_2": gettext_lazy("A second figure of this notice"),
    "figure_3": gettext_lazy("A third figure of this notice"),
    "figure_4": gettext_lazy("A fourth figure of this notice"),
    "figure_5": gettext_lazy("A fifth figure of this notice"),
    "figure_6": gettext_lazy("A sixth figure of this notice"),
    "figure_7": gettext_lazy("A seventh figure of this notice"),
    "figure_8": gettext_lazy("An eighth figure of this notice"),
    "figure_9": gettext_lazy("A ninth figure of this notice"),
    "option": gettext_lazy("A choice of this notice"),
    "rows": gettext_lazy("A table of this notice"),
}


def what(params: Mapping[str, Any]) -> str:
    """Say what a rule counts or confines: in its own words, else what the answer means."""
    return str(params.get("what") or ROLE_WORDS[params["role"]])


# Roles whose answer is a table of people.
PERSON_ROLES = ("leader", "members", "candidates", "convenors", "recommenders")

# calls.forms_schema.PEOPLE_COLUMNS
PERSON_WORDS: dict[str, Promise] = {
    "name": gettext_lazy("Name"),
    "sex": gettext_lazy("Sex"),
    "born": gettext_lazy("Day of birth"),
    "id_number": gettext_lazy("Identity card number"),
    "unit": gettext_lazy("Unit"),
    "title": gettext_lazy("Professional title"),
    "duty": gettext_lazy("Duty"),
    "degree": gettext_lazy("Degree"),
    "field": gettext_lazy("Field of work"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("Mailbox"),
}
# What the columns with fixed answers take.
SEX_WORDS: dict[str, Promise] = {
    "female": gettext_lazy("Woman"),
    "male": gettext_lazy("Man"),
}
DEGREE_WORDS: dict[str, Promise] = {
    "doctor": gettext_lazy("Doctor"),
    "master": gettext_lazy("Master"),
    "bachelor": gettext_lazy("Bachelor"),
    "other": pgettext_lazy("degree", "Other"),
}
ANSWER_WORDS: dict[str, dict[str, Promise]] = {"sex": SEX_WORDS, "degree": DEGREE_WORDS}


def kind_words(kind: str, level: str = "") -> str:
    """Say what a unit is, its level first: 省级学会."""
    if not level:
        return str(KIND_WORDS[kind])
    return _("%(level)s %(kind)s") % {"level": LEVEL_WORDS[level], "kind": KIND_WORDS[kind]}


def who_words(who: Mapping[str, Any]) -> str:
    """Say whom one line of a rule means, with the qualification it asks for."""
    units = listed(kind_words(who["kind"], level) for level in who.get("levels", [""]))
    if not who.get("facts"):
        return units
    qualities = listed(fact["label"] for fact in who["facts"])
    return _("%(units)s (%(qualities)s)") % {"units": units, "qualities": qualities}


def all_words(lines: Sequence[Mapping[str, Any]]) -> str:
    """Say whom a rule means altogether."""
    return listed(who_words(line) for line in lines)


def answer_words(column: str, value: object) -> str:
    """Write what a column of people holds; columns without fixed answers hold words already."""
    return str(ANSWER_WORDS.get(column, {}).get(str(value), value))


def fact_words(value: str) -> str:
    """Write the value of a yearly fact: yes and no as words, a grade as it is."""
    return {"yes": _("yes"), "no": _("no")}.get(value, value)


def day(date: dt.date) -> str:
    """Write a day as the page's language does."""
    return date_format(date)


def yuan(amount: Decimal) -> str:
    """Write an amount of yuan, without idle decimals."""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
