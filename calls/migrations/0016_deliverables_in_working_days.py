"""Lets what is handed in after completion be due in working days."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Adds the switch; every rule so far counts calendar days."""

    dependencies = [("calls", "0015_category_closes_at")]

    operations = [
        migrations.AddField(
            model_name="deliverablerule",
            name="working_days",
            field=models.BooleanField(default=False, verbose_name="counted in working days"),
        ),
        migrations.AddConstraint(
            model_name="deliverablerule",
            constraint=models.CheckConstraint(
                condition=Q(working_days=False) | Q(days_after__lte=366),
                name="deliverable_working_days_countable",
                violation_error_message="At most 366 working days can be counted.",
            ),
        ),
    ]
