"""The form of one question: what it asks, its limits in plain inputs, when it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls import conditions
from calls.admin.fields import LinesField
from calls.admin.part_forms import PartForm
from calls.admin.table_columns import as_rows, columns_field, from_rows
from calls.enums import FieldKind, FieldRole
from calls.fields import PEOPLE_LABELS
from calls.forms_schema import PEOPLE_COLUMNS
from calls.models import FormField
from portal.face.wording import labelled
from portal.files.inspection import KINDS as FILE_KINDS

_KEEP = "keep"
_DEFAULT_TYPES = ("pdf", "docx")


def _count(label: Any, *, most: int, least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=least, max_value=most)


def _texts(most: int) -> dict[str, forms.Field]:
    return {"max_chars": _count(gettext_lazy("Characters at most"), least=1, most=most)}


def _rows() -> dict[str, forms.Field]:
    return {
        "min_rows": _count(gettext_lazy("Rows at least"), most=100),
        "max_rows": _count(gettext_lazy("Rows at most"), least=1, most=100),
    }


def _numbers() -> dict[str, forms.Field]:
    return {
        "min": _count(gettext_lazy("At least"), most=1_000_000_000),
        "max": _count(gettext_lazy("At most"), most=1_000_000_000),
        "unit": forms.CharField(
            label=gettext_lazy("Counted in (人, 篇, …)"), required=False, max_length=10
        ),
    }


def _choices() -> dict[str, forms.Field]:
    return {"choices": LinesField(label=gettext_lazy("Choices, one per line"), rows=6)}


def _several() -> dict[str, forms.Field]:
    return _choices() | {"max": _count(gettext_lazy("Choices at most"), most=100)}


def _columns() -> dict[str, forms.Field]:
    return {"columns": columns_field()} | _rows()


def _people() -> dict[str, forms.Field]:
    pairs = [(column, PEOPLE_LABELS[column]) for column in PEOPLE_COLUMNS]

    def ticks(label: Any) -> forms.Field:
        return forms.MultipleChoiceField(
            label=label, choices=pairs, widget=forms.CheckboxSelectMultiple
        )

    return {
        "columns": ticks(gettext_lazy("Asked of each person")),
        "required": ticks(gettext_lazy("Must be filled in")),
        "titles": LinesField(
            label=gettext_lazy("Professional titles to choose among, one per line"),
            help_text=gettext_lazy("Leave empty to let people write."),
            required=False,
        ),
        "fields": LinesField(
            label=gettext_lazy("Fields of work to choose among, one per line"),
            help_text=gettext_lazy("Leave empty to let people write."),
            required=False,
        ),
    } | _rows()


def _budget() -> dict[str, forms.Field]:
    lines = LinesField(
        label=gettext_lazy("Lines proposed to begin with, one per line"), required=False
    )
    return {"lines": lines} | _rows()


def _files() -> dict[str, forms.Field]:
    return {
        "types": forms.MultipleChoiceField(
            label=gettext_lazy("Types accepted"),
            choices=[(key, kind.label) for key, kind in FILE_KINDS.items()],
            widget=forms.CheckboxSelectMultiple,
            initial=_DEFAULT_TYPES,
        ),
        "max_files": _count(gettext_lazy("Files at most"), least=1, most=20),
    }


def _declaration() -> dict[str, forms.Field]:
    return {
        "text": forms.CharField(
            label=gettext_lazy("The declaration, word for word"),
            widget=forms.Textarea(attrs={"rows": 3}),
        )
    }


_OPTIONS: dict[str, Callable[[], dict[str, forms.Field]]] = {
    FieldKind.SHORT_TEXT: lambda: _texts(500),
    FieldKind.LONG_TEXT: lambda: _texts(10_000),
    FieldKind.NUMBER: _numbers,
    FieldKind.CHOICE: _choices,
    FieldKind.CHOICES: _several,
    FieldKind.TABLE: _columns,
    FieldKind.PEOPLE: _people,
    FieldKind.BUDGET: _budget,
    FieldKind.FILES: _files,
    FieldKind.DECLARATION: _declaration,
}


class QuestionForm(PartForm):
    """One question; its kind was chosen before and does not change, answers depend on it."""

    code_prefix = "question-"

    class Meta:
        model = FormField
        fields = (
            "label", "help", "required", "role", "public", "blind_hidden", "personal",
            "personal_purpose", "retention_months",
        )  # fmt: skip
        widgets = {"help": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "role": gettext_lazy(
                "Rules, lists and the printed form find an answer by its meaning, not by its name."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add the inputs of the kind's own limits, and when the question is asked."""
        super().__init__(*args, **kwargs)
        kind = self.instance.kind
        self.options = _OPTIONS.get(kind, dict)()
        stored = self.instance.options
        for name, option in self.options.items():
            self.fields[f"option_{name}"] = option
            if name in stored:
                self.initial[f"option_{name}"] = _shown(name, stored[name])
        self.fields["only_if"] = forms.ChoiceField(
            label=_("Asked only if"), required=False, choices=self._conditions()
        )
        self.initial["only_if"] = self._chosen_condition()
        role: Any = self.fields["role"]
        role.choices = [("", _("none of these")), *FieldRole.choices]
        self.groups = self._groups()

    def _groups(self) -> Any:
        """Order the fields: the question, its limits, when and for whom."""
        question = ("label", "help", "required", "role")
        options = tuple(f"option_{name}" for name in self.options)
        own = ("personal", "personal_purpose", "retention_months")
        return (
            (FieldKind(self.instance.kind).label, question),
            *(((_("Limits"), options),) if options else ()),
            (_("When it is asked"), ("only_if",)),
            (_("Who sees it"), ("public", "blind_hidden", *own)),
        )

    def taken_codes(self) -> list[str]:
        """Return the codes in use in the section."""
        fields = FormField.objects.filter(section=self.instance.section_id)
        return list(fields.values_list("code", flat=True))

    # Conditions -------------------------------------------------------------------------------
    def _conditions(self) -> list[tuple[str, str]]:
        """Offer every answer of every question that offers answers."""
        offered = [("", _("always"))]
        if self.instance.condition and self._simple() is None:
            offered.append((_KEEP, _("as the call file says (several conditions)")))
        asked = FormField.objects.filter(
            section__call=self.call,
            kind__in=(FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.YES_NO),
        ).exclude(pk=self.instance.pk)
        for field in asked.select_related("section"):
            key = f"{field.section.code}.{field.code}"
            for value, label in _answers_of(field):
                offered.append((f"{key}={value}", labelled(field.label, label)))
        return offered

    def _simple(self) -> str | None:
        """Return the condition as one of the choices; None where it is more than that."""
        condition = self.instance.condition
        if set(condition) != {"field", "equals"}:
            return None
        key = conditions.key_of(condition["field"], self.instance.section.code)
        value = condition["equals"]
        return f"{key}={str(value).lower() if isinstance(value, bool) else value}"

    def _chosen_condition(self) -> str:
        if not self.instance.condition:
            return ""
        return self._simple() or _KEEP

    def _condition(self, chosen: str) -> dict[str, Any]:
        """Return what is kept for the choice."""
        if chosen == _KEEP:
            kept: dict[str, Any] = self.instance.condition
            return kept
        if not chosen:
            return {}
        key, _sign, value = chosen.partition("=")
        section, _dot, code = key.partition(".")
        field = FormField.objects.get(section__call=self.call, section__code=section, code=code)
        equals: Any = value == "true" if field.kind == FieldKind.YES_NO else value
        inside = section == self.instance.section.code
        return {"field": code if inside else key, "equals": equals}

    # Saving -----------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        """Gather the limits and the condition into their columns."""
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        if "id_number" in (data.get("option_columns") or ()) and not self._is_table():
            # Numbers of identity cards are personal whatever was ticked.
            data["personal"] = True
        given = {name: data.get(f"option_{name}") for name in self.options}
        self.instance.options = {
            name: self._stored(name, value)
            for name, value in given.items()
            if value not in (None, "", [])
        }
        self.instance.condition = self._condition(data.get("only_if", ""))
        low, high = given.get("min_rows", given.get("min")), given.get("max_rows", given.get("max"))
        if low is not None and high is not None and low > high:
            self.add_error(None, _("The greater number must come second."))
        return data

    def _stored(self, name: str, value: Any) -> Any:
        """Return an option as it is kept; values and codes of what stays are kept too."""
        before = self.instance.options.get(name, [])
        if name == "choices":
            known = {choice["label"]: choice["value"] for choice in before}
            return [{"value": known.get(label, label), "label": label} for label in value]
        if name == "columns" and self._is_table():
            return from_rows(value, before)
        return value

    def _is_table(self) -> bool:
        return bool(self.instance.kind == FieldKind.TABLE)


def _answers_of(field: FormField) -> Iterable[tuple[str, str]]:
    """Return the answers a question offers, as value and words."""
    if field.kind == FieldKind.YES_NO:
        return [("true", _("Yes")), ("false", _("No"))]
    return [(one["value"], one["label"]) for one in field.options.get("choices", ())]


def _shown(name: str, value: Any) -> Any:
    """Return a kept option as its input shows it."""
    if name == "choices":
        return [choice["label"] for choice in value]
    if name == "columns" and value and isinstance(value[0], dict):
        return as_rows(value)
    return value
