"""Fixtures of the browser's tests."""

from tests.browser.fixtures import enter, inspector, portal, requests_end

__all__ = ("enter", "inspector", "portal", "requests_end")
