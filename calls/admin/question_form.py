"""The form of one question: what it asks, its limits in plain inputs, when it is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.admin import condition_rows
from calls.admin.fields import LinesField
from calls.admin.part_forms import PartForm
from calls.admin.table_columns import as_rows, columns_field, from_rows
from calls.condition_words import condition_words
from calls.enums import FieldKind, FieldRole
from calls.fields import PEOPLE_LABELS
from calls.forms_schema import PEOPLE_COLUMNS, FieldSpec
from calls.models import FormField, FormSection
from calls.section_templates import MONTHS
from calls.services.freeze import field_spec
from portal.files.inspection import KINDS as FILE_KINDS

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
        self._add_condition()
        if self.instance.pk is None and kind == FieldKind.PEOPLE:
            self.initial = {**self.initial, "personal": True, "retention_months": MONTHS}
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
            *(((_("When it is asked"), ("only_if",)),) if "only_if" in self.fields else ()),
            (_("Who sees it"), ("public", "blind_hidden", *own)),
        )

    def taken_codes(self) -> list[str]:
        """Return the codes in use in the section."""
        fields = FormField.objects.filter(section=self.instance.section_id)
        return list(fields.values_list("code", flat=True))

    # Conditions -------------------------------------------------------------------------------
    def _add_condition(self) -> None:
        """Offer the answers given before; what is too manifold for rows is only said and kept."""
        section, kept = self.instance.section, self.instance.condition
        rows = condition_rows.as_rows(kept, section.code)
        earlier = self._asked_before()
        if rows is None:
            self.fields["only_if"] = forms.CharField(
                label=_("Asked only if"),
                required=False,
                disabled=True,
                initial=condition_words(kept, section.code, earlier),
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text=_("As the call file says; too many cases for this page."),
            )
            return
        self.fields["only_if"] = condition_rows.rows_field(earlier, kept, section.code)
        self.initial["only_if"] = rows

    def _asked_before(self) -> dict[str, FieldSpec]:
        """Return the questions that come before this one and are asked along with it, by key."""
        own = self.instance.section
        found: dict[str, FieldSpec] = {}
        sections = self.call.sections.select_related("category__parent")
        for section in sections.prefetch_related("fields"):
            for field in section.fields.all():
                if field.pk == self.instance.pk:
                    return found
                if section.scope == own.scope and _meet(section, own):
                    found[f"{section.code}.{field.code}"] = field_spec(field)
            if section.pk == own.pk and self.instance.pk is None:
                return found
        return found

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
        self._take_condition(data)
        self._check_personal(data)
        low, high = given.get("min_rows", given.get("min")), given.get("max_rows", given.get("max"))
        if low is not None and high is not None and low > high:
            self.add_error(None, _("The greater number must come second."))
        return data

    def _take_condition(self, data: dict[str, Any]) -> None:
        field = self.fields.get("only_if")
        if field is None or field.disabled:
            return
        try:
            rows = data.get("only_if") or []
            self.instance.condition = condition_rows.from_rows(rows, self.instance.section.code)
        except forms.ValidationError as error:
            self.add_error("only_if", error)

    def _check_personal(self, data: dict[str, Any]) -> None:
        """Personal data is asked for a purpose and kept for a time, both of which people read."""
        if not data.get("personal"):
            return
        if not data.get("personal_purpose"):
            self.add_error("personal_purpose", _("Say what the personal data is needed for."))
        if data.get("retention_months") is None:
            self.add_error(
                "retention_months", _("Say for how many months after closing it is kept.")
            )

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


def _meet(one: FormSection, other: FormSection) -> bool:
    """Tell whether two steps can stand in one application: their categories do not part."""
    if one.category is None or other.category is None:
        return True
    paths = set(one.category.codes), set(other.category.codes)
    return paths[0] <= paths[1] or paths[1] <= paths[0]


def _shown(name: str, value: Any) -> Any:
    """Return a kept option as its input shows it."""
    if name == "choices":
        return [choice["label"] for choice in value]
    if name == "columns" and value and isinstance(value[0], dict):
        return as_rows(value)
    return value
