"""Addresses of the association's pages of projects, mounted inside the admin."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from reviews.views import projects

_PROJECT = "reviews/project/<uuid:pk>/"
_DELIVERABLE = "reviews/deliverable/<uuid:pk>/"


def urls(site: AdminSite) -> list[URLPattern]:
    """Return every page, each guarded by the site; objects are authorised by the views."""
    guard = site.admin_view
    return [
        path(_PROJECT, guard(projects.detail), name="reviews_project"),
        path(f"{_PROJECT}act/", guard(projects.act), name="reviews_project_act"),
        path(f"{_PROJECT}payment/", guard(projects.payment), name="reviews_payment"),
        path("reviews/change/<int:pk>/", guard(projects.change), name="reviews_change"),
        path(_DELIVERABLE, guard(projects.deliverable), name="reviews_deliverable"),
        path(
            f"{_DELIVERABLE}files/<uuid:file>/",
            guard(projects.paper),
            name="reviews_deliverable_file",
        ),
        path(f"{_DELIVERABLE}accounts/", guard(projects.accounts), name="reviews_accounts"),
        path(
            f"{_DELIVERABLE}accounts/<int:scan>/",
            guard(projects.accounts_scan),
            name="reviews_accounts_scan",
        ),
    ]
