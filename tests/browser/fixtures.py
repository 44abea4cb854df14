"""The stage with both associations, and people who enter it at a browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser import stage
from tests.browser.inspection import Inspector
from tests.browser.visitor import Visitor

PICTURES = Path(os.environ.get("SCREENSHOTS", stage.ROOT / "var/screenshots"))

Enter = Callable[..., Visitor]


@pytest.fixture
def inspector(request: pytest.FixtureRequest) -> Iterator[Inspector]:
    """Inspect every page of the test; whatever is wrong with any of them fails it at the end."""
    inspector = Inspector(PICTURES, request.node.name.removeprefix("test_"))
    yield inspector
    # in one line, because the summary at the end of a run keeps no more of a failure
    assert not inspector.faults, f"pages with faults: {' | '.join(inspector.faults)}"


@pytest.fixture(autouse=True)
def requests_end(live_server: LiveServer) -> Iterator[None]:
    """Empty the tables only after the last request has ended."""
    with stage.requests_end():
        yield


@pytest.fixture
def portal(live_server: LiveServer, settings: Any) -> str:
    """Give the address of a portal with both associations and this year's calls open."""
    settings.SITE_URL = live_server.url
    stage.set_up()
    return str(live_server.url)


@pytest.fixture
def enter(portal: str, browser: Browser, inspector: Inspector) -> Iterator[Enter]:
    """Let people enter: ``enter()`` a visitor, ``enter("jl-optics")`` somebody of the demo."""
    visitors: list[Visitor] = []

    def come(login: str = "", **options: Any) -> Visitor:
        visitor = Visitor(browser, portal, inspector, **options)
        visitors.append(visitor)
        if login:
            visitor.sign_in(stage.mailbox(login), stage.PASSWORD)
        return visitor

    yield come
    for visitor in visitors:
        visitor.close()
