"""Using an invitation: type a code, then join with the account one has or makes here."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal import clock
from portal.people.models import Invitation, User
from portal.register import access
from portal.register.forms import ActivationForm, CodeForm
from portal.register.services import invitations


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Take a code typed from a letter to its page."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        if invitations.find(code) is not None:
            return redirect("register:accept", invitations.written(code))
        form.add_error("code", _("This code is not valid (any more)."))
    return render(request, "register/activate.html", {"form": form})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, code: str) -> HttpResponse:
    """Show what the code leads to; whoever is signed in joins, everybody else gets an account."""
    invitation = invitations.find(code)
    if invitation is None:
        context = {"form": CodeForm(), "expired": True}
        return render(request, "register/activate.html", context, status=410)
    if isinstance(request.user, User):
        return _join(request, request.user, invitation, code)
    if invitation.by_mail:
        return _activate(request, invitation, code)
    # A printed code proves no mailbox: sign up or in the usual way, then come back here.
    request.session[access.ACTIVATION_KEY] = code
    return render(request, "register/accept.html", {"invitation": invitation, "code": code})


def _join(request: HttpRequest, user: User, invitation: Invitation, code: str) -> HttpResponse:
    """Let the person signed in join with a click."""
    if request.method == "POST":
        membership = invitations.accept(by=user, code=code)
        access.choose(request, membership.organisation)
        messages.success(request, _("Welcome to %(unit)s.") % {"unit": membership.organisation})
        return redirect("register:unit")
    fits = not invitation.by_mail or invitation.email == user.email.lower()
    context = {"invitation": invitation, "fits": fits, "code": code}
    return render(request, "register/accept.html", context)


def _activate(request: HttpRequest, invitation: Invitation, code: str) -> HttpResponse:
    """Make an account and join at once: a mailed code proves the mailbox.

    Who has an account signs in first; only the holder of the code learns that there is one.
    """
    known = User.objects.filter(email__iexact=invitation.email).exists()
    initial = {"name": invitation.name, "phone": invitation.phone}
    form = ActivationForm(request.POST or None, mailbox=invitation.email, initial=initial)
    if known or request.method != "POST" or not form.is_valid():
        context = {"invitation": invitation, "form": form, "known": known, "code": code}
        return render(request, "register/accept.html", context)
    with transaction.atomic():
        user = User.objects.create_user(
            invitation.email,
            form.cleaned_data["password1"],
            name=form.cleaned_data["name"],
            phone=form.cleaned_data["phone"],
            consented_at=clock.now(),
        )
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        membership = invitations.accept(by=user, code=code)
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    messages.success(request, _("Welcome to %(unit)s.") % {"unit": membership.organisation})
    return redirect("register:unit")
