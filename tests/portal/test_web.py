"""The house's own pages: health, privacy, robots, and refusals that say what to do."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory

from portal import web
from tests.factories.people import IssuerFactory, UserFactory


@pytest.mark.django_db
def test_a_worker_in_order_says_so() -> None:
    response = Client().get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "broker": "ok"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_a_worker_without_broker_stays_in_service(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = Client().get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "degraded", "database": "ok", "broker": "down"}


@pytest.mark.django_db
def test_a_worker_without_database_is_taken_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        raise DatabaseError("password authentication failed for user portal at 10.0.0.5")

    monkeypatch.setattr(connection, "cursor", away)
    response = Client().get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "down", "database": "down", "broker": "ok"}


@pytest.mark.django_db
def test_the_privacy_notice_is_public_and_has_the_associations_own_words() -> None:
    IssuerFactory.create(privacy_notice="本会保存材料十年。\n<b>联系人</b>：丙示例")
    text = Client().get("/privacy/").content.decode()
    assert "本会保存材料十年。" in text
    assert "<b>联系人" not in text


@pytest.mark.django_db
def test_search_engines_are_kept_to_the_public_pages() -> None:
    response = Client().get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    for closed in ("/admin/", "/my/", "/inbox/", "/jobs/"):
        assert f"Disallow: {closed}\n" in response.content.decode()


@pytest.mark.django_db
def test_a_wrong_address_is_a_page_in_the_portals_frame() -> None:
    client = Client()
    client.force_login(UserFactory.create())
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert 'id="main"' in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("handler", "error", "status"),
    [
        (web.bad_request, BadRequest("detail"), 400),
        (web.permission_denied, PermissionDenied("detail"), 403),
    ],
)
def test_refusals_do_not_repeat_the_programs_words(
    rf: RequestFactory, handler: Any, error: Exception, status: int
) -> None:
    request = rf.get("/")
    request.user = UserFactory.create()
    response = handler(request, error)
    assert response.status_code == status
    assert "detail" not in response.content.decode()


def test_the_page_for_faults_needs_no_database(rf: RequestFactory) -> None:
    response = web.server_error(rf.get("/"))
    assert response.status_code == 500
    assert "<h1>" in response.content.decode()


@pytest.mark.django_db
def test_a_button_opened_as_a_page_leads_back_to_the_page_with_the_button() -> None:
    client = Client()
    client.force_login(UserFactory.create())
    response = client.get("/inbox/17/read")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert '<a href="/inbox/">' in response.content.decode()
    assert client.post("/inbox/").status_code == 405


@pytest.mark.django_db
def test_a_program_gets_the_bare_answer() -> None:
    client = Client()
    client.force_login(UserFactory.create())
    response = client.get("/inbox/17/read", headers={"accept": "application/json"})
    assert (response.status_code, response.content) == (405, b"")
