"""Lets a yearly fact be a number, such as that of a society's members."""

from __future__ import annotations

from django.db import migrations, models

TYPES = [
    ("yes_no", "Yes or no"),
    ("grade", "Grade"),
    ("honour", "Honour"),
    ("until", "Until a day"),
    ("number", "Whole number"),
]


class Migration(migrations.Migration):
    """Adds one more way to write a value."""

    dependencies = [("people", "0004_phones_that_can_be_dialled")]

    operations = [
        migrations.AlterField(
            model_name="factcode",
            name="type",
            field=models.CharField(
                choices=TYPES, default="yes_no", max_length=10, verbose_name="type"
            ),
        )
    ]
