"""Takes only telephone numbers that can be dialled; the columns stay as they are."""

from django.db import migrations, models

import portal.phone


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0008_archive_erased"),
    ]

    operations = [
        migrations.AlterField(
            model_name="expert",
            name="phone",
            field=models.CharField(
                blank=True,
                max_length=30,
                validators=[portal.phone.validate_phone],
                verbose_name="phone",
            ),
        ),
    ]
