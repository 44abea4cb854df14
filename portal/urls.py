"""Mounts the apps by dotted string, so that the project package imports none of them."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("portal.web")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("verify/", include("portal.documents.urls")),
    path("seals/", include("portal.seals.urls")),
    path("register/", include("portal.register.urls")),
    path("inbox/", include("portal.mail.urls")),
    path("jobs/", include("portal.jobs.urls")),
    path("my/", include("applications.urls")),
    path("projects/", include("reviews.showcase_urls")),
    path("desk/", include("reviews.desk.urls")),
    path("recommend/", include("applications.recommend_urls")),
    path("admin/", admin.site.urls),
    path("my/", include("reviews.outcome_urls")),
    path("", include("reviews.objecting.urls")),
    path("", include("calls.urls")),
]

handler400 = "portal.web.bad_request"
handler403 = "portal.web.permission_denied"
handler404 = "portal.web.not_found"
handler500 = "portal.web.server_error"
