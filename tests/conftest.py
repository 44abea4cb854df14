"""What every test gets: services of its own, an empty cache, a folder for files, a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# No sandbox: the suite may run as root. The rest keeps Chromium from speaking to anybody.
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]


def _use_own_redis() -> None:
    """Give every pytest process a Redis database of its own, as pytest-django does for PostgreSQL.

    Runs when this file is loaded: before cache and Celery read the address.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    url = settings.REDIS_URL.rsplit("/", 1)[0] + f"/{worker + 1}"
    os.environ["REDIS_URL"] = url
    settings.REDIS_URL = settings.CELERY_BROKER_URL = url
    settings.CACHES["default"]["LOCATION"] = url


def _let_tests_empty_tables() -> None:
    """Let Django empty all tables after a test with real commits.

    Append-only tables refuse that by trigger, as they must; only this statement, only in tests,
    runs with the triggers asleep.
    """
    original = DatabaseOperations.sql_flush

    def sql_flush(self: DatabaseOperations, *args: Any, **options: Any) -> list[str]:
        statements = original(self, *args, **options)
        asleep = "SET session_replication_role = replica;"
        awake = "SET session_replication_role = DEFAULT;"
        return [asleep, *statements, awake] if statements else []

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign, assignment]


def _serve_assets_as_in_production() -> None:
    """Let the live server's assets come from WhiteNoise, under their hashed names.

    Django's test handler would take these addresses for itself and know only the plain names.
    """
    StaticFilesHandler._should_handle = lambda self, path: False  # type: ignore[method-assign]


_use_own_redis()
_serve_assets_as_in_production()
_let_tests_empty_tables()


@pytest.fixture(autouse=True)
def clean_surroundings(tmp_path: Path, settings: Any) -> None:
    """Begin every test with an empty cache, an empty folder for uploads, the portal's language.

    A request leaves its language active in the thread; the next test would speak it by chance.
    """
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def english() -> Iterator[None]:
    """Let refusals be read in English, in the words the code has."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Let tests over real transactions empty the tables between them.

    The audit refuses that; its own tests switch the refusal on again to show it.
    """
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER audit_no_truncate")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give one Chromium of the system for the whole run, with the portal's Chinese faces."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, by which Django would take us for async code
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    fonts = Path(settings.FONT_DIR) / "fonts.conf"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=CHROMIUM_OPTIONS,
            env={**os.environ, "FONTCONFIG_FILE": str(fonts), "LANGUAGE": "zh_CN"},
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a fresh Chinese browser window of a desktop's size; waits end after ten seconds."""
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
