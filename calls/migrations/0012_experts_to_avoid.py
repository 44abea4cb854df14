"""How many experts an applicant may ask to avoid."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0011_publicity_notices"),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="avoid_experts_max",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="With reasons, for staff alone. 0: nobody is asked.",
                verbose_name="experts an applicant may ask to avoid, at most",
            ),
        ),
    ]
