"""App configuration of files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    """Uploaded and generated files."""

    name = "portal.files"
    label = "files"
    verbose_name = _("Files")
