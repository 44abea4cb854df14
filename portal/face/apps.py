"""Registers the face, so that its template tags are found."""

from django.apps import AppConfig


class FaceConfig(AppConfig):
    """The face has no models."""

    name = "portal.face"
    label = "face"
