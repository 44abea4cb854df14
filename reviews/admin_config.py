"""Makes the portal's own admin site the default one, without importing it at start-up."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """Django's admin with the dashboard and task order of `reviews.site`."""

    default_site = "reviews.site.PortalAdminSite"
