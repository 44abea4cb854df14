"""Who belongs to the current unit: list, rights, invitations, requests, leaving."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.errors import Refusal, RuleViolation
from portal.people.access import require_member
from portal.people.enums import RequestState, Right
from portal.people.models import Invitation, Membership, MembershipRequest, Organisation
from portal.register import access
from portal.register.forms import AnswerForm, InviteForm, MemberForm
from portal.register.services import invitations, members
from portal.register.views.units import person


def _unit(request: HttpRequest, right: Right | None = None) -> tuple[Organisation, Membership]:
    """Return the current unit and the person's membership in it; see ``require_member``.

    Staff filling in for a unit are no members: its people are not their business here.
    """
    unit = access.require_current_unit(request)
    return unit, require_member(request.user, unit, right)


def _membership(request: HttpRequest, pk: int) -> Membership:
    """Return an active membership, by whose unit the visitor is judged."""
    membership = get_object_or_404(
        Membership.objects.all().active().select_related("organisation", "user"), pk=pk
    )
    require_member(request.user, membership.organisation)
    return membership


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List members; administrators also see invitations and requests."""
    if access.current_unit(request) is None:
        return redirect("register:organisation")
    unit, membership = _unit(request)
    administers = membership.has(Right.ADMINISTRATOR)
    context = {
        "unit": unit,
        "membership": membership,
        "administers": administers,
        "members": unit.memberships.filter(ended_at=None)
        .select_related("user")
        .order_by("-is_administrator", "user__name"),
        "invitations": Invitation.objects.all()
        .standing(clock.now())
        .filter(organisation=unit)
        .order_by("-created_at")
        if administers
        else [],
        "requests": unit.requests.filter(state=RequestState.OPEN).select_related("user")
        if administers
        else [],
    }
    return render(request, "register/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody by mail."""
    unit, _membership = _unit(request, Right.ADMINISTRATOR)
    form = InviteForm(request.POST or None)
    reasons: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            invitations.invite(
                by=person(request),
                organisation=unit,
                rights=form.cleaned_data["rights"],
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
            )
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("register:members")
    return render(request, "register/invite.html", {"unit": unit, "form": form, "reasons": reasons})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a member's rights."""
    membership = _membership(request, pk)
    require_member(request.user, membership.organisation, Right.ADMINISTRATOR)
    form = MemberForm(request.POST or None, membership=membership)
    reasons: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            members.change_rights(
                by=person(request),
                membership=membership,
                rights=form.cleaned_data["rights"],
                position=form.cleaned_data["position"],
            )
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, _("Saved."))
            return redirect("register:members")
    context = {"membership": membership, "form": form, "reasons": reasons}
    return render(request, "register/member.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a membership after asking; administrators may end any, everybody one's own."""
    membership = _membership(request, pk)
    leaving = membership.user == request.user
    if not leaving:
        require_member(request.user, membership.organisation, Right.ADMINISTRATOR)
    reasons: list[Refusal] = []
    if request.method == "POST":
        try:
            members.end(by=person(request), membership=membership)
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, _("The membership has ended."))
            return redirect("home" if leaving else "register:members")
    context = {"membership": membership, "leaving": leaving, "reasons": reasons}
    return render(request, "register/member_end.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in somebody who asked, or decline."""
    asked = get_object_or_404(
        MembershipRequest.objects.select_related("organisation", "user"),
        pk=pk,
        state=RequestState.OPEN,
    )
    require_member(request.user, asked.organisation, Right.ADMINISTRATOR)
    form = AnswerForm(request.POST or None)
    declines = "decline" in request.POST
    if request.method == "POST" and (declines or form.is_valid()):
        members.answer(
            by=person(request),
            request=asked,
            rights=[] if declines else form.cleaned_data["rights"],
        )
        messages.success(request, _("Declined.") if declines else _("The person is a member now."))
        return redirect("register:members")
    return render(request, "register/request.html", {"asked": asked, "form": form})


@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an invitation once more, with a fresh code."""
    invitations.renew(by=person(request), invitation=_invitation(request, pk))
    messages.success(request, _("The invitation is on its way."))
    return redirect("register:members")


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitations.revoke(by=person(request), invitation=_invitation(request, pk))
    messages.success(request, _("The invitation is worthless now."))
    return redirect("register:members")


def _invitation(request: HttpRequest, pk: int) -> Invitation:
    """Return an unused invitation of a unit that the person administers.

    A printed code is the association's to print again, so members renew only mailed ones.
    """
    invitation = get_object_or_404(
        Invitation.objects.select_related("organisation"), pk=pk, accepted_at=None
    )
    require_member(request.user, invitation.organisation, Right.ADMINISTRATOR)
    if not invitation.by_mail:
        raise Http404
    return invitation
