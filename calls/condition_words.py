"""Says in words when a question is asked, for staff and in lists of changes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from calls import conditions
from calls.forms_schema import FieldSpec, FormSchema, answer_key
from portal.face.wording import listed

Questions = Mapping[str, FieldSpec]


def questions_of(schema: FormSchema) -> dict[str, FieldSpec]:
    """Return every question of a form by the key of its answer, in order."""
    return {
        answer_key(section, field): field
        for section in schema["sections"]
        for field in section["fields"]
    }


def condition_words(condition: Mapping[str, Any], section: str, questions: Questions) -> str:
    """Say a condition of a question in this section; empty for one that is always asked."""
    if not condition:
        return ""
    for name, joint in (("all", _(" and ")), ("any", _(" or "))):
        if name in condition:
            parts = [_bracketed(one, section, questions) for one in condition[name]]
            return joint.join(parts)
    return _single(condition, section, questions)


def _bracketed(condition: Mapping[str, Any], section: str, questions: Questions) -> str:
    words = condition_words(condition, section, questions)
    nested = [*condition.get("all", ()), *condition.get("any", ())]
    return _("(%(words)s)") % {"words": words} if len(nested) > 1 else words


def _single(condition: Mapping[str, Any], section: str, questions: Questions) -> str:
    key = conditions.key_of(condition["field"], section)
    field = questions.get(key)
    words: dict[str, Any] = {"label": field["label"] if field else key}
    if "in" in condition:
        words["answer"] = listed(answer_words(field, one) for one in condition["in"])
        return _("“%(label)s” is one of: %(answer)s") % words
    if "at_least" in condition:
        words["number"] = _figure(condition["at_least"])
        return _("“%(label)s” is at least %(number)s") % words
    if "at_most" in condition:
        words["number"] = _figure(condition["at_most"])
        return _("“%(label)s” is at most %(number)s") % words
    if "is_not" in condition:
        words["answer"] = answer_words(field, condition["is_not"])
        return _("“%(label)s” is not “%(answer)s”") % words
    words["answer"] = answer_words(field, condition["equals"])
    return _("“%(label)s” is “%(answer)s”") % words


def answer_words(field: FieldSpec | None, value: object) -> str:
    """Return an answer a condition names as people read it."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    choices = field.get("options", {}).get("choices", ()) if field else ()
    return next((str(one["label"]) for one in choices if one["value"] == value), str(value))


def _figure(number: object) -> str:
    """Write a bound without idle zeros."""
    return f"{Decimal(str(number)).normalize():f}"
