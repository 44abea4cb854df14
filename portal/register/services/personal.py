"""What is kept about one person, handed out or erased on request; apps above add their part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal import clock
from portal.audit.models import AuditEntry
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.mail.models import InboxItem, Message
from portal.people.enums import Right
from portal.people.models import Membership, StaffPost, User

# What an app keeps about a person, as plain data under a heading.
Teller = Callable[[User], Mapping[str, Any]]
# Why an app still needs the account, as sentences; empty when it does not.
Need = Callable[[User], list[str]]
# Takes a person out of an app's own rows, inside the transaction of the erasure.
Forgetter = Callable[[User], None]
# Filled from the ``ready()`` of apps above.
TELLERS: list[Teller] = []
NEEDS: list[Need] = []
FORGETTERS: list[Forgetter] = []

# A domain that no mail can reach, reserved for such use.
NOWHERE = "erased.invalid"


def data_of(user: User, *, by: User) -> dict[str, Any]:
    """Return everything kept about a person, for her to take with her; it is written down.

    Raises PermissionDenied for anybody but an operator of the installation.
    """
    _require_operator(by)
    acts = AuditEntry.objects.filter(actor_id=user.pk).order_by("seq")
    found: dict[str, Any] = {
        "account": _account(user),
        "units": list(
            user.memberships.values(
                "organisation__name", "position", "is_administrator", "is_filler", "is_approver",
                "is_seal_keeper", "created_at", "ended_at",
            )
        ),
        "posts": list(user.posts.values("issuer__organisation__name", "role", "ended_at")),
        "requests": list(
            user.membership_requests.values("organisation__name", "message", "state", "created_at")
        ),
        "messages": list(user.inbox.values("subject", "body", "created_at", "read_at")),
        "mails": list(
            Message.objects.filter(to_user=user, sensitive=False).values(
                "to_email", "subject", "body", "state", "created_at", "sent_at"
            )
        ),
        "acts": list(acts.values("at", "action", "target")),
    }  # fmt: skip
    for teller in TELLERS:
        found |= teller(user)
    record("person_exported", by=by, target=user)
    return found


def _account(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "mailbox": user.email,
        "phone": user.phone,
        "agreed_to_the_privacy_notice": user.consented_at,
        "joined": user.date_joined,
        "last_login": user.last_login,
        "second_factor": Authenticator.objects.filter(user=user).exists(),
    }


def needs_of(user: User) -> list[str]:
    """Return why the account cannot be erased now, as sentences; empty when it can."""
    found = []
    if user.is_superuser:
        found.append(_("This is an operator's account; take that from it first."))
    if StaffPost.objects.active().filter(user=user).exists():
        found.append(_("The person works for an association; end the post first."))
    mine = user.memberships.active().with_right(Right.ADMINISTRATOR)
    for membership in mine.select_related("organisation"):
        others = Membership.objects.with_right(Right.ADMINISTRATOR).exclude(user=user)
        if not others.filter(organisation=membership.organisation).exists():
            found.append(
                _("%(unit)s has no other administrator; hand the unit over first.")
                % {"unit": membership.organisation}
            )
    for need in NEEDS:
        found += need(user)
    return found


@transaction.atomic
def erase(*, user_id: int, by: User) -> User:
    """Make an account a number: no name, mailbox, phone or messages; what it did stays its doing.

    Raises RuleViolation with every reason why it is still needed, PermissionDenied for anybody but
    an operator.
    """
    _require_operator(by)
    user = User.objects.select_for_update().get(pk=user_id)
    if user.email.endswith(f"@{NOWHERE}"):
        return user
    if reasons := needs_of(user):
        raise RuleViolation(reasons)
    user.memberships.active().update(ended_at=clock.now())
    user.memberships.exclude(position="").update(position="")
    user.membership_requests.exclude(message="").update(message="")
    for forget in FORGETTERS:
        forget(user)
    InboxItem.objects.filter(user=user).delete()
    Message.objects.filter(to_user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    user.groups.clear()
    user.name = _("Erased account %(number)d") % {"number": user.pk}
    user.email, user.phone, user.consented_at = f"{user.pk}@{NOWHERE}", "", None
    user.is_active = user.is_staff = False
    # Ends every session too.
    user.set_unusable_password()
    user.save()
    record("person_erased", by=by, target=user)
    return user


def _require_operator(by: User) -> None:
    if not by.is_superuser:
        raise PermissionDenied
