"""Remembers from which application of a forwarded call one above was handed up."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the link; nothing was handed up before."""

    dependencies = [("applications", "0009_experts_to_avoid")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="fed_from",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fed_to",
                to="applications.application",
                verbose_name="handed up from",
            ),
        ),
    ]
