"""Lets a rule stand without parameters, where its kind needs none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0004_figures"),
    ]

    operations = [
        migrations.AlterField(
            model_name="rule",
            name="params",
            field=models.JSONField(blank=True, default=dict, verbose_name="parameters"),
        ),
    ]
