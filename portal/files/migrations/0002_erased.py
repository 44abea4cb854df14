"""Lets a file be erased: its bytes go, its size and hash stay."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="storedfile",
            name="state",
            field=models.CharField(
                choices=[
                    ("clean", "Usable"),
                    ("pending", "Being scanned"),
                    ("quarantined", "Quarantined"),
                    ("erased", "Erased"),
                ],
                default="clean",
                editable=False,
                max_length=12,
                verbose_name="state",
            ),
        ),
    ]
