"""Posts give and take the keys of the admin; roles are data and stay in step."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from portal import roles
from portal.errors import RuleViolation
from portal.mail.models import Message
from portal.people.enums import StaffRole
from portal.people.models import Issuer, StaffPost, User
from portal.register import apps as register_apps
from portal.register.services import posts
from tests.factories.people import IssuerFactory, UserFactory

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    """Read a user anew: permissions are cached on the instance."""
    return User.objects.get(pk=user.pk)


def test_a_new_mailbox_gets_an_account_and_a_way_to_a_password(
    head: StaffPost, issuer: Issuer
) -> None:
    post = posts.appoint(
        by=head.user, issuer=issuer, role=StaffRole.OFFICER, email="New@Example.org", name="经办人"
    )
    assert post.user.email == "new@example.org"
    assert not post.user.has_usable_password()
    assert post.user.is_staff
    assert "/accounts/password/reset/" in Message.objects.get().body


def test_one_post_per_person_and_association(head: StaffPost, issuer: Issuer) -> None:
    user = UserFactory.create()

    def appoint(issuer: Issuer) -> StaffPost:
        return posts.appoint(
            by=head.user, issuer=issuer, role=StaffRole.OFFICER, email=user.email, name=""
        )

    appoint(issuer)
    with pytest.raises(RuleViolation):
        appoint(issuer)
    assert appoint(IssuerFactory.create()).user == user


def test_ending_the_last_post_closes_the_admin(head: StaffPost, officer: StaffPost) -> None:
    assert officer.user.has_perm("people.change_affiliation")
    posts.end(by=head.user, post=officer)
    user = fresh(officer.user)
    assert not user.is_staff
    assert not user.has_perm("people.view_affiliation")
    with pytest.raises(RuleViolation):
        posts.end(by=head.user, post=officer)


def test_changing_the_role_changes_what_opens(head: StaffPost, officer: StaffPost) -> None:
    posts.change_role(by=head.user, post=officer, role=StaffRole.OFFICIAL)
    user = fresh(officer.user)
    assert user.has_perm("people.view_affiliation")
    assert not user.has_perm("people.change_affiliation")


def test_officials_only_read(official: StaffPost) -> None:
    held = official.user.get_all_permissions()
    assert held
    assert all(name.split(".")[1].startswith("view_") for name in held)


def test_only_heads_appoint(head: StaffPost, officer: StaffPost) -> None:
    assert head.user.has_perm("people.add_staffpost")
    assert not officer.user.has_perm("people.add_staffpost")


def test_sync_takes_away_what_the_table_does_not_give() -> None:
    group = Group.objects.get(name=StaffRole.OFFICIAL)
    stray = Permission.objects.get(codename="delete_user")
    group.permissions.add(stray)
    lost = group.permissions.exclude(pk=stray.pk).first()
    assert lost is not None
    group.permissions.remove(lost)
    call_command("sync_roles", verbosity=0)
    assert stray not in group.permissions.all()
    assert lost in group.permissions.all()


def test_sync_equips_people_again(officer: StaffPost) -> None:
    officer.user.groups.clear()
    User.objects.update(is_staff=False)
    call_command("sync_roles", verbosity=0)
    user = fresh(officer.user)
    assert user.is_staff
    assert user.has_perm("people.change_affiliation")


def test_every_role_has_its_group_after_migrate() -> None:
    assert set(Group.objects.values_list("name", flat=True)) >= {role.value for role in roles.ROLES}


def test_every_action_of_the_register_has_its_words() -> None:
    """What the audit shows is never a bare slug."""
    folder = Path(register_apps.__file__).parent
    written = set()
    for path in folder.rglob("*.py"):
        written |= set(re.findall(r'record\(\s*"(\w+)"', path.read_text()))
    assert len(written) > 25
    assert written <= set(register_apps.ACTIONS)
