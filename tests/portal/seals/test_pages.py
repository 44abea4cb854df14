"""A keeper's pages, the list of staff, the operator's authorities, and the verification page."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.people.models import Membership, User
from portal.seals import vault
from portal.seals.enums import SealState
from portal.seals.models import Authority, Seal, SealUse
from portal.seals.services import keeping, sealing
from tests.factories.people import (
    AffiliationFactory,
    MembershipFactory,
    StaffPostFactory,
    UserFactory,
)
from tests.factories.seals import (
    PASSWORD,
    image_seal,
    p12,
    ready_document,
    seal_of,
    trusted_authority,
)
from tests.portal.seals.conftest import Desk, form_pdf

pytestmark = pytest.mark.django_db


def browser(user: User | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if user:
        client.force_login(user)
    return client


def test_a_keeper_adds_a_certificate_and_sees_it(desk: Desk) -> None:
    client = browser(desk.keeper)
    data = {
        "title": "合同专用章", "diameter": "42", "two_persons": "on", "password": PASSWORD,
        "file": SimpleUploadedFile("a.p12", p12(desk.authority, desk.unit.name)),
    }  # fmt: skip
    answer = client.post(reverse("seals:add_certificate"), data, follow=True)
    assert "can be used from now on" in answer.content.decode()
    assert "合同专用章" in answer.content.decode()
    seal = Seal.objects.get(title="合同专用章")
    page = client.get(reverse("seals:detail", args=[seal.pk])).content.decode()
    assert seal.fingerprint in page
    assert "Not used yet" in page


def test_a_wrong_password_is_said_and_never_shown_again(desk: Desk) -> None:
    data = {
        "title": "章", "diameter": "42", "password": "my-secret-try",
        "file": SimpleUploadedFile("a.p12", p12(desk.authority, desk.unit.name)),
    }  # fmt: skip
    page = browser(desk.keeper).post(reverse("seals:add_certificate"), data).content.decode()
    assert "does not open the certificate file" in page
    assert "my-secret-try" not in page


def test_a_picture_is_added_and_shown_by_no_address(desk: Desk) -> None:
    client = browser(desk.keeper)
    data = {
        "title": "图片章", "diameter": "42",
        "file": SimpleUploadedFile("章.png", image_seal(), "image/png"),
    }  # fmt: skip
    client.post(reverse("seals:add_image"), data)
    seal = Seal.objects.get(title="图片章")
    assert not seal.two_persons
    page = client.get(reverse("seals:detail", args=[seal.pk])).content.decode()
    assert "<img" not in page
    assert "data:image" not in page


def test_the_diameter_is_asked_for_within_its_bounds(desk: Desk) -> None:
    for diameter in ("37.9", "50.1", "x"):
        data = {"title": "章", "diameter": diameter, "reference": "x"}
        answer = browser(desk.keeper).post(reverse("seals:add_service"), data)
        assert answer.status_code == 200
        assert "diameter" in answer.context["form"].errors


def test_a_keeper_revokes_with_a_reason(desk: Desk) -> None:
    client = browser(desk.keeper)
    address = reverse("seals:revoke", args=[desk.seal.pk])
    assert "reason" in client.post(address, {"reason": ""}).context["form"].errors
    client.post(address, {"reason": "印章遗失"})
    desk.seal.refresh_from_db()
    assert desk.seal.state == SealState.REVOKED
    page = client.get(reverse("seals:detail", args=[desk.seal.pk])).content.decode()
    assert "印章遗失" in page
    assert address not in page


def test_colleagues_read_and_strangers_see_nothing(desk: Desk) -> None:
    page = reverse("seals:detail", args=[desk.seal.pk])
    add, revoke = reverse("seals:add_certificate"), reverse("seals:revoke", args=[desk.seal.pk])
    colleague, stranger = browser(desk.filler), browser(desk.clerk)
    assert colleague.get(page).status_code == 200
    assert colleague.get(add).status_code == 403
    assert colleague.post(revoke, {"reason": "x"}).status_code == 403
    assert stranger.get(page).status_code == 404
    assert stranger.post(revoke, {"reason": "x"}).status_code == 404
    assert browser(None).get(page).status_code == 302


def queries_of(client: Client, *addresses: str) -> list[int]:
    """Count the questions each page asks."""
    counts = []
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    return counts


def test_the_list_and_the_log_cost_the_same_for_one_row_and_three(desk: Desk) -> None:
    client = browser(desk.keeper)
    pages = (reverse("seals:index"), reverse("seals:detail", args=[desk.seal.pk]))
    desk.seal_it()
    queries_of(client, *pages)
    with_one = queries_of(client, *pages)
    for number in (2, 3):
        seal_of(desk.unit, desk.authority, by=desk.keeper, title=f"章{number}")
        document = ready_document(desk.issuer, desk.unit, form_pdf(), number=f"SK-{number}")
        desk.seal_it(document=document)
    assert queries_of(client, *pages) == with_one


def test_staff_see_their_units_seals_and_accept_another_name(desk: Desk) -> None:
    AffiliationFactory(organisation=desk.unit, issuer=desk.issuer)
    officer = StaffPostFactory(issuer=desk.issuer).user
    seal = keeping.add_certificate(
        organisation=desk.unit, wish=keeping.Wish("旧名"), file=p12(desk.authority, "旧名学会"),
        password=PASSWORD, by=desk.keeper,
    )  # fmt: skip
    address = reverse("admin:seals_seal_changelist")
    choice = {"action": "accept_name", "_selected_action": [str(seal.pk), str(desk.seal.pk)]}
    stranger = browser(StaffPostFactory().user)
    assert "旧名" not in stranger.get(address).content.decode()
    stranger.post(address, choice)
    official = browser(StaffPostFactory(issuer=desk.issuer, role="official").user)
    assert "旧名" in official.get(address).content.decode()
    official.post(address, choice)
    seal.refresh_from_db()
    assert seal.state == SealState.PENDING
    answer = browser(officer).post(address, choice, follow=True)
    assert "1 seal can be used now" in answer.content.decode()
    seal.refresh_from_db()
    assert seal.state == SealState.ACTIVE
    assert seal.accepted_by == officer


def test_operators_trust_authorities_and_end_it(desk: Desk) -> None:
    operator = browser(UserFactory(is_staff=True, is_superuser=True))
    authority = trusted_authority(trusted=False)
    file = SimpleUploadedFile("ca.der", authority.der)
    answer = operator.post(
        reverse("admin:seals_authority_add"), {"name": "某机构", "file": file}, follow=True
    )
    assert "The authority is trusted" in answer.content.decode()
    row = Authority.objects.get(name="某机构")
    assert not row.demo
    operator.post(
        reverse("admin:seals_authority_changelist"),
        {"action": "end_trust", "_selected_action": [row.pk]},
    )
    row.refresh_from_db()
    assert row.ended_at
    wrong = SimpleUploadedFile("ca.der", b"nothing")
    page = operator.post(reverse("admin:seals_authority_add"), {"name": "x", "file": wrong})
    assert "no certificate" in page.content.decode()


# --- the verification page -------------------------------------------------------------------


def verified(desk: Desk, data: bytes) -> str:
    """Upload a file to the page of the document's code as anybody."""
    address = reverse("documents:verify_code", args=[desk.document.code])
    upload = SimpleUploadedFile("a.pdf", data, "application/pdf")
    return browser(None).post(address, {"file": upload}).content.decode()


def test_the_verification_page_tells_the_sealed_file_from_others(desk: Desk) -> None:
    sealed = sealing.read_bytes(desk.seal_it().file)
    page = verified(desk, sealed)
    assert "The sealed file, unchanged, and its seals are valid" in page
    assert "Sealed by 示例省光学学会" in page
    assert "before it was sealed" in verified(desk, form_pdf())
    page = verified(desk, sealed + b"\n")
    assert "Do not rely on this file" in page
    assert "The portal has not made this file" in page


def test_the_verification_page_names_the_seals_and_no_person(desk: Desk) -> None:
    desk.seal_it()
    page = browser(None).get(reverse("documents:verify_code", args=[desk.document.code]))
    text = page.content.decode()
    assert "示例省光学学会 · Certificate" in text
    assert desk.keeper.name not in text


# --- nothing leads to what a seal is made of -------------------------------------------------


def test_no_address_serves_what_a_seal_is_made_of(desk: Desk) -> None:
    """Walk every address of seals as every role: no page holds a piece of the content."""
    content = vault.take(desk.seal)
    use = desk.seal_it()
    operator = UserFactory(is_staff=True, is_superuser=True)
    addresses = [
        reverse("seals:index"), reverse("seals:detail", args=[desk.seal.pk]),
        reverse("seals:revoke", args=[desk.seal.pk]), reverse("seals:add_certificate"),
        reverse("admin:seals_seal_changelist"),
        reverse("admin:seals_seal_change", args=[desk.seal.pk]),
        reverse("admin:seals_sealuse_change", args=[use.pk]),
        reverse("admin:seals_authority_changelist"),
        reverse("admin:seals_authority_change", args=[Authority.objects.get().pk]),
    ]  # fmt: skip
    pieces = [content[at : at + 24] for at in range(0, len(content) - 24, 24)]
    staff = StaffPostFactory(issuer=desk.issuer).user
    stranger = MembershipFactory(is_administrator=True, is_seal_keeper=True).user
    for person in (None, desk.filler, desk.keeper, desk.clerk, staff, stranger, operator):
        for address in addresses:
            body = browser(person).get(address).content
            assert not any(piece in body for piece in pieces), address
            assert not any(re.search(re.escape(piece.hex().encode()), body) for piece in pieces)
    assert not admin.site.is_registered(apps.get_model("seals", "SealedContent"))
    assert Membership.objects.filter(user=operator).count() == 0
    assert SealUse.objects.count() == 1
