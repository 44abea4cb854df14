"""The face's own addresses; the page of components is for the demo and for developers only."""

from django.conf import settings
from django.urls import path

from portal.face import views

urlpatterns = [
    path("clock/", views.server_time, name="clock"),
    path("language/", views.language, name="language"),
]
if settings.DEMO or settings.DEBUG:
    urlpatterns.append(path("styleguide/", views.styleguide, name="styleguide"))
