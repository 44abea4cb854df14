"""App configuration of the demo; installed only where DEMO is set."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Seeded data and the smoke walk."""

    name = "demo"
    verbose_name = "Demo"
