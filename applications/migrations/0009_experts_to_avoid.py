"""Experts an applicant asks not to be judged by."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0008_execution'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AvoidedExpert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('unit_name', models.CharField(blank=True, max_length=120, verbose_name='unit')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('named_at', models.DateTimeField()),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='avoided_experts', to='applications.application')),
                ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'expert to avoid',
                'verbose_name_plural': 'experts to avoid',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(models.F('application'), django.db.models.functions.text.Lower('name'), django.db.models.functions.text.Lower('unit_name'), name='avoided_expert_once', violation_error_message='This expert is on the list already.'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='avoided_expert_has_reason', violation_error_message='Say who it is and why.')],
            },
        ),
    ]
