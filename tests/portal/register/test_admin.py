"""Staff work on their own association's units, and never see another's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.audit.models import AuditEntry
from portal.people.enums import StaffRole, VerificationState
from portal.people.models import (
    Affiliation,
    Invitation,
    Issuer,
    Membership,
    Organisation,
    StaffPost,
    YearlyFact,
)
from portal.register.imports import facts, units
from portal.register.models import ImportRun
from tests.factories.people import (
    AffiliationFactory,
    FactCodeFactory,
    OrganisationFactory,
    StaffPostFactory,
    UserFactory,
    YearlyFactFactory,
    sound_uscc,
)
from tests.portal.register.conftest import SignIn
from tests.portal.register.imports.sheets import sheet

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Page

pytestmark = pytest.mark.django_db

ORGANISATIONS = "/admin/people/organisation/"
AFFILIATIONS = "/admin/people/affiliation/"
RUNS = "/admin/register/importrun/"


@pytest.fixture
def desk(officer: StaffPost, sign_in: SignIn) -> Client:
    """The officer's browser; the second factor has tests of its own."""
    return sign_in(officer.user)


@pytest.fixture
def pending(issuer: Issuer) -> Affiliation:
    return AffiliationFactory.create(issuer=issuer, state=VerificationState.PENDING)


def names(page: Page) -> str:
    return page.content.decode()


# Scope ---------------------------------------------------------------------------------------
LISTS = [
    ORGANISATIONS, AFFILIATIONS, "/admin/people/yearlyfact/", "/admin/people/factcode/",
    "/admin/people/staffpost/", "/admin/people/issuer/", RUNS,
]  # fmt: skip


@pytest.mark.parametrize("url", LISTS)
@pytest.mark.parametrize("who", ["officer", "head", "official"])
def test_every_list_opens_for_every_role(
    url: str, who: str, request: pytest.FixtureRequest, sign_in: SignIn
) -> None:
    post: StaffPost = request.getfixturevalue(who)
    assert sign_in(post.user).get(url).status_code == 200


@pytest.mark.parametrize("url", LISTS)
def test_members_find_no_admin(url: str, colleague: Membership, sign_in: SignIn) -> None:
    assert sign_in(colleague.user).get(url).status_code in (302, 404)


def test_another_associations_rows_are_nowhere(
    unit: Organisation, affiliation: Affiliation, rival_officer: StaffPost, sign_in: SignIn
) -> None:
    fact = YearlyFactFactory.create(
        organisation=unit, code=FactCodeFactory.create(issuer=affiliation.issuer)
    )
    client = sign_in(rival_officer.user)
    for url in LISTS[:4]:
        assert unit.name not in names(client.get(url))
        assert client.get(url + "?q=" + unit.name).context["cl"].result_count == 0
    for url in (
        f"{ORGANISATIONS}{unit.pk}/change/",
        f"/admin/people/yearlyfact/{fact.pk}/change/",
    ):
        assert client.get(url).status_code in (302, 404)
    for url in (
        f"{ORGANISATIONS}{unit.pk}/merge/", f"{ORGANISATIONS}{unit.pk}/hand-over/",
        f"{ORGANISATIONS}{unit.pk}/on-behalf/", f"{ORGANISATIONS}{unit.pk}/accept-code/",
        f"{AFFILIATIONS}{affiliation.pk}/decide/", f"{AFFILIATIONS}{affiliation.pk}/end/",
    ):  # fmt: skip
        assert client.get(url).status_code == 404, url
    found = client.get(
        "/admin/autocomplete/",
        {
            "app_label": "people",
            "model_name": "yearlyfact",
            "field_name": "organisation",
            "term": "",
        },
    )
    assert found.status_code == 200
    assert unit.name not in found.content.decode()


def test_the_own_view_of_a_shared_unit_shows_the_own_affiliation_alone(
    unit: Organisation, desk: Client
) -> None:
    other = AffiliationFactory.create(
        organisation=unit, number="FOREIGN-1", state=VerificationState.PENDING
    )
    page = names(desk.get(f"{ORGANISATIONS}{unit.pk}/change/"))
    assert "FOREIGN-1" not in page
    assert other.issuer.organisation.name not in page
    assert unit.name not in names(desk.get(f"{ORGANISATIONS}?state=pending"))


@pytest.mark.parametrize("address", ["merge", "hand-over", "on-behalf", "accept-code"])
def test_officials_only_look(
    address: str, unit: Organisation, official: StaffPost, sign_in: SignIn
) -> None:
    client = sign_in(official.user)
    assert client.get(f"{ORGANISATIONS}{unit.pk}/change/").status_code == 200
    assert client.get(f"{ORGANISATIONS}{unit.pk}/{address}/").status_code == 403
    assert client.get(f"{RUNS}units/upload/").status_code == 403


# Verifying -----------------------------------------------------------------------------------
def test_the_queue_leads_to_the_decision(desk: Client, pending: Affiliation) -> None:
    assert pending.organisation.name in names(desk.get(f"{AFFILIATIONS}?state__exact=pending"))
    page = desk.get(f"{AFFILIATIONS}{pending.pk}/change/")
    assert page.headers["Location"] == f"{AFFILIATIONS}{pending.pk}/decide/"
    data = {"kind": "institute", "level": "city", "number": "7", "verify": "1"}
    desk.post(f"{AFFILIATIONS}{pending.pk}/decide/", data)
    pending.refresh_from_db()
    assert (pending.state, pending.kind, pending.number) == ("verified", "institute", "7")


def test_refusing_asks_for_a_reason(desk: Client, pending: Affiliation) -> None:
    url = f"{AFFILIATIONS}{pending.pk}/decide/"
    data = {"kind": "society", "level": "", "number": "", "refuse": "1"}
    page = desk.post(url, {**data, "reason": ""})
    assert page.context["reasons"]
    desk.post(url, {**data, "reason": "缺少登记证书"})
    pending.refresh_from_db()
    assert (pending.state, pending.reason) == ("refused", "缺少登记证书")


def test_an_odd_code_is_accepted_by_a_tick(desk: Client, pending: Affiliation) -> None:
    Organisation.objects.filter(pk=pending.organisation_id).update(uscc="523300000000000010")
    url = f"{AFFILIATIONS}{pending.pk}/decide/"
    assert 'name="accept_odd_code"' in names(desk.get(url))
    data = {"kind": "society", "level": "city", "number": "", "verify": "1"}
    assert desk.post(url, data).context["reasons"]
    assert desk.post(url, {**data, "accept_odd_code": "on"}).status_code == 302


def test_decided_affiliations_change_and_end(desk: Client, affiliation: Affiliation) -> None:
    url = f"{AFFILIATIONS}{affiliation.pk}/change/"
    assert desk.get(url).status_code == 200
    desk.post(url, {"kind": "society", "level": "county", "number": "9", "state": "pending"})
    affiliation.refresh_from_db()
    assert (affiliation.level, affiliation.number, affiliation.state) == ("county", "9", "verified")
    desk.post(f"{AFFILIATIONS}{affiliation.pk}/end/", {"reason": "已注销"})
    affiliation.refresh_from_db()
    assert affiliation.state == VerificationState.ENDED


def test_similar_units_are_shown_before_deciding(
    desk: Client, issuer: Issuer, pending: Affiliation
) -> None:
    pending.organisation.name = "示例市光学工程学会"
    pending.organisation.save()
    twin = OrganisationFactory.create(name="示例省示例市光学工程学会")
    AffiliationFactory.create(organisation=twin, issuer=issuer)
    assert twin.name in names(desk.get(f"{AFFILIATIONS}{pending.pk}/decide/"))


# Units ---------------------------------------------------------------------------------------
def test_a_unit_entered_by_hand_is_verified(desk: Client, issuer: Issuer) -> None:
    assert desk.get(f"{ORGANISATIONS}add/").status_code == 200
    data = {
        "name": "示例县学会", "uscc": sound_uscc(31), "issuer": issuer.pk, "kind": "society",
        "level": "county", "number": "",
    }  # fmt: skip
    assert desk.post(f"{ORGANISATIONS}add/", data).status_code == 302
    affiliation = Affiliation.objects.get(organisation__name="示例县学会")
    assert (affiliation.state, affiliation.issuer) == ("verified", issuer)


def test_a_unit_is_not_entered_for_another_association(
    desk: Client, rival_officer: StaffPost
) -> None:
    data = {"name": "示例县学会", "issuer": rival_officer.issuer_id, "kind": "society", "level": ""}
    assert desk.post(f"{ORGANISATIONS}add/", data).status_code == 200
    assert not Organisation.objects.filter(name="示例县学会").exists()


def management(prefix: str) -> dict[str, str]:
    return {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}


def test_correcting_a_unit_is_logged(desk: Client, unit: Organisation) -> None:
    data = {"name": "新的名称", "uscc": unit.uscc or "", "region": "示例县"}
    for prefix in ("affiliations", "memberships", "invitations"):
        data |= management(prefix)
    assert desk.post(f"{ORGANISATIONS}{unit.pk}/change/", data).status_code == 302
    unit.refresh_from_db()
    assert unit.name == "新的名称"
    entry = AuditEntry.objects.get(action="organisation_changed")
    assert entry.data["columns"] == ["name", "region", "phone", "head_name"]
    assert entry.organisation_id == unit.pk


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_units_asks_the_same_for_one_and_three(
    count: int, desk: Client, issuer: Issuer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    AffiliationFactory.create_batch(count, issuer=issuer)
    desk.get(ORGANISATIONS)
    with django_assert_num_queries(LIST_QUERIES):
        desk.get(ORGANISATIONS)


LIST_QUERIES = 11


def test_merging_shows_what_moves_before_it_does(desk: Client, issuer: Issuer) -> None:
    target, source = (
        AffiliationFactory.create(
            issuer=issuer, organisation=OrganisationFactory.create(uscc=None)
        ).organisation
        for _number in range(2)
    )
    url = f"{ORGANISATIONS}{target.pk}/merge/"
    data = {"issuer": issuer.pk, "duplicate": source.name}
    page = desk.post(url, data)
    assert page.context["moves"]
    source.refresh_from_db()
    assert source.merged_into is None
    desk.post(url, {**data, "confirm": "1"})
    source.refresh_from_db()
    assert source.merged_into == target


def test_a_unit_that_another_association_keeps_too_is_not_merged_by_one(
    desk: Client, issuer: Issuer
) -> None:
    target = AffiliationFactory.create(issuer=issuer).organisation
    shared = AffiliationFactory.create(
        issuer=issuer, organisation=OrganisationFactory.create(uscc=None)
    ).organisation
    AffiliationFactory.create(organisation=shared)
    data = {"issuer": issuer.pk, "duplicate": shared.name, "confirm": "1"}
    page = desk.post(f"{ORGANISATIONS}{target.pk}/merge/", data)
    assert page.context["reasons"]
    shared.refresh_from_db()
    assert shared.merged_into is None


def test_handing_over_by_print_shows_the_code_once(
    desk: Client, owner: Membership, unit: Organisation, issuer: Issuer
) -> None:
    url = f"{ORGANISATIONS}{unit.pk}/hand-over/"
    assert owner.user.name in names(desk.get(url))
    data = {"issuer": issuer.pk, "leaving": owner.pk, "name": "接任人", "way": "print"}
    page = desk.post(url, data)
    assert re.search(r"[2-9A-Z]{5}-[2-9A-Z]{5}-[2-9A-Z]{5}", names(page))
    owner.refresh_from_db()
    assert owner.ended_at is not None
    assert "no-store" in page.headers["Cache-Control"]


def test_codes_are_printed_after_a_preview(desk: Client, issuer: Issuer, owner: Membership) -> None:
    waiting = AffiliationFactory.create(issuer=issuer).organisation
    selected = {
        "action": "print_codes_action",
        "_selected_action": [str(waiting.pk), str(owner.organisation.pk)],
    }
    preview = desk.post(ORGANISATIONS, selected)
    assert preview.context["waiting"] == [waiting]
    assert not Invitation.objects.exists()
    page = desk.post(f"{ORGANISATIONS}codes/", {"issuer": issuer.pk, "unit": [waiting.pk]})
    assert waiting.name in names(page)
    assert Invitation.objects.get().organisation == waiting


def test_codes_for_another_associations_units_are_not_issued(
    desk: Client, issuer: Issuer, rival_officer: StaffPost
) -> None:
    foreign = AffiliationFactory.create(issuer=rival_officer.issuer).organisation
    desk.post(f"{ORGANISATIONS}codes/", {"issuer": issuer.pk, "unit": [foreign.pk]})
    desk.post(f"{ORGANISATIONS}codes/", {"issuer": rival_officer.issuer_id, "unit": [foreign.pk]})
    assert not Invitation.objects.exists()


# Facts ---------------------------------------------------------------------------------------
def test_facts_are_typed_as_people_say_them(
    desk: Client, issuer: Issuer, unit: Organisation
) -> None:
    code = FactCodeFactory.create(issuer=issuer)
    url = "/admin/people/yearlyfact/add/"
    data = {"organisation": unit.pk, "code": code.pk, "year": 2025, "value": "合格", "note": ""}
    assert "value" in desk.post(url, {**data, "value": "也许"}).context["adminform"].form.errors
    assert desk.post(url, data).status_code == 302
    assert YearlyFact.objects.get().value == "yes"


def test_a_fact_is_not_entered_under_another_associations_kind(
    desk: Client, unit: Organisation
) -> None:
    data = {
        "organisation": unit.pk, "code": FactCodeFactory.create().pk, "year": 2025, "value": "是",
    }  # fmt: skip
    assert desk.post("/admin/people/yearlyfact/add/", data).status_code == 200
    assert not YearlyFact.objects.exists()


def test_yes_and_no_are_read_as_words(desk: Client, issuer: Issuer) -> None:
    fact = YearlyFactFactory.create(code=FactCodeFactory.create(issuer=issuer), value="yes")
    page = desk.get("/admin/people/yearlyfact/?_facets=True").content.decode()
    assert str(fact).endswith("是")
    assert "是 (1)" in page, "the filter"
    assert "yes" not in re.sub(r"<[^>]*>", "", page)


def test_a_kind_in_use_keeps_code_and_type(desk: Client, issuer: Issuer) -> None:
    fact = YearlyFactFactory.create(code=FactCodeFactory.create(issuer=issuer, code="nianjian"))
    desk.post(
        f"/admin/people/factcode/{fact.code_id}/change/",
        {"label": "新名称", "code": "other", "type": "grade", "issuer": issuer.pk},
    )
    fact.code.refresh_from_db()
    assert (fact.code.label, fact.code.code, fact.code.type) == ("新名称", "nianjian", "yes_no")


# Imports -------------------------------------------------------------------------------------
def upload(desk: Client, kind: str, issuer: Issuer, content: bytes) -> Page:
    file = SimpleUploadedFile("list.xlsx", content)
    return desk.post(f"{RUNS}{kind}/upload/", {"issuer": issuer.pk, "file": file}, follow=True)


def test_units_from_template_to_report(desk: Client, issuer: Issuer) -> None:
    template = desk.get(f"{RUNS}units/template/", {"issuer": issuer.pk})
    assert template.headers["Content-Disposition"].startswith("attachment")
    columns = units.columns()
    line = {"name": "示例县学会", "kind": "society", "clerk_name": "甲示例"}
    content = sheet([c.heading for c in columns], [line.get(c.key) for c in columns]).getvalue()
    diff = upload(desk, "units", issuer, content)
    assert "示例县学会" in names(diff)
    assert not Organisation.objects.filter(name="示例县学会").exists()
    url = diff.request["PATH_INFO"]
    report = desk.post(url, {"shown": diff.context["shown"]}, follow=True)
    assert Organisation.objects.filter(name="示例县学会").exists()
    assert [unit.name for unit in report.context["to_print"]] == ["示例县学会"]
    desk.post(url, {"shown": diff.context["shown"]})
    assert ImportRun.objects.get().report["counts"] == {"new": 1}


def test_facts_from_template_to_report(desk: Client, issuer: Issuer, unit: Organisation) -> None:
    FactCodeFactory.create(issuer=issuer, code="nianjian")
    columns = facts.columns(issuer)
    line = {"name": unit.name, "year": 2025, "fact:nianjian": "是"}
    content = sheet([c.heading for c in columns], [line.get(c.key) for c in columns]).getvalue()
    diff = upload(desk, "facts", issuer, content)
    assert not YearlyFact.objects.exists()
    assert '="导入后">是</td>' in "".join(diff.content.decode().split())
    desk.post(diff.request["PATH_INFO"], {"shown": diff.context["shown"]})
    assert YearlyFact.objects.get().value == "yes"


def test_a_stale_diff_is_shown_again(desk: Client, issuer: Issuer, unit: Organisation) -> None:
    FactCodeFactory.create(issuer=issuer, code="nianjian")
    columns = facts.columns(issuer)
    line = {"name": unit.name, "year": 2025, "fact:nianjian": "是"}
    content = sheet([c.heading for c in columns], [line.get(c.key) for c in columns]).getvalue()
    diff = upload(desk, "facts", issuer, content)
    page = desk.post(diff.request["PATH_INFO"], {"shown": "stale"})
    assert page.context["reasons"]
    assert not YearlyFact.objects.exists()


def test_what_is_no_spreadsheet_is_said(desk: Client, issuer: Issuer) -> None:
    assert upload(desk, "units", issuer, b"not a spreadsheet").context["reasons"]
    assert not ImportRun.objects.exists()


def test_runs_of_others_are_nowhere(
    desk: Client, issuer: Issuer, rival_officer: StaffPost, sign_in: SignIn
) -> None:
    run = ImportRun.objects.create(
        issuer=issuer, kind="facts", filename="secret.xlsx", by=rival_officer.user
    )
    client = sign_in(rival_officer.user)
    assert client.get(f"{RUNS}{run.pk}/diff/").status_code == 404
    assert "secret.xlsx" not in names(client.get(RUNS))
    assert client.get(f"{RUNS}facts/template/", {"issuer": issuer.pk}).status_code == 404
    assert desk.get(f"{RUNS}{run.pk}/diff/").status_code == 200
    assert desk.get(f"{RUNS}nonsense/upload/").status_code == 404


# Posts ---------------------------------------------------------------------------------------
def test_heads_appoint_change_and_end(head: StaffPost, issuer: Issuer, sign_in: SignIn) -> None:
    client = sign_in(head.user)
    base = "/admin/people/staffpost/"
    data = {"issuer": issuer.pk, "role": "officer", "email": "x@example.org", "name": "经办人"}
    assert client.get(f"{base}add/").status_code == 200
    assert client.post(f"{base}add/", data).status_code == 302
    post = StaffPost.objects.get(user__email="x@example.org")
    client.post(f"{base}{post.pk}/change/", {"role": "official"})
    post.refresh_from_db()
    assert post.role == StaffRole.OFFICIAL
    assert client.get(f"{base}{post.pk}/end/").status_code == 403
    client.post(f"{base}{post.pk}/end/")
    post.refresh_from_db()
    assert post.ended_at is not None
    assert not post.user.groups.exists()


def test_a_head_elsewhere_does_not_appoint_here(
    head: StaffPost, rival_officer: StaffPost, sign_in: SignIn
) -> None:
    """Group permissions are a union; heading one association opens nothing at another."""
    StaffPostFactory.create(user=head.user, issuer=rival_officer.issuer)
    client = sign_in(head.user)
    data = {
        "issuer": rival_officer.issuer_id, "role": "head", "email": "x@example.org", "name": "x",
    }  # fmt: skip
    assert client.post("/admin/people/staffpost/add/", data).status_code == 200
    assert not StaffPost.objects.filter(user__email="x@example.org").exists()
    url = f"/admin/people/staffpost/{rival_officer.pk}/change/"
    assert client.post(url, {"role": "head"}).status_code == 403
    url = f"/admin/people/issuer/{rival_officer.issuer_id}/change/"
    assert client.post(url, {"short_name": "x"}).status_code == 403


def test_officers_do_not_appoint(desk: Client) -> None:
    assert desk.get("/admin/people/staffpost/add/").status_code == 403


def test_heads_keep_their_contact_but_not_their_address(
    head: StaffPost, issuer: Issuer, sign_in: SignIn
) -> None:
    slug = issuer.slug
    data = {"short_name": "新简称", "slug": "other", "contact_phone": "0000-5"}
    url = f"/admin/people/issuer/{issuer.pk}/change/"
    assert sign_in(head.user).post(url, data).status_code == 302
    issuer.refresh_from_db()
    assert (issuer.short_name, issuer.contact_phone, issuer.slug) == ("新简称", "0000-5", slug)


# Operators -----------------------------------------------------------------------------------
def test_accounts_are_the_operators_matter(desk: Client, sign_in: SignIn) -> None:
    assert desk.get("/admin/people/user/").status_code == 403
    operator = UserFactory.create(is_staff=True, is_superuser=True)
    client = sign_in(operator)
    assert client.get("/admin/people/user/").status_code == 200
    person = UserFactory.create()
    url = f"/admin/people/user/{person.pk}/change/"
    client.post(url, {"name": "新名", "phone": "", "is_superuser": "on", "email": "x@example.org"})
    person.refresh_from_db()
    assert (person.name, person.is_active, person.is_superuser) == ("新名", False, False)


def test_operators_see_and_merge_across_associations(sign_in: SignIn, issuer: Issuer) -> None:
    operator = UserFactory.create(is_staff=True, is_superuser=True)
    target = AffiliationFactory.create(issuer=issuer).organisation
    source = AffiliationFactory.create(
        organisation=OrganisationFactory.create(uscc=None)
    ).organisation
    client = sign_in(operator)
    assert source.name in names(client.get(ORGANISATIONS))
    data = {"issuer": issuer.pk, "duplicate": source.name, "confirm": "1"}
    client.post(f"{ORGANISATIONS}{target.pk}/merge/", data)
    source.refresh_from_db()
    assert source.merged_into == target


# Second factors ------------------------------------------------------------------------------
def test_operators_take_a_lost_second_factor_away_and_never_see_its_secret(
    officer: StaffPost, desk: Client, admin_client: Client
) -> None:
    factor = Authenticator.objects.create(
        user=officer.user, type=Authenticator.Type.TOTP, data={"secret": "never-shown"}
    )
    url = f"/admin/register/secondfactor/{factor.pk}"
    page = admin_client.get(f"{url}/change/").content.decode()
    assert str(officer.user) in page
    assert "never-shown" not in page
    assert desk.get(f"{url}/change/").status_code in {302, 403, 404}
    assert "两步验证" in admin_client.get("/admin/").content.decode()
    admin_client.post(f"{url}/delete/", {"post": "yes"})
    assert not Authenticator.objects.exists()
