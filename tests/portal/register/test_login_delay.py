"""Guessing is slowed, the owner is not; a rival cannot lock anybody out."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from portal import clock
from portal.people.models import User
from portal.register import login_delay
from portal.register.login_delay import Gate
from portal.register.models import LoginDelay
from tests.factories.people import PASSWORD

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Page

LOGIN = "/accounts/login/"


def post(client: Client, email: str, password: str, address: str) -> Page:
    return client.post(LOGIN, {"login": email, "password": password}, REMOTE_ADDR=address)


def fail(client: Client, email: str, times: int, address: str = "10.0.0.1") -> Page:
    for _time in range(times):
        response = post(client, email, "wrong-password", address)
    return response


def is_slowed(response: Page) -> bool:
    form = response.context.get("form") if response.context else None
    errors = form.errors.as_data() if form else {}
    return any(e.code == "too_many_login_attempts" for each in errors.values() for e in each)


def test_delays_grow_from_two_seconds_and_end() -> None:
    gate = Gate("k", free=4, longest=300)
    seconds = [int(gate.delay(count).total_seconds()) for count in range(4, 16)]
    assert seconds[:5] == [0, 2, 4, 8, 16]
    assert max(seconds) == 300
    assert gate.delay(10_000) == dt.timedelta(seconds=300)


@pytest.mark.django_db
def test_after_free_failures_the_next_attempt_waits(newcomer: User) -> None:
    client = Client()
    assert not is_slowed(fail(client, newcomer.email, 5))
    assert is_slowed(post(client, newcomer.email, PASSWORD, "10.0.0.1"))


@pytest.mark.django_db
def test_unknown_and_known_mailboxes_are_answered_alike(newcomer: User) -> None:
    answers = []
    for email in (newcomer.email, "nobody@example.org"):
        client = Client()
        pages = [fail(client, email, 1) for _time in range(6)]
        answers.append(
            [
                [str(e) for each in page.context["form"].errors.values() for e in each]
                for page in pages
            ]
        )
    assert answers[0] == answers[1]


@pytest.mark.django_db
def test_a_rival_elsewhere_does_not_slow_the_owner(newcomer: User) -> None:
    fail(Client(), newcomer.email, 8, address="10.9.9.9")
    assert post(Client(), newcomer.email, PASSWORD, "10.0.0.1").status_code == 302


@pytest.mark.django_db
def test_a_known_browser_gets_in_under_attack_from_everywhere(newcomer: User) -> None:
    owner = Client()
    assert post(owner, newcomer.email, PASSWORD, "10.0.0.1").status_code == 302
    owner.post("/accounts/logout/")
    # The same office network, and many others, are used for guessing.
    for number in range(45):
        fail(Client(), newcomer.email, 1, address=f"10.1.{number // 5}.1")
    fail(Client(), newcomer.email, 8, address="10.0.0.1")
    assert is_slowed(post(Client(), newcomer.email, PASSWORD, "10.2.2.2"))
    assert post(owner, newcomer.email, PASSWORD, "10.0.0.1").status_code == 302


@pytest.mark.django_db
def test_the_cookie_of_another_account_helps_nobody(newcomer: User, stranger: User) -> None:
    rival = Client()
    post(rival, stranger.email, PASSWORD, "10.0.0.1")
    rival.post("/accounts/logout/")
    fail(rival, newcomer.email, 5)
    assert is_slowed(post(rival, newcomer.email, PASSWORD, "10.0.0.1"))


@pytest.mark.django_db
def test_a_forged_cookie_helps_nobody(newcomer: User) -> None:
    rival = Client()
    rival.cookies[login_delay.COOKIE] = f"{login_delay._account(newcomer.email)}.00"
    fail(rival, newcomer.email, 5)
    assert is_slowed(post(rival, newcomer.email, PASSWORD, "10.0.0.1"))


@pytest.mark.django_db
def test_waiting_helps_and_success_forgets(newcomer: User) -> None:
    client = Client()
    fail(client, newcomer.email, 6)
    LoginDelay.objects.update(blocked_until=clock.now())
    assert post(client, newcomer.email, PASSWORD, "10.0.0.1").status_code == 302
    assert not LoginDelay.objects.exists()


@pytest.mark.django_db
def test_an_attempt_that_waits_is_not_counted() -> None:
    gate = Gate("k", free=0, longest=300)
    assert login_delay.attempt([gate]) == 0
    assert login_delay.attempt([gate]) > 0
    assert LoginDelay.objects.get().failures == 1


@pytest.mark.django_db
def test_failures_are_forgotten_after_a_day() -> None:
    gate = Gate("k", free=0, longest=300)
    login_delay.attempt([gate])
    yesterday = clock.now() - dt.timedelta(days=1, seconds=1)
    LoginDelay.objects.update(failures=9, last_at=yesterday, blocked_until=yesterday)
    assert login_delay.attempt([gate]) == 0
    assert LoginDelay.objects.get().failures == 1


@pytest.mark.django_db
def test_the_table_names_nobody(newcomer: User) -> None:
    fail(Client(), newcomer.email, 1)
    rows = list(LoginDelay.objects.values_list("key", flat=True))
    assert rows
    assert all(newcomer.email not in key and len(key) == 64 for key in rows)


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_are_counted_one_after_another() -> None:
    gate = Gate("k", free=4, longest=300)
    waits: list[int] = []

    def guess() -> None:
        waits.append(login_delay.attempt([gate]))
        connection.close()

    threads = [threading.Thread(target=guess) for _number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    # Four free ones and the fifth, which sets the first delay; the rest wait.
    assert waits.count(0) == 5


def test_remembered_accounts_are_few() -> None:
    request: HttpRequest = RequestFactory().get("/")
    for number in range(9):
        response = HttpResponse()
        login_delay.remember_browser(request, response, User(email=f"p{number}@example.org"))
        request.COOKIES[login_delay.COOKIE] = response.cookies[login_delay.COOKIE].value
    assert len(login_delay._marks(request)) == 5
    assert login_delay._known_browser(request, "p8@example.org")
    assert not login_delay._known_browser(request, "p1@example.org")
