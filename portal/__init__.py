"""The project package: settings, routing and the ground-floor apps that know nothing of calls."""

from portal.celery import app as celery_app

__all__ = ("celery_app",)
