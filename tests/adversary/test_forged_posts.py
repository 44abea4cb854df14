"""What no page of ours would send: columns that are not asked for, ids of others, plain rubbish."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from applications.models import Application, Attachment, Flag, HandIn, Partner, SignedScan
from applications.services import drafting
from portal import clock
from portal.people.models import Affiliation, Membership, Organisation, StaffPost, User
from tests.adversary.corpus import RUBBISH
from tests.consistency.walking import model_pages, urls_of
from tests.factories.applications import picture
from tests.factories.world import World, make_world, row_of

NOBODY = uuid.UUID(int=0)


@pytest.fixture
def world(db: None, settings: Any) -> World:
    settings.DEMO = True
    return make_world()


def row(model: type[Any], pk: Any, *but: str) -> dict[str, Any]:
    """Read a row's columns, but for those a lawful save may touch."""
    values: dict[str, Any] = model._base_manager.filter(pk=pk).values().get()
    return {name: value for name, value in values.items() if name not in but}


# Mass assignment ----------------------------------------------------------------------------


def forged(world: World) -> dict[str, Any]:
    """Every column an applicant would like to write herself."""
    other = world.other_draft
    return {
        "state": "accepted", "state_since": "2020-01-01", "number": "SL-1", "amount": "99999999",
        "organisation": world.scene.another_unit().organisation.pk, "packet": other.packet_id,
        "category": world.scene.categories[1].pk, "category_id": world.scene.categories[1].pk,
        "handed_in_at": "2020-01-01 00:00", "correction_due": "2099-01-01", "position": "99",
        "created_by": world.scene.officer.pk, "answers": '{"basics.title": "x"}', "id": other.pk,
        "pk": other.pk, "application": other.pk, "application_id": other.pk, "revision": "99",
        "form_revision": "1", "confirmed": "on", "decided_by": world.scene.officer.pk,
    }  # fmt: skip


def test_a_step_saves_its_answers_and_no_column(world: World) -> None:
    draft, client = world.draft, world.browser("filler")
    lawful = ("answers", "title", "updated_at")
    before, other = row(Application, draft.pk, *lawful), row(Application, world.other_draft.pk)
    packet = row(type(draft.packet), draft.packet_id, "updated_at")
    posted = forged(world) | {"title": "新题目", "purpose": "目的", "revision-title": "1"}
    client.post(reverse("applications:step", args=[draft.pk, "basics"]), posted)
    for name, value in forged(world).items():
        client.post(
            reverse("applications:save", args=[draft.pk, "basics"]),
            {"field": name, "value": str(value), "revision": "0"},
        )
    draft.refresh_from_db()
    assert draft.answers["basics.title"] == "新题目"
    assert set(draft.answers) <= {f"basics.{c}" for c in ("title", "purpose", "files", "people")}
    assert row(Application, draft.pk, *lawful) == before
    assert row(Application, world.other_draft.pk) == other
    assert row(type(draft.packet), draft.packet_id, "updated_at") == packet


def test_a_draft_is_begun_for_the_own_unit_whatever_is_sent(world: World) -> None:
    client = world.browser("filler")
    url = reverse("applications:start", args=[world.scene.categories[0].pk])
    client.post(url, forged(world) | {"has_confidential": "no"})
    made = Application.objects.latest("created_at")
    assert made.packet.organisation == world.unit.organisation
    assert (made.state, made.number, made.handed_in_at, made.amount) == ("draft", None, None, None)
    assert (made.category, made.created_by) == (world.scene.categories[0], world.unit.filler)


def test_a_partner_cannot_be_confirmed_by_the_lead(world: World) -> None:
    client = world.browser("filler")
    client.post(
        reverse("applications:partners", args=[world.draft.pk]),
        forged(world) | {"name": "某研究所", "state": "confirmed"},
    )
    assert world.draft.partners.get(name="某研究所").state == "named"


def test_a_receipt_is_dated_by_the_portal(world: World) -> None:
    before = HandIn.objects.count()
    # The world's own unit has used its places.
    unit = world.scene.another_unit()
    packet = world.scene.signed(unit)
    client = Client()
    client.force_login(unit.filler)
    asked = forged(world) | {"key": str(uuid.uuid4()), "received_at": "2020-01-01",
                             "receipt_number": "HZ", "by": world.scene.officer.pk}  # fmt: skip
    asked |= {
        f"reason-{world.scene.quota_each.pk}": "重要",
        f"reason-{world.scene.quota_all.pk}": "x",
    }
    sent = client.post(reverse("applications:hand_in", args=[packet.pk]), asked)
    assert HandIn.objects.count() == before + 1, sent.content.decode()
    receipt = HandIn.objects.get(packet=packet)
    assert (clock.now() - receipt.received_at).total_seconds() < 60
    assert receipt.by == unit.filler
    assert receipt.receipt_number.startswith("HZ2026-")


def test_nobody_raises_herself(world: World) -> None:
    wishes = {"is_staff": "on", "is_superuser": "on", "is_active": "", "email": "x@example.org",
              "groups": "1", "user_permissions": "1", "name": "新名", "phone": "0000-1",
              "is_administrator": "on", "is_approver": "on", "rights": ["administrator"],
              "organisation": world.unit.organisation.pk}  # fmt: skip
    filler = world.unit.filler
    before = row(User, filler.pk, "name", "phone", "last_login")
    membership = world.one(Membership, user=filler)
    rights = row(Membership, membership.pk)
    client = world.browser("filler")
    client.post(reverse("register:profile"), wishes)
    client.post(reverse("register:member", args=[membership.pk]), wishes)
    client.post(reverse("register:edit", args=[world.unit.organisation.pk]), wishes)
    assert row(User, filler.pk, "name", "phone", "last_login") == before
    assert row(Membership, membership.pk) == rights
    assert User.objects.get(pk=filler.pk).name == "新名", "what the form asks for is saved"


def test_an_administrator_corrects_the_unit_and_nothing_else_of_it(world: World) -> None:
    unit = world.unit.organisation
    lawful = ("name", "uscc", "region", "address", "phone", "head_name")
    before = row(Organisation, unit.pk, *lawful)
    wishes = {"uscc_accepted_by": world.scene.officer.pk, "merged_into": unit.pk, "parent": unit.pk,
              "created_at": "2020-01-01", "region": "新地区", "state": "verified", "name": unit.name,
              "uscc": unit.uscc, "address": "", "phone": "0000-1", "head_name": "甲"}  # fmt: skip
    world.browser("administrator").post(reverse("register:edit", args=[unit.pk]), wishes)
    assert row(Organisation, unit.pk, *lawful) == before


# Forged admin posts -------------------------------------------------------------------------


def test_staff_do_not_write_past_the_forms_of_the_admin(world: World) -> None:
    """Columns the pages show but do not ask for: states, issuers, persons, traces."""
    client, unit = world.browser("officer"), world.unit.organisation
    others = world.one(StaffPost, user=world.people["other_staff"]).issuer
    kept: list[tuple[type[Any], Any, tuple[str, ...]]] = [
        (Affiliation, row_of(world, Affiliation).pk, ("kind", "level", "number", "reason")),
        (Organisation, unit.pk, ("name", "uscc", "region", "address", "phone", "head_name")),
        (StaffPost, row_of(world, StaffPost).pk, ()),
        (type(world.scene.issuer), world.scene.issuer.pk, ()),
        (User, world.unit.filler.pk, ("last_login",)),
    ]
    for model, pk, lawful in kept:
        before = row(model, pk, *lawful)
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        wishes: dict[str, Any] = {k: str(v) for k, v in before.items() if v is not None}
        wishes |= {"state": "ended", "issuer": others.pk, "issuer_id": others.pk, "slug": "x",
                   "is_superuser": "on", "is_staff": "on", "role": "head", "merged_into": unit.pk,
                   "decided_by": "1", "kind": "society", "level": "provincial"}  # fmt: skip
        client.post(reverse(name, args=[pk]), wishes)
        assert row(model, pk, *lawful) == before, model


def test_forged_inlines_and_lists_write_nothing(world: World) -> None:
    client, unit = world.browser("officer"), world.unit.organisation
    membership = world.one(Membership, user=world.unit.filler)
    before = row(Membership, membership.pk)
    count = Membership.objects.count()
    forms = {
        "name": unit.name, "uscc": unit.uscc, "region": "", "address": "", "phone": "",
        "head_name": "",
        **{f"{prefix}-{key}": value
           for prefix in ("affiliations", "memberships", "invitations", "form")
           for key, value in (("TOTAL_FORMS", "2"), ("INITIAL_FORMS", "1"), ("MIN_NUM_FORMS", "0"),
                              ("MAX_NUM_FORMS", "1000"))},
        "memberships-0-id": membership.pk, "memberships-0-organisation": unit.pk,
        "memberships-0-is_administrator": "on", "memberships-0-is_approver": "on",
        "memberships-1-user": world.scene.officer.pk, "memberships-1-is_administrator": "on",
        "memberships-1-organisation": unit.pk, "form-0-id": unit.pk, "form-0-name": "篡改",
        "_save": "1",
    }  # fmt: skip
    client.post(reverse("admin:people_organisation_change", args=[unit.pk]), forms)
    client.post(reverse("admin:people_organisation_changelist"), forms)
    assert row(Membership, membership.pk) == before
    assert Membership.objects.count() == count
    assert not Organisation.objects.filter(name="篡改").exists()


# What staff may delete in lists; everything else ends, is withdrawn or is archived.
DELETABLE = {"factcode", "yearlyfact", "importrun", "checkitem"}


@pytest.mark.parametrize("role", ["officer", "other_staff", "official"])
def test_delete_selected_deletes_only_what_may_go(world: World, role: str) -> None:
    client = world.browser(role)
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        count = model._base_manager.count()
        chosen = list(model._default_manager.values_list("pk", flat=True))
        with transaction.atomic():
            client.post(
                reverse(name),
                {"action": "delete_selected", "_selected_action": chosen, "post": "yes"},
            )
            left = model._base_manager.count()
            transaction.set_rollback(True)
        may = role == "officer" and model._meta.model_name in DELETABLE
        assert may or left == count, (role, model)


# Ids of others ------------------------------------------------------------------------------


def test_ids_of_another_unit_in_addresses_lead_nowhere(world: World) -> None:
    scene = world.scene
    other = scene.another_unit()
    theirs = scene.drafted(other)
    upload = SimpleUploadedFile("图.png", picture(), "image/png")
    file = drafting.attach(
        application_id=theirs.pk, key="basics.files", upload=upload, by=other.filler
    )
    named = Partner.objects.create(application=theirs, name="某学会", state="named")
    handed_in = scene.handed_in(scene.another_unit())
    receipt = HandIn.objects.get(packet=handed_in.packet)
    mine = world.draft
    client = world.browser("filler")
    posts = {
        reverse("applications:detach", args=[file.pk]): {},
        reverse("applications:detach", args=[10**12]): {},
        reverse("applications:partners", args=[mine.pk]): {"remove": named.pk},
        reverse("applications:partner_answer", args=[named.pk]): {"answer": "yes"},
        reverse("applications:upload", args=[mine.pk, "basics.nothing"]): {"file": upload},
        reverse("applications:upload", args=[mine.pk, "<script>"]): {"file": upload},
        reverse("applications:upload", args=[theirs.pk, "basics.files"]): {"file": upload},
        reverse("applications:step", args=[mine.pk, "of-another-category"]): {},
        reverse("applications:plan_step", args=[mine.packet_id, "basics"]): {},
        reverse("applications:withdraw", args=[theirs.pk]): {"reason": "x"},
        reverse("applications:start", args=[10**12]): {"has_confidential": "no"},
        reverse("register:switch"): {"unit": other.organisation.pk},
    }
    for url, data in posts.items():
        assert client.post(url, data).status_code == 404, url
    gets = (
        reverse("applications:attachment", args=[file.pk]),
        reverse("applications:letter", args=[named.pk]),
        reverse("applications:version", args=[handed_in.packet_id, 1]),
        reverse("applications:version_pdf", args=[world.handed_in.packet_id, 99]),
        reverse("applications:version", args=[world.handed_in.packet_id, 10**12]),
        reverse("applications:receipt", args=[world.handed_in.packet_id, receipt.receipt_number]),
        reverse("applications:receipt_pdf", args=[handed_in.packet_id, receipt.receipt_number]),
        reverse("applications:step", args=[mine.pk, "of-another-category"]),
    )
    for url in gets:
        assert client.get(url).status_code == 404, url
    assert Attachment.objects.filter(pk=file.pk).exists()
    assert Partner.objects.filter(pk=named.pk).exists()


def test_flags_and_scans_of_another_submission_are_not_settled_through_this_one(
    world: World,
) -> None:
    client, here, there = world.browser("officer"), world.handed_in, world.decided
    flag = Flag.objects.create(application=there, kind="unknown", message="x", at=clock.now())
    scan = SignedScan.objects.get(version__packet=there.packet)
    for name, key, data in (
        ("reviews_flag", flag.pk, {"note": "可以"}),
        ("reviews_scan", scan.pk, {"matches": "no"}),
        ("reviews_flag", 10**12, {"note": "可以"}),
        ("reviews_scan", 10**12, {"matches": "no"}),
    ):
        url = reverse(f"admin:{name}", args=[here.pk, key])
        assert client.post(url, data).status_code == 404, url
    flag.refresh_from_db()
    scan.refresh_from_db()
    assert (flag.settled_at, scan.match) == (None, "compared")


def test_what_a_unit_has_not_handed_in_staff_do_not_read(world: World) -> None:
    """A file and a letter of a draft, and a second version that waits to be handed in."""
    client, draft = world.browser("officer"), world.draft
    letter = world.one(Partner, application=draft, state="named")
    unread = [
        reverse("applications:attachment", args=[draft.attachments.first().pk]),
        reverse("applications:letter", args=[letter.pk]),
    ]
    version = world.handed_in.packet.versions.get()
    type(version).objects.create(
        packet=version.packet, no=2, form_revision=version.form_revision, content=version.content,
        sha256=version.sha256, by=version.by, at=version.at,
    )  # fmt: skip
    unread += [
        reverse(f"applications:{name}", args=[version.packet_id, 2])
        for name in ("version", "version_pdf")
    ]
    for url in unread:
        assert client.get(url).status_code == 404, url
    assert (
        client.get(reverse("applications:version", args=[version.packet_id, 1])).status_code == 200
    )
    mine = world.browser("filler")
    assert mine.get(reverse("applications:version", args=[version.packet_id, 2])).status_code == 200


# Rubbish ------------------------------------------------------------------------------------


class _Names(HTMLParser):
    """Collects the names of a page's controls and of its links' parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.controls: dict[str, None] = {}
        self.parameters: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a control's name or a link's query."""
        given = {name: value or "" for name, value in attrs}
        if "admin-autocomplete" in given.get("class", ""):
            return  # Django's own widget asks the database before the form has judged the value
        if tag in ("input", "select", "textarea", "button") and given.get("name"):
            self.controls.setdefault(given["name"])
        if tag == "a" and given.get("href", "").startswith("?"):
            for pair in given["href"][1:].split("&"):
                parameter = pair.partition("=")[0]
                # Django's own date hierarchy makes a day of any number; staff see that page alone
                if not parameter.endswith(("__year", "__month", "__day")):
                    self.parameters.setdefault(parameter)


# Controls of addresses that have no page of their own, and those no page shows at this moment.
MORE = {
    "applications:save": ("field", "value", "revision"),
    "applications:save_plan": ("field", "value", "revision"),
    "applications:hand_in": ("key", "reason-1", "reason-x", "reason-99999999999999999999999"),
    "applications:signoff": ("step", "reason"),
    "applications:partners": ("remove", "name"),
    "applications:partner_answer": ("answer",),
    "applications:step": ("title", "revision-title", "people-0-name", "add-people", "people-x"),
    "applications:scan": ("scan",),
    "register:switch": ("unit", "next"),
    "register:ask": ("message",),
    "mail:read": ("next",),
    "set_language": ("language", "next"),
    "language": ("language", "next"),
    "admin:reviews_check": ("do", "version", "ok-complete", "note-complete"),
    "admin:reviews_accept_many": ("chosen",),
    "admin:reviews_flag": ("note",),
    "admin:reviews_scan": ("matches",),
    "admin:reviews_register": ("format", "personal"),
    "admin:reviews_paper_register": ("code", "key", "version", "arrived_on", "copies-form"),
    "admin:reviews_paper_photo": ("photo",),
    "admin:reviews_paper_undo": ("reason",),
    "admin:reviews_openness": ("do", "title", "text", "photo", "reason"),
    "admin:reviews_exceptions": ("do", "grant-rule", "door-until_0", "extend-closes_on"),
    "admin:people_organisation_codes": ("unit", "issuer"),
    "admin:calls_notice_act": ("do", "reason", "attachment"),
    "admin:calls_part_move": ("direction", "up", "summary"),
    "admin:calls_call_step": ("step", "summary"),
    "admin:calls_call_attach": ("title", "summary"),
    "admin:index": ("action", "_selected_action"),
}
# One after the other, as a person of each of these would send it.
SENDERS = ("filler", "approver", "administrator", "partner", "head", "superuser")
# Signing out or in changes who sends the rest.
LEFT_OUT = {"account_logout", "admin:logout", "account_login"}


def is_page(response: Any) -> bool:
    html = "text/html" in response.headers.get("Content-Type", "")
    return html and response.status_code == 200 and not response.streaming


def some_of(place: int) -> tuple[str, ...]:
    """Return a third of the rubbish, another third for the next address."""
    return RUBBISH[place % 3 :: 3]


def controls(client: Client, name: str, url: str) -> list[str]:
    """Return what can be sent to an address: what its page asks for, and what we know of."""
    reader = _Names()
    response = client.get(url)
    if is_page(response):
        reader.feed(response.text)
    return list({**reader.controls, **dict.fromkeys(MORE.get(name, ()))})


def addressed(world: World, role: str) -> Iterator[tuple[str, str]]:
    staff = role in ("head", "superuser")
    for name, url in urls_of(world).items():
        if name.startswith("admin:") == staff and name not in LEFT_OUT:
            yield name, url


@pytest.mark.parametrize("role", SENDERS)
def test_rubbish_in_every_control_is_never_a_fault(world: World, role: str) -> None:
    """Each control holds rubbish; a fault would be raised here, or answered with 500."""
    client, posts = world.browser(role), 0
    for place, (name, url) in enumerate(addressed(world, role)):
        names = controls(client, name, url)
        for rubbish in some_of(place) if names else RUBBISH[:1]:
            with transaction.atomic():
                response = client.post(url, dict.fromkeys(names, rubbish))
                assert response.status_code < 500, (name, rubbish[:30])
                transaction.set_rollback(True)
            posts += 1
            if response.status_code in (403, 404, 405):
                break
    assert posts > 100


@pytest.mark.parametrize("role", ["anonymous", "filler", "head", "superuser"])
def test_rubbish_in_every_query_is_never_a_fault(world: World, role: str) -> None:
    client, asked = world.browser(role), 0
    known = ("q", "page", "p", "o", "all", "show", "issuer", "kind", "year", "next")
    for place, (name, url) in enumerate(urls_of(world).items()):
        if name in LEFT_OUT or (name.startswith("admin:") and role in ("anonymous", "filler")):
            continue
        reader = _Names()
        first = client.get(url)
        if not is_page(first):
            continue
        reader.feed(first.text)
        parameters = dict.fromkeys((*known, *reader.parameters))
        for rubbish in some_of(place):
            with transaction.atomic():
                response = client.get(url, dict.fromkeys(parameters, rubbish[:4000]))
                assert response.status_code < 500, (name, rubbish[:30])
                transaction.set_rollback(True)
            asked += 1
    assert asked > 100


@pytest.mark.parametrize("role", ["head", "superuser"])
def test_rubbish_in_place_of_a_rows_key_is_never_a_fault(world: World, role: str) -> None:
    client = world.browser(role)
    keys = [one for one in RUBBISH if one.strip() and "\x00" not in one and len(one) < 100]
    for place, name in enumerate(model_pages()):
        if name.endswith(("_changelist", "_add")):
            continue
        for key in [*keys[place % 3 :: 3], "x", "_5F", "1_2F2", "%00"]:
            url = reverse(name, kwargs={"object_id": key})
            assert client.get(url).status_code < 500, (name, key)


def test_a_text_of_ten_megabytes_is_refused_before_it_is_read(world: World) -> None:
    client, huge = world.browser("filler"), "题" * 3_500_000
    for url in (
        reverse("applications:save", args=[world.draft.pk, "basics"]),
        reverse("applications:step", args=[world.draft.pk, "basics"]),
        reverse("register:profile"),
    ):
        assert client.post(url, {"field": "title", "value": huge}).status_code == 400
    assert world.draft.answers == Application.objects.get(pk=world.draft.pk).answers


def test_thousands_of_fields_are_refused(world: World) -> None:
    url = reverse("applications:step", args=[world.draft.pk, "basics"])
    data = {f"people-{n}-name": "x" for n in range(4200)}
    assert world.browser("filler").post(url, data).status_code == 400


def test_a_body_that_is_no_form_is_never_a_fault(world: World) -> None:
    client = world.browser("filler")
    url = reverse("applications:save", args=[world.draft.pk, "basics"])
    for body, kind in (
        (b"{broken", "application/json"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"a=%ff%00", "application/x-www-form-urlencoded; charset=nonsense"),
    ):
        assert client.generic("POST", url, body, content_type=kind).status_code < 500, kind
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
