"""Keeps the words by which results name the support."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Calls so far ask for none."""

    dependencies = [("calls", "0018_boxes_on_the_form")]

    operations = [
        migrations.AddField(
            model_name="call",
            name="acknowledgement",
            field=models.CharField(
                blank=True,
                default="",
                max_length=200,
                verbose_name="words by which results name the support",
            ),
            preserve_default=False,
        )
    ]
