"""A field shows label, hint, error with clause, saved mark and counter, tied together for readers."""

from __future__ import annotations

import datetime as dt

from crispy_forms.utils import render_crispy_form
from django import forms
from django.utils import translation

from portal.clock import SHANGHAI
from portal.face.dress import Dress, dress


class StepForm(forms.Form):
    """A step with a text, a number and a choice."""

    title = forms.CharField(label="Title", help_text="On the cover.")
    papers = forms.IntegerField(label="Papers", min_value=30)
    sort = forms.ChoiceField(label="Sort", widget=forms.RadioSelect, choices=[("a", "A")])
    note = forms.CharField(label="Note", required=False)


def rendered(form: forms.Form) -> str:
    """Render a form through the pack, in English."""
    with translation.override("en"):
        return str(render_crispy_form(form))


def test_error_stands_at_the_field_and_in_the_summary_with_a_link() -> None:
    form = StepForm({"title": "T", "papers": "25", "sort": "a"})
    dress(form.fields["papers"], Dress(clause="not fewer than 30 papers"))
    html = rendered(form)
    assert '<a href="#id_papers">Papers</a>' in html
    assert '<ul class="errors" id="id_papers_error">' in html
    assert "<q>not fewer than 30 papers</q>" in html
    assert 'aria-describedby="id_papers_error"' in html


def test_hint_is_tied_to_the_control() -> None:
    html = rendered(StepForm())
    assert 'id="id_title_helptext"' in html
    assert 'aria-describedby="id_title_helptext"' in html


def test_a_group_is_a_fieldset_and_its_error_links_to_the_first_choice() -> None:
    html = rendered(StepForm({"title": "T", "papers": "40"}))
    assert '<fieldset id="div_id_sort"' in html
    assert '<a href="#id_sort_0">Sort</a>' in html


def test_dress_shows_saved_mark_counter_and_revision() -> None:
    form = StepForm(initial={"title": "学术 exchange"})
    saved = dt.datetime(2027, 4, 19, 21, 4, 32, tzinfo=SHANGHAI)
    dress(form.fields["title"], Dress(limit=40, saved_at=saved, revision=3))
    html = rendered(form)
    assert "21:04:32" in html
    assert "3 / 40" in html
    assert 'data-revision="3"' in html


def test_optional_is_said_unless_the_hand_in_asks_for_it() -> None:
    form = StepForm()
    assert rendered(form).count("optional</span>") == 1
    dress(form.fields["note"], Dress(required=True))
    dress(form.fields["title"], Dress(required=False))
    html = rendered(form)
    assert html.count("optional</span>") == 1
    assert html.index("optional</span>") < html.index('for="id_papers"')


def test_condition_travels_as_escaped_json() -> None:
    form = StepForm()
    dress(form.fields["note"], Dress(condition={"field": "sort", "equals": "<a>"}))
    html = rendered(form)
    assert "&quot;equals&quot;: &quot;&lt;a&gt;&quot;" in html
