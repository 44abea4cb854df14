"""The forms of a call's parts: categories, money, deliverables, papers, review, contacts, steps."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.admin.fields import DayField, InstantField, MoneyField
from calls.enums import CallState, FundingKind, Payment, PublicityWhere, ReviewKind, SlotsKind
from calls.models import (
    Batch,
    Call,
    Category,
    Contact,
    DeliverableRule,
    FormSection,
    FundingTier,
    Instalment,
    NoticeAttachment,
    PaperRule,
    PublicityRule,
    RecommendingLevel,
    ReviewStage,
)
from calls.models.rules import MOST_YEARS
from calls.rules_forms.base import (
    kind_and_level,
    lines_field,
    lines_of_units,
    rows,
    rows_of_who,
    units_of_lines,
    who_of_rows,
)
from calls.services.editing import free_code
from portal import clock
from portal.face.wording import until
from portal.phone import validate_phone

Groups = tuple[tuple[Any, tuple[str, ...]], ...]
# Kinds of files a call can ask for, by their ending.
FILE_TYPES = (
    ("docx", gettext_lazy("Word (.docx)")),
    ("pdf", gettext_lazy("PDF")),
    ("xlsx", gettext_lazy("Excel (.xlsx)")),
    ("jpg", gettext_lazy("Picture (.jpg)")),
    ("png", gettext_lazy("Picture (.png)")),
)


class FileTypesField(forms.MultipleChoiceField):
    """Kinds of files, ticked; one that a call file named and this list lacks stays ticked."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        """Offer the kinds the portal takes."""
        super().__init__(choices=FILE_TYPES, required=False, **kwargs)

    def offer(self, kept: list[str]) -> None:
        """Offer also what is kept already."""
        known = dict(FILE_TYPES)
        self.choices = [*FILE_TYPES, *((one, one) for one in kept if one not in known)]


class PartForm(forms.ModelForm[Any]):
    """One part of a call; its code and its place are given, never typed."""

    groups: Groups
    # Beginning of the codes given to new rows; empty for parts without one.
    code_prefix: ClassVar[str] = ""

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        """Edit a part of ``call``; choices among other parts are those of this call."""
        self.call = call
        super().__init__(*args, **kwargs)
        if "category" in self.fields:
            chosen: Any = self.fields["category"]
            chosen.queryset = call.categories.select_related("parent")
            chosen.empty_label = _("The whole call")
            chosen.label_from_instance = lambda category: category.full_title

    def _get_validation_exclusions(self) -> set[str]:
        # What is once for each call or category is checked too, so that no save is refused later.
        return super()._get_validation_exclusions() - {"call", "category"}  # type: ignore[misc, no-any-return]

    def taken_codes(self) -> list[str]:
        """Return the codes in use among the parts of the kind."""
        rows = type(self.instance)._default_manager.filter(call=self.call)
        return list(rows.values_list("code", flat=True))

    def save(self, commit: bool = True) -> Any:
        """Give a new row its code, then save; the caller holds the call's lock."""
        if self.code_prefix and not self.instance.code:
            self.instance.code = free_code(self.taken_codes(), self.code_prefix)
        return super().save(commit)


# How long before a forgotten end of a category those with drafts must hear of it.
NOTICE_OF_AN_END = dt.timedelta(days=3)


class CategoryForm(PartForm):
    """A category: what it is, how many, how much, when."""

    code_prefix = "category-"
    groups = (
        (gettext_lazy("Category"), ("title", "parent", "summary", "edition")),
        (gettext_lazy("Places"), ("slots_kind", "slots_min", "slots_max", "funded_slots")),
        (
            gettext_lazy("Funding"),
            (
                "funding_kind",
                "amount_min",
                "amount_max",
                "total_max",
                "cost_share_percent",
                "paid",
            ),
        ),
        (gettext_lazy("Dates"), ("closes_at", "window_start", "window_end")),
        (gettext_lazy("Content"), ("purpose", "requirements", "joint")),
    )
    amount_min = MoneyField(
        required=False,
        label=gettext_lazy("Amount (yuan), or the lower end"),
        help_text=gettext_lazy("3万 is understood as 30000."),
    )
    amount_max = MoneyField(
        required=False, label=gettext_lazy("Upper end of a range, or the most (yuan)")
    )
    total_max = MoneyField(
        required=False, label=gettext_lazy("Money of this category in all, at most (yuan)")
    )
    closes_at = InstantField(
        end=True,
        required=False,
        label=gettext_lazy("Applications close earlier, on"),
        help_text=gettext_lazy(
            "Only where the notice gives this category an end of its own, earlier than the call's."
            " Leave empty otherwise: it closes with the category it is part of, or with the call."
        ),
    )
    window_start = DayField(required=False, label=gettext_lazy("Carried out from"))
    window_end = DayField(required=False, label=gettext_lazy("Carried out to"))

    class Meta:
        model = Category
        fields = (
            "title", "parent", "summary", "edition", "slots_kind", "slots_min", "slots_max",
            "funded_slots", "funding_kind", "amount_min", "amount_max", "total_max",
            "cost_share_percent", "paid", "closes_at", "window_start", "window_end", "purpose",
            "requirements", "joint",
        )  # fmt: skip
        widgets = {
            "slots_kind": forms.RadioSelect,
            "funding_kind": forms.RadioSelect,
            "paid": forms.RadioSelect,
            "joint": forms.RadioSelect,
            "purpose": forms.Textarea(attrs={"rows": 4}),
            "requirements": forms.Textarea(attrs={"rows": 5}),
        }
        labels = {
            "slots_min": gettext_lazy("Number, or the lower end"),
            "slots_max": gettext_lazy("Upper end of a range"),
            "funded_slots": gettext_lazy("How many of them carry funding"),
            "cost_share_percent": gettext_lazy("At most this share of the project's cost (%)"),
        }
        help_texts = {
            "funded_slots": gettext_lazy("Leave empty when every place does."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer as upper categories the top ones that are not this one."""
        super().__init__(*args, **kwargs)
        self.end_before = self.instance.own_end or self.call.closes_at
        self.had_none = self.instance.own_end is None
        own = self.instance.pk
        tops = self.call.categories.filter(parent=None).exclude(pk=own)
        nests = own is not None and self.instance.children.exists()
        parent: Any = self.fields["parent"]
        parent.queryset = tops.none() if nests else tops
        parent.empty_label = _("none, it stands at the top")
        if nests:
            parent.help_text = _("It has sub-categories itself and so stands at the top.")

    def clean(self) -> dict[str, Any]:
        """Fill the second figure where one says it all, and drop figures that mean nothing."""
        data: dict[str, Any] = super().clean() or {}
        self._check_end(data)
        slots = data.get("slots_kind")
        if slots in (SlotsKind.EXACT, SlotsKind.ABOUT):
            data["slots_max"] = data.get("slots_min")
        elif slots == SlotsKind.UNLIMITED:
            data["slots_min"] = data["slots_max"] = None
        funding = data.get("funding_kind")
        if funding == FundingKind.FIXED:
            data["amount_max"] = data.get("amount_min")
        elif funding == FundingKind.UP_TO:
            data["amount_max"] = data.get("amount_max") or data.get("amount_min")
            data["amount_min"] = None
        elif funding in (FundingKind.NONE, FundingKind.SELF):
            data["amount_min"] = data["amount_max"] = data["total_max"] = None
            data["funded_slots"] = data["cost_share_percent"] = None
            data["paid"] = Payment.UNSTATED
        return data

    def _check_end(self, data: dict[str, Any]) -> None:
        """Once published an end is only ever moved to a later time, as that of the call is.

        An earlier one that the notice states and that was forgotten may be set once, in good time.
        """
        parent: Category | None = data.get("parent")
        end = data.get("closes_at") or (parent and parent.closes_at) or self.call.closes_at
        stands = self.instance.pk is not None and self.call.state != CallState.DRAFT
        if not stands or end >= self.end_before:
            return
        if data.get("closes_at") and self.had_none:
            if end < clock.now() + NOTICE_OF_AN_END:
                self.add_error(
                    "closes_at",
                    _(
                        "The call is published: an end that was forgotten may be set, but at least"
                        " three days ahead, so that those with drafts can still finish."
                    ),
                )
        else:
            sentence = _("Until now it closes on %(when)s. An end is only moved to a later time.")
            self.add_error("closes_at", sentence % {"when": until(self.end_before)})


class TierForm(PartForm):
    """Money beside the amount for each place."""

    groups = ((gettext_lazy("Further money"), ("title", "amount", "applied_for")),)
    amount = MoneyField(label=gettext_lazy("Amount (yuan)"))

    class Meta:
        model = FundingTier
        fields = ("title", "amount", "applied_for")


class InstalmentForm(PartForm):
    """One part of the money, paid by itself."""

    groups = ((gettext_lazy("Instalment"), ("title", "percent", "amount")),)
    amount = MoneyField(
        required=False,
        label=gettext_lazy("or an amount (yuan)"),
        help_text=gettext_lazy("3万 is understood as 30000."),
    )

    class Meta:
        model = Instalment
        fields = ("title", "percent", "amount")
        help_texts = {"title": gettext_lazy("For example: 立项后 or 结题验收后.")}


class DeliverableForm(PartForm):
    """What is handed in after completion."""

    groups = (
        (gettext_lazy("Deliverable"), ("kind", "title", "category")),
        (gettext_lazy("When"), ("days_after", "working_days", "due_on", "yearly", "times")),
        (
            gettext_lazy("How much"),
            ("max_words", "photos_min", "photos_max", "table", "file_types"),
        ),
        (gettext_lazy("Clause of the notice"), ("clause",)),
    )
    due_on = DayField(
        required=False,
        label=gettext_lazy("or by a fixed day"),
        help_text=gettext_lazy("The day itself is included."),
    )
    times = forms.IntegerField(
        required=False,
        min_value=2,
        max_value=MOST_YEARS,
        label=gettext_lazy("For how many years in all"),
        help_text=gettext_lazy("Leave empty when it is asked for until the project ends."),
    )
    file_types = FileTypesField(label=gettext_lazy("Kinds of files"))

    class Meta:
        model = DeliverableRule
        fields = (
            "kind", "title", "category", "days_after", "working_days", "due_on", "yearly", "times",
            "max_words", "photos_min", "photos_max", "table", "file_types", "clause",
        )  # fmt: skip
        widgets = {"clause": forms.Textarea(attrs={"rows": 3})}
        labels = {"yearly": gettext_lazy("Every year again, on this day")}
        help_texts = {
            "yearly": gettext_lazy(
                "For example a yearly report; the fixed day is that of the first year."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Keep kinds of files that came from a call file."""
        super().__init__(*args, **kwargs)
        types: Any = self.fields["file_types"]
        types.offer(self.instance.file_types)


class PaperForm(PartForm):
    """What goes with the form, on paper or as a file."""

    groups = (
        (gettext_lazy("Paper"), ("title", "category")),
        (gettext_lazy("How it is handed in"), ("copies", "formats", "blind")),
        (gettext_lazy("Or others' opinion on the form"), ("box", "box_signer")),
        (gettext_lazy("Clause of the notice"), ("clause",)),
    )
    formats = FileTypesField(
        label=gettext_lazy("As a file"),
        help_text=gettext_lazy("Units upload it where the form has a question for files."),
    )

    class Meta:
        model = PaperRule
        fields = ("title", "category", "copies", "formats", "blind", "box", "box_signer", "clause")
        widgets = {"clause": forms.Textarea(attrs={"rows": 3}), "box": forms.RadioSelect}
        help_texts = {
            "title": gettext_lazy("For example: 汇总表, 推荐公函, 匿名评审材料, 合作单位意见."),
            "box": gettext_lazy(
                "For a partner, an ethics committee or an upper authority: a box of its own beneath"
                " the unit's, to be signed and stamped on paper; the unit confirms it with the"
                " scan, staff look at it."
            ),
            "box_signer": gettext_lazy("For example 合作单位负责人; empty: 负责人."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Keep kinds of files that came from a call file."""
        super().__init__(*args, **kwargs)
        formats: Any = self.fields["formats"]
        formats.offer(self.instance.formats)


class BatchForm(PartForm):
    """One of several ends of a call."""

    groups = ((gettext_lazy("Batch"), ("title", "closes_at", "result_by")),)
    closes_at = InstantField(
        end=True,
        label=gettext_lazy("Closes"),
        help_text=gettext_lazy("The last batch ends with the call itself."),
    )
    result_by = DayField(required=False, label=gettext_lazy("Result by"))

    class Meta:
        model = Batch
        fields = ("title", "closes_at", "result_by")


class LevelForm(PartForm):
    """Who recommends, until when, and with what papers; the first level is the applicant's own."""

    groups = (
        (gettext_lazy("Who recommends"), ("title", "by_parent", "units", "names")),
        (gettext_lazy("The list"), ("closes_at", "ranks", "opinion_max", "opinion_shown")),
        (gettext_lazy("Papers"), ("list_sealed", "letter")),
        (gettext_lazy("Clause of the notice"), ("clause",)),
    )
    closes_at = InstantField(
        end=True,
        label=gettext_lazy("List to be handed in by"),
        help_text=gettext_lazy("Applications to the recommending unit end with the call itself."),
    )
    names = lines_field(
        gettext_lazy("Units by name"),
        gettext_lazy("One on each line: name, unified code if known."),
        required=False,
    )

    class Meta:
        model = RecommendingLevel
        fields = (
            "title", "by_parent", "closes_at", "ranks", "opinion_max", "opinion_shown",
            "list_sealed", "letter", "clause",
        )  # fmt: skip
        widgets = {"clause": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the stored lines as a table of kinds and a list of names."""
        super().__init__(*args, **kwargs)
        self.fields["units"] = rows(gettext_lazy("Kinds of units"), kind_and_level())
        self.initial["units"] = rows_of_who(self.instance.who)
        self.initial["names"] = lines_of_units(self.instance.named)

    def _get_validation_exclusions(self) -> set[str]:
        # Who recommends is typed in fields of its own and checked like the rest.
        return super()._get_validation_exclusions() - {"who", "named"}

    def clean_names(self) -> list[dict[str, Any]]:
        """Read the names; raises ``ValidationError`` with the line that cannot be read."""
        return units_of_lines(self.cleaned_data["names"])

    def _post_clean(self) -> None:
        # Before the model's own checks, which ask that somebody recommends.
        self.instance.who = who_of_rows(self.cleaned_data.get("units"))
        self.instance.named = self.cleaned_data.get("names", [])
        super()._post_clean()  # type: ignore[misc]


class StageForm(PartForm):
    """One stage of the review."""

    groups = (
        (gettext_lazy("Stage of the review"), ("kind",)),
        (gettext_lazy("Experts"), ("experts", "pass_mark")),
        (gettext_lazy("Clause of the notice"), ("clause",)),
    )

    class Meta:
        model = ReviewStage
        fields = ("kind", "experts", "pass_mark", "clause")
        widgets = {"kind": forms.RadioSelect, "clause": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "experts": gettext_lazy("For scoring, meeting and defence; may stay empty."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer no empty choice."""
        super().__init__(*args, **kwargs)
        offer_only(self, "kind", ReviewKind.choices)


class PublicityForm(PartForm):
    """How long names are shown before they count."""

    groups = (
        (gettext_lazy("Publicity period"), ("where",)),
        (
            gettext_lazy("Length of the period"),
            ("length", "counting", "first_day_counted", "closing_hour"),
        ),
        (gettext_lazy("Clause of the notice"), ("clause",)),
    )

    class Meta:
        model = PublicityRule
        fields = ("where", "length", "counting", "first_day_counted", "closing_hour", "clause")
        widgets = {
            "where": forms.RadioSelect,
            "counting": forms.RadioSelect,
            "closing_hour": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "clause": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {"closing_hour": gettext_lazy("Empty: 24:00.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer no empty choice."""
        super().__init__(*args, **kwargs)
        offer_only(self, "where", PublicityWhere.choices)


def offer_only(form: forms.BaseForm, name: str, choices: Any) -> None:
    """Take the empty choice from radio buttons: nothing chosen says the same."""
    field: Any = form.fields[name]
    field.choices = choices


class ContactForm(PartForm):
    """Whom units can ask; numbers copied from a notice are completed here at the latest."""

    groups = ((gettext_lazy("Contact"), ("name", "duty", "phone", "email", "address")),)

    class Meta:
        model = Contact
        fields = ("name", "duty", "phone", "email", "address")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for a number that can be dialled from everywhere."""
        super().__init__(*args, **kwargs)
        self.fields["phone"].validators.append(validate_phone)


class AttachmentForm(PartForm):
    """The title of a file; the file itself is not changed, another one is attached instead."""

    groups = ((gettext_lazy("Attachment"), ("title",)),)

    class Meta:
        model = NoticeAttachment
        fields = ("title",)


class SectionForm(PartForm):
    """A step of the form."""

    code_prefix = "section-"
    groups = ((gettext_lazy("Step of the form"), ("title", "help", "category", "scope")),)

    class Meta:
        model = FormSection
        fields = ("title", "help", "category", "scope")
        widgets = {"scope": forms.RadioSelect, "help": forms.Textarea(attrs={"rows": 3})}
