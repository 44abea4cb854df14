"""What a rule asks, said to everybody; what it means for one unit is said by calls.rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from calls.rules import KINDS
from calls.rules.kind import as_day, number_words
from calls.rules.partners import bounds
from calls.rules.persons import limit_words, other_words, quality_words
from calls.rules.quota import ALL, CALL, CATEGORY, EACH_TOP_CATEGORY, FAMILY
from calls.rules.words import (
    KIND_WORDS,
    PERSON_WORDS,
    ROLE_WORDS,
    all_words,
    day,
    what,
)
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


def _named_units(params: Params) -> str:
    units = listed(unit["name"] for unit in params["any_of"])
    if params.get("except"):
        return _("All but %(units)s") % {"units": units}
    return _("Only %(units)s") % {"units": units}


def _region(params: Params) -> str:
    return _("Units in %(regions)s") % {"regions": listed(params["any_of"])}


def _not_barred(params: Params) -> str:
    return _("%(label)s: whom this holds for may not apply until it ends.") % {
        "label": params["label"]
    }


def _running_project(params: Params) -> str:
    words = {"whose": _subject(params), "limit": params["limit"]}
    return _("%(whose)s has fewer than %(limit)s earlier projects that still run.") % words


def _earlier_award(params: Params) -> str:
    words = {"whose": _subject(params), "years": params["years"]}
    return _("%(whose)s was not selected within the last %(years)s years.") % words


def _subject(params: Params) -> str:
    return (
        str(ROLE_WORDS[params["role"]])
        if "role" in params
        else pgettext("whom a rule is about", "The unit")
    )


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
    if params["limit"] is None:
        said = _by_number(params) or _("How many each unit hands in is not limited.")
    elif "by_number" in params:
        said = _("%(limits)s. Where the number is not recorded: %(said)s") % {
            "limits": _by_number(params),
            "said": said,
        }
    said = _limited(said, params)
    if params.get("bucket") == FAMILY:
        kinds = listed(KIND_WORDS[kind] for kind in params["family_kinds"])
        said += _(" %(kinds)s of one house share their places.") % {"kinds": kinds}
    if params.get("per_batch"):
        said += _(" Each batch is counted anew.")
    if params.get("joint") == ALL:
        said += _(" A joint application counts for every partner.")
    return said


def _by_number(params: Params) -> str:
    return number_words(params["by_number"]) if "by_number" in params else ""


def _limited(said: str, params: Params) -> str:
    """Say whom a limit binds and who has another one."""
    if units := _bound(params):
        said = _("%(units)s: %(said)s") % {"units": units, "said": said}
    others = [(unit["name"], unit["limit"]) for unit in params.get("named", ())]
    others += [(line["label"], line["limit"]) for line in params.get("by_fact", ())]
    if others:
        named = listed(_("%(unit)s %(limit)s") % {"unit": u, "limit": n} for u, n in others)
        said += _(" Others: %(named)s.") % {"named": named}
    return said


def _list_quota(params: Params) -> str:
    sentences = {
        EACH_TOP_CATEGORY: _("Each list names at most %(limit)s within one category."),
        CATEGORY: _("Each list names at most %(limit)s in this category."),
        CALL: _("Each list names at most %(limit)s in all."),
    }
    said = sentences[params["scope"]] % {"limit": params["limit"]}
    if params["limit"] is None:
        said = _by_number(params) or _("How many a list names is not limited.")
    elif "by_number" in params:
        said = _("%(limits)s. Where the number is not recorded: %(said)s") % {
            "limits": _by_number(params),
            "said": said,
        }
    said = _at_level(_limited(said, params), params)
    more = (
        ("min", _(" At least %s.")),
        ("reserve", _(" In reserve: %s more at most.")),
        ("percent", _(" At most %s %% of the applications received.")),
    )
    return said + "".join(words % params[key] for key, words in more if key in params)


def _at_level(said: str, params: Params) -> str:
    levels = {1: _("First level of recommending"), 2: _("Second level of recommending")}
    if "level" not in params:
        return said
    return _("%(units)s: %(said)s") % {"units": levels[params["level"]], "said": said}


def _composition(params: Params) -> str:
    limits = (
        ("min", _("at least %s")),
        ("max", _("at most %s")),
        ("min_percent", _("at least %s %%")),
        ("max_percent", _("at most %s %%")),
    )
    said = _("%(label)s on each list: %(limits)s") % {
        "label": params["label"],
        "limits": listed(words % params[key] for key, words in limits if key in params),
    }
    return _at_level(said, params)


def _cost_share(params: Params) -> str:
    words = {"share": params["max_percent"]}
    return _("The amount is at most %(share)s %% of the total cost.") % words


def _matching(params: Params) -> str:
    words = {"share": params["min_percent"]}
    return _("Matching funds come to at least %(share)s %% of the amount applied for.") % words


def _person_age(params: Params) -> str:
    on = as_day(params.get("age_on"))
    said = [limit_words(params, on)] if limit_words(params, on) else []
    for other in params.get("others", ()):
        words = {"whom": other_words(other), "limit": limit_words(other, on)}
        said.append(_("%(whom)s: %(limit)s") % words)
    return _("%(who)s: %(limits)s") % {
        "who": ROLE_WORDS[params["role"]],
        "limits": pgettext("between parts of a sentence", "; ").join(said),
    }


def _person_quality(params: Params) -> str:
    words = {
        "who": ROLE_WORDS[params["role"]],
        "column": PERSON_WORDS[params["column"]],
        "allowed": quality_words(params),
        "share": params.get("min_share"),
    }
    if words["share"]:
        return _("%(who)s: at least %(share)s %% with %(column)s %(allowed)s") % words
    return _("%(who)s: %(column)s %(allowed)s") % words


def _person_places(params: Params) -> str:
    words = {"who": listed(ROLE_WORDS[role] for role in params["roles"]), "limit": params["limit"]}
    return _("%(who)s: one person in at most %(limit)s applications of this call") % words


def _partners(params: Params) -> str:
    least, most = bounds(params)
    words = {"least": least, "most": most}
    if least and most:
        said = _("Only jointly, with %(least)s to %(most)s partners") % words
    elif least:
        said = _("Only jointly, with at least %(least)s partners") % words
    else:
        said = _("At most %(most)s partners") % words
    if "any_of" not in params:
        return said
    return _("%(said)s (%(units)s)") % {"said": said, "units": all_words(params["any_of"])}


def _declaration(params: Params) -> str:
    if "text" in params:
        return _("To be declared: %(text)s") % {"text": params["text"]}
    return _("Every declaration on the form must be ticked.")


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
        "what": what(params),
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
        "what": what(params),
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
    "named_units": _named_units,
    "region": _region,
    "not_barred": _not_barred,
    "running_project": _running_project,
    "earlier_award": _earlier_award,
    "list_quota": _list_quota,
    "composition": _composition,
    "cost_share": _cost_share,
    "matching": _matching,
    "person_age": _person_age,
    "person_quality": _person_quality,
    "person_places": _person_places,
    "partners": _partners,
    "declaration": _declaration,
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
