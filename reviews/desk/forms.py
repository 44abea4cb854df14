"""The score sheet as a form that saves itself, and the small forms of the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.models import Criterion, ScoreSheet
from portal.face.dress import Dress, dress
from reviews.models import SheetEntry
from reviews.sheets import MAX_TEXT, OPINION, comment_key, plain, score_key

MAX_REASON = 300


class EntryField(forms.CharField):
    """Text that is kept in any state; what is wrong with it is said by the sheet as a whole."""

    def clean(self, value: Any) -> str:
        """Return the text as it was typed."""
        return str(value or "")


class SheetForm(forms.Form):
    """Every entry as text: a sheet half filled in is kept too, and judged only at its hand-in."""

    def __init__(
        self,
        *,
        sheet: ScoreSheet,
        criteria: Sequence[Criterion],
        entries: Mapping[str, SheetEntry],
        texts: Mapping[str, str],
        wrong: Mapping[str, str],
    ) -> None:
        """Show ``texts`` with what is ``wrong``, by entry; ``entries`` tell what is kept of it."""
        self.criteria = list(criteria)
        self._wrong = wrong
        super().__init__(texts)
        for criterion in criteria:
            self._add(score_key(criterion), self._score(criterion), entries)
            self._add(comment_key(criterion), self._comment(criterion), entries, limit=500)
        opinion = EntryField(
            label=_("Opinion on the whole"),
            required=sheet.opinion_required,
            max_length=MAX_TEXT,
            widget=forms.Textarea(attrs={"rows": 6}),
        )
        self._add(OPINION, opinion, entries, limit=1000)

    def _score(self, criterion: Criterion) -> forms.Field:
        scale = _("Score from %(low)s to %(top)s") % {
            "low": plain(criterion.low), "top": plain(criterion.top),
        }  # fmt: skip
        weight = _("weight %(weight)s of 100") % {"weight": plain(criterion.weight)}
        return EntryField(
            label=scale,
            help_text=weight,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )

    def _comment(self, criterion: Criterion) -> forms.Field:
        return EntryField(
            label=_("Comment"),
            required=criterion.comment_required,
            max_length=MAX_TEXT,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def _add(
        self,
        key: str,
        field: forms.Field,
        entries: Mapping[str, SheetEntry],
        limit: int | None = None,
    ) -> None:
        entry = entries.get(key)
        revision = entry.revision if entry else 0
        saved_at = entry.at if entry else None
        worn = Dress(limit=limit, saved_at=saved_at, revision=revision, short=limit is None)
        dress(field, worn)
        self.fields[key] = field

    @property
    def blocks(self) -> list[tuple[Criterion, forms.BoundField, forms.BoundField]]:
        """The criteria, each with its score and its comment."""
        return [(c, self[score_key(c)], self[comment_key(c)]) for c in self.criteria]

    @property
    def opinion(self) -> forms.BoundField:
        """The opinion on the whole."""
        return self[OPINION]

    @property
    def revisions(self) -> dict[str, int]:
        """The revision each entry is shown with, for the page sent as a whole."""
        return {key: field.dress.revision for key, field in self.fields.items()}  # type: ignore[attr-defined]

    def clean(self) -> None:
        """Put what is wrong at the entries it is about."""
        for key, sentence in self._wrong.items():
            self.add_error(key, sentence)


class ReasonForm(forms.Form):
    """What the conflict is."""

    reason = forms.CharField(
        label=gettext_lazy("What the conflict is"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Only staff of the association read this."),
    )


class AbsenceForm(forms.Form):
    """When the expert is away; both empty: not at all."""

    away_from = forms.DateField(
        label=gettext_lazy("First day away"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    away_until = forms.DateField(
        label=gettext_lazy("Last day away"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class TieForm(forms.Form):
    """A unit the expert has to do with."""

    unit_name = forms.CharField(label=gettext_lazy("Full name of the unit"), max_length=120)
    reason = forms.CharField(
        label=gettext_lazy("How you have to do with it"), max_length=MAX_REASON, required=False
    )


def read_texts(data: Mapping[str, Any], keys: Sequence[str]) -> dict[str, str]:
    """Read the entries a page sent."""
    return {key: str(data[key]) for key in keys if key in data}
