"""Addresses of a unit's seals, mounted at /seals/; none of them serves a seal's content."""

from django.urls import path

from portal.seals import views

app_name = "seals"

urlpatterns = [
    path("", views.index, name="index"),
    path("add/certificate/", views.add_certificate, name="add_certificate"),
    path("add/image/", views.add_image, name="add_image"),
    path("add/service/", views.add_service, name="add_service"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/revoke/", views.revoke, name="revoke"),
]
