"""Stamped final accounts as scans."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0014_retention'),
        ('files', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountsScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('match', models.CharField(choices=[('matched', 'Matched by its code'), ('by_eye', 'To be compared by eye'), ('compared', 'Compared by eye'), ('refused', 'Shows something else')], max_length=10, verbose_name='match')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='applications.deliverableversion')),
            ],
            options={
                'verbose_name': 'stamped final accounts',
                'verbose_name_plural': 'stamped final accounts',
                'ordering': ['-pk'],
            },
        ),
    ]
