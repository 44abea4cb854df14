"""Accounts: signing up with consent, confirming, resetting, landing, second factor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from portal.mail.models import Message
from portal.people.models import Membership, StaffPost, User
from tests.factories.people import PASSWORD
from tests.portal.register.conftest import SignIn

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Page

pytestmark = pytest.mark.django_db

SIGNUP = {
    "name": "丁示例",
    "phone": "0000-1234567",
    "email": "Ding@Example.org",
    "password1": "a-long-sentence-2027",
    "password2": "a-long-sentence-2027",
    "consent": "on",
}


def link_in(message: Message) -> str:
    """Return the path of the link a mail carries."""
    found = re.search(r"https?://[^/\s]+(/accounts/\S+)", message.body)
    assert found
    return found[1]


def sign_up(**changes: str) -> Page:
    return Client().post("/accounts/signup/", {**SIGNUP, **changes})


def test_signing_up_keeps_name_phone_and_the_moment_of_consent() -> None:
    assert sign_up().status_code == 302
    user = User.objects.get(email="ding@example.org")
    assert (user.name, user.phone) == ("丁示例", "0000-1234567")
    assert user.consented_at is not None


@pytest.mark.parametrize("missing", ["name", "phone", "consent"])
def test_without_name_phone_or_consent_there_is_no_account(missing: str) -> None:
    response = Client().post(
        "/accounts/signup/", {key: value for key, value in SIGNUP.items() if key != missing}
    )
    assert missing in response.context["form"].errors
    assert not User.objects.exists()


def test_the_mailbox_is_confirmed_before_the_first_login() -> None:
    sign_up()
    client = Client()
    credentials = {"login": "ding@example.org", "password": SIGNUP["password1"]}
    client.post("/accounts/login/", credentials)
    assert "_auth_user_id" not in client.session
    message = Message.objects.earliest("created_at")
    assert message.sensitive
    client.post(link_in(message))
    client.post("/accounts/login/", credentials)
    assert "_auth_user_id" in client.session


def test_signing_up_answers_alike_for_known_and_new_mailboxes(newcomer: User) -> None:
    known, fresh = sign_up(email=newcomer.email), sign_up()
    assert (known.status_code, known.headers["Location"]) == (
        fresh.status_code,
        fresh.headers["Location"],
    )
    assert User.objects.filter(email=newcomer.email).count() == 1


def test_resetting_answers_alike_for_known_and_unknown_mailboxes(newcomer: User) -> None:
    pages = [
        Client().post("/accounts/password/reset/", {"email": email})
        for email in (newcomer.email, "nobody@example.org")
    ]
    assert pages[0].status_code == pages[1].status_code == 302
    assert pages[0].headers["Location"] == pages[1].headers["Location"]


def reset(user: User, password: str = "another-sentence-2028") -> str:
    """Reset the password by mail; return the path of the link."""
    Client().post("/accounts/password/reset/", {"email": user.email})
    path = link_in(Message.objects.latest("created_at"))
    client = Client()
    form = client.get(path, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})
    return path


def test_a_reset_link_works_once(newcomer: User) -> None:
    path = reset(newcomer)
    newcomer.refresh_from_db()
    assert newcomer.check_password("another-sentence-2028")
    page = Client().get(path, follow=True)
    assert page.context["token_fail"]


def test_links_lead_to_the_configured_host_whatever_the_request_says(
    newcomer: User, settings: object
) -> None:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]
    Client().post(
        "/accounts/password/reset/", {"email": newcomer.email}, headers={"host": "evil.example"}
    )
    body = Message.objects.get().body
    assert settings.SITE_URL in body  # type: ignore[attr-defined]
    assert "evil.example/accounts/password" not in body


def test_sessions_end_when_the_password_changes(newcomer: User, sign_in: SignIn) -> None:
    elsewhere = sign_in(newcomer)
    assert elsewhere.get("/register/profile/").status_code == 200
    reset(newcomer)
    assert elsewhere.get("/register/profile/").status_code == 302


@pytest.mark.parametrize(
    ("who", "lands"), [("officer", "/admin/"), ("colleague", "/my/"), ("newcomer", "/register/")]
)
def test_everybody_lands_where_her_work_is(
    who: str, lands: str, request: pytest.FixtureRequest
) -> None:
    holder: User | StaffPost | Membership = request.getfixturevalue(who)
    user = holder if isinstance(holder, User) else holder.user
    response = Client().post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert response.headers["Location"] == lands


def test_staff_set_up_a_second_factor_before_the_admin_opens(
    officer: StaffPost, sign_in: SignIn, settings: object
) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    response = sign_in(officer.user).get("/admin/")
    assert response.headers["Location"] == "/accounts/2fa/totp/activate/"


def test_the_profile_changes_name_and_phone_alone(newcomer: User, sign_in: SignIn) -> None:
    email = newcomer.email
    sign_in(newcomer).post(
        "/register/profile/",
        {"name": "新名", "phone": "0000-2", "email": "x@example.org", "is_superuser": "on"},
    )
    newcomer.refresh_from_db()
    assert (newcomer.name, newcomer.phone, newcomer.email) == ("新名", "0000-2", email)
    assert not newcomer.is_superuser


def test_mailboxes_are_added_refused_and_chosen_on_one_page_in_our_words(
    newcomer: User, sign_in: SignIn
) -> None:
    client = sign_in(newcomer)
    page = client.get("/accounts/email/").content.decode()
    assert newcomer.email in page
    assert "主邮箱" in page
    assert "Email" not in re.sub(r"<[^>]*>", "", page)
    refused = client.post("/accounts/email/", {"action_add": "", "email": "nonsense"})
    assert 'aria-describedby="id_email_error"' in refused.content.decode()
    client.post("/accounts/email/", {"action_add": "", "email": "second@example.org"})
    assert "second@example.org" in client.get("/accounts/email/").content.decode()
