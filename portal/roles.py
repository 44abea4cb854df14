"""What each staff role may do in the admin, as data; `sync_roles` and every migrate write it down.

A permission opens a kind of page; which rows are on it is decided by issuer, see
`portal.people.admin_scope`.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from django.contrib.auth.models import Group, Permission

from portal.people.enums import StaffRole
from portal.people.models import StaffPost, User

_READ = (
    "people.view_organisation",
    "people.view_affiliation",
    "people.view_membership",
    "people.view_invitation",
    "people.view_factcode",
    "people.view_yearlyfact",
    "people.view_issuer",
    "people.view_staffpost",
    "register.view_importrun",
    "audit.view_*",
    "mail.view_*",
    "documents.view_*",
    "seals.view_seal",
    "seals.view_sealuse",
    "holidays.view_*",
    "calls.view_*",
    "applications.view_*",
    "reviews.view_*",
)
_WORK = (
    *_READ,
    "people.add_organisation",
    "people.change_organisation",
    "people.change_affiliation",
    "people.*_factcode",
    "people.*_yearlyfact",
    "register.*_importrun",
    "seals.accept_seal",
    "mail.change_*",
    "calls.*",
    "applications.change_*",
    "reviews.*",
)
_LEAD = (
    *_WORK,
    "people.change_issuer",
    "people.add_staffpost",
    "people.change_staffpost",
    "holidays.*",
)

# Patterns of "app.codename"; a star stands for any run of letters.
ROLES: dict[StaffRole, tuple[str, ...]] = {
    StaffRole.OFFICIAL: _READ,
    StaffRole.OFFICER: _WORK,
    StaffRole.HEAD: _LEAD,
}


def sync(app_label: str | None = None) -> None:
    """Give each role's group exactly the permissions of the table; ``app_label`` narrows it."""
    permissions = Permission.objects.select_related("content_type")
    if app_label:
        permissions = permissions.filter(content_type__app_label=app_label)
    found = [(f"{p.content_type.app_label}.{p.codename}", p) for p in permissions]
    for role, patterns in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role.value)
        wanted = {p for name, p in found if any(fnmatchcase(name, one) for one in patterns)}
        held = group.permissions.all()
        if app_label:
            held = held.filter(content_type__app_label=app_label)
        group.permissions.remove(*(set(held) - wanted))
        group.permissions.add(*wanted)


def equip(user: User) -> None:
    """Give a person the groups of the posts held now, and entry to the admin while there is one."""
    roles = set(StaffPost.objects.active().filter(user=user).values_list("role", flat=True))
    user.groups.set(Group.objects.filter(name__in=roles))
    is_staff = user.is_superuser or bool(roles)
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])
