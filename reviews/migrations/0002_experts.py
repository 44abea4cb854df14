"""Adds experts, panels, assignments and score sheets as filled in."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0003_index_handed_in'),
        ('calls', '0003_score_sheets'),
        ('people', '0002_zh_grams'),
        ('reviews', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Expert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('email', models.EmailField(max_length=254, verbose_name='mailbox')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='phone')),
                ('unit_name', models.CharField(max_length=120, verbose_name='unit')),
                ('title', models.CharField(blank=True, max_length=60, verbose_name='professional title')),
                ('fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='Divided by commas. A file fits whose topic or category names one of them.', size=None, verbose_name='fields')),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='Divided by commas.', size=None, verbose_name='languages')),
                ('most_files', models.PositiveSmallIntegerField(blank=True, help_text='In one review. Empty: any number.', null=True, verbose_name='files at most')),
                ('away_from', models.DateField(blank=True, null=True, verbose_name='away from')),
                ('away_until', models.DateField(blank=True, null=True, verbose_name='away to')),
                ('note', models.TextField(blank=True, verbose_name='note for staff')),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='left the register')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='experts', to='people.issuer', verbose_name='issuer')),
                ('organisation', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='experts', to='people.organisation', verbose_name='registered unit')),
                ('user', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='expertises', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'expert',
                'verbose_name_plural': 'experts',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ExpertInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_sha256', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField(verbose_name='valid until')),
                ('accepted_at', models.DateTimeField(editable=False, null=True)),
                ('revoked_at', models.DateTimeField(editable=False, null=True)),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='reviews.expert')),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'invitation of an expert',
                'verbose_name_plural': 'invitations of experts',
            },
        ),
        migrations.CreateModel(
            name='ExpertList',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('filename', models.CharField(max_length=200, verbose_name='file')),
                ('rows', models.JSONField(default=list)),
                ('report', models.JSONField(default=dict, verbose_name='report')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='uploaded')),
                ('applied_at', models.DateTimeField(null=True, verbose_name='applied')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='expert_lists', to='people.issuer')),
            ],
            options={
                'verbose_name': 'list of experts',
                'verbose_name_plural': 'lists of experts',
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='ExpertTie',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit_name', models.CharField(blank=True, max_length=120, verbose_name='unit')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('declared_at', models.DateTimeField(verbose_name='declared')),
                ('application', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.application')),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ties', to='reviews.expert')),
            ],
            options={
                'verbose_name': 'declared conflict',
                'verbose_name_plural': 'declared conflicts',
                'ordering': ['-declared_at'],
            },
        ),
        migrations.CreateModel(
            name='Panel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('per_file', models.PositiveSmallIntegerField(default=3, verbose_name='experts for each application')),
                ('due_at', models.DateTimeField(verbose_name='score sheets until')),
                ('fields_bind', models.BooleanField(default=False, help_text='Otherwise the field is preferred and an even load comes first.', verbose_name='only experts of the field')),
                ('stage', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='panel', to='calls.reviewstage')),
            ],
            options={
                'verbose_name': 'panel',
                'verbose_name_plural': 'panels',
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('assigned', 'Not opened'), ('open', 'Being scored'), ('submitted', 'Score sheet handed in'), ('recused', 'Conflict declared'), ('replaced', 'Replaced')], default='assigned', max_length=10, verbose_name='state')),
                ('assigned_at', models.DateTimeField()),
                ('cleared_at', models.DateTimeField(editable=False, null=True)),
                ('submitted_at', models.DateTimeField(editable=False, null=True, verbose_name='handed in')),
                ('opinion', models.TextField(blank=True, editable=False, verbose_name='opinion')),
                ('total', models.DecimalField(decimal_places=2, editable=False, max_digits=5, null=True, verbose_name='total')),
                ('ended_reason', models.CharField(blank=True, editable=False, max_length=300, verbose_name='reason')),
                ('reopened_reason', models.CharField(blank=True, max_length=300, verbose_name='reopened because')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='applications.application')),
                ('assigned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.version')),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='reviews.expert')),
                ('panel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='reviews.panel')),
            ],
            options={
                'verbose_name': 'assignment',
                'verbose_name_plural': 'assignments',
                'ordering': ['assigned_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PanelMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='reviews.expert')),
                ('panel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='reviews.panel')),
            ],
            options={
                'verbose_name': 'member of a panel',
                'verbose_name_plural': 'members of a panel',
                'ordering': ['expert__name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.DecimalField(decimal_places=1, max_digits=5, verbose_name='score')),
                ('comment', models.TextField(blank=True, verbose_name='comment')),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='reviews.assignment')),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calls.criterion')),
            ],
            options={
                'verbose_name': 'score',
                'verbose_name_plural': 'scores',
                'ordering': ['criterion__position', 'criterion'],
            },
        ),
        migrations.CreateModel(
            name='SheetEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('text', models.TextField(blank=True)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('at', models.DateTimeField()),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='reviews.assignment')),
            ],
            options={
                'verbose_name': 'entry of a score sheet',
                'verbose_name_plural': 'entries of score sheets',
            },
        ),
        migrations.AddConstraint(
            model_name='expert',
            constraint=models.UniqueConstraint(models.F('issuer'), django.db.models.functions.text.Lower('email'), condition=models.Q(('ended_at', None)), name='expert_mailbox_once_per_issuer', violation_error_message='An expert with this mailbox is in the register.'),
        ),
        migrations.AddConstraint(
            model_name='expert',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('issuer', 'user'), name='expert_account_once_per_issuer'),
        ),
        migrations.AddConstraint(
            model_name='expert',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('away_from', None), ('away_until', None)), models.Q(('away_from__isnull', False), ('away_until__gte', models.F('away_from'))), _connector='OR'), name='expert_absence_in_order', violation_error_message='Give the first and the last day of the absence.'),
        ),
        migrations.AddConstraint(
            model_name='expertlist',
            constraint=models.CheckConstraint(condition=models.Q(('applied_at', None), ('rows', []), _connector='OR'), name='applied_expert_list_keeps_no_rows'),
        ),
        migrations.AddConstraint(
            model_name='experttie',
            constraint=models.CheckConstraint(condition=models.Q(('application', None), ('unit_name', ''), _negated=True), name='tie_says_to_what'),
        ),
        migrations.AddConstraint(
            model_name='panel',
            constraint=models.CheckConstraint(condition=models.Q(('per_file__gt', 0)), name='panel_has_experts', violation_error_message='At least one expert for each application.'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(fields=['expert', 'state'], name='assignment_by_expert'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(fields=('panel', 'application', 'expert'), name='assignment_once'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['assigned', 'open', 'submitted', 'recused', 'replaced'])), name='assignment_state_known'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'submitted'), _negated=True), models.Q(('cleared_at__isnull', False), ('submitted_at__isnull', False), ('total__isnull', False)), _connector='OR'), name='submitted_sheet_is_complete'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'open'), _negated=True), ('cleared_at__isnull', False), _connector='OR'), name='open_file_was_cleared'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['recused', 'replaced']), _negated=True), models.Q(('ended_reason', ''), _negated=True), _connector='OR'), name='ended_assignment_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='panelmember',
            constraint=models.UniqueConstraint(fields=('panel', 'expert'), name='panel_member_once'),
        ),
        migrations.AddConstraint(
            model_name='score',
            constraint=models.UniqueConstraint(fields=('assignment', 'criterion'), name='score_once'),
        ),
        migrations.AddConstraint(
            model_name='score',
            constraint=models.CheckConstraint(condition=models.Q(('value__gte', 0)), name='score_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='sheetentry',
            constraint=models.UniqueConstraint(fields=('assignment', 'key'), name='sheet_entry_once'),
        ),
    ]
