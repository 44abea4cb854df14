"""Keeps the newest revocation list of each authority."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("seals", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="authority",
            name="revoked",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="authority",
            name="list_issued_at",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="revocation list of"
            ),
        ),
        migrations.AddField(
            model_name="authority",
            name="list_good_until",
            field=models.DateTimeField(editable=False, null=True, verbose_name="next list due"),
        ),
    ]
