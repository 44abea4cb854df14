"""Authorities, certificates and seals that are made for tests and count nowhere else."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any
from unittest import mock

from PIL import Image, ImageDraw

from portal import clock
from portal.documents.models import Document
from portal.documents.services import render_document, request_document
from portal.people.models import Issuer, Organisation, User
from portal.seals import demo_authority
from portal.seals.demo_authority import DemoAuthority
from portal.seals.models import Seal
from portal.seals.services import keeping
from tests.factories.people import MembershipFactory
from tests.portal.documents import samples
from tests.portal.documents.conftest import HASH

PASSWORD = "right-password"


def trusted_authority(*, demo: bool = True, trusted: bool = True, **named: str) -> DemoAuthority:
    """Make an authority, and unless said otherwise have the portal trust it."""
    authority = demo_authority.make_authority(now=clock.now(), **named)
    if trusted:
        keeping.add_authority(name="测试机构", file=authority.der, by=None, demo=demo)
    return authority


def p12(authority: DemoAuthority, holder: str, *, password: str = PASSWORD, **named: Any) -> bytes:
    """Make a certificate file for somebody."""
    key, certificate = demo_authority.issue(authority, holder, now=clock.now(), **named)
    return demo_authority.pack(key, certificate, password=password)


def keeper_of(organisation: Organisation) -> User:
    """Give a unit a seal keeper who does nothing else."""
    membership = MembershipFactory(organisation=organisation, is_filler=False, is_seal_keeper=True)
    user: User = membership.user
    return user


def seal_of(
    organisation: Organisation,
    authority: DemoAuthority,
    *,
    by: User,
    title: str = "公章",
    two_persons: bool = True,
    **named: Any,
) -> Seal:
    """Add a certificate seal in the unit's own name."""
    return keeping.add_certificate(
        organisation=organisation,
        wish=keeping.Wish(title=title, two_persons=two_persons),
        file=p12(authority, organisation.name, **named),
        password=PASSWORD,
        by=by,
    )


def image_seal(
    side: int = 600, *, background: Any = (255, 255, 255, 255), width: int | None = None
) -> bytes:
    """Draw what a scanned seal looks like: a red ring with a star's worth of red inside."""
    picture = Image.new("RGBA", (width or side, side), background)
    pen = ImageDraw.Draw(picture)
    edge = side // 20
    right = (width or side) - edge
    pen.ellipse((edge, edge, right, side - edge), outline=(200, 20, 20, 255), width=side // 30)
    pen.ellipse((side // 3, side // 3, side // 2, side // 2), fill=(200, 20, 20, 255))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def ready_document(
    issuer: Issuer, organisation: Organisation, pdf: bytes, *, number: str = "SK-2026-0142"
) -> Document:
    """Order a form and let it be ready with this file."""
    document = request_document(
        kind="application_form",
        payload=samples.application_form(),
        title="项目申报书",
        unit_name=organisation.name,
        number=number,
        version_no=1,
        content_sha256=HASH,
        issuer_id=issuer.pk,
        organisation_id=organisation.pk,
        subject_label=f"test:{number}",
    )
    with mock.patch("portal.documents.render.pdf.render_pdf", return_value=pdf):
        assert render_document(document.pk)
    document.refresh_from_db()
    return document


def in_days(days: int) -> dt.datetime:
    """Return the instant so many days from now."""
    return clock.now() + dt.timedelta(days=days)
