"""Addresses of the public pages; ``home`` stands outside the name space."""

from django.urls import include, path

from calls.views.blank import blank_form
from calls.views.calls import calendar, call_list, detail
from calls.views.home import home
from calls.views.notices import attachment, notice, notices, results

public = (
    [
        path("notices/", notices, name="notices"),
        path("notices/<int:pk>/", notice, name="notice"),
        path("notices/<int:pk>/files/<int:attachment_pk>/", attachment, name="attachment"),
        path("calls/", call_list, name="list"),
        path("calls/<int:pk>/", detail, name="detail"),
        path("calls/<int:pk>/calendar.ics", calendar, name="calendar"),
        path("calls/<int:pk>/blank/<int:category_pk>/", blank_form, name="blank_form"),
        path("results/", results, name="results"),
    ],
    "calls",
)

urlpatterns = [
    path("", home, name="home"),
    path("", include(public)),
]
