"""Gives a project one deliverable a year where the call asks for it every year."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Numbers the deliverables of one rule; every one so far is the first."""

    dependencies = [
        ("applications", "0015_accounts_scans"),
        ("calls", "0017_yearly_deliverables"),
    ]

    operations = [
        migrations.AddField(
            model_name="deliverable",
            name="turn",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="deliverable",
            name="title",
            field=models.CharField(max_length=140, verbose_name="title"),
        ),
        migrations.RemoveConstraint(model_name="deliverable", name="one_deliverable_per_rule"),
        migrations.AddConstraint(
            model_name="deliverable",
            constraint=models.UniqueConstraint(
                fields=["project", "rule", "turn"], name="one_deliverable_per_rule"
            ),
        ),
    ]
