"""Addresses of objections: below a notice, and by the code of a receipt."""

from django.urls import path

from reviews.objecting import views

app_name = "objections"

urlpatterns = [
    path("notices/<int:pk>/objection/", views.file, name="file"),
    path("objections/", views.check, name="check"),
    path("objections/<str:code>/", views.receipt, name="receipt"),
]
