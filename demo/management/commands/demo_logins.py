"""Prints who can sign in to the demo, as which role."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from demo.units import EXPERTS, ISSUERS, PASSWORD, UNITS, mailbox
from portal.people.models import User

STAFF = {"officer": "科协经办人", "head": "科协部门负责人", "official": "科协领导（只读）"}
SHOWN_UNITS = (
    "jl-optics", "jl-geology", "jl-mathematics", "jl-citysoc", "jl-ua", "jl-university",
    "jl-institute", "jx-textile", "jx-ua",
)  # fmt: skip
MEMBERS = (
    ("", "填报人"),
    ("-approver", "签批人"),
    ("-admin", "单位管理员"),
    ("-seal", "印章管理员"),
)


class Command(BaseCommand):
    """``manage.py demo_logins``."""

    help = "Print the demo's logins."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a table: mailbox, role, unit."""
        lines = [(mailbox("root"), "系统管理员", "全部单位")]
        for issuer in ISSUERS:
            lines += [
                (mailbox(local), STAFF[role], issuer.name) for local, _n, role in issuer.staff
            ]
            local = f"{issuer.staff[0][0].partition('-')[0]}-keeper"
            lines.append((mailbox(local), "科协印章管理员", issuer.name))
        units = {unit.code: unit for unit in UNITS}
        for code in SHOWN_UNITS:
            unit = units[code]
            if unit.one_clerk:
                lines.append((mailbox(code), "一人承担全部职责", unit.name))
            else:
                lines += [(mailbox(code + end), role, unit.name) for end, role in MEMBERS]
        # Experts are there in the stage that needs them.
        there = set(User.objects.values_list("email", flat=True))
        experts = [(mailbox(one.code), "评审专家", one.unit) for one in EXPERTS[:2]]
        lines += [line for line in experts if line[0] in there]
        width = max(len(address) for address, _role, _unit in lines) + 2
        for address, role, unit_name in lines:
            self.stdout.write(f"  {address:<{width}}{role:　<10}{unit_name}")
        self.stdout.write(f"  Password of all of them: {PASSWORD}")
