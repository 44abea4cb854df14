"""Staff choose what of a closed project the public may see."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portal.errors import RuleViolation
from portal.files.models import StoredFile
from reviews.access import may_write, require_submission
from reviews.models import Showcase, Submission
from reviews.services import showing
from reviews.services.showing import LONGEST, Offer
from reviews.views.pages import actor, back_to, show, tell


class OpennessForm(forms.Form):
    """Title, text and amount of the page; photos are ticked beside it."""

    title = forms.CharField(label=gettext_lazy("Title of the page"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("Text"), required=False, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy(
            "As the unit wrote it. Shorten it where you want; take out phones and private persons."
        ),
    )  # fmt: skip
    with_amount = forms.BooleanField(label=gettext_lazy("Show the amount granted"), required=False)


@dataclass(frozen=True, slots=True)
class PhotoChoice:
    """A photo as it is offered: where it can be looked at, whether it is chosen, its caption."""

    file: StoredFile
    deliverable: uuid.UUID
    chosen: bool
    caption: str


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show what may become public and what is; publish it or take it off."""
    submission = require_submission(request.user, pk, writes=request.method == "POST")
    offer = showing.offer_of(submission)
    showcase = Showcase.objects.filter(application=pk).prefetch_related("photos").first()
    taking_off = request.POST.get("do") == "withdraw"
    bound = request.POST if request.method == "POST" and not taking_off else None
    form = OpennessForm(bound, initial=_initial(offer, showcase))
    if request.method == "POST" and (taking_off or form.is_valid()):
        try:
            said = _withdraw(request, pk) if taking_off else _publish(request, pk, form, offer)
            messages.success(request, said)
        except RuleViolation as refused:
            tell(request, refused)
        else:
            return back_to("reviews_openness", pk)
    return show(request, "reviews/openness.html", _context(request, submission, offer, form))


def _initial(offer: Offer, showcase: Showcase | None) -> dict[str, Any]:
    """Begin with what is shown, else with the unit's first text."""
    if showcase is not None:
        return {
            "title": showcase.title,
            "text": showcase.text,
            "with_amount": showcase.granted is not None,
        }
    return {"title": offer.title, "text": offer.texts[0][1] if offer.texts else ""}


def _publish(request: HttpRequest, pk: uuid.UUID, form: OpennessForm, offer: Offer) -> str:
    data = form.cleaned_data
    ticked = set(request.POST.getlist("photo"))
    showing.publish(
        application_id=pk,
        title=data["title"],
        text=data["text"],
        with_amount=data["with_amount"],
        photos={
            photo.pk: request.POST.get(f"caption-{photo.pk}", "")
            for photo in offer.photos
            if str(photo.pk) in ticked
        },
        by=actor(request),
    )
    return _("The page is public.")


def _withdraw(request: HttpRequest, pk: uuid.UUID) -> str:
    reason = request.POST.get("reason", "")[:200]
    showing.withdraw(application_id=pk, reason=reason, by=actor(request))
    return _("The page is taken off.")


def _context(
    request: HttpRequest, submission: Submission, offer: Offer, form: OpennessForm
) -> dict[str, Any]:
    showcase = Showcase.objects.filter(application=submission).prefetch_related("photos").first()
    captions = {p.source_id: p.caption for p in showcase.photos.all()} if showcase else {}
    photos = [
        # Before the first time every photo is offered unticked: somebody may be seen on it.
        PhotoChoice(
            photo, offer.origins[photo.pk], photo.pk in captions, captions.get(photo.pk, "")
        )
        for photo in offer.photos
    ]
    return {
        "title": _("What becomes public"),
        "call": submission.packet.call,
        "submission": submission,
        "offer": offer,
        "showcase": showcase,
        "form": form,
        "photos": photos,
        "writes": may_write(request.user, submission.packet.call),
    }
