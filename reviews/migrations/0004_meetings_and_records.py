"""Meetings of experts, and the papers of a review."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0009_experts_to_avoid'),
        ('documents', '0005_set_again_once'),
        ('files', '0001_initial'),
        ('reviews', '0003_publicity'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins_at', models.DateTimeField(verbose_name='begins')),
                ('place', models.CharField(max_length=120, verbose_name='place')),
                ('quorum', models.PositiveSmallIntegerField(verbose_name='experts who must be there')),
                ('majority', models.CharField(choices=[('half', 'more than half of those voting'), ('two_thirds', 'two thirds of those voting')], default='half', max_length=10, verbose_name='majority')),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('open', 'Under way'), ('closed', 'Closed')], default='planned', max_length=8, verbose_name='state')),
                ('notes', models.TextField(blank=True, verbose_name='notes for the minutes')),
                ('opened_at', models.DateTimeField(editable=False, null=True)),
                ('closed_at', models.DateTimeField(editable=False, null=True)),
                ('chair', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.expert', verbose_name='chair')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('panel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='reviews.panel')),
            ],
            options={
                'verbose_name': 'meeting of experts',
                'verbose_name_plural': 'meetings of experts',
                'ordering': ['begins_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.expert')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendances', to='reviews.meeting')),
            ],
            options={
                'verbose_name': 'attendance',
                'verbose_name_plural': 'attendances',
                'ordering': ['expert__name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='MeetingItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                ('votes_for', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='for')),
                ('votes_against', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='against')),
                ('abstained', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='abstained')),
                ('passed', models.BooleanField(editable=False, null=True)),
                ('note', models.TextField(blank=True, verbose_name='opinion of the meeting')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meeting_items', to='applications.application')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='reviews.meeting')),
            ],
            options={
                'verbose_name': 'project of a meeting',
                'verbose_name_plural': 'projects of a meeting',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ReviewRecord',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('sheet', 'Score sheet of an expert'), ('summary', 'Summary of the review'), ('minutes', 'Minutes of the meeting')], max_length=8, verbose_name='kind')),
                ('content_sha256', models.CharField(editable=False, max_length=64)),
                ('made_at', models.DateTimeField()),
                ('signed_at', models.DateTimeField(blank=True, null=True, verbose_name='signed copy uploaded')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                ('expert', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='records', to='reviews.expert')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='records', to='reviews.meeting')),
                ('panel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='reviews.panel')),
                ('signed', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'paper of a review',
                'verbose_name_plural': 'papers of a review',
                'ordering': ['-made_at', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('quorum__gt', 0)), name='meeting_has_quorum', violation_error_message='At least one expert must be there.'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('majority__in', ['half', 'two_thirds']), ('state__in', ['planned', 'open', 'closed'])), name='meeting_words_known'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'planned'), ('opened_at__isnull', False), _connector='OR'), name='opened_meeting_has_time'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'closed'), _negated=True), fields=('panel',), name='one_meeting_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(fields=('meeting', 'expert'), name='attendance_once'),
        ),
        migrations.AddConstraint(
            model_name='meetingitem',
            constraint=models.UniqueConstraint(fields=('meeting', 'application'), name='meeting_item_once'),
        ),
        migrations.AddConstraint(
            model_name='meetingitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('abstained', None), ('passed', None), ('votes_against', None), ('votes_for', None)), models.Q(('abstained__isnull', False), ('passed__isnull', False), ('votes_against__isnull', False), ('votes_for__isnull', False)), _connector='OR'), name='votes_are_counted_together'),
        ),
        migrations.AddConstraint(
            model_name='reviewrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('expert__isnull', False), ('kind', 'sheet'), ('meeting', None)), models.Q(('expert', None), ('kind', 'summary'), ('meeting', None)), models.Q(('expert', None), ('kind', 'minutes'), ('meeting__isnull', False)), _connector='OR'), name='record_has_its_subject'),
        ),
        migrations.AddConstraint(
            model_name='reviewrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed', None), ('signed_at', None), ('signed_by', None)), models.Q(('signed__isnull', False), ('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='signed_record_says_by_whom'),
        ),
    ]
