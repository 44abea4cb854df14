"""A unit's seals: list, adding in three ways, one with its uses, revoking."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from portal.errors import Refusal, RuleViolation
from portal.people.access import require_member
from portal.people.enums import Right
from portal.people.models import Membership, Organisation, User
from portal.seals import forms
from portal.seals.enums import SealState
from portal.seals.models import Seal
from portal.seals.services import keeping

USES_PER_PAGE = 20
Add = Callable[[Organisation, forms.SealForm, User], Seal]


def _unit(request: HttpRequest, right: Right | None = None) -> tuple[Organisation, Membership]:
    """Return the unit the person acts for, and her membership in it; 404 and 403 as everywhere.

    Staff filling in for a unit are no members: seals are not their business here.
    """
    unit = getattr(request, "unit", None)
    if not unit:
        raise Http404
    # The middleware's lazy object becomes the row itself.
    organisation = Organisation.objects.get(pk=unit.pk)
    return organisation, require_member(request.user, organisation, right)


def _seal(request: HttpRequest, pk: UUID, right: Right | None = None) -> tuple[Seal, Membership]:
    seal = get_object_or_404(
        Seal.objects.select_related("organisation", "added_by", "accepted_by", "revoked_by"), pk=pk
    )
    return seal, require_member(request.user, seal.organisation, right)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the unit's seals; its keepers may add."""
    if not getattr(request, "unit", None):
        return redirect("register:organisation")
    unit, membership = _unit(request)
    context = {
        "unit": unit,
        "keeps": membership.has(Right.SEAL_KEEPER),
        "seals": Seal.objects.all().of(unit).annotate(used=Count("uses")),
        "service": bool(settings.SEAL_SERVICE_URL),
    }
    return render(request, "seals/index.html", context)


@sensitive_variables()
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_certificate(request: HttpRequest) -> HttpResponse:
    """Take in a certificate file."""

    def add(unit: Organisation, form: forms.SealForm, by: User) -> Seal:
        data = form.cleaned_data
        return keeping.add_certificate(
            organisation=unit, wish=form.wish(), file=data["file"], password=data["password"],
            by=by,
        )  # fmt: skip

    return _add(request, forms.CertificateForm, add, "certificate")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_image(request: HttpRequest) -> HttpResponse:
    """Take in a picture."""

    def add(unit: Organisation, form: forms.SealForm, by: User) -> Seal:
        return keeping.add_image(
            organisation=unit, wish=form.wish(), upload=form.cleaned_data["file"], by=by
        )

    return _add(request, forms.ImageForm, add, "image")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_service(request: HttpRequest) -> HttpResponse:
    """Take in a seal that an e-seal service keeps."""

    def add(unit: Organisation, form: forms.SealForm, by: User) -> Seal:
        return keeping.add_service(
            organisation=unit, wish=form.wish(), reference=form.cleaned_data["reference"], by=by
        )

    return _add(request, forms.ServiceForm, add, "service")


@require_safe
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one seal and what it was used for."""
    seal, membership = _seal(request, pk)
    uses = seal.uses.select_related("by", "document").order_by("-at", "-pk")
    context = {
        "seal": seal,
        "keeps": membership.has(Right.SEAL_KEEPER),
        "page": Paginator(uses, USES_PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "seals/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask why, then end a seal for good."""
    seal, _membership = _seal(request, pk, Right.SEAL_KEEPER)
    form = forms.RevokeForm(request.POST or None)
    reasons: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            keeping.revoke(seal=seal, reason=form.cleaned_data["reason"], by=_person(request))
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, _("The seal is revoked and its content is destroyed."))
            return redirect("seals:index")
    return render(request, "seals/revoke.html", {"seal": seal, "form": form, "reasons": reasons})


def _add(
    request: HttpRequest, form_class: type[forms.SealForm], add: Add, way: str
) -> HttpResponse:
    unit, _membership = _unit(request, Right.SEAL_KEEPER)
    form = form_class(request.POST or None, request.FILES or None)
    reasons: list[Refusal] = []
    if request.method == "POST" and form.is_valid():
        try:
            seal = add(unit, form, _person(request))
        except RuleViolation as refusal:
            reasons = refusal.reasons
        else:
            _say(request, seal)
            return redirect("seals:index")
    context = {"unit": unit, "form": form, "reasons": reasons, "way": way}
    return render(request, "seals/add.html", context)


def _say(request: HttpRequest, seal: Seal) -> None:
    if seal.state == SealState.PENDING:
        messages.warning(
            request,
            _(
                "The certificate names “%(holder)s”, not your unit. The association looks at it; "
                "until then the seal cannot be used."
            )
            % {"holder": seal.holder},
        )
    else:
        messages.success(request, _("The seal is kept and can be used from now on."))


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
