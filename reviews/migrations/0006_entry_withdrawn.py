"""A project on a publicity list may be withdrawn by its unit."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0005_archive_and_showcase'),
    ]

    operations = [
        migrations.AlterField(
            model_name='publicityentry',
            name='standing',
            field=models.CharField(choices=[('shown', 'No objection pending'), ('suspended', 'Suspended'), ('struck', 'Struck from the list'), ('withdrawn', 'Withdrawn by its unit')], default='shown', max_length=10, verbose_name='state'),
        ),
    ]
