"""Names, phones and mailboxes of a unit's people: outside the unit and its association, nowhere."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

from portal.people.models import Organisation, User
from tests.consistency.walking import urls_of
from tests.factories.world import World, make_world

NAME, PHONE, MAILBOX = "金丝雀", "0000-3141592", "canary"
# What an outsider may not find; an own form may of course repeat what she searched for.
CANARIES = (NAME, PHONE, MAILBOX)
OUTSIDERS = ("anonymous", "stranger", "partner", "other_staff")


@pytest.fixture
def world(db: None, settings: Any) -> World:
    """Unit A's people and its head bear names that stand nowhere else."""
    settings.DEMO = True
    made = make_world()
    unit = made.unit.organisation
    people = User.objects.filter(memberships__organisation=unit)
    for number, person in enumerate(people):
        User.objects.filter(pk=person.pk).update(
            name=f"{NAME}{number}", phone=f"{PHONE}{number}", email=f"{MAILBOX}{number}@example.org"
        )
    Organisation.objects.filter(pk=unit.pk).update(head_name=NAME, phone=PHONE, address=NAME)
    made.kept["people"] = list(people)
    return made


def text_of(response: Any) -> str:
    """Return everything a response holds: what is packed, set in a PDF, or said about a file."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = " ".join(f"{name}: {value}" for name, value in response.headers.items())
    return f"{headers} {held_in(body)}"


def held_in(body: bytes) -> str:
    """Return the text of a file with its metadata, the members of an archive one by one."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = archive.namelist()
            return " ".join([*names, *(held_in(archive.read(name)) for name in names)])
    if body.startswith(b"%PDF") and b"%%EOF" in body:
        reader = PdfReader(io.BytesIO(body))
        pages = " ".join(page.extract_text() for page in reader.pages)
        return f"{reader.metadata} {reader.xmp_metadata and reader.xmp_metadata.stream} {pages}"
    return body.decode(errors="replace")


@pytest.mark.parametrize("role", OUTSIDERS)
def test_an_outsider_finds_no_canary_on_any_page_or_in_any_file(world: World, role: str) -> None:
    client, read = world.browser(role), 0
    for name, url in urls_of(world).items():
        text = text_of(client.get(url))
        assert not [c for c in CANARIES if c in text], (role, name)
        read += 1
    assert read > 200


@pytest.mark.parametrize("role", OUTSIDERS)
def test_searching_for_a_canary_finds_none(world: World, role: str) -> None:
    client = world.browser(role)
    lists = [
        reverse("calls:notices"), reverse("calls:results"), reverse("calls:list"),
        reverse("documents:verify"),
        *(url for name, url in urls_of(world).items() if name.endswith("_changelist")),
    ]  # fmt: skip
    for url in lists:
        without = {p: client.get(url, {p: "没有这个人"}) for p in ("q", "search", "code")}
        for parameter, empty in without.items():
            found = client.get(url, {parameter: NAME})
            assert found.status_code == empty.status_code
            text = text_of(found)
            assert text.count(NAME) <= text_of(empty).count("没有这个人"), (url, parameter)


def test_the_association_itself_finds_them(world: World) -> None:
    client = world.browser("officer")
    page = client.get(
        reverse("admin:people_organisation_change", args=[world.unit.organisation.pk])
    )
    assert all(canary in page.text for canary in CANARIES)


def test_a_unit_with_the_same_partner_learns_no_names(world: World) -> None:
    """The partner is asked to confirm: it sees the unit and the title, not who fills it in."""
    page = world.browser("partner").get(reverse("applications:my")).text
    assert world.unit.organisation.name in page
    assert NAME not in page
