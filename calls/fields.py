"""The form field of each kind of question: reads what people type, checks it, says what is wrong.

None of these fields refuses an empty answer: a draft may be incomplete, and what is missing is
said by ``calls.answers.missing``. ``required`` only tells the page how to mark the question.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.forms_schema import USUAL_PEOPLE_COLUMNS, FieldSpec
from calls.rules.words import DEGREE_WORDS, PERSON_WORDS, SEX_WORDS
from calls.widgets import DayInput, DayRangeWidget
from portal import counting, id_number
from portal.days import read_day
from portal.face import rows
from portal.face.dress import Dress, dress
from portal.face.rows import Column
from portal.phone import validate_phone

SHORT, LONG = 100, 2000
# Radio buttons up to this many choices, a drop-down list beyond.
FEW = 7

PEOPLE_LABELS = PERSON_WORDS
BUDGET_LABELS = {
    "item": gettext_lazy("Item"),
    "amount": gettext_lazy("Amount (yuan)"),
    "note": gettext_lazy("Basis of the estimate"),
}


class Lenient:
    """Leaves it to the check for completeness to say that an answer is missing."""

    def validate(self, value: Any) -> None:
        """Check a value that is there; an empty one passes."""
        if value not in forms.Field.empty_values:
            super().validate(value)  # type: ignore[misc]


def plain(text: object) -> str:
    """Return what was typed with full-width digits and signs made plain, blanks cut off."""
    return unicodedata.normalize("NFKC", str(text)).strip()


class TextField(Lenient, forms.CharField):
    """A text of so many 字 at most, counted as people count."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def validate(self, value: Any) -> None:
        """Say how long the text is and how long it may be."""
        super().validate(value)
        length = counting.count(value or "")
        if length > self.most:
            raise ValidationError(
                _("At most %(most)s characters; there are %(length)s.")
                % {"most": self.most, "length": length}
            )


class WholeNumberField(Lenient, forms.IntegerField):
    """A whole number as people type it: full-width, with separated thousands or a counted unit."""

    default_error_messages = {"invalid": gettext_lazy("Enter a whole number.")}
    widget = forms.TextInput

    def to_python(self, value: Any) -> int | None:
        """Read a number as people type it."""
        if value in self.empty_values:
            return None
        return super().to_python(re.sub(r"[人名篇项次届个]$", "", plain(value).replace(",", "")))


class MoneyField(Lenient, forms.DecimalField):
    """An amount of yuan with two decimals; 万 is understood."""

    default_error_messages = {
        "invalid": gettext_lazy("Enter an amount in yuan, such as 30000."),
        "min_value": gettext_lazy("An amount cannot be below 0."),
        "max_decimal_places": gettext_lazy("An amount has at most two decimals."),
        "max_digits": gettext_lazy("This amount is too large. Is it in yuan?"),
        "max_whole_digits": gettext_lazy("This amount is too large. Is it in yuan?"),
    }
    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_digits=12, decimal_places=2, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Read an amount as people type it: 30,000 元 or 3 万."""
        if value in self.empty_values:
            return None
        text = re.sub(r"[,\s¥元]", "", plain(value))
        factor = 10_000 if text.endswith("万") else 1
        try:
            amount = Decimal(text.removesuffix("万")) * factor
        except InvalidOperation:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        # 3万 times 10,000 keeps its decimals: 1.23456万 is 12345.60 and not refused as too exact.
        return super().to_python(f"{amount.normalize():f}" if amount.is_finite() else text)


class DayField(Lenient, forms.DateField):
    """A day, as a date picker sends it or as people type it."""

    default_error_messages = {"invalid": gettext_lazy("Enter a day, such as 2026-05-01.")}
    widget = DayInput

    def to_python(self, value: Any) -> dt.date | None:
        """Read 2026-05-01, 2026.5.1, 2026/5/1 or 2026年5月1日."""
        if value in self.empty_values:
            return None
        day = read_day(str(value))
        if day is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not 1900 <= day.year <= 2100:
            raise ValidationError(_("The year must lie between 1900 and 2100."))
        return day


class IdNumberField(Lenient, forms.CharField):
    """A number of an identity card (居民身份证), its check digit included."""

    def to_python(self, value: Any) -> str:
        """Read the number as people type it: with blanks, full-width, a small x."""
        return "" if value in self.empty_values else id_number.normalise(plain(value))

    def validate(self, value: Any) -> None:
        """Say what a number looks like where this is none; what was typed is not repeated."""
        super().validate(value)
        if value and not id_number.is_sound(value):
            raise ValidationError(_("This is no valid identity card number of 18 places."))


class MailField(Lenient, forms.EmailField):
    """A mailbox."""


class PhoneField(TextField):
    """One or several phone numbers, written as people write them."""

    default_validators = [validate_phone]


class DayRangeField(forms.Field):
    """From a day to a day, both included."""

    widget = DayRangeWidget

    def clean(self, value: Any) -> dict[str, str] | None:
        """Read both days; the first must not lie after the last."""
        start, end = value or (None, None)
        if start in self.empty_values and end in self.empty_values:
            return None
        if start in self.empty_values or end in self.empty_values:
            raise ValidationError(_("Enter both the first and the last day."))
        first, last = DayField().clean(start), DayField().clean(end)
        assert first is not None
        assert last is not None
        if first > last:
            raise ValidationError(_("The last day must not lie before the first."))
        return {"start": first.isoformat(), "end": last.isoformat()}


class ChoiceField(Lenient, forms.ChoiceField):
    """One of several."""


class ChoicesField(Lenient, forms.MultipleChoiceField):
    """Some of several, at most so many."""

    def __init__(self, *, most: int | None = None, **kwargs: Any) -> None:
        super().__init__(widget=forms.CheckboxSelectMultiple, **kwargs)
        self.most = most

    def validate(self, value: Any) -> None:
        """Hold the number of choices against the limit."""
        super().validate(value)
        if self.most is not None and len(value) > self.most:
            raise ValidationError(_("Choose %(most)s at most.") % {"most": self.most})


class YesNoField(Lenient, forms.TypedChoiceField):
    """Yes or no; nothing chosen is neither."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("true", gettext_lazy("Yes")), ("false", gettext_lazy("No"))]
        super().__init__(
            choices=choices,
            widget=forms.RadioSelect,
            coerce=lambda text: text == "true",
            empty_value=None,
            **kwargs,
        )


class DeclarationField(forms.BooleanField):
    """A declaration to tick; its whole text is the label."""

    def validate(self, value: Any) -> None:
        """Take an unticked box as it is; that it must be ticked is said when it is missing."""


class RowsField(Lenient, rows.RowsField):
    """A table one fills in row by row."""


def field_for(spec: FieldSpec) -> forms.Field:
    """Build the form field of a question; ``KeyError`` for files, which are no form field."""
    field: forms.Field = _BUILDERS[spec["kind"]](
        spec.get("options", {}),
        label=spec["label"],
        help_text=escape(_help(spec)),
        required=spec["required"],
    )
    return field


def _help(spec: FieldSpec) -> str | Promise:
    """Return what stands beside a question: its help, and what personal data are kept for.

    Lazy: a form is built once for readers of every language.
    """
    own = spec.get("help", "")
    if "personal" not in spec:
        return own
    said = format_lazy(
        gettext_lazy("Personal data, asked for: {purpose}; erased {months} months after the end."),
        **spec["personal"],
    )
    return format_lazy("{} {}", own, said) if own else said


def _text(
    options: Mapping[str, Any], default: int, widget: forms.Widget, **common: Any
) -> TextField:
    most = int(options.get("max_chars", default))
    field = TextField(most=most, widget=widget, **common)
    dress(field, Dress(limit=most))
    return field


def _short_text(options: Mapping[str, Any], **common: Any) -> TextField:
    return _text(options, SHORT, forms.TextInput(), **common)


def _long_text(options: Mapping[str, Any], **common: Any) -> TextField:
    return _text(options, LONG, forms.Textarea(attrs={"rows": 8}), **common)


def _number(options: Mapping[str, Any], **common: Any) -> WholeNumberField:
    field = WholeNumberField(
        min_value=options.get("min", 0),
        max_value=options.get("max", 1_000_000_000),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        **common,
    )
    dress(field, Dress(suffix=options.get("unit", ""), short=True))
    return field


def _money(options: Mapping[str, Any], **common: Any) -> MoneyField:
    field = MoneyField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **common)
    # Lazy, since a form is compiled once for both languages.
    dress(field, Dress(suffix=cast(str, gettext_lazy("yuan")), short=True))
    return field


def _date(options: Mapping[str, Any], **common: Any) -> DayField:
    field = DayField(**common)
    dress(field, Dress(short=True))
    return field


def _date_range(options: Mapping[str, Any], **common: Any) -> DayRangeField:
    field = DayRangeField(**common)
    dress(field, Dress())
    return field


def _pairs(options: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(choice["value"], choice["label"]) for choice in options["choices"]]


def _choice(options: Mapping[str, Any], **common: Any) -> ChoiceField:
    pairs = _pairs(options)
    if len(pairs) <= FEW:
        field = ChoiceField(choices=pairs, widget=forms.RadioSelect, **common)
    else:
        field = ChoiceField(choices=[("", gettext_lazy("Please choose")), *pairs], **common)
    dress(field, Dress())
    return field


def _choices(options: Mapping[str, Any], **common: Any) -> ChoicesField:
    field = ChoicesField(choices=_pairs(options), most=options.get("max"), **common)
    dress(field, Dress())
    return field


def _yes_no(options: Mapping[str, Any], **common: Any) -> YesNoField:
    field = YesNoField(**common)
    dress(field, Dress())
    return field


def _declaration(options: Mapping[str, Any], **common: Any) -> DeclarationField:
    field = DeclarationField(**(common | {"label": options["text"]}))
    dress(field, Dress())
    return field


def column_for(
    code: str,
    label: Any,
    kind: str,
    *,
    required: bool = True,
    choices: Sequence[tuple[str, str]] = (),
) -> Column:
    """Build a column of a table from one of ``calls.forms_schema.COLUMN_KINDS``.

    Tables of people have three kinds more: ``id_number``, shown masked, ``email``, ``phone``.
    """
    fields: dict[str, forms.Field] = {
        "short_text": TextField(most=SHORT, required=False),
        "number": WholeNumberField(min_value=0, max_value=1_000_000_000, required=False),
        "money": MoneyField(required=False),
        "date": DayField(required=False),
        "choice": ChoiceField(choices=choices, required=False),
        "id_number": IdNumberField(required=False),
        "email": MailField(required=False),
        "phone": PhoneField(most=SHORT, required=False),
    }
    return Column(code, label, kind, fields[kind], required, tuple(choices))


def _table(options: Mapping[str, Any], **common: Any) -> RowsField:
    columns = [
        column_for(
            column["code"],
            column["label"],
            column["kind"],
            required=column.get("required", True),
            choices=_pairs(column) if "choices" in column else (),
        )
        for column in options["columns"]
    ]
    return _rows(columns, options, **common)


def _people(options: Mapping[str, Any], **common: Any) -> RowsField:
    asked = options.get("columns", USUAL_PEOPLE_COLUMNS)
    needed = options.get("required", ("name",))
    columns = [_person_column(key, options, required=key in needed) for key in asked]
    return _rows(columns, options, **common)


# What the columns of people take; all others are short texts.
_PERSON_KINDS = {"born": "date", "id_number": "id_number", "email": "email", "phone": "phone"}


def _person_column(key: str, options: Mapping[str, Any], *, required: bool) -> Column:
    """Build a column of people; titles and fields of work may be chosen from the form's lists."""
    offered = {
        "sex": list(SEX_WORDS.items()),
        "degree": list(DEGREE_WORDS.items()),
        "title": [(text, text) for text in options.get("titles", ())],
        "field": [(text, text) for text in options.get("fields", ())],
    }.get(key, [])
    kind = "choice" if offered else _PERSON_KINDS.get(key, "short_text")
    choices: Any = offered
    return column_for(key, PEOPLE_LABELS[key], kind, required=required, choices=choices)


def _budget(options: Mapping[str, Any], **common: Any) -> RowsField:
    columns = [
        column_for("item", BUDGET_LABELS["item"], "short_text"),
        column_for("amount", BUDGET_LABELS["amount"], "money"),
        column_for("note", BUDGET_LABELS["note"], "short_text", required=False),
    ]
    proposed = [{"item": line} for line in options.get("lines", ())]
    return _rows(columns, options, proposed=proposed, total="amount", **common)


def _rows(columns: Sequence[Column], options: Mapping[str, Any], **common: Any) -> RowsField:
    field = RowsField(columns=columns, most=int(options.get("max_rows", rows.MAX_ROWS)), **common)
    dress(field, Dress())
    return field


_BUILDERS: dict[str, Any] = {
    "short_text": _short_text,
    "long_text": _long_text,
    "number": _number,
    "money": _money,
    "date": _date,
    "date_range": _date_range,
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
    "table": _table,
    "people": _people,
    "budget": _budget,
    "declaration": _declaration,
}
