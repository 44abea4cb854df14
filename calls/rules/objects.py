"""What the thing applied for must be like, judged from the answers by their role.

An answer that is missing or unreadable gives no finding: that it is missing is said by the check
for completeness, and a call whose rules read answers its form does not ask is not published.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.rules.facts import Facts, Finding, RuleSpec, Stage, Verdict
from calls.rules.kind import (
    BINDS,
    COUNT,
    DAY,
    ROLE,
    TEXT,
    TEXTS,
    Params,
    RuleKind,
    as_day,
    binds,
    mapping,
    out_of_order,
    reads_role,
)
from calls.rules.words import day, what
from portal import counting
from portal.face.wording import listed


def _found(spec: RuleSpec, holds: bool, message: str) -> Finding:
    return Finding(spec, Stage.OBJECT, Verdict.YES if holds else Verdict.NO, message)


def _answer(facts: Facts, role: str) -> Any:
    return (facts.answers or {}).get(role)


def judge_date_window(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Ask that the planned days lie inside a window, its first and last day included.

    The window stands in the rule or, without days of its own, on the category.
    """
    start, end = _days(_answer(facts, spec.params["role"]))
    if start is None or end is None:
        return None
    first, last = _window(spec, facts)
    words = {
        "start": day(start),
        "end": day(end),
        "first": day(first) if first else "",
        "last": day(last) if last else "",
    }
    if first and start < first:
        message = _("Planned for %(start)s to %(end)s, before the first day allowed, %(first)s.")
        return _found(spec, False, message % words)
    if last and end > last:
        message = _("Planned for %(start)s to %(end)s, after the last day allowed, %(last)s.")
        return _found(spec, False, message % words)
    return _found(spec, True, _("Planned for %(start)s to %(end)s, inside the window.") % words)


def _days(answer: object) -> tuple[dt.date | None, dt.date | None]:
    if isinstance(answer, dict):
        return as_day(answer.get("start")), as_day(answer.get("end"))
    return as_day(answer), as_day(answer)


def _window(spec: RuleSpec, facts: Facts) -> tuple[dt.date | None, dt.date | None]:
    if "start" in spec.params or "end" in spec.params:
        return as_day(spec.params.get("start")), as_day(spec.params.get("end"))
    first, last = spec.bounds.get(facts.category_path[-1], (None, None))
    return first, last


def judge_number(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Ask for a number at least and at most."""
    value = _answer(facts, spec.params["role"])
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return _in_range(spec, value)


def judge_row_count(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Ask for a number of rows in a table, such as exactly one convenor."""
    rows = _answer(facts, spec.params["role"])
    if not isinstance(rows, list):
        return None
    return _in_range(spec, len(rows))


def _in_range(spec: RuleSpec, value: int) -> Finding:
    """Hold a number against ``min``, ``max`` or ``exactly``, in the rule's unit."""
    params = spec.params
    least = params.get("exactly", params.get("min"))
    most = params.get("exactly", params.get("max"))
    words = {
        "what": what(params),
        "value": value,
        "unit": params.get("unit", ""),
        "least": least,
        "most": most,
    }
    outside = (least is not None and value < least) or (most is not None and value > most)
    if not outside:
        return _found(spec, True, _("%(what)s: %(value)s %(unit)s.") % words)
    if "exactly" in params:
        message = _("%(what)s: exactly %(least)s %(unit)s; %(value)s given.")
    elif least is not None and value < least:
        message = _("%(what)s: at least %(least)s %(unit)s; %(value)s given.")
    else:
        message = _("%(what)s: at most %(most)s %(unit)s; %(value)s given.")
    return _found(spec, False, message % words)


def judge_editions(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Ask that the event was held a number of times by a day, that day included.

    The answer is a table with the day of each edition in its column ``date``. ``when`` confines
    the rule to one kind of event.
    """
    params = spec.params
    when = params.get("when")
    if when and _answer(facts, when["role"]) != when["equals"]:
        return None
    rows = _answer(facts, "editions")
    if not isinstance(rows, list):
        return None
    by = as_day(params["by"])
    assert by is not None, "the schema holds a day"
    held = sum(1 for row in rows if (on := as_day(row.get("date"))) is not None and on <= by)
    words = {"held": held, "least": params["min"], "by": day(by)}
    if held >= params["min"]:
        message = _("Held %(held)s times by %(by)s; at least %(least)s are asked for.")
        return _found(spec, True, message % words)
    message = _("Held only %(held)s times by %(by)s; at least %(least)s are asked for.")
    return _found(spec, False, message % words)


def judge_excluded_kinds(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Refuse what is called, or chosen as, one of the excluded kinds; the message says the word."""
    title, chosen = _answer(facts, "title"), _answer(facts, spec.params["role"])
    for word in spec.params["words"]:
        if chosen == word:
            message = _("“%(word)s” is not among what may be recommended or applied for.")
            return _found(spec, False, message % {"word": word})
        if isinstance(title, str) and word in title:
            message = _(
                "The title contains “%(word)s”, which is not among what may be recommended or"
                " applied for."
            )
            return _found(spec, False, message % {"word": word})
    if title is None and chosen is None:
        return None
    return _found(spec, True, _("Not one of the excluded kinds."))


def judge_one_of(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Ask units that the rule binds to have chosen one of some answers."""
    params, chosen = spec.params, _answer(facts, spec.params["role"])
    if chosen is None or not binds(params, facts.unit):
        return None
    words = {
        "what": what(params),
        "allowed": listed(one["label"] for one in params["any_of"]),
    }
    if chosen in [one["value"] for one in params["any_of"]]:
        return _found(spec, True, _("%(what)s: %(allowed)s, as asked for.") % words)
    return _found(spec, False, _("%(what)s: your unit may only choose %(allowed)s.") % words)


def judge_declaration(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Ask that every declaration on the form was ticked, or the one with the rule's words."""
    text = spec.params.get("text")
    if text is not None:
        return _judge_one_declaration(spec, facts, text)
    ticked = _answer(facts, "declaration")
    if ticked is None:
        return None
    message = (
        _("The declaration was made.")
        if ticked
        else _("The declaration on the form must be ticked.")
    )
    return _found(spec, bool(ticked), message)


def _judge_one_declaration(spec: RuleSpec, facts: Facts, text: str) -> Finding | None:
    made = _answer(facts, "declarations")
    if not isinstance(made, dict) or text not in made:
        return None
    message = (
        _("Declared: “%(text)s”.") if made[text] else _("Declare by a tick: “%(text)s”.")
    ) % {"text": text}
    return _found(spec, bool(made[text]), message)


def judge_title_length(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Ask for a title of so many 字 at most, counted as people count."""
    title = _answer(facts, "title")
    if not isinstance(title, str) or not title:
        return None
    words = {"most": spec.params["max"], "length": counting.count(title)}
    if words["length"] <= words["most"]:
        return _found(spec, True, _("The title has %(length)s characters.") % words)
    message = _("The title has %(length)s characters; at most %(most)s are allowed.")
    return _found(spec, False, message % words)


def _window_unsound(params: Params) -> str:
    if out_of_order(params, "start", "end"):
        return _("The last day must not lie before the first.")
    return ""


def _range_unsound(params: Params) -> str:
    if not {"min", "max", "exactly"} & set(params):
        return _("Give at least one number.")
    if "exactly" in params and {"min", "max"} & set(params):
        return _("An exact number stands alone, without least and greatest.")
    if out_of_order(params, "min", "max"):
        return _("The greater number must come second.")
    return ""


def _title_and_role(params: Params) -> frozenset[str]:
    return frozenset({"title", params["role"]})


def _editions_roles(params: Params) -> frozenset[str]:
    when = params.get("when")
    return frozenset({"editions", when["role"]} if when else {"editions"})


def _reads_title(params: Params) -> frozenset[str]:
    return frozenset({"title"})


def _reads_declaration(params: Params) -> frozenset[str]:
    """A rule with words looks for the declaration in these words alone."""
    return frozenset() if "text" in params else frozenset({"declaration"})


KINDS = (
    RuleKind(
        "date_window",
        Stage.OBJECT,
        judge_date_window,
        mapping(("role",), role=ROLE, start=DAY, end=DAY),
        gettext_lazy("Planned days inside a window"),
        gettext_lazy(
            "Both days belong to the window. Without days of its own the rule takes the window of"
            " the category."
        ),
        roles=reads_role,
        unsound=_window_unsound,
    ),
    RuleKind(
        "number",
        Stage.OBJECT,
        judge_number,
        mapping(("role",), role=ROLE, what=TEXT, min=COUNT, max=COUNT, unit=TEXT),
        gettext_lazy("Number at least or at most"),
        gettext_lazy("For example at least 200 participants, or at least 30 papers."),
        roles=reads_role,
        unsound=_range_unsound,
    ),
    RuleKind(
        "row_count",
        Stage.OBJECT,
        judge_row_count,
        mapping(("role",), role=ROLE, what=TEXT, min=COUNT, max=COUNT, exactly=COUNT, unit=TEXT),
        gettext_lazy("Number of rows in a table"),
        gettext_lazy("For example exactly one convenor."),
        roles=reads_role,
        unsound=_range_unsound,
    ),
    RuleKind(
        "editions",
        Stage.OBJECT,
        judge_editions,
        mapping(
            ("min", "by"),
            min={"type": "integer", "minimum": 1, "maximum": 100},
            by=DAY,
            when=mapping(("role", "equals"), role=ROLE, equals=TEXT),
        ),
        gettext_lazy("Held before, a number of times"),
        gettext_lazy(
            "Counts the rows of the table of earlier editions whose day is not later than the"
            " given one; may be confined to one kind of event."
        ),
        roles=_editions_roles,
    ),
    RuleKind(
        "excluded_kinds",
        Stage.OBJECT,
        judge_excluded_kinds,
        mapping(("words", "role"), words=TEXTS, role=ROLE),
        gettext_lazy("Excluded kinds"),
        gettext_lazy("Refuses an event of one of these kinds, and a title that contains the word."),
        roles=_title_and_role,
    ),
    RuleKind(
        "one_of",
        Stage.OBJECT,
        judge_one_of,
        mapping(
            ("role", "any_of"),
            role=ROLE,
            what=TEXT,
            any_of={
                "type": "array",
                "minItems": 1,
                "items": mapping(("value", "label"), value=TEXT, label=TEXT),
            },
            binds=BINDS,
        ),
        gettext_lazy("Choice confined for some units"),
        gettext_lazy("For example that societies recommend only what they host themselves."),
        roles=reads_role,
    ),
    RuleKind(
        "declaration",
        Stage.OBJECT,
        judge_declaration,
        mapping((), text=TEXT),
        gettext_lazy("Declaration"),
        gettext_lazy(
            "Every declaration on the form must be ticked; or, where the rule gives its words, the"
            " one with these words."
        ),
        roles=_reads_declaration,
    ),
    RuleKind(
        "title_length",
        Stage.OBJECT,
        judge_title_length,
        mapping(("max",), max={"type": "integer", "minimum": 1, "maximum": 200}),
        gettext_lazy("Length of the title"),
        gettext_lazy("Counted in Chinese characters, words and figures, as word processors do."),
        roles=_reads_title,
    ),
)
