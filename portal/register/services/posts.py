"""Who works for an association; rights in the admin follow from the posts."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import clock, roles
from portal.audit.services import record
from portal.errors import RuleViolation
from portal.people.enums import StaffRole
from portal.people.models import Issuer, StaffPost, User
from portal.register.services.notices import tell


@transaction.atomic
def appoint(*, by: User, issuer: Issuer, role: StaffRole, email: str, name: str) -> StaffPost:
    """Give a person a post; whoever has no account gets one without password.

    The mail says how to set a password: the "forgot password" page proves the mailbox. Raises
    ``RuleViolation`` if the person holds a post there already.
    """
    email = email.strip().lower()
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, name=name.strip())
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=False)
    try:
        with transaction.atomic():
            post = StaffPost.objects.create(user=user, issuer=issuer, role=role)
    except IntegrityError as error:
        raise RuleViolation([_("This person holds a post there already.")]) from error
    roles.equip(user)
    record("staff_appointed", by=by, target=post, issuer=issuer, role=role)
    tell(
        [user],
        "register/appointed",
        {
            "role": StaffRole(post.role).label,
            "has_password": user.has_usable_password(),
        },
        about=f"post-{post.pk}",
        issuer=issuer,
        url=reverse("account_login" if user.has_usable_password() else "account_reset_password"),
    )
    return post


@transaction.atomic
def change_role(*, by: User, post: StaffPost, role: StaffRole) -> StaffPost:
    """Change what a person does for the association.

    Raises ``RuleViolation`` when the post has ended.
    """
    post = _locked(post)
    if post.role != role:
        before, post.role = post.role, role
        post.save(update_fields=["role"])
        roles.equip(post.user)
        record(
            "staff_role_changed", by=by, target=post, issuer=post.issuer, before=before, after=role
        )
    return post


@transaction.atomic
def end(*, by: User, post: StaffPost) -> StaffPost:
    """End a post; with the last one entry to the admin ends too.

    Raises ``RuleViolation`` when it has ended already.
    """
    post = _locked(post)
    post.ended_at = clock.now()
    post.save(update_fields=["ended_at"])
    roles.equip(post.user)
    record("staff_post_ended", by=by, target=post, issuer=post.issuer)
    return post


def _locked(post: StaffPost) -> StaffPost:
    post = (
        StaffPost.objects.select_for_update(of=("self",))
        .select_related("user", "issuer")
        .get(pk=post.pk)
    )
    if post.ended_at is not None:
        raise RuleViolation([_("This post has ended already.")])
    return post
