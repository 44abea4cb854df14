"""What the persons named in an application must be like, judged from the tables of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.rules.facts import Facts, Finding, RuleSpec, Stage, Verdict
from calls.rules.kind import (
    DAY,
    PERCENT,
    PERSON_COLUMN,
    PERSON_ROLE,
    TEXT,
    TEXTS,
    Params,
    RuleKind,
    as_day,
    mapping,
    out_of_order,
    reads_role,
)
from calls.rules.words import PERSON_ROLES, PERSON_WORDS, ROLE_WORDS, answer_words, day
from portal import id_number
from portal.face.wording import listed

Row = Mapping[str, Any]
LIMITS = ("born_from", "born_to", "age_max")
AGE = {"type": "integer", "minimum": 1, "maximum": 120}


def people_in(answer: object) -> list[Row]:
    """Return the people of an answer: the rows of a table, or the one named in a line of text."""
    if isinstance(answer, str):
        return [{"name": answer}] if answer.strip() else []
    return [row for row in answer if isinstance(row, Mapping)] if isinstance(answer, list) else []


def column_of(row: Row, column: str) -> str:
    """Return what stands in a column; day of birth and sex are read from the identity card too."""
    value = row.get(column)
    if value not in (None, ""):
        return str(value)
    number = str(row.get("id_number") or "")
    if column == "sex" and (woman := id_number.is_of_a_woman(number)) is not None:
        return "female" if woman else "male"
    if column == "born" and (born := id_number.born_on(number)) is not None:
        return born.isoformat()
    return ""


def born_of(row: Row) -> dt.date | None:
    """Return the day of birth; None where none is given."""
    return as_day(column_of(row, "born"))


def age_on(born: dt.date, on: dt.date) -> int:
    """Return the full years on a day (周岁); who is born on 29 February turns older on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _name(row: Row) -> str:
    return str(row.get("name") or _("(no name yet)"))


def judge_person_age(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Hold the day of birth of everybody in a role against the limit that is theirs.

    The first line of ``others`` whose column says so holds instead of the common limit; a day
    that is not given is unknown.
    """
    rows = people_in((facts.answers or {}).get(spec.params["role"]))
    if not rows:
        return None
    judged = [(row, *_age_verdict(spec.params, row)) for row in rows]
    told = tuple(
        _("%(name)s: born on %(day)s.") % {"name": _name(row), "day": day(born)}
        for row in rows
        if (born := born_of(row))
    )
    for row, verdict, limit in judged:
        if verdict is Verdict.NO:
            born = born_of(row)
            assert born is not None, "without a day nothing is refused"
            message = _("%(name)s, born on %(day)s, is outside the limit: %(limit)s.") % {
                "name": _name(row),
                "day": day(born),
                "limit": limit,
            }
            return Finding(spec, Stage.OBJECT, Verdict.NO, message, facts=told)
    unknown = [_name(row) for row, verdict, _limit in judged if verdict is Verdict.UNKNOWN]
    if unknown:
        message = _("Whether %(names)s keeps the limit of age is not known.")
        message %= {"names": listed(unknown)}
        return Finding(spec, Stage.OBJECT, Verdict.UNKNOWN, message, facts=told)
    message = _("%(role)s: within the limit of age.") % {"role": ROLE_WORDS[spec.params["role"]]}
    return Finding(spec, Stage.OBJECT, Verdict.YES, message, facts=told)


def _age_verdict(params: Params, row: Row) -> tuple[Verdict, str]:
    """Judge one person; an answer that decides which limit holds may be missing too."""
    holds, perhaps = params, []
    for other in params.get("others", ()):
        cells = {column: column_of(row, column) for column, _value in _when(other)}
        if all(cells[column] == value for column, value in _when(other)):
            holds = other
            break
        if all(cells[column] in ("", value) for column, value in _when(other)):
            perhaps.append(other)
    born, on = born_of(row), as_day(params.get("age_on"))
    if born is None:
        return Verdict.UNKNOWN, ""
    verdicts = {_within(line, born, on) for line in (holds, *perhaps)}
    if len(verdicts) > 1:
        return Verdict.UNKNOWN, ""
    return (Verdict.YES if verdicts.pop() else Verdict.NO), limit_words(holds, on)


def _when(other: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return for whom another limit holds: columns with the answers that must all stand there."""
    keys = [("column", "equals"), ("and_column", "and_equals")]
    return [(other[column], other[value]) for column, value in keys if column in other]


def other_words(other: Mapping[str, Any]) -> str:
    """Say for whom another limit holds: 性别为女的."""
    return listed(
        _("%(column)s %(value)s")
        % {"column": PERSON_WORDS[column], "value": answer_words(column, value)}
        for column, value in _when(other)
    )


def _within(line: Mapping[str, Any], born: dt.date, on: dt.date | None) -> bool:
    first, last = as_day(line.get("born_from")), as_day(line.get("born_to"))
    if (first and born < first) or (last and born > last):
        return False
    return on is None or "age_max" not in line or age_on(born, on) <= line["age_max"]


def limit_words(line: Mapping[str, Any], on: dt.date | None) -> str:
    """Say a limit of age in words."""
    first, last = as_day(line.get("born_from")), as_day(line.get("born_to"))
    said = []
    if first:
        said.append(_("born on %(day)s or later") % {"day": day(first)})
    if last:
        said.append(_("born on %(day)s or earlier") % {"day": day(last)})
    if "age_max" in line and on:
        words = {"age": line["age_max"], "day": day(on)}
        said.append(_("at most %(age)s years old on %(day)s") % words)
    return listed(said)


def quality_answers(params: Params) -> dict[str, list[str]]:
    """Return the answers that are enough, by column: one of them, in one of the columns."""
    first = {params["column"]: params["any_of"]}
    return first | ({params["or_column"]: params["or_any_of"]} if "or_column" in params else {})


def quality_words(params: Params) -> str:
    """Say which answers are enough: 副高级、正高级，或学位：博士."""
    said = [
        listed(answer_words(column, value) for value in values)
        for column, values in quality_answers(params).items()
    ]
    if len(said) == 1:
        return said[0]
    words = {"allowed": said[0], "column": PERSON_WORDS[params["or_column"]], "others": said[1]}
    return _("%(allowed)s, or %(column)s: %(others)s") % words


def _has_quality(row: Row, answers: Mapping[str, list[str]]) -> Verdict:
    """Judge one person; a column left empty may hold what is enough."""
    cells = {column: column_of(row, column).strip() for column in answers}
    if any(cell in answers[column] for column, cell in cells.items()):
        return Verdict.YES
    return Verdict.NO if all(cells.values()) else Verdict.UNKNOWN


def judge_person_quality(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Ask that everybody in a role, or such a share of them, has one of some answers."""
    params = spec.params
    rows = people_in((facts.answers or {}).get(params["role"]))
    if not rows:
        return None
    answers = quality_answers(params)
    verdicts = [_has_quality(row, answers) for row in rows]
    fitting = verdicts.count(Verdict.YES)
    unknown = verdicts.count(Verdict.UNKNOWN)
    share = params.get("min_share", 100)
    needed = -(-len(rows) * share // 100)
    words = {
        "role": ROLE_WORDS[params["role"]],
        "column": PERSON_WORDS[params["column"]],
        "allowed": quality_words(params),
        "fitting": fitting,
        "total": len(rows),
        "share": share,
    }
    told = tuple(
        _("%(name)s: %(value)s.") % {"name": _name(row), "value": listed(said)}
        for row in rows
        if (said := _qualities_of(row, answers))
    )
    if fitting >= needed:
        message = _("%(role)s, %(column)s: %(allowed)s — %(fitting)s of %(total)s.") % words
        return Finding(spec, Stage.OBJECT, Verdict.YES, message, facts=told)
    if fitting + unknown >= needed:
        message = _("%(role)s, %(column)s: not known of everybody.") % words
        return Finding(spec, Stage.OBJECT, Verdict.UNKNOWN, message, facts=told)
    message = (
        _("%(role)s, %(column)s: only %(allowed)s; %(fitting)s of %(total)s.")
        if share == 100
        else _(
            "%(role)s, %(column)s: at least %(share)s %% with %(allowed)s; %(fitting)s of"
            " %(total)s."
        )
    )
    return Finding(spec, Stage.OBJECT, Verdict.NO, message % words, facts=told)


def _qualities_of(row: Row, columns: Iterable[str]) -> list[str]:
    """Say what a person answered in these columns."""
    cells = ((column, column_of(row, column).strip()) for column in columns)
    return [answer_words(column, cell) for column, cell in cells if cell]


def judge_person_places(spec: RuleSpec, facts: Facts) -> Finding | None:
    """Ask that nobody stands in more applications of the call than allowed, over all units.

    ``facts.elsewhere`` holds the other applications that take a place. A refusal names the
    person and the number alone: what another unit handed in is not told.
    """
    params = spec.params
    roles = set(params["roles"])
    people = [person for person in facts.people if person.role in roles]
    if not people:
        return None
    full = []
    for person in people:
        others = {
            e.application_id
            for e in facts.elsewhere
            if e.role in roles and spec.covers(e.category_path) and e.person.is_same_as(person)
        }
        if len(others) >= params["limit"]:
            full.append(person.name)
    words = {"limit": params["limit"], "names": listed(dict.fromkeys(full))}
    if full:
        message = _(
            "%(names)s already stands in as many applications of this call as one person may:"
            " %(limit)s."
        )
        return Finding(spec, Stage.OBJECT, Verdict.NO, message % words)
    message = _("Nobody named stands in more than %(limit)s applications of this call.")
    return Finding(spec, Stage.OBJECT, Verdict.YES, message % words)


def _age_unsound(params: Params) -> str:
    lines: Sequence[Mapping[str, Any]] = [params, *params.get("others", ())]
    for line in lines:
        if ("and_column" in line) != ("and_equals" in line):
            return _("Give both the answer and its value, or neither.")
        if not set(LIMITS) & set(line):
            return _("Give a day of birth or an age for every limit.")
        if out_of_order(line, "born_from", "born_to"):
            return _("The last day must not lie before the first.")
    if any("age_max" in line for line in lines) != ("age_on" in params):
        return _("An age is counted on a day; give both or neither.")
    return ""


def age_columns(params: Params) -> frozenset[str]:
    """Return the columns of people a limit of age reads."""
    columns = (column for other in params.get("others", ()) for column, _value in _when(other))
    return frozenset({"born", *columns})


def quality_columns(params: Params) -> frozenset[str]:
    """Return the columns of people that are asked for."""
    return frozenset(quality_answers(params))


def _quality_unsound(params: Params) -> str:
    if ("or_column" in params) != ("or_any_of" in params):
        return _("Another column needs the answers that count; give both or neither.")
    if params.get("or_column") == params["column"]:
        return _("Name another column, or list its answers with the first ones.")
    return ""


def _places_roles(params: Params) -> frozenset[str]:
    return frozenset(params["roles"])


_AGE_LIMITS: dict[str, Any] = {"born_from": DAY, "born_to": DAY, "age_max": AGE}

KINDS = (
    RuleKind(
        "person_age",
        Stage.OBJECT,
        judge_person_age,
        mapping(
            ("role",),
            role=PERSON_ROLE,
            age_on=DAY,
            others={
                "type": "array",
                "minItems": 1,
                "items": mapping(
                    ("column", "equals"),
                    column=PERSON_COLUMN,
                    equals=TEXT,
                    and_column=PERSON_COLUMN,
                    and_equals=TEXT,
                    **_AGE_LIMITS,
                ),
            },
            **_AGE_LIMITS,
        ),
        gettext_lazy("Age of persons"),
        gettext_lazy(
            "Day of birth from or to, or an age on a day; other limits may hold for some, such as"
            " women or a field of work."
        ),
        roles=reads_role,
        unsound=_age_unsound,
        columns=age_columns,
    ),
    RuleKind(
        "person_quality",
        Stage.OBJECT,
        judge_person_quality,
        mapping(
            ("role", "column", "any_of"),
            role=PERSON_ROLE,
            column=PERSON_COLUMN,
            any_of=TEXTS,
            or_column=PERSON_COLUMN,
            or_any_of=TEXTS,
            min_share=PERCENT,
        ),
        gettext_lazy("Title, degree or field of persons"),
        gettext_lazy("Everybody in a role, or such a share of them, has one of some answers."),
        roles=reads_role,
        unsound=_quality_unsound,
        columns=quality_columns,
    ),
    RuleKind(
        "person_places",
        Stage.OBJECT,
        judge_person_places,
        mapping(
            ("roles", "limit"),
            roles={
                "type": "array",
                "items": {"enum": list(PERSON_ROLES)},
                "minItems": 1,
                "uniqueItems": True,
            },
            limit={"type": "integer", "minimum": 1, "maximum": 100},
        ),
        gettext_lazy("In how many applications one person may stand"),
        gettext_lazy(
            "Counted over all units of the call, in the roles chosen together: one channel for"
            " each candidate, so many projects for a leader or a member, so many recommendations"
            " for a recommending person."
        ),
        roles=_places_roles,
        needs_answers=False,
    ),
)
