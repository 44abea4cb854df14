"""What is confirmed between selection and execution."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0009_forwarded_call"),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="agreement",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Nothing: the execution begins with the selection"),
                    ("plan", "A plan of execution that the association confirms"),
                    ("agreement", "A signed agreement that the association confirms"),
                ],
                default="",
                max_length=10,
                verbose_name="confirmed before the execution",
            ),
        ),
    ]
