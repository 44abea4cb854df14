"""Makes the demonstration's certificate authority and a sample seal for each unit with a keeper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from portal import clock
from portal.people.enums import Right
from portal.people.models import Issuer, Membership
from portal.seals import demo_authority
from portal.seals.enums import SealState, Way
from portal.seals.models import Seal
from portal.seals.services import keeping

PASSWORD = "yangzhang-demo"  # noqa: S105 - printed for everybody who tries the demonstration

ASSOCIATION = "演示科协"


class Command(BaseCommand):
    """Only in the demonstration; the authority's key is thrown away afterwards."""

    help = "Make the demonstration's authority and sample seals (DEMO=1 only)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a folder for one more certificate file, to try adding it by hand."""
        parser.add_argument("--folder", type=Path, help="also write the files (.p12) there")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; a second run makes seals for units that have none yet."""
        if not settings.DEMO:
            raise CommandError("Sample seals are for the demonstration: set DEMO=1 there.")
        with transaction.atomic():
            made = self._make(options["folder"])
        self.stdout.write(f"{made} sample seals made; the password of each is {PASSWORD}")

    def _make(self, folder: Path | None) -> int:
        now = clock.now()
        keepers: dict[int, Membership] = {}
        sealed = Seal.objects.filter(way=Way.CERTIFICATE).exclude(state=SealState.REVOKED)
        members = (
            Membership.objects.all()
            .with_right(Right.SEAL_KEEPER)
            .filter(organisation__merged_into=None)
            .exclude(organisation__in=sealed.values("organisation"))
            .select_related("organisation", "user")
        )
        for membership in members.order_by("pk"):
            keepers.setdefault(membership.organisation_id, membership)
        if not keepers:
            return 0
        authority = demo_authority.make_authority(now=now)
        keeping.add_authority(
            name=demo_authority.AUTHORITY_NAME, file=authority.der, by=None, demo=True
        )
        associations = set(Issuer.objects.values_list("organisation", flat=True))
        for membership in keepers.values():
            unit = membership.organisation
            # No sample seal bears the name of a real body: associations seal as a made-up one.
            name = ASSOCIATION if unit.pk in associations else unit.name
            key, certificate = demo_authority.issue(authority, name, now=now)
            file = demo_authority.pack(key, certificate, password=PASSWORD)
            seal = keeping.add_certificate(
                organisation=unit, wish=keeping.Wish(title=f"公章（{demo_authority.MARK}）"),
                file=file, password=PASSWORD, by=membership.user,
            )  # fmt: skip
            if seal.state == SealState.PENDING:
                keeping.accept(seal=seal, by=membership.user)
            if folder:
                folder.mkdir(parents=True, exist_ok=True)
                path = folder / f"{unit.pk}.p12"
                path.write_bytes(file)
                path.chmod(0o600)
        return len(keepers)
