"""Scenes for the tests of reviews."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories.reviews import Scene, make_scene


@pytest.fixture
def scene(db: None) -> Scene:
    """An open call of one association, with an officer and a unit."""
    return make_scene()


@pytest.fixture(autouse=True)
def without_second_factor(settings: object) -> None:
    """Let staff in without an authenticator; the second factor has tests of its own."""
    settings.DEMO = True  # type: ignore[attr-defined]


@pytest.fixture
def desk(scene: Scene) -> Client:
    """A browser in which the scene's officer is signed in."""
    client = Client()
    client.force_login(scene.officer)
    return client
