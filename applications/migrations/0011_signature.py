"""Keeps the head's handwritten signature with the version it was given for."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0010_handed_up"),
        ("files", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="version",
            name="signature",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="files.storedfile",
                verbose_name="handwritten signature",
            ),
        ),
    ]
