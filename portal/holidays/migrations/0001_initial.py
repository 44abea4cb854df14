"""The table of days off."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='HolidayYear',
            fields=[
                ('year', models.PositiveSmallIntegerField(primary_key=True, serialize=False, validators=[django.core.validators.MinValueValidator(2004), django.core.validators.MaxValueValidator(2200)], verbose_name='year')),
                ('source', models.CharField(help_text="Number and day of the State Council's notice on the days off.", max_length=200, verbose_name='published by')),
                ('complete', models.BooleanField(default=False, help_text='Only then periods in working days can be fixed on days of this year.', verbose_name='all days off and working weekends are entered')),
            ],
            options={
                'verbose_name': 'days off of a year',
                'verbose_name_plural': 'days off',
                'ordering': ['-year'],
            },
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='day')),
                ('is_workday', models.BooleanField(default=False, help_text='Ticked for a weekend on which people work, empty for a day off.', verbose_name='working day')),
                ('note', models.CharField(blank=True, max_length=40, verbose_name='occasion')),
                ('year', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='holidays.holidayyear')),
            ],
            options={
                'verbose_name': 'day',
                'verbose_name_plural': 'days',
                'ordering': ['day'],
                'constraints': [models.CheckConstraint(condition=models.Q(('day__year', models.F('year'))), name='holiday_in_its_year', violation_error_message='This day lies in another year.')],
            },
        ),
    ]
