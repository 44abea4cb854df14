"""Puts the demo's associations, units and people into the register."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from demo.units import (
    ISSUERS,
    JILIN,
    PASSWORD,
    UNITS,
    DemoIssuer,
    DemoUnit,
    mailbox,
    person,
    phone,
)
from portal import roles
from portal.people.models import (
    Affiliation,
    FactCode,
    Issuer,
    Membership,
    Organisation,
    StaffPost,
    User,
    YearlyFact,
)


@dataclass(frozen=True, slots=True)
class Team:
    """A unit with those who act for it; in a one-clerk society all are the same person."""

    code: str
    organisation: Organisation
    filler: User
    approver: User
    administrator: User
    keeper: User


class Register:
    """Everybody in the demo, by code."""

    def __init__(self) -> None:
        # Hashed once: ninety hashes of 50 ms each would be most of the seeding.
        self._password = make_password(PASSWORD)
        self._number = 0
        self.issuers: dict[str, Issuer] = {}
        self.staff: dict[str, User] = {}
        self.teams: dict[str, Team] = {}

    def fill(self) -> None:
        """Make all of it."""
        roles.sync()
        self.user("root", "系统管理员", is_staff=True, is_superuser=True)
        for issuer in ISSUERS:
            self._issuer(issuer)
        for unit in UNITS:
            self.teams[unit.code] = self._team(unit)

    def user(self, local: str, name: str, **fields: bool) -> User:
        """Make an account with a confirmed mailbox and the demo's password."""
        self._number += 1
        user = User.objects.create(
            email=mailbox(local),
            name=name,
            phone=phone(3_000_000 + self._number),
            password=self._password,
            **fields,
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def _issuer(self, demo: DemoIssuer) -> None:
        organisation = Organisation.objects.create(name=demo.name, region=demo.region)
        issuer = Issuer.objects.create(
            organisation=organisation,
            slug=demo.slug,
            short_name=demo.short_name,
            contact_name="学会学术部（演示）" if demo.slug == JILIN else "学会部（演示）",
            contact_phone=phone(1_000_000 + len(self.issuers)),
            contact_email=mailbox(f"{demo.slug}-contact"),
            icp="演示备00000000号",
            privacy_notice=(
                "本演示中的单位、人员和电话均为虚构。\n"
                "正式使用时，这里说明收集哪些个人信息、用于什么目的、保存多久、向谁查询和要求删除。"
            ),
        )
        self.issuers[demo.slug] = issuer
        for local, name, role in demo.staff:
            user = self.user(local, name)
            StaffPost.objects.create(user=user, issuer=issuer, role=role)
            roles.equip(user)
            self.staff[local] = user
        self._keeper(issuer, demo)

    def _keeper(self, issuer: Issuer, demo: DemoIssuer) -> None:
        """Employ who keeps the association's seal: staff, and a member of its own unit."""
        local = f"{demo.staff[0][0].partition('-')[0]}-keeper"
        keeper = self.user(local, "印管员")
        StaffPost.objects.create(user=keeper, issuer=issuer, role="officer")
        roles.equip(keeper)
        Membership.objects.create(
            user=keeper, organisation=issuer.organisation, position="印章管理员",
            is_filler=False, is_seal_keeper=True,
        )  # fmt: skip
        self.staff[local] = keeper

    def _team(self, unit: DemoUnit) -> Team:
        number = len(self.teams)
        organisation = Organisation.objects.create(
            name=unit.name,
            region=next(i.region for i in ISSUERS if i.slug == unit.issuer),
            address=f"示例路{number + 1}号",
            phone=phone(2_000_000 + number),
            head_name=person(number * 7 + 3),
            parent=self.teams[unit.parent].organisation if unit.parent else None,
        )
        Affiliation.objects.create(
            organisation=organisation,
            issuer=self.issuers[unit.issuer],
            kind=unit.kind,
            level=unit.level,
            state=unit.verified,
            number=f"YS-{number + 1:03d}",
        )
        return self._members(unit, organisation, number)

    def _members(self, unit: DemoUnit, organisation: Organisation, number: int) -> Team:
        if unit.one_clerk:
            clerk = self.user(unit.code, person(number * 5))
            Membership.objects.create(
                user=clerk, organisation=organisation, position="秘书",
                is_administrator=True, is_filler=True, is_approver=True, is_seal_keeper=True,
            )  # fmt: skip
            return Team(unit.code, organisation, clerk, clerk, clerk, clerk)
        filler = self.user(unit.code, person(number * 5))
        approver = self.user(f"{unit.code}-approver", organisation.head_name)
        administrator = self.user(f"{unit.code}-admin", person(number * 5 + 2))
        keeper = self.user(f"{unit.code}-seal", person(number * 5 + 4))
        for user, position, rights in (
            (filler, "填报人", {"is_filler": True}),
            (approver, "负责人", {"is_approver": True}),
            (administrator, "办公室主任", {"is_administrator": True}),
            (keeper, "印章管理员", {"is_seal_keeper": True}),
        ):
            columns = {"is_filler": False} | rights
            Membership.objects.create(
                user=user, organisation=organisation, position=position, **columns
            )
        return Team(unit.code, organisation, filler, approver, administrator, keeper)


def enter_facts(register: Register, year: int) -> None:
    """Enter what the associations know of each unit for a year; a gap in the data stays a gap."""
    codes = {(c.issuer.slug, c.code): c for c in FactCode.objects.select_related("issuer")}
    for unit in UNITS:
        for code, value in unit.facts.items():
            YearlyFact.objects.create(
                organisation=register.teams[unit.code].organisation,
                code=codes[unit.issuer, code],
                year=year,
                value=value,
            )
