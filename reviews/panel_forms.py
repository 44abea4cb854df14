"""What staff type in for the expert review: the sheet, the panel, replacements, reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.enums import TieBreak
from calls.models import Criterion, ReviewStage, ScoreSheet
from portal import clock
from reviews.forms import DayInput
from reviews.models import Expert, Panel
from reviews.sheets import plain

MAX_REASON = 300
# Criteria are entered on one page; further blank lines come with each saving.
BLANK_LINES = 3


class SheetSettingsForm(forms.ModelForm[ScoreSheet]):
    """How a stage is scored and summed; the order of the ties is asked one by one."""

    tie_1 = forms.ChoiceField(
        label=gettext_lazy("Equal scores are parted first by"), required=False
    )
    tie_2 = forms.ChoiceField(label=gettext_lazy("then by"), required=False)
    tie_3 = forms.ChoiceField(label=gettext_lazy("and then by"), required=False)

    class Meta:
        model = ScoreSheet
        fields = ("blind", "opinion_required", "method", "drop_over", "normalise", "tolerance")
        widgets = {"method": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the ties in their order."""
        super().__init__(*args, **kwargs)
        held = [*self.instance.ties, "", "", ""]
        for number in (1, 2, 3):
            field = self.fields[f"tie_{number}"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("nothing: they share a place")), *TieBreak.choices]
            field.initial = held[number - 1]

    def clean(self) -> dict[str, Any]:
        """Refuse the same tie-break twice."""
        data = super().clean() or {}
        chosen = self.ties
        if len(set(chosen)) < len(chosen):
            raise forms.ValidationError(_("Name each way of parting equal scores once."))
        self.instance.ties = chosen
        return data

    @property
    def ties(self) -> list[str]:
        """The ways chosen, in their order, gaps closed."""
        given = [self.cleaned_data.get(f"tie_{number}", "") for number in (1, 2, 3)]
        return [one for one in given if one]


class CriteriaFormSet(BaseInlineFormSet[Criterion, ScoreSheet, forms.ModelForm[Criterion]]):
    """The criteria of a sheet; their weights are 100 together."""

    def clean(self) -> None:
        """Hold the weights against 100."""
        super().clean()
        if any(form.errors for form in self.forms):
            return
        kept = [
            form.cleaned_data["weight"]
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        if not kept:
            raise forms.ValidationError(_("A score sheet needs at least one criterion."))
        if (total := sum(kept, Decimal(0))) != 100:
            raise forms.ValidationError(
                _("The weights are 100 together, not %(total)s.") % {"total": plain(total)}
            )


class CriterionForm(forms.ModelForm[Criterion]):
    """One line of the sheet; a scale that is not given ends at the weight."""

    class Meta:
        model = Criterion
        fields = ("title", "help", "weight", "low", "top", "comment_required")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Let the top of the scale be left out."""
        super().__init__(*args, **kwargs)
        self.fields["top"].required = False
        for name, words in (("title", ""), ("weight", "decimal"), ("low", ""), ("top", "")):
            if words:
                self.fields[name].widget.attrs["inputmode"] = words

    def clean_top(self) -> Decimal | None:
        """Take the weight for the top of the scale where none was given."""
        top: Decimal | None = self.cleaned_data.get("top")
        weight: Decimal | None = self.cleaned_data.get("weight")
        return weight if top is None else top


def criteria_forms(sheet: ScoreSheet, data: Any = None) -> CriteriaFormSet:
    """Return the criteria of a sheet as lines to edit, with some blank ones."""
    blank = BLANK_LINES if sheet.pk and sheet.criteria.exists() else BLANK_LINES + 2
    made: Any = inlineformset_factory(
        ScoreSheet, Criterion, form=CriterionForm, formset=CriteriaFormSet, extra=blank,
        can_delete=True, max_num=30, validate_max=True,
    )  # fmt: skip
    lines: CriteriaFormSet = made(data, instance=sheet, prefix="criteria")
    return lines


class ExpertChoice(forms.ModelMultipleChoiceField[Expert]):
    """Experts as their name, unit and fields say."""

    def label_from_instance(self, obj: Any) -> str:
        """Say who the expert is and what is in the way of working on line."""
        parts = [f"{obj.name} · {obj.unit_name}", "、".join(obj.fields)]
        if obj.user_id is None:
            parts.append(_("has no account yet"))
        return " · ".join(part for part in parts if part)


class PanelForm(forms.Form):
    """How many experts each, until when, and who."""

    per_file = forms.IntegerField(
        label=gettext_lazy("Experts for each application"), min_value=1, max_value=15
    )
    due_on = forms.DateField(
        label=gettext_lazy("Score sheets until"),
        widget=DayInput(),
        help_text=gettext_lazy("That day is included, until 24:00."),
    )
    fields_bind = forms.BooleanField(
        label=gettext_lazy("Only experts of the field"),
        required=False,
        help_text=gettext_lazy("Otherwise the field is preferred and an even load comes first."),
    )
    experts = ExpertChoice(
        queryset=Expert.objects.none(),
        label=gettext_lazy("Experts of this panel"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, stage: ReviewStage, panel: Panel | None) -> None:
        """Begin with what is set, or with what the notice says."""
        initial: dict[str, Any] = {"per_file": stage.experts or 3}
        if panel is not None:
            last = clock.local(panel.due_at - dt.timedelta(microseconds=1)).date()
            initial = {
                "per_file": panel.per_file,
                "due_on": last,
                "fields_bind": panel.fields_bind,
                "experts": list(panel.members.values_list("expert", flat=True)),
            }
        super().__init__(data, initial=initial)
        field = self.fields["experts"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Expert.objects.standing().filter(issuer=stage.call.issuer_id)

    def due_at(self) -> dt.datetime:
        """Return the exclusive end of the day chosen."""
        return clock.end_of(self.cleaned_data["due_on"])


class ReplaceForm(forms.Form):
    """Why an expert is replaced, and by whom."""

    reason = forms.CharField(
        label=gettext_lazy("Why the expert is replaced"),
        max_length=MAX_REASON,
        widget=forms.TextInput,
        help_text=gettext_lazy("Only staff read this."),
    )
    expert = forms.ModelChoiceField(
        Expert.objects.none(),
        label=gettext_lazy("Given to"),
        required=False,
        empty_label=gettext_lazy("nobody yet"),
    )

    def __init__(self, *args: Any, candidates: Sequence[Expert], **kwargs: Any) -> None:
        """Offer who may take the file."""
        super().__init__(*args, **kwargs)
        field = self.fields["expert"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Expert.objects.filter(pk__in=[expert.pk for expert in candidates])
        field.label_from_instance = (  # type: ignore[method-assign]
            lambda obj: f"{obj.name} · {obj.unit_name}"
        )


class ReopenForm(forms.Form):
    """Why a sheet is opened again."""

    reason = forms.CharField(
        label=gettext_lazy("Why the sheet is opened again"),
        max_length=MAX_REASON,
        widget=forms.TextInput,
        help_text=gettext_lazy("The expert reads this."),
    )
