"""Lists shown to the public, objections, approvals by a second person, award notices, feedback."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0008_execution'),
        ('calls', '0011_publicity_notices'),
        ('files', '0001_initial'),
        ('reviews', '0002_experts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=30, unique=True, verbose_name='number')),
                ('code_sha256', models.CharField(editable=False, max_length=64, unique=True)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('unit_name', models.CharField(blank=True, max_length=120, verbose_name='unit')),
                ('phone', models.CharField(max_length=30, verbose_name='phone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='mailbox')),
                ('text', models.TextField(verbose_name='objection')),
                ('filed_at', models.DateTimeField(verbose_name='received')),
                ('state', models.CharField(choices=[('filed', 'Received'), ('examined', 'Being examined'), ('upheld', 'Upheld'), ('dismissed', 'Not upheld'), ('not_admitted', 'Not admitted')], default='filed', max_length=14, verbose_name='state')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
            ],
            options={
                'verbose_name': 'objection',
                'verbose_name_plural': 'objections',
                'ordering': ['filed_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ObjectionFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('objection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='reviews.objection')),
            ],
            options={
                'verbose_name': 'file of an objection',
                'verbose_name_plural': 'files of an objection',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ObjectionLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('filed', 'objection received'), ('taken_up', 'taken up for examination'), ('about', 'assigned to a project'), ('suspended', 'project suspended'), ('resumed', 'suspension lifted'), ('noted', 'noted'), ('decided', 'decided')], max_length=12, verbose_name='step')),
                ('note', models.TextField(blank=True, verbose_name='note for the file')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('objection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='log', to='reviews.objection')),
            ],
            options={
                'verbose_name': 'step of handling an objection',
                'verbose_name_plural': 'steps of handling objections',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Publicity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins_at', models.DateTimeField(verbose_name='begins')),
                ('ends_at', models.DateTimeField(verbose_name='ends')),
                ('state', models.CharField(choices=[('running', 'Being shown'), ('called_off', 'Called off'), ('announced', 'Announced')], default='running', max_length=12, verbose_name='state')),
                ('seen', models.CharField(editable=False, max_length=64)),
                ('called_off_reason', models.TextField(blank=True, verbose_name='called off because')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publicities', to='calls.call')),
                ('notice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='publicity', to='calls.notice')),
            ],
            options={
                'verbose_name': 'publicity',
                'verbose_name_plural': 'publicity periods of lists',
                'ordering': ['-begins_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='objection',
            name='publicity',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='reviews.publicity'),
        ),
        migrations.CreateModel(
            name='PublicityEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('standing', models.CharField(choices=[('shown', 'No objection pending'), ('suspended', 'Suspended'), ('struck', 'Struck from the list')], default='shown', max_length=10, verbose_name='state')),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publicity_entries', to='applications.application')),
                ('publicity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='reviews.publicity')),
            ],
            options={
                'verbose_name': 'project on a publicity list',
                'verbose_name_plural': 'projects on a publicity list',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='objection',
            name='entry',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='reviews.publicityentry', verbose_name='project'),
        ),
        migrations.CreateModel(
            name='AwardNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField()),
                ('handed_out_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='award_notices', to='calls.notice')),
                ('packet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='award_notices', to='applications.packet')),
            ],
            options={
                'verbose_name': 'award notice',
                'verbose_name_plural': 'award notices',
                'ordering': ['packet__number', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('notice', 'packet'), name='award_notice_once')],
            },
        ),
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='feedback')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('at', models.DateTimeField()),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='applications.application')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'feedback',
                'verbose_name_plural': 'feedback',
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='feedback_says_something')],
            },
        ),
        migrations.CreateModel(
            name='ListApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen', models.CharField(editable=False, max_length=64)),
                ('proposed_at', models.DateTimeField()),
                ('judged_at', models.DateTimeField(null=True)),
                ('approved', models.BooleanField(null=True)),
                ('reason', models.TextField(blank=True, verbose_name='sent back because')),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='list_approvals', to='calls.call')),
                ('judged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'approval of a list',
                'verbose_name_plural': 'approvals of lists',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('approved', None)), fields=('call',), name='one_proposed_list_per_call'), models.CheckConstraint(condition=models.Q(models.Q(('approved', None), ('judged_at', None), ('judged_by', None)), models.Q(('approved__isnull', False), ('judged_at__isnull', False), ('judged_by__isnull', False)), _connector='OR'), name='judged_list_says_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('approved', True), _negated=True), models.Q(('judged_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='list_approved_by_another_person'), models.CheckConstraint(condition=models.Q(models.Q(('approved', False), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='list_sent_back_with_reason')],
            },
        ),
        migrations.AddConstraint(
            model_name='publicity',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('call',), name='one_running_publicity_per_call'),
        ),
        migrations.AddConstraint(
            model_name='publicity',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('begins_at'))), name='publicity_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='publicity',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'called_off'), _negated=True), models.Q(('called_off_reason', ''), _negated=True), _connector='OR'), name='called_off_publicity_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='publicityentry',
            constraint=models.UniqueConstraint(fields=('publicity', 'application'), name='on_a_publicity_list_once'),
        ),
        migrations.AddConstraint(
            model_name='publicityentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('standing', 'suspended'), _negated=True), ('settled_at', None), _connector='OR'), name='suspended_entry_is_open'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('filed', 'examined')), models.Q(('answer', ''), _negated=True), _connector='OR'), name='decided_objection_has_answer'),
        ),
    ]
