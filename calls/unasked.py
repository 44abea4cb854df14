"""What rules read and the form does not ask: one problem for each rule, however many categories."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from calls.answers import words_of_declaration
from calls.enums import FieldKind, FieldRole, SectionScope
from calls.forms_schema import FieldSpec, FormSchema, people_columns, sections_for
from calls.models import Category, Rule
from calls.problems import Problem
from calls.rules import KINDS
from calls.rules.facts import RuleSpec
from calls.rules.words import PERSON_WORDS, ROLE_WORDS
from portal.face.wording import listed


class Lack(NamedTuple):
    """What one rule does not find in the form: an answer, columns of people, or a declaration."""

    roles: str = ""
    columns: str = ""
    text: str = ""


def unasked(
    leaves: Sequence[Category],
    schema: FormSchema,
    rules: Iterable[Rule],
    specs: Mapping[int, RuleSpec],
) -> Iterator[Problem]:
    """Hold each rule against the questions of every category it covers."""
    asked = [(leaf, fields_for(leaf, schema)) for leaf in leaves]
    for rule in rules:
        spec = specs[rule.pk]
        lacking: dict[Lack, list[Category]] = {}
        for leaf, fields in asked:
            if spec.covers(leaf.path):
                for lack in _lacks(fields, spec):
                    lacking.setdefault(lack, []).append(leaf)
        for lack, lacked in lacking.items():
            where = _("all categories") if 1 < len(leaves) == len(lacked) else _titles(lacked)
            declares = rule.pk if lack.text else None
            yield Problem(_sentence(lack, spec, where), True, "form", declares)


def fields_for(leaf: Category, schema: FormSchema) -> list[FieldSpec]:
    """Return the questions asked of an application for one category."""
    return [
        field
        for section in sections_for(schema, leaf.codes, SectionScope.APPLICATION)
        for field in section["fields"]
    ]


def _titles(leaves: Iterable[Category]) -> str:
    return listed(leaf.full_title for leaf in leaves)


def _lacks(fields: Sequence[FieldSpec], spec: RuleSpec) -> Iterator[Lack]:
    kind = KINDS[spec.kind]
    asked = {f.get("role"): f for f in fields if f["required"] or not kind.needs_answers}
    roles = kind.roles(spec.params)
    if missing := roles - set(asked):
        yield Lack(roles=listed(ROLE_WORDS[role] for role in sorted(missing)))
    for role in sorted(roles - missing):
        if columns := _columns_missing(kind.columns(spec.params), asked[role]):
            names = listed(PERSON_WORDS[column] for column in columns)
            yield Lack(roles=str(ROLE_WORDS[role]), columns=names)
    text = spec.params.get("text") if spec.kind == "declaration" else None
    if text and text not in {words_of_declaration(field) for field in fields if _declares(field)}:
        yield Lack(text=text)


def _sentence(lack: Lack, spec: RuleSpec, where: str) -> str:
    words = {"category": where, "rule": spec.clause or str(KINDS[spec.kind].title)}
    words |= {"role": lack.roles, "columns": lack.columns, "text": lack.text}
    if lack.text:
        said = _("“%(category)s”: the form does not ask to declare “%(text)s”, as a rule does.")
    elif lack.columns:
        said = _(
            "“%(category)s”: rule “%(rule)s” reads “%(columns)s” of “%(role)s”, which need"
            " not be filled in."
        )
    else:
        said = _("“%(category)s”: rule “%(rule)s” reads “%(role)s”, which the form does not ask.")
    return said % words


def _declares(field: FieldSpec) -> bool:
    """Tell whether a question must be ticked to declare something."""
    return field.get("role") == FieldRole.DECLARATION and field["required"]


def _columns_missing(wanted: Collection[str], field: FieldSpec) -> list[str]:
    """Return the columns of people that need not be filled; an identity card tells two of them."""
    if not wanted:
        return []
    if field["kind"] != FieldKind.PEOPLE:
        return sorted(set(wanted) - {"name"})
    columns = set(people_columns(field))
    needed = set(field.get("options", {}).get("required", ("name",))) & columns
    if "id_number" in needed:
        needed |= {"born", "sex"}
    return sorted(set(wanted) - needed)
