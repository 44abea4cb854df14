"""A unit's own pages: register, status, correct, ask an association, choose the current one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.audit.services import record
from portal.errors import Refusal, RuleViolation
from portal.numbers import whole_number
from portal.people.access import membership_of, require_member
from portal.people.enums import RequestState, Right, VerificationState
from portal.people.models import Issuer, Organisation, User
from portal.register import access
from portal.register.forms import (
    AskForm,
    IdentityForm,
    ProfileForm,
    WishForm,
    one_is_chosen,
    wish_forms,
)
from portal.register.services import members, on_behalf, registering


def person(request: HttpRequest) -> User:
    """Return who is signed in; the login middleware has let nobody else through."""
    assert isinstance(request.user, User)
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register a unit; one that is in the register leads to asking for membership instead."""
    issuers = Issuer.objects.select_related("organisation")
    form = IdentityForm(request.POST or None)
    wishes = wish_forms(issuers, request.POST or None)
    reasons: list[Refusal] = []
    if request.method == "POST" and all(
        [form.is_valid(), *(one.is_valid() for one in wishes), one_is_chosen(wishes)]
    ):
        identity = form.identity()
        existing = registering.find_existing(name=identity.name, code=identity.uscc)
        if existing is not None:
            return _existing(request, existing)
        try:
            organisation = registering.register(
                by=person(request),
                identity=identity,
                wishes=[one.wish() for one in wishes if one.cleaned_data["chosen"]],
            )
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            access.choose(request, organisation)
            messages.success(request, _("Your unit is registered and waits for verification."))
            return redirect("register:status", organisation.pk)
    context = {
        "form": form,
        "wishes": wishes,
        "faults": sum(len(one.errors) for one in (form, *wishes)),
        "reasons": reasons,
        "units": access.own_units(request),
        "asked": _open_requests(person(request)),
    }
    return render(request, "register/organisation_form.html", context)


def _open_requests(user: User) -> list[Organisation]:
    """Return the units this person has asked and that have not answered."""
    return list(
        Organisation.objects.filter(
            requests__user=user, requests__state=RequestState.OPEN, merged_into=None
        )
    )


def _existing(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Say that the unit is there and what one can do; nothing about the persons in it."""
    context = {
        "organisation": organisation,
        "member": membership_of(request.user, organisation),
        "form": AskForm(),
        "affiliations": organisation.affiliations.exclude(
            state=VerificationState.ENDED
        ).select_related("issuer__organisation"),
        "asked": organisation in _open_requests(person(request)),
    }
    return render(request, "register/existing.html", context)


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask an existing unit's administrators for membership."""
    organisation = get_object_or_404(Organisation, pk=pk, merged_into=None)
    form = AskForm(request.POST)
    if not form.is_valid():
        raise RuleViolation([_("The message is too long.")])
    members.ask(by=person(request), organisation=organisation, message=form.cleaned_data["message"])
    messages.success(
        request, _("Your request has been passed on. You will hear by mail what was decided.")
    )
    return redirect("register:organisation")


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Lead to the page of the unit this request acts for, or to registering one."""
    unit = access.current_unit(request)
    if unit is None or membership_of(request.user, unit) is None:
        return redirect("register:organisation")
    return redirect("register:status", unit.pk)


@require_safe
def status(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the register knows of the unit and where each association's check stands."""
    organisation = _unit(request, pk)
    affiliations = list(
        organisation.affiliations.select_related("issuer__organisation").order_by("created_at")
    )
    standing = {a.issuer_id for a in affiliations if a.state != VerificationState.ENDED}
    context = {
        "organisation": organisation,
        "membership": membership_of(request.user, organisation),
        "affiliations": affiliations,
        "others": Issuer.objects.exclude(pk__in=standing).select_related("organisation"),
        "units": access.own_units(request),
    }
    return render(request, "register/status.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what the unit says of itself; its administrators may."""
    organisation = _unit(request, pk, Right.ADMINISTRATOR)
    fixed = registering.is_fixed(organisation)
    form = IdentityForm(request.POST or None, instance=organisation, fixed=fixed)
    reasons: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            registering.correct_identity(
                by=person(request), organisation=organisation, identity=form.identity()
            )
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, _("Saved."))
            return redirect("register:status", pk)
    context = {"organisation": organisation, "form": form, "fixed": fixed, "reasons": reasons}
    return render(request, "register/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def associate(request: HttpRequest, pk: int, issuer_pk: int) -> HttpResponse:
    """Ask an association to take the unit in, for the first time or again after a refusal."""
    organisation = _unit(request, pk, Right.ADMINISTRATOR)
    issuer = get_object_or_404(Issuer.objects.select_related("organisation"), pk=issuer_pk)
    earlier = organisation.affiliations.exclude(state=VerificationState.ENDED)
    refused = earlier.filter(issuer=issuer, state=VerificationState.REFUSED).first()
    initial = {"kind": refused.kind, "level": refused.level} if refused else {}
    form = WishForm(request.POST or None, issuer=issuer, initial=initial)
    reasons: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            registering.ask_association(
                by=person(request), organisation=organisation, wish=form.wish()
            )
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            messages.success(
                request,
                _("%(issuer)s will check your unit.") % {"issuer": issuer.organisation.name},
            )
            return redirect("register:status", pk)
    context = {
        "organisation": organisation,
        "issuer": issuer,
        "form": form,
        "refused": refused,
        "reasons": reasons,
    }
    return render(request, "register/associate.html", context)


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Choose which of the own units this session acts for."""
    pk = whole_number(request.POST.get("unit", ""))
    if pk is None:
        raise Http404
    access.choose(request, get_object_or_404(Organisation, pk=pk, merged_into=None))
    return HttpResponseRedirect(_safe_next(request, reverse("register:unit")))


def _safe_next(request: HttpRequest, default: str) -> str:
    """Return where the form wants to go on, if that is a page of ours."""
    url = request.POST.get("next", "")
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(url, hosts, require_https=request.is_secure()):
        return url
    return default


@require_POST
def stop_on_behalf(request: HttpRequest) -> HttpResponse:
    """Stop filling in for a unit, and go back to it in the admin."""
    acting = access.on_behalf(request)
    request.session.pop(access.ON_BEHALF_KEY, None)
    if acting is None:
        return redirect("home")
    on_behalf.stopped(by=person(request), organisation=acting.unit, issuer=acting.issuer)
    messages.info(request, _("You no longer fill in for %(unit)s.") % {"unit": acting.unit})
    return redirect("admin:people_organisation_change", acting.unit.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Change one's own name and phone."""
    form = ProfileForm(request.POST or None, instance=person(request))
    if request.method == "POST" and form.is_valid():
        user = form.save(commit=False)
        user.save(update_fields=["name", "phone"])
        record("profile_changed", by=user, target=user, columns=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("register:profile")
    return render(request, "register/profile.html", {"form": form})


def _unit(request: HttpRequest, pk: int, right: Right | None = None) -> Organisation:
    """Return a unit the person belongs to; a stranger gets 404, a colleague without right 403."""
    organisation = get_object_or_404(
        Organisation.objects.select_related("parent"), pk=pk, merged_into=None
    )
    require_member(request.user, organisation, right)
    return organisation
