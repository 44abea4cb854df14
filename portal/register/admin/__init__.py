"""The register in the admin: units, verification, facts, imports, posts, persons."""

from django.contrib import admin
from django.contrib.auth.models import Group

from portal.register.admin import (  # noqa: F401 - importing registers them
    affiliations,
    facts,
    imports,
    issuers,
    organisations,
    people,
)

# What a group may do is data in portal/roles.py, not a matter of clicking.
admin.site.unregister(Group)
