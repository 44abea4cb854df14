"""Turns a step of a frozen form into a Django form class, once for each process.

A page builds ``form_class(revision, category.codes, section_code)(answers=…)`` to show a step and
``…(request.POST, answers=…)`` to take one in, reads ``settled()`` for what to keep, and shows the
same form again where ``asks_for_rows``. Files are no fields of the form: their questions are listed
in ``files_questions`` with their limits and handled by whoever stores them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.html import format_html

from calls import conditions
from calls.answers import Settled, is_empty, is_shown, settle, to_control
from calls.enums import FieldKind
from calls.fields import field_for
from calls.forms_schema import FieldSpec, FormSchema, SectionSpec, answer_key
from calls.models import FormRevision
from portal.face.dress import Dress, dress
from portal.face.rows import asks_for_rows


@dataclass(frozen=True, slots=True)
class FilesQuestion:
    """A question answered by uploads: where it belongs and what it takes."""

    key: str
    field: FieldSpec
    types: tuple[str, ...]
    max_files: int


class StepForm(forms.Form):
    """One step of a form; made by ``form_class``."""

    section: ClassVar[SectionSpec]
    specs: ClassVar[dict[str, FieldSpec]]
    files_questions: ClassVar[tuple[FilesQuestion, ...]]
    use_required_attribute = False

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        answers: Mapping[str, Any],
        locked: bool = False,
    ) -> None:
        """Show the kept ``answers`` (by full key); ``locked`` shows them without letting edit."""
        initial = {
            code: _initial(spec, answers.get(answer_key(self.section, spec)))
            for code, spec in self.specs.items()
        }
        super().__init__(data, initial=initial)
        self.answers = answers
        self._hide_what_other_steps_decide()
        for form_field in self.fields.values():
            form_field.disabled = locked

    def _hide_what_other_steps_decide(self) -> None:
        """Leave out questions whose condition looks at another step and does not hold.

        Conditions inside the step are judged by the page as well, which hides and shows.
        """
        own = {answer_key(self.section, spec) for spec in self.specs.values()}
        for code, spec in self.specs.items():
            condition = spec.get("condition", {})
            asks = set(conditions.fields_of(condition, self.section["code"]))
            if asks and asks <= own:
                dress(self.fields[code], replace(_dress_of(self.fields[code]), condition=condition))
            elif not is_shown(self.section, spec, self.answers):
                del self.fields[code]

    @property
    def helper(self) -> FormHelper:
        """How crispy-forms lays the step out: the questions asked, inside the page's own form."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(*self.fields)
        return helper

    def mark_saved(self, saved: Mapping[str, tuple[int, dt.datetime]]) -> None:
        """Show at each question its revision and when it was saved, by full key."""
        for code, form_field in self.fields.items():
            revision, at = saved.get(self.key_of(code), (0, None))
            dress(form_field, replace(_dress_of(form_field), revision=revision, saved_at=at))

    def add_hint(self, role: str, hint: str) -> None:
        """Say something more beside the questions of a role; an empty hint adds nothing."""
        for code, form_field in self.fields.items():
            if hint and self.specs[code].get("role") == role:
                form_field.help_text = format_html("{} {}", form_field.help_text, hint)

    def mark_clauses(self, clauses: Mapping[str, str]) -> None:
        """Put the notice's clause beside the questions whose role a rule reads."""
        for code, form_field in self.fields.items():
            if clause := clauses.get(self.specs[code].get("role", "")):
                dress(form_field, replace(_dress_of(form_field), clause=clause))

    def key_of(self, code: str) -> str:
        """Return the full key of a field of this step."""
        return answer_key(self.section, self.specs[code])

    @property
    def asks_for_rows(self) -> bool:
        """Whether the form was sent by a button that adds or takes away a row."""
        return self.is_bound and asks_for_rows(self.data)

    def settled(self) -> dict[str, Settled]:
        """Return what to keep for each question sent, by full key: sound, or as it was typed."""
        found = {}
        for code, form_field in self.fields.items():
            name = self.add_prefix(code)
            widget = form_field.widget
            if form_field.disabled or _absent(widget, self.data, name):
                continue
            raw = widget.value_from_datadict(self.data, self.files, name)
            found[self.key_of(code)] = settle(self.specs[code], _as_json(self.specs[code], raw))
        return found


class TrialForm(StepForm):
    """A step among all others on one page, for staff who try a form out; made by ``trial_class``.

    Its controls are named by their full keys and every condition is the page's to judge.
    """

    def add_prefix(self, field_name: str) -> str:
        """Name a control so that no two steps on the page meet."""
        return f"{self.section['code']}.{field_name}"

    def _hide_what_other_steps_decide(self) -> None:
        """Leave nothing out: the other steps' answers may be given on the same page."""
        section = self.section["code"]
        for code, spec in self.specs.items():
            if condition := spec.get("condition"):
                full = conditions.renamed(condition, {}, before=section, now="")
                dress(self.fields[code], replace(_dress_of(self.fields[code]), condition=full))


def trial_class(section: SectionSpec) -> type[TrialForm]:
    """Return the form of a step as it would be frozen now; built anew each time."""
    made: type[TrialForm] = _build(section, TrialForm)
    return made


def own_class(section: SectionSpec) -> type[StepForm]:
    """Return the form of a section that belongs to no frozen form; built anew each time."""
    made: type[StepForm] = _build(section)
    return made


def _absent(widget: forms.Widget, data: Mapping[str, Any], name: str) -> bool:
    """Tell whether a text or day was not sent at all; unticked boxes send nothing either way."""
    return isinstance(widget, forms.TextInput | forms.Textarea) and name not in data


def _as_json(spec: FieldSpec, raw: Any) -> Any:
    """Return what a control sent in the shape of its kind."""
    if spec["kind"] == FieldKind.DATE_RANGE:
        start, end = raw
        return {"start": start or "", "end": end or ""}
    return raw


def _initial(spec: FieldSpec, answer: Any) -> Any:
    """Return what the control shows at first."""
    if spec["kind"] == FieldKind.DATE_RANGE or is_empty(answer):
        return answer
    return to_control(spec, answer)


def _dress_of(form_field: forms.Field) -> Dress:
    worn: Dress = form_field.dress  # type: ignore[attr-defined]
    return worn


def form_class(
    revision: FormRevision, category_codes: Collection[str], section_code: str
) -> type[StepForm]:
    """Return the form of one step; raises ``KeyError`` where the form has no such step.

    ``category_codes`` run from the top category down; a step that belongs to another category is
    no step of this form. Steps of a plan are found with no codes at all.
    """
    frozen = _Frozen(revision.sha256, revision.schema)
    return _compiled(frozen, tuple(category_codes), section_code)


@dataclass(frozen=True, slots=True)
class _Frozen:
    """A schema that is as good as its hash."""

    sha256: str
    schema: FormSchema = field(compare=False)


@lru_cache(maxsize=1024)
def _compiled(frozen: _Frozen, category_codes: tuple[str, ...], code: str) -> type[StepForm]:
    for section in frozen.schema["sections"]:
        belongs = not section["category"] or section["category"] in category_codes
        if section["code"] == code and belongs:
            built: type[StepForm] = _build(section)
            return built
    raise KeyError(code)


def _build(section: SectionSpec, base: type[StepForm] = StepForm) -> Any:
    specs = {s["code"]: s for s in section["fields"] if s["kind"] != FieldKind.FILES}
    fields: dict[str, Any] = {code: field_for(spec) for code, spec in specs.items()}
    return type(
        base.__name__,
        (base,),
        fields
        | {
            "section": section,
            "specs": specs,
            "files_questions": tuple(_files_questions(section)),
        },
    )


def _files_questions(section: SectionSpec) -> list[FilesQuestion]:
    return [
        FilesQuestion(
            key=answer_key(section, spec),
            field=spec,
            types=tuple(spec.get("options", {}).get("types") or ("pdf", "docx", "jpg", "png")),
            max_files=int(spec.get("options", {}).get("max_files", 5)),
        )
        for spec in section["fields"]
        if spec["kind"] == FieldKind.FILES
    ]
