"""How accounts behave here: growing delays, mail by outbox, where one lands after login."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext

from portal import clock
from portal.mail.services import queue_rendered
from portal.people.models import Membership, StaffPost, User
from portal.register import login_delay
from portal.register.access import ACTIVATION_KEY

# Where people land who neither work for an association nor for a unit; apps above add theirs.
LANDINGS: list[Callable[[User], str]] = []


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Fits allauth to the portal."""

    # Logging in ------------------------------------------------------------------------------
    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt before the password is checked; make who guesses wait.

        Replaces allauth's own count per account, which would let a rival lock a unit out.
        """
        email = str(credentials.get("email") or credentials.get("username") or "")
        self._gates = login_delay.gates(request, email, self.get_client_ip(request))
        if seconds := login_delay.attempt(self._gates):
            raise forms.ValidationError(
                ngettext(
                    "Too many failed attempts. Please wait %(seconds)d second and try again.",
                    "Too many failed attempts. Please wait %(seconds)d seconds and try again.",
                    seconds,
                )
                % {"seconds": seconds},
                code="too_many_login_attempts",
            )

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Forget the failures once the password was right."""
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            login_delay.succeeded(self._gates)
        return user

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Remember the browser of a completed login, second factor included."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        login_delay.remember_browser(request, response, user)
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Go on with an activation code begun before, else to where the person's work is."""
        assert isinstance(request.user, User)
        if code := request.session.pop(ACTIVATION_KEY, ""):
            return reverse("register:accept", args=[code])
        return landing(request.user)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """After signing up the next thing is the unit."""
        return reverse("register:organisation")

    # Signing up ------------------------------------------------------------------------------
    def save_user(
        self, request: HttpRequest, user: User, form: forms.Form, commit: bool = True
    ) -> User:
        """Keep name, phone and the moment of consent with the new account."""
        user.name = form.cleaned_data.get("name", "")
        user.phone = form.cleaned_data.get("phone", "")
        if form.cleaned_data.get("consent"):
            user.consented_at = clock.now()
        saved: User = super().save_user(request, user, form, commit)
        return saved

    # Mail ------------------------------------------------------------------------------------
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put account mail into the outbox; its links are keys, so staff do not read it."""
        site = get_current_site(self.request)
        message = self.render_mail(
            template_prefix,
            email,
            {"request": self.request, "email": email, "current_site": site, **context},
        )
        queue_rendered(
            to=(email, getattr(context.get("user"), "name", "")),
            subject=str(message.subject),
            body=str(message.body),
            occasion=f"{template_prefix.rsplit('/', 1)[-1]}-{clock.now():%Y%m%d%H%M%S%f}",
            sensitive=True,
        )

    def format_email_subject(self, subject: str) -> str:
        """Leave the subject as it is; one subject says one thing."""
        return subject

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the reset link on the configured host, whatever header the request carried."""
        return _on_our_host(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Return the confirmation link on the configured host."""
        return _on_our_host(super().get_email_confirmation_url(request, emailconfirmation))


def landing(user: User) -> str:
    """Return where this person's work is: staff the admin, members theirs, others a unit first."""
    if user.is_superuser or StaffPost.objects.all().active().filter(user=user).exists():
        return reverse("admin:index")
    if Membership.objects.all().active().filter(user=user).exists():
        return reverse("applications:my")
    for landing_of in LANDINGS:
        if url := landing_of(user):
            return url
    return reverse("register:organisation")


def _on_our_host(url: str) -> str:
    return f"{settings.SITE_URL}{urlsplit(url).path}"
