"""What is written down: ids and addresses, never names, passwords or what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.test import Client, RequestFactory
from django.utils.translation import override

from portal.audit.labels import label_of, register_actions, target_in_words
from portal.audit.models import AuditEntry
from portal.audit.origin import client_address, current_address
from portal.audit.services import record
from tests.factories.people import PASSWORD, IssuerFactory, UserFactory

pytestmark = pytest.mark.django_db


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def test_a_row_names_its_target_and_keeps_what_was_given() -> None:
    user, issuer = UserFactory.create(), IssuerFactory.create()
    entry = record(
        "deadline_moved", by=user, target=issuer, issuer=issuer,
        organisation=issuer.organisation, before="2024-04-22", after="2024-04-25",
    )  # fmt: skip
    entry.refresh_from_db()
    assert entry.target == f"people.issuer:{issuer.pk}"
    assert (entry.actor_id, entry.issuer_id) == (user.pk, issuer.pk)
    assert entry.organisation_id == issuer.organisation_id
    assert entry.data == {"before": "2024-04-22", "after": "2024-04-25"}
    assert entry.at is not None
    assert entry.position is None


@pytest.mark.parametrize("key", ["name", "email", "phone", "password", "token", "secret"])
def test_names_and_secrets_are_refused(key: str) -> None:
    data: dict[str, Any] = {key: "x"}
    with pytest.raises(ValueError, match=key):
        record("tested", by=None, target=None, **data)


def test_sign_in_and_out_are_written_down() -> None:
    user = UserFactory.create()
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.force_login(user)
    client.logout()
    assert actions() == ["login", "logout"]
    assert set(AuditEntry.objects.values_list("actor_id", flat=True)) == {user.pk}


def test_a_failed_sign_in_is_written_without_what_was_typed(rf: RequestFactory) -> None:
    user = UserFactory.create(email="wang@example.org")
    assert authenticate(rf.post("/"), email="Wang@example.org", password="wrong-word") is None
    assert authenticate(rf.post("/"), email="nobody@example.org", password="wrong-word") is None
    known, unknown = AuditEntry.objects.filter(action="login_failed").order_by("seq")
    assert known.target == f"people.user:{user.pk}"
    assert unknown.target == ""
    assert known.actor_id is None
    for entry in (known, unknown):
        assert "example" not in str(entry.data)
        assert "wrong-word" not in str(entry.data)
    assert known.data["typed"] != unknown.data["typed"], "repeated tries can be told apart"


def test_the_address_is_the_visitors_while_a_request_is_served() -> None:
    UserFactory.create(email="a@example.org")
    Client(REMOTE_ADDR="192.0.2.7").post(
        "/accounts/login/", {"login": "a@example.org", "password": PASSWORD}, secure=True
    )
    entry = AuditEntry.objects.get(action="login")
    assert entry.ip == "192.0.2.7"
    assert current_address() is None, "nothing stays behind for the next one"


@pytest.mark.parametrize(
    ("behind_proxy", "forwarded", "remote", "expected"),
    [
        (False, "", "192.0.2.7", "192.0.2.7"),
        (False, "203.0.113.9", "192.0.2.7", "192.0.2.7"),
        (True, "203.0.113.9", "192.0.2.1", "203.0.113.9"),
        (True, "198.51.100.66, 203.0.113.9", "192.0.2.1", "203.0.113.9"),
        (True, "", "192.0.2.1", "192.0.2.1"),
        (True, "<script>", "192.0.2.1", None),
        (False, "", "", None),
        (False, "", "2001:db8::7", "2001:db8::7"),
    ],
)
def test_forwarded_addresses_are_believed_only_behind_the_proxy(
    rf: RequestFactory,
    settings: Any,
    behind_proxy: bool,
    forwarded: str,
    remote: str,
    expected: str | None,
) -> None:
    settings.BEHIND_PROXY = behind_proxy
    request = rf.get("/", REMOTE_ADDR=remote)
    if forwarded:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    assert client_address(request) == expected


def test_actions_have_words_and_nobody_takes_anothers() -> None:
    assert label_of("login") != "login"
    assert label_of("never_named") == "never_named"
    with pytest.raises(ValueError, match="login"):
        register_actions({"login": "something else"})


def test_a_target_is_said_in_words() -> None:
    with override("en"):
        assert target_in_words("calls.call:12") == "call 12"
        number = "858eea72-df5d-4802-ac4b-50544758a3f6"
        assert target_in_words(f"applications.packet:{number}") == "packet 858eea72…"
    assert target_in_words("calls.gone:12") == "calls.gone:12"
    assert target_in_words("") == ""
