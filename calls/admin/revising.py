"""Publishing what was changed in a published form: read what it means first, or put it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from calls.admin.frame import actor, require_call, show, tell, to_form
from calls.contradictions import wrong_with_form
from calls.form_changes import FormChange
from calls.models import Call
from calls.ports import UnderWay, under_way
from calls.services.editing import ChangedMeanwhile
from calls.services.form_revisions import discard_changes, pending, publish_form
from portal.errors import RuleViolation


class RevisionForm(forms.Form):
    """What staff say of the changes they publish."""

    groups: Any = (("", ("summary",)),)
    summary = forms.CharField(
        label=gettext_lazy("What is changed, in one sentence"),
        help_text=gettext_lazy("Kept with the date; whoever has a draft reads the list above."),
        max_length=200,
    )
    stamp = forms.CharField(widget=forms.HiddenInput, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """List the changes and what they do to running drafts; then publish or put back."""
    call = require_call(request, pk)
    waiting = pending(call)
    if waiting is None:
        messages.info(request, _("The form is as it was published; there is nothing to publish."))
        return to_form(call)
    form = RevisionForm(request.POST or None, initial={"stamp": waiting.stamp})
    try:
        if "discard" in request.POST:
            discard_changes(call, by=actor(request), stamp=request.POST.get("stamp", ""))
            messages.success(request, _("The form is again as it was published."))
            return to_form(call)
        if request.method == "POST" and form.is_valid():
            publish_form(call, by=actor(request), **form.cleaned_data)
            messages.success(request, _("The changed form is published."))
            return to_form(call, "revisions")
    except ChangedMeanwhile as refused:
        tell(request, refused)
        waiting = pending(call) or waiting
        form = RevisionForm(initial={"stamp": waiting.stamp, **_kept(form)})
    except RuleViolation as refused:
        tell(request, refused)
    context = {
        "title": _("Publish the changed form"),
        "form": form,
        "sentences": waiting.change.sentences(),
        "effects": effects(call, waiting.change),
        "wrong": wrong_with_form(call),
    }
    return show(request, "admin/calls/revise.html", context, call=call)


def _kept(form: forms.Form) -> dict[str, Any]:
    return {"summary": form.data.get("summary", "")}


def effects(call: Call, change: FormChange) -> list[str]:
    """Say what becomes of drafts and of what was handed in."""
    drafts = under_way(call, change.removed_keys)
    return [*_of_drafts(drafts, change), *_of_fixed(drafts)]


def _of_drafts(drafts: UnderWay, change: FormChange) -> list[str]:
    if not drafts.editing:
        return [_("Nobody has a draft in hand at the moment.")]
    said = [
        ngettext(
            "%(n)d draft moves to the new form; what was filled in stays, and whoever works on it"
            " is told by mail and in the draft what is different.",
            "%(n)d drafts move to the new form; what was filled in stays, and whoever works on"
            " them is told by mail and in the draft what is different.",
            drafts.editing,
        )
        % {"n": drafts.editing}
    ]
    for key, label in zip(change.removed_keys, change.removed, strict=True):
        if answered := drafts.answered.get(key, 0):
            said.append(
                ngettext(
                    "“%(label)s” is answered in %(n)d draft: the answer is kept, but neither shown"
                    " nor handed in.",
                    "“%(label)s” is answered in %(n)d drafts: the answers are kept, but neither"
                    " shown nor handed in.",
                    answered,
                )
                % {"label": label, "n": answered}
            )
    return said


def _of_fixed(drafts: UnderWay) -> list[str]:
    if not drafts.fixed:
        return []
    return [
        ngettext(
            "%(n)d form that is signed off or handed in stays as it is.",
            "%(n)d forms that are signed off or handed in stay as they are.",
            drafts.fixed,
        )
        % {"n": drafts.fixed}
    ]
