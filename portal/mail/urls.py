"""Addresses of the inbox."""

from django.urls import path

from portal.mail import views

app_name = "mail"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read", views.read_all, name="read_all"),
    path("<int:item_id>/read", views.read, name="read"),
]
