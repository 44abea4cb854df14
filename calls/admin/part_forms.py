"""The forms of a call's parts: categories, money, deliverables, contacts, files, steps."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.admin.fields import DayField, MoneyField
from calls.enums import FundingKind, SlotsKind
from calls.models import (
    Call,
    Category,
    Contact,
    DeliverableRule,
    FormSection,
    FundingTier,
    NoticeAttachment,
)
from calls.services.editing import free_code

Groups = tuple[tuple[Any, tuple[str, ...]], ...]


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

    def taken_codes(self) -> list[str]:
        """Return the codes in use among the parts of the kind."""
        rows = type(self.instance)._default_manager.filter(call=self.call)
        return list(rows.values_list("code", flat=True))

    def save(self, commit: bool = True) -> Any:
        """Give a new row its code, then save; the caller holds the call's lock."""
        if self.code_prefix and not self.instance.code:
            self.instance.code = free_code(self.taken_codes(), self.code_prefix)
        return super().save(commit)


class CategoryForm(PartForm):
    """A category: what it is, how many, how much, when."""

    code_prefix = "category-"
    groups = (
        (gettext_lazy("Category"), ("title", "parent", "summary", "edition")),
        (gettext_lazy("Places"), ("slots_kind", "slots_min", "slots_max")),
        (gettext_lazy("Funding"), ("funding_kind", "amount_min", "amount_max")),
        (gettext_lazy("Carried out"), ("window_start", "window_end")),
        (gettext_lazy("Content"), ("purpose", "requirements", "joint")),
    )
    amount_min = MoneyField(
        required=False,
        label=gettext_lazy("Amount (yuan), or the lower end"),
        help_text=gettext_lazy("3万 is understood as 30000."),
    )
    amount_max = MoneyField(required=False, label=gettext_lazy("Upper end of a range (yuan)"))
    window_start = DayField(required=False, label=gettext_lazy("First day"))
    window_end = DayField(required=False, label=gettext_lazy("Last day"))

    class Meta:
        model = Category
        fields = (
            "title", "parent", "summary", "edition", "slots_kind", "slots_min", "slots_max",
            "funding_kind", "amount_min", "amount_max", "window_start", "window_end", "purpose",
            "requirements", "joint",
        )  # fmt: skip
        widgets = {
            "slots_kind": forms.RadioSelect,
            "funding_kind": forms.RadioSelect,
            "joint": forms.RadioSelect,
            "purpose": forms.Textarea(attrs={"rows": 4}),
            "requirements": forms.Textarea(attrs={"rows": 5}),
        }
        labels = {
            "slots_min": gettext_lazy("Number, or the lower end"),
            "slots_max": gettext_lazy("Upper end of a range"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer as upper categories the top ones that are not this one."""
        super().__init__(*args, **kwargs)
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
        slots = data.get("slots_kind")
        if slots in (SlotsKind.EXACT, SlotsKind.ABOUT):
            data["slots_max"] = data.get("slots_min")
        elif slots == SlotsKind.UNLIMITED:
            data["slots_min"] = data["slots_max"] = None
        funding = data.get("funding_kind")
        if funding == FundingKind.FIXED:
            data["amount_max"] = data.get("amount_min")
        elif funding == FundingKind.NONE:
            data["amount_min"] = data["amount_max"] = None
        return data


class TierForm(PartForm):
    """Money beside the amount for each place."""

    groups = ((gettext_lazy("Further money"), ("title", "amount", "applied_for")),)
    amount = MoneyField(label=gettext_lazy("Amount (yuan)"))

    class Meta:
        model = FundingTier
        fields = ("title", "amount", "applied_for")


class DeliverableForm(PartForm):
    """What is handed in after completion."""

    groups = (
        (gettext_lazy("Deliverable"), ("kind", "title", "category", "days_after")),
        (gettext_lazy("How much"), ("max_words", "photos_min", "photos_max")),
        (gettext_lazy("Clause of the notice"), ("clause",)),
    )

    class Meta:
        model = DeliverableRule
        fields = (
            "kind", "title", "category", "days_after", "max_words", "photos_min", "photos_max",
            "clause",
        )  # fmt: skip
        widgets = {"clause": forms.Textarea(attrs={"rows": 3})}


class ContactForm(PartForm):
    """Whom units can ask."""

    groups = ((gettext_lazy("Contact"), ("name", "duty", "phone", "email", "address")),)

    class Meta:
        model = Contact
        fields = ("name", "duty", "phone", "email", "address")


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
