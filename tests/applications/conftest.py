"""Scenes for the tests of applications."""

from __future__ import annotations

import pytest

from tests.factories.applications import Scene, make_scene


@pytest.fixture
def scene(db: None) -> Scene:
    """An open call whose stamped scan may follow the hand-in."""
    return make_scene()
