"""Fixtures of the journeys."""

from tests.browser.fixtures import enter, inspector, portal

__all__ = ("enter", "inspector", "portal")
