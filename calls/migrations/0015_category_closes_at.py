"""Lets a category close before its call does."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0014_nine_figures'),
    ]

    operations = [
        migrations.AddField(
            model_name='category',
            name='closes_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='applications close earlier'),
        ),
    ]
