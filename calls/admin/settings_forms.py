"""The forms of a call's own settings: dates, handing in, words, the notice's text."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from calls.admin.fields import DayField, HoursField, InstantField, MoneyField
from calls.enums import CallState
from calls.models import Call, Notice
from portal.people.enums import OrganisationKind

Groups = tuple[tuple[Any, tuple[str, ...]], ...]


class SettingsForm(forms.ModelForm[Any]):
    """A form of the editor with its fields in groups; ``title`` heads the page."""

    title: ClassVar[Any]
    lead: ClassVar[Any] = ""
    groups: ClassVar[Groups]
    # Fields that stand still once the call is published, each with the sentence that says why.
    fixed: ClassVar[dict[str, Any]] = {}

    def __init__(self, data: Any = None, *, call: Call) -> None:
        """Edit ``call``."""
        self.call = call
        super().__init__(data, instance=self.edited(call))
        if call.state != CallState.DRAFT:
            for name, sentence in self.fixed.items():
                self.fields[name].disabled = True
                self.fields[name].help_text = sentence

    def edited(self, call: Call) -> Any:
        """Return the row this form edits."""
        return call

    def _get_validation_exclusions(self) -> set[str]:
        # Constraints over several columns are checked too, so that no save is refused later.
        checked = {"call", "issuer", "signoff", "signoff_by", "opens_at", "closes_at"}
        return super()._get_validation_exclusions() - checked  # type: ignore[misc, no-any-return]


class DatesForm(SettingsForm):
    """Title, year and every date of the process."""

    title = _("Title and dates")
    fixed = {
        "opens_at": _("Stands since the call was published."),
        "closes_at": _(
            "Stands since the call was published; it is moved to a later time with a reason, by"
            " “Extend” on the overview."
        ),
    }
    groups = (
        (_("Title"), ("title", "year")),
        (_("Applying"), ("opens_at", "closes_at", "rolling", "signoff_by", "seal_by")),
        (_("On paper"), ("paper_copies", "paper_by", "paper_counts")),
        (_("Result"), ("result_by", "result_where", "two_deciders")),
    )
    opens_at = InstantField(end=False, label=_("Applications open"))
    closes_at = InstantField(
        end=True,
        label=_("Applications close"),
        help_text=_("Judged to the second by the database's clock."),
    )
    signoff_by = InstantField(
        end=True,
        required=False,
        label=_("Signed off in the unit until"),
        help_text=_("Leave empty when the deadline itself is early enough."),
    )
    seal_by = InstantField(
        end=True,
        required=False,
        label=_("Stamped scan until"),
        help_text=_("Leave empty when the stamped scan must be there at hand-in."),
    )
    paper_by = InstantField(end=True, required=False, label=_("Paper until"))
    result_by = DayField(required=False, label=_("Result by"))

    class Meta:
        model = Call
        fields = (
            "title", "year", "opens_at", "closes_at", "rolling", "signoff_by", "seal_by",
            "paper_copies", "paper_by", "paper_counts", "result_by", "result_where",
            "two_deciders",
        )  # fmt: skip
        widgets = {"paper_counts": forms.RadioSelect}

    def __init__(self, data: Any = None, *, call: Call) -> None:
        """Let what counts for paper stand as it is where no paper is spoken of."""
        super().__init__(data, call=call)
        self.fields["paper_counts"].required = False


class TotalsForm(SettingsForm):
    """Places and money over all categories, where the notice states them."""

    title = _("Places and money in all")
    lead = _("Only what the notice states for all categories together; leave the rest empty.")
    groups = ((_("In all"), ("slots_max", "total_max")),)
    total_max = MoneyField(
        required=False,
        label=_("Money in all, at most (yuan)"),
        help_text=_("50万 is understood as 500000."),
    )

    class Meta:
        model = Call
        fields = ("slots_max", "total_max")


class HandingInForm(SettingsForm):
    """The switches: who signs, who seals, what counts as unknown, who is reminded when."""

    title = _("Handing in")
    fixed = {
        name: _("Stands since the call was published: applications under way depend on it.")
        for name in ("packet_mode", "signoff", "two_persons", "sealing")
    } | {
        "agreement": _("Stands since the call was published: applicants rely on it."),
    }
    groups = (
        (_("Way"), ("packet_mode", "signoff", "two_persons", "sealing")),
        (_("Judgement"), ("unknown_facts_pass", "avoid_experts_max")),
        (_("After the selection"), ("agreement", "acknowledgement")),
        (_("Secret content"), ("confidential_how",)),
        (_("Reminders"), ("reminder_hours",)),
    )
    reminder_hours = HoursField(
        required=False,
        label=_("Reminders, hours before the deadline"),
        help_text=_("One per line: 168 is seven days, 48 two days. Empty: no reminders."),
    )

    class Meta:
        model = Call
        fields = (
            "packet_mode", "signoff", "two_persons", "sealing", "unknown_facts_pass",
            "avoid_experts_max",
            "agreement", "acknowledgement", "confidential_how", "reminder_hours",
        )  # fmt: skip
        widgets = {
            "packet_mode": forms.RadioSelect,
            "sealing": forms.RadioSelect,
            "agreement": forms.RadioSelect,
            "acknowledgement": forms.Textarea(attrs={"rows": 2}),
            "confidential_how": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "acknowledgement": _(
                "As the notice words it, such as 本项目由某某科协资助; units read it with every"
                " result they hand in. Empty: nothing is asked."
            )
        }


class WordsForm(SettingsForm):
    """The call's own words: title of the form, who signs, how the outcome is called."""

    title = _("Words and printed form")
    groups = (
        (_("Printed form"), ("form_title", "form_notes", "number_prefix")),
        (_("Who signs"), ("signs_", *(f"signs_{kind}" for kind in OrganisationKind.values))),
        (_("The outcome"), ("word_selected", "word_reserve", "word_not_selected")),
    )

    class Meta:
        model = Call
        fields = (
            "form_title", "form_notes", "number_prefix", "word_selected", "word_reserve",
            "word_not_selected",
        )  # fmt: skip
        widgets = {"form_notes": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, data: Any = None, *, call: Call) -> None:
        """Offer one line for everybody and one for each kind of unit."""
        super().__init__(data, call=call)
        words = self.call.signatory_words
        kinds = [("", _("Every unit, where nothing else is said")), *OrganisationKind.choices]
        for kind, label in kinds:
            self.fields[f"signs_{kind}"] = forms.CharField(
                label=label, required=False, max_length=30, initial=words.get(kind, "")
            )

    def clean(self) -> dict[str, Any]:
        """Gather who signs into the one column."""
        cleaned: dict[str, Any] = super().clean() or {}
        self.instance.signatory_words = {
            kind: cleaned[f"signs_{kind}"]
            for kind in ("", *OrganisationKind.values)
            if cleaned.get(f"signs_{kind}")
        }
        return cleaned


class TextForm(SettingsForm):
    """The notice that carries the call."""

    title = _("Text of the notice")
    lead = _(
        "Paste the text as it is: lines that begin with 一、 or （一） become headings, a first"
        " line that ends with a colon addresses the readers, the date at the end is set as the"
        " signature."
    )
    groups = ((_("Notice"), ("title", "number", "body")),)

    class Meta:
        model = Notice
        fields = ("title", "number", "body")
        widgets = {"body": forms.Textarea(attrs={"rows": 28})}

    def edited(self, call: Call) -> Notice:
        """Edit the call's notice."""
        return call.notice


SETTINGS: dict[str, type[SettingsForm]] = {
    "dates": DatesForm,
    "totals": TotalsForm,
    "handing-in": HandingInForm,
    "words": WordsForm,
    "text": TextForm,
}
