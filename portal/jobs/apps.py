"""App configuration of jobs."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Imports, exports and batches with their progress."""

    name = "portal.jobs"
    label = "jobs"
    verbose_name = _("Long work")
