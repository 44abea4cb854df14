"""The call page as plain data: every figure of the table, every rule and date in words."""

from calls.explained.composing import explain
from calls.explained.dates import since
from calls.explained.page import CallPage
from calls.explained.reading import load

__all__ = ("CallPage", "explain", "load", "since")
