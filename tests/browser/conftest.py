"""Fixtures of the browser's tests."""

from tests.browser.fixtures import enter, inspector, portal

__all__ = ("enter", "inspector", "portal")
