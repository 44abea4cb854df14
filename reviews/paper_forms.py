"""What a clerk says of papers that came: copies of each, the version printed, the days."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.papers import FORM, MOST_COPIES
from calls.enums import PaperCounts
from portal import clock
from reviews.forms import DayInput
from reviews.paper_register import Line

_PREFIX = "copies-"


class BookingForm(forms.Form):
    """Papers of one packet; as it opens it says that everything still owed came today."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.TypedChoiceField(label=gettext_lazy("Version printed on the form"), coerce=int)
    arrived_on = forms.DateField(label=gettext_lazy("Arrived on"), widget=DayInput())
    postmarked_on = forms.DateField(
        label=gettext_lazy("Postmark of"),
        widget=DayInput(),
        required=False,
        help_text=gettext_lazy("The postmark counts. Leave it empty for what was handed over."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, line: Line, version_id: int | None = None, **kwargs: Any):
        """Ask for each paper owed; ``version_id`` is what the code on the paper told."""
        kwargs["initial"] = {
            "key": uuid.uuid4(),
            "version": version_id or line.papers.in_hand.pk,
            "arrived_on": clock.today(),
        }
        super().__init__(*args, **kwargs)
        versions = line.packet.versions.order_by("-no")
        choices = [(one.pk, _("Version %(no)d") % {"no": one.no}) for one in versions]
        self.fields["version"].choices = choices  # type: ignore[attr-defined]
        if not any(one.key == FORM for one in line.papers.expected):
            self.fields["version"].widget = forms.HiddenInput()
        if line.packet.call.paper_counts != PaperCounts.POSTMARK:
            del self.fields["postmarked_on"]
        lacking = {one.key: one.copies for one in line.papers.judgement.missing}
        for one in line.papers.expected:
            self.fields[_PREFIX + one.key] = forms.IntegerField(
                label=one.title,
                min_value=0,
                max_value=MOST_COPIES,
                required=False,
                initial=lacking.get(one.key, 0),
                help_text=_("%(number)d wanted") % {"number": one.copies},
            )
        self.order_fields([*self._paper_names(), "version", "arrived_on", "postmarked_on", "note"])
        first = next(iter(self._paper_names()), "arrived_on")
        # The scanner has typed; Enter in the first field books in what is usual.
        self.fields[first].widget.attrs["autofocus"] = True

    def _paper_names(self) -> list[str]:
        return [name for name in self.fields if name.startswith(_PREFIX)]

    def copies(self) -> dict[str, int]:
        """Return the copies by the keys of what is owed."""
        names = self._paper_names()
        return {name.removeprefix(_PREFIX): self.cleaned_data[name] or 0 for name in names}


class UndoForm(forms.Form):
    """Why a booking is taken back."""

    reason = forms.CharField(label=gettext_lazy("Why it is taken back"), max_length=200)
