"""Takes only telephone numbers that can be dialled; the columns stay as they are."""

from django.db import migrations, models

import portal.phone


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_facts_until_a_day"),
    ]

    operations = [
        migrations.AlterField(
            model_name="invitation",
            name="phone",
            field=models.CharField(
                blank=True,
                max_length=30,
                validators=[portal.phone.validate_phone],
                verbose_name="phone",
            ),
        ),
        migrations.AlterField(
            model_name="issuer",
            name="contact_phone",
            field=models.CharField(
                blank=True,
                max_length=60,
                validators=[portal.phone.validate_phone],
                verbose_name="contact phone",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="phone",
            field=models.CharField(
                blank=True,
                max_length=30,
                validators=[portal.phone.validate_phone],
                verbose_name="phone",
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="phone",
            field=models.CharField(
                blank=True,
                max_length=30,
                validators=[portal.phone.validate_phone],
                verbose_name="phone",
            ),
        ),
    ]
