"""Lets the file of an archive be destroyed when the time of a form in it is over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0007_votes")]

    operations = [
        migrations.AddField(
            model_name="archiverun",
            name="erased_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="erased"),
        ),
    ]
