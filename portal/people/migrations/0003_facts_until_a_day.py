"""Lets a yearly fact hold until a day, such as a ban."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("people", "0002_zh_grams")]

    operations = [
        migrations.AlterField(
            model_name="factcode",
            name="type",
            field=models.CharField(
                choices=[
                    ("yes_no", "Yes or no"), ("grade", "Grade"),
                    ("honour", "Honour"), ("until", "Until a day"),
                ],
                default="yes_no",
                max_length=10,
                verbose_name="type",
            ),
        ),
    ]
