"""An unsafe setting is refused with a sentence; a sound one passes in silence."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from portal import checks

SOUND: dict[str, object] = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "DEBUG": False,
    "DEMO": False,
    "SITE_URL": "https://portal.example",
    "ALLOWED_HOSTS": ["portal.example"],
    "HTTPS": True,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
}
ALL: tuple[Callable[..., list[Any]], ...] = (
    checks.check_secret_key, checks.check_debug, checks.check_hosts, checks.check_demo,
    checks.check_https, checks.check_mail,
)  # fmt: skip


def found(settings: Any, **changes: object) -> set[str]:
    for name, value in {**SOUND, **changes}.items():
        setattr(settings, name, value)
    messages = [message for check in ALL for message in check(None)]
    assert all(len(message.msg.split()) > 4 for message in messages), "a sentence, not a code"
    return {str(message.id) for message in messages}


def test_sound_production_settings_pass(settings: Any) -> None:
    assert found(settings) == set()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"SECRET_KEY": secrets.token_urlsafe(20)}, "portal.E001"),
        ({"SECRET_KEY": "a" * 80}, "portal.E001"),
        ({"SECRET_KEY": "django-insecure-" + secrets.token_urlsafe(50)}, "portal.E002"),
        ({"DEBUG": True}, "portal.E003"),
        ({"ALLOWED_HOSTS": ["portal.example", "*"]}, "portal.E004"),
        ({"DEMO": True}, "portal.E005"),
        ({"SITE_URL": "http://portal.example"}, "portal.E006"),
        ({"HTTPS": False}, "portal.E007"),
        ({"ALLOWED_HOSTS": ["other.example"]}, "portal.W001"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "portal.W002"),
    ],
)
def test_an_unsafe_setting_is_refused(
    settings: Any, changes: dict[str, object], refusal: str
) -> None:
    assert found(settings, **changes) == {refusal}


@pytest.mark.parametrize(
    "changes",
    [
        {"DEBUG": True, "SITE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": ["127.0.0.1"]},
        {"DEMO": True, "SITE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": ["localhost"]},
        {"DEMO": True, "SITE_URL": "http://192.168.1.5:8000", "ALLOWED_HOSTS": ["*"]},
        {"SITE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": ["127.0.0.1"], "HTTPS": False},
    ],
)
def test_demo_and_development_pass_on_local_addresses(
    settings: Any, changes: dict[str, object]
) -> None:
    assert found(settings, **changes) == set()


def test_psycopg_3_beside_psycopg2_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.check_driver(None) == []
    monkeypatch.setattr(checks, "find_spec", lambda name: object())
    assert [message.id for message in checks.check_driver(None)] == ["portal.E008"]


@pytest.mark.parametrize(
    ("host", "local"),
    [("localhost", True), ("127.0.0.5", True), ("[::1]", True), ("a.localhost", True),
     ("10.0.0.1", False), ("portal.example", False), (".example", False), ("*", False)],
)  # fmt: skip
def test_only_this_machine_is_local(host: str, local: bool) -> None:
    assert checks.is_local(host) is local


def test_the_checks_are_registered() -> None:
    from django.core.checks.registry import registry

    registered: list[object] = list(registry.get_checks())
    assert all(check in registered for check in (*ALL, checks.check_driver))
