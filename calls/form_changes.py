"""What a new form asks otherwise than an old one, in words; pure, from two frozen forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from calls.condition_words import condition_words, questions_of
from calls.enums import FieldKind, FieldRole
from calls.forms_schema import FieldSpec, FormSchema, answer_key
from portal.face.wording import listed


@dataclass(frozen=True, slots=True)
class Changed:
    """One question that is asked otherwise: its label and what is different, in words."""

    label: str
    details: tuple[str, ...]

    def __str__(self) -> str:
        if not self.details:
            return self.label
        return _("%(label)s (%(details)s)") % {
            "label": self.label,
            "details": _("; ").join(self.details),
        }


@dataclass(frozen=True, slots=True)
class FormChange:
    """What a new form asks otherwise than the old one; ``order`` tells that the order differs."""

    added: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()
    removed: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    reordered: bool = False
    # Keys of the answers whose question is gone, to count who had answered.
    removed_keys: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether an applicant would notice; a new order alone is worth no mail."""
        return bool(self.added or self.changed or self.removed or self.steps)

    @property
    def anything(self) -> bool:
        """Whether the forms differ at all."""
        return bool(self) or self.reordered

    def sentences(self) -> list[str]:
        """Return one sentence for each change, in the language of who reads the page."""
        return [
            *(_("New: %(label)s") % {"label": label} for label in self.added),
            *(_("Changed: %(label)s") % {"label": change} for change in self.changed),
            *(_("No longer asked: %(label)s") % {"label": label} for label in self.removed),
            *self.steps,
            *([_("The order of the questions is changed.")] if self.reordered else []),
        ]


def change_between(old: FormSchema, new: FormSchema) -> FormChange:
    """Compare two forms question by question and step by step."""
    before, after = questions_of(old), questions_of(new)
    sections = {answer_key(s, f): s["code"] for s in new["sections"] for f in s["fields"]}
    both = [key for key in after if key in before]
    changed = [
        Changed(after[key]["label"], tuple(_details(key, before, after, sections[key])))
        for key in both
        if after[key] != before[key]
    ]
    steps = tuple(_steps(old, new))
    return FormChange(
        added=tuple(after[key]["label"] for key in after if key not in before),
        changed=tuple(changed),
        removed=tuple(before[key]["label"] for key in before if key not in after),
        steps=steps,
        reordered=both != [key for key in before if key in after] or _steps_moved(old, new),
        removed_keys=tuple(key for key in before if key not in after),
    )


def _steps_moved(old: FormSchema, new: FormSchema) -> bool:
    before = [section["code"] for section in old["sections"]]
    after = [section["code"] for section in new["sections"]]
    return [c for c in before if c in after] != [c for c in after if c in before]


def _steps(old: FormSchema, new: FormSchema) -> Iterator[str]:
    before = {section["code"]: section for section in old["sections"]}
    after = {section["code"]: section for section in new["sections"]}
    for code, section in after.items():
        if code not in before:
            yield _("New step: %(title)s") % {"title": section["title"]}
            continue
        was = before[code]
        words = {"before": was["title"], "title": section["title"]}
        if was["title"] != section["title"]:
            yield _("Step “%(before)s” is now called “%(title)s”.") % words
        if was["category"] != section["category"]:
            yield _("Step “%(title)s” is for other categories now.") % words
        if was.get("help", "") != section.get("help", ""):
            yield _("The explanation of step “%(title)s” is changed.") % words
    for code, section in before.items():
        if code not in after:
            yield _("Step removed: %(title)s") % {"title": section["title"]}


def _details(
    key: str, before: Mapping[str, FieldSpec], after: Mapping[str, FieldSpec], section: str
) -> Iterator[str]:
    """Say what is different about one question; ``section`` is the code of its step."""
    old, new = before[key], after[key]
    if old["label"] != new["label"]:
        yield _("was called “%(label)s”") % {"label": old["label"]}
    if old["kind"] != new["kind"]:
        yield _("now: %(kind)s") % {"kind": FieldKind(new["kind"]).label}
    if old["required"] != new["required"]:
        yield _("now required") if new["required"] else _("now optional")
    if old.get("help", "") != new.get("help", ""):
        yield _("other explanation")
    yield from _limits(old.get("options", {}), new.get("options", {}))
    if old.get("condition") != new.get("condition"):
        words = condition_words(new.get("condition", {}), section, after)
        yield _("asked only if %(words)s") % {"words": words} if words else _("always asked now")
    if old.get("role", "") != new.get("role", ""):
        role = new.get("role", "")
        meaning = FieldRole(role).label if role in FieldRole.values else _("none of these")
        yield _("meaning: %(role)s") % {"role": meaning}
    yield from _marks(old, new)


def _marks(old: FieldSpec, new: FieldSpec) -> Iterator[str]:
    if old.get("public", False) != new.get("public", False):
        yield (
            _("now in the public list") if new.get("public") else _("no longer in the public list")
        )
    if old.get("blind_hidden", False) != new.get("blind_hidden", False):
        yield (
            _("now hidden from blind reviewers")
            if new.get("blind_hidden")
            else _("no longer hidden from blind reviewers")
        )
    if old.get("personal") != new.get("personal"):
        own = new.get("personal")
        if not own:
            yield _("no longer marked as personal data")
        else:
            yield _("personal data: %(purpose)s, %(months)s months") % own


# Limits that are one number or word, with what they are called.
def _limit_names() -> dict[str, str]:
    return {
        "max_chars": _("characters at most"),
        "min": _("at least"),
        "max": _("at most"),
        "unit": _("counted in"),
        "min_rows": _("rows at least"),
        "max_rows": _("rows at most"),
        "max_files": _("files at most"),
    }


def _limits(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name, label in _limit_names().items():
        if old.get(name) != new.get(name):
            yield _("%(limit)s: %(before)s → %(after)s") % {
                "limit": label,
                "before": old.get(name, _("none")),
                "after": new.get(name, _("none")),
            }
    for name, label in (("choices", _("choices")), ("columns", _("columns"))):
        yield from _items(label, old.get(name, ()), new.get(name, ()))
    if old.get("types") != new.get("types"):
        yield _("file types: %(types)s") % {"types": listed(new.get("types", ()))}
    if old.get("text") != new.get("text"):
        yield _("other wording of the declaration")
    known = {*_limit_names(), "choices", "columns", "types", "text"}
    if any(old.get(name) != new.get(name) for name in {*old, *new} - known):
        yield _("other settings")


def _items(label: str, old: Any, new: Any) -> Iterator[str]:
    """Say which choices or columns came and went."""
    before, after = _labels(old), _labels(new)
    words = {"what": label}
    if more := [one for one in after if one not in before]:
        yield _("%(what)s added: %(items)s") % (words | {"items": listed(more)})
    if fewer := [one for one in before if one not in after]:
        yield _("%(what)s removed: %(items)s") % (words | {"items": listed(fewer)})
    if not more and not fewer and before != after:
        yield _("%(what)s in another order") % words
    elif before == after and list(old) != list(new):
        yield _("%(what)s with other settings") % words


def _labels(items: Any) -> list[str]:
    return [str(one["label"]) if isinstance(one, Mapping) else str(one) for one in items]
