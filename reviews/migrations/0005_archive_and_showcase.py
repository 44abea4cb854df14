"""Keeps archives of calls, and what of closed projects the public sees."""
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0009_experts_to_avoid'),
        ('calls', '0012_experts_to_avoid'),
        ('files', '0001_initial'),
        ('reviews', '0004_meetings_and_records'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Showcase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('unit_name', models.CharField(max_length=300, verbose_name='unit')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('granted', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='amount granted (yuan)')),
                ('completed_on', models.DateField(blank=True, null=True, verbose_name='completed on')),
                ('published_at', models.DateTimeField(null=True, verbose_name='published')),
                ('withdrawn_reason', models.CharField(blank=True, max_length=200, verbose_name='why it was taken off')),
                ('at', models.DateTimeField()),
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='showcase', to='applications.application')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'public page of a project',
                'verbose_name_plural': 'public pages of projects',
                'ordering': [models.OrderBy(models.F('published_at'), descending=True, nulls_last=True), '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ShowcasePhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('caption', models.CharField(blank=True, max_length=100, verbose_name='caption')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('picture', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('showcase', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='reviews.showcase')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
            ],
            options={
                'verbose_name': 'photo of a public page',
                'verbose_name_plural': 'photos of public pages',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ArchiveRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('manifest', models.JSONField()),
                ('manifest_sha256', models.CharField(max_length=64, unique=True, verbose_name='hash of the manifest')),
                ('applications', models.PositiveIntegerField(verbose_name='applications')),
                ('papers', models.PositiveIntegerField(verbose_name='papers')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('checked_at', models.DateTimeField(null=True, verbose_name='last checked')),
                ('problems', models.JSONField(blank=True, default=list)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='archive_runs', to='calls.call')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
            ],
            options={
                'verbose_name': 'archive of a call',
                'verbose_name_plural': 'archives of calls',
                'ordering': ['-at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('manifest_sha256__regex', '^[0-9a-f]{64}$')), name='archive_manifest_has_hash'), models.CheckConstraint(condition=models.Q(('problems', []), ('checked_at__isnull', False), _connector='OR'), name='archive_problems_were_found')],
            },
        ),
        migrations.AddConstraint(
            model_name='showcase',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='showcase_has_title', violation_error_message='Give the page a title.'),
        ),
        migrations.AddConstraint(
            model_name='showcasephoto',
            constraint=models.UniqueConstraint(fields=('showcase', 'source'), name='showcase_photo_once'),
        ),
    ]
