"""Keeps which boxes of others the unit said are signed and stamped on a scan."""

from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Scans so far were of forms without such boxes."""

    dependencies = [("applications", "0016_yearly_deliverables")]

    operations = [
        migrations.AddField(
            model_name="signedscan",
            name="boxes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=120), blank=True, default=list, size=None
            ),
        )
    ]
