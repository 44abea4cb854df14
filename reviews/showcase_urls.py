"""Addresses of the public pages of closed projects, below /projects/."""

from django.urls import path

from reviews.views import showcase

app_name = "showcase"

urlpatterns = [
    path("", showcase.projects, name="projects"),
    path("<int:pk>/", showcase.project, name="project"),
    path("<int:pk>/photos/<int:photo_pk>/", showcase.photo, name="photo"),
]
