"""Lists of the association's work in the admin."""

from reviews.admin import checks, experts, projects, submissions

__all__ = ("checks", "experts", "projects", "submissions")
