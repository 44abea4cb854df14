"""What a rule asks, said to everybody; what it means for one unit is said by calls.rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from calls.rules import KINDS
from calls.rules.kind import as_day
from calls.rules.quota import ALL, CALL, CATEGORY, EACH_TOP_CATEGORY, FAMILY
from calls.rules.words import KIND_WORDS, ROLE_WORDS, all_words, day
from portal.face.wording import listed

Params = Mapping[str, Any]

# The kind whose sentence is the table's column "who may apply".
WHO = "kinds"


def describe(kind: str, params: Params, choices: Mapping[str, str] | None = None) -> str:
    """Say in one sentence what a rule of this kind asks; an unknown kind is named by its code.

    ``choices`` gives the words of the form's choices by their value, for rules that name one.
    """
    if kind not in KINDS:
        return kind
    if kind == "editions" and choices and "when" in params:
        value = params["when"]["equals"]
        named = {**params["when"], "equals": choices.get(value, value)}
        params = {**params, "when": named}
    return _SENTENCES[kind](params) if kind in _SENTENCES else str(KINDS[kind].title)


def _kinds(params: Params) -> str:
    return all_words(params["any_of"])


def _yearly_fact(params: Params) -> str:
    words = {"label": params["label"], "year": params["year"], "units": _bound(params)}
    if words["year"] and words["units"]:
        return _("%(units)s: %(label)s (%(year)s)") % words
    if words["year"]:
        return _("%(label)s (%(year)s)") % words
    return _("%(units)s: %(label)s") % words if words["units"] else str(words["label"])


def _priority(params: Params) -> str:
    return _("Priority is given to %(honours)s of %(first)s–%(last)s.") % {
        "honours": listed(honour["label"] for honour in params["honours"]),
        "first": params["from_year"],
        "last": params["to_year"],
    }


def _quota(params: Params) -> str:
    sentences = {
        EACH_TOP_CATEGORY: _("Each unit hands in at most %(limit)s within one category."),
        CATEGORY: _("Each unit hands in at most %(limit)s in this category."),
        CALL: _("Each unit hands in at most %(limit)s in all categories together."),
    }
    said = sentences[params["scope"]] % {"limit": params["limit"]}
    if units := _bound(params):
        said = _("%(units)s: %(said)s") % {"units": units, "said": said}
    if params.get("bucket") == FAMILY:
        kinds = listed(KIND_WORDS[kind] for kind in params["family_kinds"])
        said += _(" %(kinds)s of one house share their places.") % {"kinds": kinds}
    if params.get("joint") == ALL:
        said += _(" A joint application counts for every partner.")
    return said


def _amount(params: Params) -> str:
    if "budget" in params:
        return _(
            "The amount applied for is what the category gives; the budget is held against it."
        )
    return _("The amount is what the category gives.")


def _date_window(params: Params) -> str:
    first, last = as_day(params.get("start")), as_day(params.get("end"))
    if first and last:
        return _("Planned between %(first)s and %(last)s") % {
            "first": day(first),
            "last": day(last),
        }
    if first:
        return _("Planned on %(day)s or later") % {"day": day(first)}
    if last:
        return _("Planned on %(day)s or earlier") % {"day": day(last)}
    return _("Planned inside the window of the category")


def _range(params: Params) -> str:
    words = {
        "what": ROLE_WORDS[params["role"]],
        "unit": params.get("unit", ""),
        "least": params.get("exactly", params.get("min")),
        "most": params.get("max"),
    }
    if "exactly" in params:
        return _("%(what)s: exactly %(least)s %(unit)s") % words
    if words["most"] is None:
        return _("%(what)s: at least %(least)s %(unit)s") % words
    if words["least"] is None:
        return _("%(what)s: at most %(most)s %(unit)s") % words
    return _("%(what)s: %(least)s to %(most)s %(unit)s") % words


def _editions(params: Params) -> str:
    by = as_day(params["by"])
    words = {
        "least": params["min"],
        "by": day(by) if by else params["by"],
        "kind": params.get("when", {}).get("equals", ""),
    }
    if words["kind"]:
        return _("%(kind)s: held at least %(least)s times by %(by)s") % words
    return _("Held at least %(least)s times by %(by)s") % words


def _excluded_kinds(params: Params) -> str:
    return _("Not accepted: %(words)s") % {"words": listed(params["words"])}


def _one_of(params: Params) -> str:
    words = {
        "what": ROLE_WORDS[params["role"]],
        "allowed": listed(one["label"] for one in params["any_of"]),
        "units": _bound(params),
    }
    if words["units"]:
        return _("%(units)s: %(what)s only %(allowed)s") % words
    return _("%(what)s only %(allowed)s") % words


def _title_length(params: Params) -> str:
    return _("The title has at most %(most)s characters.") % {"most": params["max"]}


def _bound(params: Params) -> str:
    """Say whom a rule binds; nothing where it binds everybody."""
    return all_words(params["binds"]) if "binds" in params else ""


_SENTENCES: dict[str, Callable[[Params], str]] = {
    "kinds": _kinds,
    "yearly_fact": _yearly_fact,
    "priority": _priority,
    "quota": _quota,
    "amount": _amount,
    "date_window": _date_window,
    "number": _range,
    "row_count": _range,
    "editions": _editions,
    "excluded_kinds": _excluded_kinds,
    "one_of": _one_of,
    "title_length": _title_length,
}
