"""The register's pages: what the owner may, the colleague may not, and strangers never see."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.people.enums import Right, VerificationState
from portal.people.models import (
    Affiliation,
    Invitation,
    Issuer,
    Membership,
    MembershipRequest,
    Organisation,
    User,
)
from portal.register.services import invitations, members
from tests.factories.people import (
    PASSWORD,
    IssuerFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    sound_uscc,
)
from tests.portal.register.conftest import SignIn

pytestmark = pytest.mark.django_db

ODD_CODE = "523300000000000010"


@pytest.fixture
def asked(unit: Organisation, newcomer: User, owner: Membership) -> MembershipRequest:
    return members.ask(by=newcomer, organisation=unit)


@pytest.fixture
def invited(owner: Membership) -> invitations.Issued:
    return invitations.invite(
        by=owner.user, organisation=owner.organisation, rights=[Right.FILLER],
        email="new@example.org", name="丙示例",
    )  # fmt: skip


def registration(issuer: Issuer, **changes: str) -> dict[str, str]:
    return {
        "name": "示例市光学学会",
        "uscc": sound_uscc(77),
        "region": "示例市",
        "phone": "0000-1",
        "head_name": "甲示例",
        "address": "",
        "parent_name": "",
        f"issuer-{issuer.pk}-chosen": "on",
        f"issuer-{issuer.pk}-kind": "society",
        f"issuer-{issuer.pk}-level": "city",
        **changes,
    }


# Registering ---------------------------------------------------------------------------------
def test_registering_leads_to_the_status_page(
    newcomer: User, issuer: Issuer, sign_in: SignIn
) -> None:
    client = sign_in(newcomer)
    assert client.get("/register/").status_code == 200
    page = client.post("/register/", registration(issuer), follow=True)
    assert page.status_code == 200
    unit = Organisation.objects.get(name="示例市光学学会")
    assert page.request["PATH_INFO"] == f"/register/units/{unit.pk}/"
    assert issuer.organisation.name in page.content.decode()
    assert unit.affiliations.get().state == VerificationState.PENDING


def test_faults_of_unit_and_associations_are_all_said_at_once(
    newcomer: User, issuer: Issuer, sign_in: SignIn
) -> None:
    client = sign_in(newcomer)
    nowhere = registration(issuer, name="")
    del nowhere[f"issuer-{issuer.pk}-chosen"]
    page = client.post("/register/", nowhere).content.decode()
    summary, _rest = page.split("data-summary>")[1].split("</div>", 1)
    assert '<a href="#id_name">' in summary
    assert f'<a href="#id_issuer-{issuer.pk}-chosen">{issuer.organisation.name}</a>' in summary
    assert f'id="id_issuer-{issuer.pk}-chosen_error"' in page
    kindless = client.post("/register/", registration(issuer, **{f"issuer-{issuer.pk}-kind": ""}))
    assert f'<a href="#id_issuer-{issuer.pk}-kind">' in kindless.content.decode()
    assert not Organisation.objects.filter(name="示例市光学学会").exists()


def test_a_post_cannot_bring_its_own_state(newcomer: User, issuer: Issuer, sign_in: SignIn) -> None:
    forged = registration(
        issuer, state="verified", uscc_accepted_by=str(newcomer.pk), merged_into="1"
    )
    sign_in(newcomer).post("/register/", {**forged, f"issuer-{issuer.pk}-state": "verified"})
    unit = Organisation.objects.get(name="示例市光学学会")
    assert unit.affiliations.get().state == VerificationState.PENDING
    assert unit.uscc_accepted_by is None


def test_an_odd_code_warns_once_and_goes_on(
    newcomer: User, issuer: Issuer, sign_in: SignIn
) -> None:
    client = sign_in(newcomer)
    page = client.post("/register/", registration(issuer, uscc=ODD_CODE))
    assert "uscc" in page.context["form"].errors
    assert 'name="code_is_right"' in page.content.decode()
    client.post("/register/", registration(issuer, uscc=ODD_CODE, code_is_right="on"))
    assert Organisation.objects.get(name="示例市光学学会").uscc_is_odd


@pytest.mark.parametrize("code", ["123", "52330000000000001O1", "52330000000000001!"])
def test_a_misshapen_code_is_refused_even_with_the_tick(
    code: str, newcomer: User, issuer: Issuer, sign_in: SignIn
) -> None:
    page = sign_in(newcomer).post("/register/", registration(issuer, uscc=code, code_is_right="on"))
    assert "uscc" in page.context["form"].errors


def test_without_an_association_the_page_says_so(
    newcomer: User, issuer: Issuer, sign_in: SignIn
) -> None:
    data = registration(issuer)
    del data[f"issuer-{issuer.pk}-chosen"]
    page = sign_in(newcomer).post("/register/", data)
    assert page.context["wishes"][0].errors["chosen"]
    assert not Organisation.objects.filter(name="示例市光学学会").exists()


def test_an_existing_unit_offers_to_ask_and_names_nobody(
    newcomer: User, issuer: Issuer, owner: Membership, sign_in: SignIn
) -> None:
    client = sign_in(newcomer)
    page = client.post(
        "/register/", registration(issuer, name="另一个名称", uscc=owner.organisation.uscc or "")
    )
    text = page.content.decode()
    assert f"/register/units/{owner.organisation.pk}/ask/" in text
    assert issuer.contact_phone in text
    for private in (owner.user.name, owner.user.email, owner.user.phone):
        assert private not in text
    assert owner.organisation.phone not in text
    client.post(f"/register/units/{owner.organisation.pk}/ask/", {"message": "你好"})
    assert MembershipRequest.objects.get().user == newcomer
    assert owner.organisation.name in client.get("/register/").content.decode()


def test_asking_twice_shows_the_reason_instead_of_a_fault(
    asked: MembershipRequest, newcomer: User, unit: Organisation, sign_in: SignIn
) -> None:
    client = sign_in(newcomer)
    client.raise_request_exception = False
    assert client.post(f"/register/units/{unit.pk}/ask/", {"message": ""}).status_code == 409


# The unit's own pages ------------------------------------------------------------------------
OWN = ["/register/units/{unit}/", "/register/units/{unit}/edit/", "/register/members/{member}/",
       "/register/units/{unit}/associations/{issuer}/", "/register/members/{member}/end/",
       "/register/members/requests/{request}/"]  # fmt: skip


@pytest.mark.parametrize("address", OWN)
def test_strangers_get_404_colleagues_without_the_right_403(
    address: str,
    unit: Organisation,
    issuer: Issuer,
    owner: Membership,
    colleague: Membership,
    stranger: User,
    newcomer: User,
    asked: MembershipRequest,
    sign_in: SignIn,
) -> None:
    url = address.format(unit=unit.pk, issuer=issuer.pk, member=owner.pk, request=asked.pk)
    assert sign_in(owner.user).get(url).status_code == 200
    expected = 200 if address == OWN[0] else 403
    assert sign_in(colleague.user).get(url).status_code == expected
    for outsider in (stranger, newcomer):
        assert sign_in(outsider).get(url).status_code == 404
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize("address", ["/register/members/", "/register/unit/"])
def test_who_has_no_unit_is_led_to_registering(
    address: str, newcomer: User, sign_in: SignIn
) -> None:
    assert sign_in(newcomer).get(address).headers["Location"] == "/register/"


def test_only_administrators_invite(
    owner: Membership, colleague: Membership, sign_in: SignIn
) -> None:
    data = {"name": "丙示例", "email": "new@example.org", "rights": ["filler", "seal_keeper"]}
    assert sign_in(colleague.user).post("/register/members/invite/", data).status_code == 403
    assert not Invitation.objects.exists()
    assert sign_in(owner.user).get("/register/members/invite/").status_code == 200
    assert sign_in(owner.user).post("/register/members/invite/", data).status_code == 302
    assert Invitation.objects.get().rights == [Right.FILLER, Right.SEAL_KEEPER]


def test_invitations_and_requests_are_the_administrators_matter(
    owner: Membership,
    colleague: Membership,
    invited: invitations.Issued,
    asked: MembershipRequest,
    sign_in: SignIn,
) -> None:
    mine = sign_in(owner.user).get("/register/members/").content.decode()
    theirs = sign_in(colleague.user).get("/register/members/").content.decode()
    for private in ("new@example.org", asked.user.email):
        assert private in mine
        assert private not in theirs


@pytest.mark.parametrize("verb", ["renew", "revoke"])
def test_invitations_are_renewed_and_revoked_by_post_alone(
    verb: str,
    owner: Membership,
    colleague: Membership,
    stranger: User,
    invited: invitations.Issued,
    sign_in: SignIn,
) -> None:
    url = f"/register/members/invitations/{invited.invitation.pk}/{verb}/"
    assert sign_in(owner.user).get(url).status_code == 405
    assert sign_in(colleague.user).post(url).status_code == 403
    assert sign_in(stranger).post(url).status_code == 404
    assert invitations.find(invited.code)
    assert sign_in(owner.user).post(url).status_code == 302
    assert invitations.find(invited.code) is None


def test_rights_change_on_the_members_page(
    owner: Membership, colleague: Membership, sign_in: SignIn
) -> None:
    data = {"rights": ["approver"], "position": "理事长"}
    sign_in(owner.user).post(f"/register/members/{colleague.pk}/", data)
    colleague.refresh_from_db()
    assert colleague.rights == [Right.APPROVER]


def test_the_last_administrator_reads_why(owner: Membership, sign_in: SignIn) -> None:
    page = sign_in(owner.user).post(f"/register/members/{owner.pk}/end/")
    assert page.context["reasons"][0].code == members.LAST_ADMINISTRATOR
    assert page.context["reasons"][0].message in page.content.decode()


def test_a_colleague_leaves_by_herself(
    owner: Membership, colleague: Membership, sign_in: SignIn
) -> None:
    client = sign_in(colleague.user)
    assert client.get(f"/register/members/{colleague.pk}/end/").status_code == 200
    client.post(f"/register/members/{colleague.pk}/end/")
    colleague.refresh_from_db()
    assert colleague.ended_at is not None
    assert client.get(f"/register/units/{owner.organisation.pk}/").status_code == 404


def test_somebody_who_asked_is_taken_in_or_declined(
    owner: Membership, asked: MembershipRequest, sign_in: SignIn
) -> None:
    client = sign_in(owner.user)
    client.post(f"/register/members/requests/{asked.pk}/", {"decline": "1"})
    asked.refresh_from_db()
    assert asked.state == "declined"
    again = members.ask(by=asked.user, organisation=asked.organisation)
    client.post(f"/register/members/requests/{again.pk}/", {"rights": ["filler"]})
    assert asked.organisation.memberships.filter(user=asked.user).exists()


def test_asking_again_after_a_refusal(
    owner: Membership, affiliation: Affiliation, sign_in: SignIn
) -> None:
    affiliation.state, affiliation.reason = VerificationState.REFUSED, "缺少登记证书"
    affiliation.save()
    client = sign_in(owner.user)
    unit, issuer = affiliation.organisation, affiliation.issuer
    assert "缺少登记证书" in client.get(f"/register/units/{unit.pk}/").content.decode()
    url = f"/register/units/{unit.pk}/associations/{issuer.pk}/"
    assert "缺少登记证书" in client.get(url).content.decode()
    client.post(url, {"kind": "institute", "level": "city"})
    affiliation.refresh_from_db()
    assert (affiliation.state, affiliation.kind) == ("pending", "institute")


def test_a_verified_unit_keeps_its_name_whatever_is_posted(
    owner: Membership, unit: Organisation, sign_in: SignIn
) -> None:
    name = unit.name
    sign_in(owner.user).post(
        f"/register/units/{unit.pk}/edit/",
        {"name": "冒名", "region": "示例县", "phone": "0000-3", "head_name": "新负责人"},
    )
    unit.refresh_from_db()
    assert (unit.name, unit.region, unit.head_name) == (name, "示例县", "新负责人")


# Several units -------------------------------------------------------------------------------
def test_the_switcher_changes_the_current_unit_among_ones_own(
    owner: Membership, stranger: User, sign_in: SignIn
) -> None:
    second = MembershipFactory.create(user=owner.user, is_administrator=True).organisation
    client = sign_in(owner.user)
    client.post("/register/switch/", {"unit": second.pk})
    assert second.name in client.get("/register/members/").content.decode()
    client.post("/register/switch/", {"unit": owner.organisation.pk})
    assert client.get("/register/members/").context["unit"] == owner.organisation
    foreign = stranger.memberships.get().organisation
    assert client.post("/register/switch/", {"unit": foreign.pk}).status_code == 404
    assert client.get("/register/members/").context["unit"] == owner.organisation


def test_the_switcher_goes_on_only_to_our_own_pages(owner: Membership, sign_in: SignIn) -> None:
    client = sign_in(owner.user)
    data = {"unit": owner.organisation.pk}
    assert client.post("/register/switch/", {**data, "next": "/my/"}).headers["Location"] == "/my/"
    away = client.post("/register/switch/", {**data, "next": "https://evil.example/"})
    assert away.headers["Location"] == "/register/unit/"


# Invitations ---------------------------------------------------------------------------------
def test_an_invited_newcomer_makes_an_account_and_is_in(invited: invitations.Issued) -> None:
    client = Client()
    url = f"/register/activate/{invited.code}/"
    assert client.get(url).status_code == 200
    data = {
        "name": "丙示例",
        "phone": "0000-7",
        "password1": "a-long-sentence-2027",
        "password2": "a-long-sentence-2027",
        "consent": "on",
        "email": "other@example.org",
    }
    page = client.post(url, data, follow=True)
    user = User.objects.get(email="new@example.org")
    assert page.request["PATH_INFO"] == f"/register/units/{invited.invitation.organisation.pk}/"
    assert user.consented_at
    assert EmailAddress.objects.get(user=user).verified
    assert client.get(url).status_code == 410


@pytest.mark.parametrize(
    "wrong",
    [
        {"password1": "short", "password2": "short"},
        {"password2": "different-2027"},
        {"consent": ""},
    ],
)
def test_a_weak_password_or_no_consent_makes_no_account(
    wrong: dict[str, str], invited: invitations.Issued
) -> None:
    data = {
        "name": "丙示例", "phone": "0000-7", "password1": "a-long-sentence-2027",
        "password2": "a-long-sentence-2027", "consent": "on", **wrong,
    }  # fmt: skip
    page = Client().post(f"/register/activate/{invited.code}/", data)
    assert page.context["form"].errors
    assert not User.objects.filter(email="new@example.org").exists()


def test_an_invited_person_with_an_account_signs_in_first(
    invited: invitations.Issued, sign_in: SignIn
) -> None:
    user = UserFactory.create(email="new@example.org")
    url = f"/register/activate/{invited.code}/"
    anonymous = Client()
    assert "/accounts/login/" in anonymous.get(url).content.decode()
    anonymous.post(url, {"name": "x", "password1": "a-long-sentence-2027"})
    assert User.objects.filter(email="new@example.org").count() == 1
    client = sign_in(user)
    assert client.get(url).context["fits"]
    client.post(url)
    assert user.memberships.get().organisation == invited.invitation.organisation


def test_a_forwarded_mail_does_not_let_another_person_in(
    invited: invitations.Issued, newcomer: User, sign_in: SignIn
) -> None:
    client = sign_in(newcomer)
    url = f"/register/activate/{invited.code}/"
    assert not client.get(url).context["fits"]
    client.raise_request_exception = False
    assert client.post(url).status_code == 409
    assert not newcomer.memberships.exists()


def test_a_printed_code_is_typed_and_survives_signing_in(
    unit: Organisation, owner: Membership, newcomer: User
) -> None:
    issued = invitations.invite(
        by=owner.user, organisation=unit, rights=[Right.FILLER], by_mail=False
    )
    client = Client()
    typed = issued.code.lower().replace("-", " ")
    page = client.post("/register/activate/", {"code": typed}, follow=True)
    assert page.request["PATH_INFO"] == f"/register/activate/{issued.code}/"
    assert page.context["invitation"] == issued.invitation
    landed = client.post("/accounts/login/", {"login": newcomer.email, "password": PASSWORD})
    assert landed.headers["Location"] == f"/register/activate/{issued.code}/"
    client.post(landed.headers["Location"])
    assert newcomer.memberships.get().organisation == unit


def test_a_wrong_code_is_answered_without_a_hint() -> None:
    client = Client()
    assert "code" in client.post("/register/activate/", {"code": "xx"}).context["form"].errors
    assert client.get("/register/activate/AAAAA-BBBBB-CCCCC/").status_code == 410


def test_get_changes_nothing(
    owner: Membership, colleague: Membership, invited: invitations.Issued, sign_in: SignIn
) -> None:
    client = sign_in(owner.user)
    before = [
        list(model.objects.order_by("pk").values())
        for model in (Membership, Organisation, Affiliation, Invitation, User)
    ]
    for url in (
        "/register/", f"/register/units/{owner.organisation.pk}/", "/register/members/",
        f"/register/members/{colleague.pk}/end/", f"/register/activate/{invited.code}/",
    ):  # fmt: skip
        client.get(url)
    assert before == [
        list(model.objects.order_by("pk").values())
        for model in (Membership, Organisation, Affiliation, Invitation, User)
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_members_page_asks_the_database_the_same_for_one_and_three(
    count: int,
    owner: Membership,
    sign_in: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for member in MembershipFactory.create_batch(count, organisation=owner.organisation):
        members.ask(by=UserFactory.create(), organisation=owner.organisation)
        assert member.pk
    client = sign_in(owner.user)
    client.get("/register/members/")
    with django_assert_num_queries(8):
        client.get("/register/members/")


def test_another_association_can_be_asked(
    owner: Membership, unit: Organisation, sign_in: SignIn
) -> None:
    second = IssuerFactory.create()
    client = sign_in(owner.user)
    assert second.organisation.name in client.get(f"/register/units/{unit.pk}/").content.decode()
    client.post(
        f"/register/units/{unit.pk}/associations/{second.pk}/", {"kind": "society", "level": ""}
    )
    assert unit.affiliations.get(issuer=second).state == VerificationState.PENDING


def test_a_merged_unit_has_no_page(owner: Membership, unit: Organisation, sign_in: SignIn) -> None:
    unit.merged_into = OrganisationFactory.create()
    unit.save()
    assert sign_in(owner.user).get(f"/register/units/{unit.pk}/").status_code == 404
