"""What staff type in: checklist, reasons, decisions, exceptions."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from calls.enums import RuleMode
from calls.models import Call, Rule
from portal import clock
from portal.people.models import Organisation
from reviews.board import Board, Row
from reviews.checklist import MAY_WAIT, Answer, Point
from reviews.models import DecisionOutcome
from reviews.services.deciding import Choice
from reviews.services.objections import VERDICTS

MAX_REASON = 1000
_OK = {"yes": True, "no": False}


class DayInput(forms.DateInput):
    """A day as browsers ask for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def read_answers(
    data: Mapping[str, Any], points: Sequence[Point], *, otherwise: bool | None = None
) -> list[Answer]:
    """Read the checklist from a posted form; what was not answered is ``otherwise``.

    What may still come by post stays open.
    """
    return [
        Answer(
            code=point.code,
            label=point.label,
            ok=_OK.get(
                str(data.get(f"ok-{point.code}", "")),
                None if point.code in MAY_WAIT else otherwise,
            ),
            note=str(data.get(f"note-{point.code}", "")).strip()[:MAX_REASON],
        )
        for point in points
    ]


class ReasonForm(forms.Form):
    """A reason that the unit will read."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The unit reads this by mail and on its page."),
    )


class ReturnForm(forms.Form):
    """What is to be corrected, in general and by section, and until which day."""

    reason = forms.CharField(
        label=_("In general"),
        max_length=MAX_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    due = forms.DateField(
        label=_("To be corrected by"),
        widget=DayInput(),
        help_text=_("That day is included, until 24:00. The place in the quota is kept."),
    )

    def __init__(self, *args: Any, sections: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """Add a field for each section: ``sections`` are pairs of code and title."""
        super().__init__(*args, **kwargs)
        self.sections = sections
        for code, title in sections:
            self.fields[f"section-{code}"] = forms.CharField(
                label=title,
                max_length=MAX_REASON,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        """Ask for at least one thing to correct."""
        data = super().clean() or {}
        if not self.errors and not data.get("reason", "").strip() and not self.items():
            raise forms.ValidationError(
                _("Say what is to be corrected, in general or in a section.")
            )
        return data

    def clean_due(self) -> dt.date:
        """Refuse a day that is over."""
        day: dt.date = self.cleaned_data["due"]
        if day < clock.today():
            raise forms.ValidationError(_("This day has passed."))
        return day

    def items(self) -> dict[str, str]:
        """Return the reasons by section code, those that were written."""
        found = {
            code: self.cleaned_data.get(f"section-{code}", "") for code, _title in self.sections
        }
        return {code: text.strip() for code, text in found.items() if text.strip()}

    def due_instant(self) -> dt.datetime:
        """Return the exclusive end of the day chosen."""
        return clock.end_of(self.cleaned_data["due"])


class NoteForm(forms.Form):
    """Why a flag may pass."""

    note = forms.CharField(label=_("Why it may pass"), max_length=MAX_REASON)


class PublishForm(forms.Form):
    """The list's title, and which decisions the person looked at."""

    title = forms.CharField(label=_("Title of the notice"), max_length=200)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


class VerdictForm(forms.Form):
    """How an objection is decided, with the answer to the person who objects."""

    prefix = "verdict"
    verdict = forms.ChoiceField(
        label=_("Verdict"),
        choices=[(one.value, one.label) for one in VERDICTS],
        widget=forms.RadioSelect,
        help_text=_("An objection that is upheld strikes its project from the list."),
    )
    answer = forms.CharField(
        label=_("Answer to the person who objects"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    note = forms.CharField(
        label=_("Finding, for the file"),
        required=False,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ExamineForm(forms.Form):
    """A step of the examination, for the file alone."""

    prefix = "examine"
    note = forms.CharField(
        label=_("What was done or found, for the file"),
        required=False,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    suspend = forms.BooleanField(
        label=_("Suspend the project until the objection is decided"), required=False
    )


class WithdrawListForm(forms.Form):
    """Why a list is withdrawn; the units read it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The units on the list read this by mail."),
    )


class SendBackForm(forms.Form):
    """Why the second person does not approve a list."""

    reason = forms.CharField(
        label=_("Send back because"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class GrantForm(forms.Form):
    """An exception from an in-principle rule for one unit."""

    prefix = "grant"
    organisation = forms.ModelChoiceField(label=_("Unit"), queryset=Organisation.objects.none())
    rule = forms.ModelChoiceField(label=_("Rule in principle"), queryset=Rule.objects.none())
    reason = forms.CharField(
        label=_("Reason"), max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        """Offer the call's in-principle rules and the units its association knows."""
        super().__init__(*args, **kwargs)
        _choices(self, "organisation").queryset = units_of(call)
        rules = call.rules.filter(mode=RuleMode.IN_PRINCIPLE)
        _choices(self, "rule").queryset = rules
        self.has_rules = rules.exists()


class LateDoorForm(forms.Form):
    """A later deadline for one unit."""

    prefix = "door"
    organisation = forms.ModelChoiceField(label=_("Unit"), queryset=Organisation.objects.none())
    until = forms.SplitDateTimeField(
        label=_("Open until"),
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date"}, time_attrs={"type": "time"},
            date_format="%Y-%m-%d", time_format="%H:%M",
        ),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        """Offer the units the call's association knows."""
        super().__init__(*args, **kwargs)
        _choices(self, "organisation").queryset = units_of(call)


class ExtensionForm(forms.Form):
    """A later deadline for all, or for drafts that exist at the old one."""

    prefix = "extend"
    closes_on = forms.DateField(
        label=_("New last day"), widget=DayInput(), help_text=_("Included, until 24:00.")
    )
    only_drafts = forms.BooleanField(
        label=_("Only for drafts begun before the deadline; nothing new can be begun after it"),
        required=False,
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )

    def closes_at(self) -> dt.datetime:
        """Return the exclusive end of the day chosen."""
        return clock.end_of(self.cleaned_data["closes_on"])


def units_of(call: Call) -> Any:
    """Return the units the call's association has verified."""
    return (
        Organisation.objects.live()
        .filter(affiliations__issuer=call.issuer_id, affiliations__state="verified")
        .distinct()
    )


def _choices(form: forms.Form, name: str) -> forms.ModelChoiceField[Any]:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    return field


class DecisionForm(forms.Form):
    """One row of the deciding table."""

    outcome = forms.ChoiceField(required=False, choices=[("", ""), *DecisionOutcome.choices])
    amount = forms.DecimalField(
        required=False, max_digits=12, decimal_places=2, min_value=Decimal(0)
    )
    rank = forms.IntegerField(required=False, min_value=1, max_value=9999)
    note = forms.CharField(required=False, max_length=300)
    base = forms.CharField(required=False, max_length=400)
    revision = forms.IntegerField(required=False, min_value=0)


def read_choices(
    data: Mapping[str, Any], board: Board
) -> tuple[dict[uuid.UUID, Choice], dict[uuid.UUID, str]]:
    """Read the posted table: choices by application, and rows that cannot be read, with why."""
    choices: dict[uuid.UUID, Choice] = {}
    unreadable: dict[uuid.UUID, str] = {}
    for row in board.rows:
        prefix = str(row.submission.pk)
        if f"{prefix}-base" not in data:
            continue
        form = DecisionForm(data, prefix=prefix)
        if not form.is_valid():
            unreadable[row.submission.pk] = " ".join(
                str(message) for messages in form.errors.values() for message in messages
            )
            continue
        choices[row.submission.pk] = _choice(form.cleaned_data)
    return choices, unreadable


def _choice(cleaned: Mapping[str, Any]) -> Choice:
    return Choice(
        outcome=cleaned["outcome"],
        amount=cleaned["amount"],
        rank=cleaned["rank"],
        note=cleaned["note"],
        base=cleaned["base"],
        revision=cleaned["revision"] or 0,
    )


def shown_row(row: Row, choice: Choice | None) -> dict[str, Any]:
    """Return the values a row's controls show: what was typed and not kept, else what is kept."""
    if choice is not None:
        return {
            "outcome": choice.outcome,
            "amount": choice.amount,
            "rank": choice.rank,
            "note": choice.note,
        }
    decision = row.decision
    return {
        "outcome": row.outcome,
        "amount": row.amount,
        "rank": decision.rank if decision else None,
        "note": decision.note if decision else "",
    }
