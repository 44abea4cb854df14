"""Addresses of jobs."""

from django.urls import path

from portal.jobs import views

app_name = "jobs"
urlpatterns = [
    path("<uuid:job_id>/", views.status, name="status"),
    path("<uuid:job_id>/result", views.result, name="result"),
]
