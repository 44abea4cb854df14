"""Lets what is handed in be asked for every year again."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Adds the switch and the number of years; every rule so far asks once."""

    dependencies = [("calls", "0016_deliverables_in_working_days")]

    operations = [
        migrations.AddField(
            model_name="deliverablerule",
            name="yearly",
            field=models.BooleanField(default=False, verbose_name="every year again"),
        ),
        migrations.AddField(
            model_name="deliverablerule",
            name="times",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="how many years in all"
            ),
        ),
        migrations.AddConstraint(
            model_name="deliverablerule",
            constraint=models.CheckConstraint(
                condition=Q(yearly=False) | Q(due_on__isnull=False),
                name="deliverable_yearly_by_a_day",
                violation_error_message=(
                    "What is asked for every year needs a fixed day, that of the first year."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="deliverablerule",
            constraint=models.CheckConstraint(
                condition=Q(times=None) | Q(yearly=True, times__gte=2, times__lte=20),
                name="deliverable_times_of_a_yearly_one",
                violation_error_message=(
                    "A number of years, from 2 to 20, belongs to what is asked for every year."
                ),
            ),
        ),
    ]
