"""Forms of the reading of a notice: the text or file, and one small form for each proposal."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.admin.fields import DayField, InstantField, MoneyField
from calls.admin.lifecycle import IssuerForm
from calls.reader import KINDS, Finding, Part, PartType, Proposal, Span, Unread, Value
from calls.services.notice_facts import Confirmed, fact_words
from portal import clock
from portal.errors import RuleViolation
from portal.files.text import READABLE, text_of

MAX_CHARS = 60_000
# These stand in the head of the page, where every draft needs them.
HEAD_KINDS = ("title", "opens", "closes")


class NoticeForm(IssuerForm):
    """The text of a notice, pasted or as a file."""

    groups = ((gettext_lazy("The notice"), ("issuer", "text", "file")),)
    text = forms.CharField(
        label=gettext_lazy("Text of the notice"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=gettext_lazy(
            "Paste the whole notice, from its title to the signature and the annexes."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file (.docx, or PDF with text)"),
        required=False,
        widget=forms.ClearableFileInput(
            attrs={"accept": ",".join(f".{ending}" for ending in READABLE)}
        ),
        help_text=gettext_lazy("The file is read and not kept; attach it to the draft later."),
    )

    def clean(self) -> dict[str, Any]:
        """Read the file where one is given; exactly one of the two is needed."""
        data: dict[str, Any] = super().clean() or {}
        text, upload = (data.get("text") or "").strip(), data.get("file")
        if text and upload:
            raise forms.ValidationError(_("Give the text or a file, not both."))
        if upload:
            try:
                text = text_of(upload).strip()
            except RuleViolation as refused:
                self.add_error("file", [reason.message for reason in refused.reasons])
                return data
        if not text:
            raise forms.ValidationError(_("Paste the text of the notice, or choose a file."))
        if len(text) > MAX_CHARS:
            sentence = _("The text is longer than %(limit)s characters. Leave annexes out.")
            raise forms.ValidationError(sentence % {"limit": MAX_CHARS})
        data["text"] = text
        return data


class HeadForm(IssuerForm):
    """What every draft begins with, filled with what the notice says."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2000, max_value=2100)
    opens_at = InstantField(end=False, label=gettext_lazy("Applications open"))
    closes_at = InstantField(end=True, label=gettext_lazy("Applications close"))
    groups = ((gettext_lazy("The call"), ("issuer", "title", "year", "opens_at", "closes_at")),)

    def clean(self) -> dict[str, Any]:
        """Refuse a deadline before the opening while both can be mended here."""
        data: dict[str, Any] = super().clean() or {}
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("The deadline must lie after the opening."))
        return data


def head_initial(proposal: Proposal) -> dict[str, Any]:
    """Return what the notice says of title, year and dates; what it leaves open stays empty."""
    initial: dict[str, Any] = {}
    for finding in proposal.of("title")[:1]:
        initial["title"] = finding.values["text"]
    for kind, name in (("opens", "opens_at"), ("closes", "closes_at")):
        for finding in proposal.of(kind)[:1]:
            initial[name] = _moment(finding, end=kind == "closes")
    ends = initial.get("closes_at")
    named = re.search(r"(20\d\d)(?:\s*[—–-]\s*20\d\d)?\s*年", str(initial.get("title", "")))
    initial["year"] = int(named[1]) if named else clock.local(ends or clock.now()).year
    return initial


def _moment(finding: Finding, *, end: bool) -> dt.datetime:
    """Return the instant of a day and an hour; a day without an hour ends at its 24:00."""
    day, time = finding.values["day"], str(finding.values.get("time", ""))
    assert isinstance(day, dt.date)
    if time:
        hour = dt.time.fromisoformat(time)
        return clock.start_of(day) + dt.timedelta(hours=hour.hour, minutes=hour.minute)
    return clock.start_of(day + dt.timedelta(days=1) if end else day)


def anchor(span: Span) -> str:
    """Return the address of a sentence on the page."""
    return f"s{span.start}-{span.end}"


class FactForm(forms.Form):
    """One proposed fact: kept or dropped, each part open to correction."""

    def __init__(
        self, *args: Any, finding: Finding, sentence: str, titles: list[str], **kwargs: Any
    ) -> None:
        """Ask for the parts of the fact's kind; parts that say nothing here are still offered."""
        super().__init__(*args, **kwargs)
        self.finding, self.sentence = finding, sentence
        self.kind = KINDS[finding.kind]
        self.fields["keep"] = forms.BooleanField(
            label=str(self.kind.label), required=False, initial=finding.sure
        )
        for part in self.kind.parts:
            if part.type is PartType.CATEGORY and not titles:
                continue
            self.fields[part.name] = _field(part, finding.values.get(part.name), titles)

    def parts(self) -> list[Any]:
        """Return the inputs of the parts."""
        return [self[name] for name in self.fields if name != "keep"]

    @property
    def words(self) -> str:
        """Say what the reader proposes."""
        return fact_words(self.finding.kind, self.finding.values)

    @property
    def anchor(self) -> str:
        """Return the address of the sentence."""
        return anchor(self.finding.sentence)

    @property
    def kept(self) -> bool:
        """Tell whether the person confirmed the fact."""
        return bool(self.cleaned_data.get("keep"))

    def clean(self) -> dict[str, Any]:
        """Let what is dropped be wrong; a fact that is kept says something."""
        data: dict[str, Any] = super().clean() or {}
        if not data.get("keep"):
            self._errors = forms.utils.ErrorDict()
        elif not self._errors and not self.values():
            raise forms.ValidationError(_("Nothing is stated here; drop it or fill it in."))
        elif not self._errors:
            for name in self.kind.lacking(self.values()):
                self.add_error(name, _("Fill this in, or drop the fact."))
        return data

    def values(self) -> dict[str, Value]:
        """Return the parts as the person left them, those that say nothing left out."""
        found: dict[str, Value] = {}
        for part in self.kind.parts:
            value = self.cleaned_data.get(part.name)
            # 0 is an answer: no copies on paper.
            if value is not None and value != "" and value is not False:
                found[part.name] = value
        return found

    def confirmed(self) -> Confirmed:
        """Return the fact as the person left it."""
        return Confirmed(self.finding.kind, self.values(), self.sentence, "")

    def doubted(self) -> Confirmed:
        """Return the fact as the reader proposed it."""
        return Confirmed(self.finding.kind, self.finding.values, self.sentence, self.finding.why)


class UnreadForm(forms.Form):
    """Something no fact states: it stays on the list of the draft, or is dropped."""

    keep = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, unread: Unread, sentence: str, **kwargs: Any) -> None:
        """Take what was not read and the sentence it stands in."""
        super().__init__(*args, **kwargs)
        self.unread, self.sentence = unread, sentence

    @property
    def anchor(self) -> str:
        """Return the address of the sentence."""
        return anchor(self.unread.sentence)

    @property
    def kept(self) -> bool:
        """Tell whether the person wants it on the list of the draft."""
        return bool(self.cleaned_data.get("keep"))


def _field(part: Part, value: Value | None, titles: list[str]) -> forms.Field:
    """Return the input for one part."""
    common: dict[str, Any] = {"label": part.label, "required": False, "initial": value}
    match part.type:
        case PartType.DAY:
            return DayField(**common)
        case PartType.COUNT:
            return forms.IntegerField(min_value=0, max_value=100_000_000, **common)
        case PartType.YUAN:
            common["initial"] = None if value is None else f"{Decimal(str(value)):f}"
            return MoneyField(**common)
        case PartType.FLAG:
            return forms.BooleanField(**common)
        case PartType.TIME:
            return forms.RegexField(r"^\d{2}:\d{2}$", **common)
        case PartType.CHOICE:
            return forms.ChoiceField(choices=[("", "—"), *part.choices], **common)
        case PartType.CATEGORY:
            choices = [("", _("the whole call")), *((title, title) for title in titles)]
            return forms.ChoiceField(choices=choices, **common)
        case _:
            return forms.CharField(max_length=300, **common)
