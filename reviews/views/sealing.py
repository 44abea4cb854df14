"""The association's seal on accepted forms: one from its page, or several chosen in the queue."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from applications.models import Packet
from applications.services import countersealing
from applications.services.countersealing import Line
from applications.views.sealing import SealForm
from portal.errors import Refusal, RuleViolation
from portal.face.wording import labelled
from portal.people.access import membership_of
from portal.people.enums import Right
from portal.people.models import Issuer
from reviews.access import require_submission
from reviews.models import Submission
from reviews.views.pages import actor, back_to, show, tell

# One sealing takes some hundredths of a second; a request must not take minutes.
MOST = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """A chosen submission, and why its form cannot be sealed now."""

    submission: Submission
    refusals: list[Refusal]


def wanted_of(submissions: Iterable[Submission]) -> list[Wanted]:
    """Return the chosen with what is in their way; a packet with several stands once."""
    packets: dict[uuid.UUID, Submission] = {}
    for submission in submissions:
        packets.setdefault(submission.packet_id, submission)
    return [Wanted(one, countersealing.refusals_to_seal(one.packet)) for one in packets.values()]


def may_seal(request: HttpRequest, issuer: Issuer) -> bool:
    """Tell whether the person keeps the association's seals."""
    membership = membership_of(request.user, issuer.organisation)
    return membership is not None and membership.has(Right.SEAL_KEEPER)


def preview(request: HttpRequest, submissions: list[Submission]) -> HttpResponse:
    """Show what was chosen in the queue before anything is sealed."""
    return _page(request, submissions[:MOST], None, [])


@sensitive_variables()
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: HttpRequest) -> HttpResponse:
    """Ask for seal and password, then seal the forms of ``?chosen=`` in this request."""
    given = request.POST if request.method == "POST" else request.GET
    chosen = [
        require_submission(request.user, pk, writes=True) for pk in _keys(given.getlist("chosen"))
    ]
    if not chosen:
        messages.error(request, _("Choose what to seal first."))
        return back_to("reviews_submission_changelist")
    if request.method != "POST":
        return _page(request, chosen, None, [])
    form = SealForm(request.POST, seals=countersealing.usable_seals(_issuer(chosen)))
    if not form.is_valid():
        return _page(request, chosen, form, [])
    try:
        lines = countersealing.seal_accepted(
            packets=[w.submission.packet_id for w in wanted_of(chosen) if not w.refusals],
            seal=form.cleaned_data["seal"],
            password=form.cleaned_data["password"],
            place=form.cleaned_data["place"],
            by=actor(request),
        )
    except RuleViolation as refusal:
        return _page(request, chosen, form, refusal.reasons)
    _tell(request, lines)
    if len(chosen) == 1:
        return back_to("reviews_submission_change", chosen[0].pk)
    return back_to("reviews_submission_changelist")


def _keys(given: Iterable[str]) -> list[uuid.UUID]:
    """Read the chosen; anything else is not from our page."""
    found = []
    for text in list(given)[:MOST]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _issuer(chosen: list[Submission]) -> Issuer:
    """Return whose seal it is; another association's submissions are refused one by one."""
    return chosen[0].packet.call.issuer


def _page(
    request: HttpRequest,
    chosen: list[Submission],
    form: SealForm | None,
    reasons: list[Refusal],
) -> HttpResponse:
    issuer = _issuer(chosen)
    seals = countersealing.usable_seals(issuer)
    wanted = wanted_of(chosen)
    context = {
        "title": _("Seal for the association"),
        "issuer": issuer,
        "wanted": wanted,
        "ready": sum(not one.refusals for one in wanted),
        "seals": seals,
        "keeps": may_seal(request, issuer),
        "form": form or SealForm(seals=seals, initial={"place": issuer.organisation.region}),
        "reasons": reasons,
        "most": MOST,
    }
    return show(request, "reviews/seal.html", context, status=409 if reasons else 200)


def _tell(request: HttpRequest, lines: list[Line]) -> None:
    done = sum(not line.refusals for line in lines)
    if done:
        text = ngettext("%(n)d form is sealed.", "%(n)d forms are sealed.", done)
        messages.success(request, text % {"n": done})
    for line in lines:
        for reason in line.refusals:
            messages.warning(request, labelled(_name(line.packet), reason.message))
    if not lines:
        tell(request, RuleViolation([_("None of the chosen could be sealed.")]))


def _name(packet: Packet) -> str:
    return packet.number or packet.organisation.name
