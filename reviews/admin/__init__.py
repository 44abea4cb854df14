"""Lists of the association's work in the admin."""

from reviews.admin import checks, submissions

__all__ = ("checks", "submissions")
