"""Recommending levels: recommendations, their lists, and the states on the way."""

import django.db.models.constraints
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


FREEZE = """
CREATE TRIGGER applications_listversion_frozen
BEFORE UPDATE OR DELETE ON applications_listversion
FOR EACH ROW EXECUTE FUNCTION applications_refuse();
"""
THAW = "DROP TRIGGER applications_listversion_frozen ON applications_listversion;"


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0004_person_places'),
        ('calls', '0007_recommending_levels'),
        ('files', '0001_initial'),
        ('people', '0002_zh_grams'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ListVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.PositiveSmallIntegerField(verbose_name='version')),
                ('content', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'version of a list',
                'verbose_name_plural': 'versions of lists',
                'ordering': ['no'],
            },
        ),
        migrations.CreateModel(
            name='Recommendation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='rank')),
                ('reserve', models.BooleanField(default=False, verbose_name='reserve beyond the quota')),
                ('opinion', models.TextField(blank=True, verbose_name='opinion')),
                ('revision', models.PositiveIntegerField(default=0)),
                ('state', models.CharField(choices=[('pending', 'Not decided yet'), ('recommended', 'Recommended'), ('not_recommended', 'Not recommended'), ('returned', 'Returned for correction')], default='pending', max_length=16, verbose_name='state')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'recommendation',
                'verbose_name_plural': 'recommendations',
                'ordering': ['rank', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RecommendationList',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('open', 'Being drawn up'), ('frozen', 'Frozen for the seal'), ('handed_in', 'Handed in')], default='open', editable=False, max_length=10, verbose_name='state')),
                ('number', models.CharField(max_length=40, null=True, unique=True, verbose_name='number')),
                ('scan_match', models.CharField(blank=True, choices=[('matched', 'Matched by its code'), ('by_eye', 'To be compared by eye'), ('compared', 'Compared by eye'), ('refused', 'Shows something else')], max_length=10)),
                ('beyond_reason', models.TextField(blank=True, verbose_name='reason for going beyond a rule')),
                ('key', models.UUIDField(null=True, unique=True)),
                ('receipt_number', models.CharField(max_length=40, null=True, unique=True, verbose_name='receipt number')),
                ('handed_in_at', models.DateTimeField(null=True, verbose_name='handed in')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'recommendation list',
                'verbose_name_plural': 'recommendation lists',
                'ordering': ['-created_at'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='application',
            name='application_state_known',
        ),
        migrations.RemoveIndex(
            model_name='application',
            name='application_unchecked',
        ),
        migrations.AddField(
            model_name='packet',
            name='recommender',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation', verbose_name='recommending unit'),
        ),
        migrations.AlterField(
            model_name='application',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('awaiting_signoff', 'Awaiting sign-off'), ('signed_off', 'Signed off'), ('sealed', 'Sealed'), ('recommending', 'With the recommending unit'), ('recommended', 'Recommended'), ('not_recommended', 'Not recommended'), ('submitted', 'Submitted'), ('returned', 'Returned for correction'), ('accepted', 'Accepted'), ('not_accepted', 'Not accepted'), ('selected', 'Selected'), ('reserve', 'Reserve'), ('not_selected', 'Not selected'), ('withdrawn', 'Withdrawn')], default='draft', editable=False, max_length=20, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='statelog',
            name='action',
            field=models.CharField(choices=[('request_signoff', 'request sign-off'), ('take_back', 'take back for editing'), ('decline_signoff', 'decline sign-off'), ('sign_off', 'sign off'), ('freeze', 'freeze'), ('seal', 'put the stamped scan in'), ('hand_in', 'hand in'), ('hand_to_recommender', 'hand in for recommendation'), ('pass_on', 'recommend to the next recommending unit'), ('recommend', 'recommend'), ('not_recommend', 'not recommend'), ('reconsider', 'take up the recommendation again'), ('return_to_unit', 'return before recommending'), ('withdraw', 'withdraw'), ('return', 'return for correction'), ('accept', 'accept'), ('not_accept', 'not accept'), ('reopen_check', 'take up the formal check again'), ('select', 'select'), ('hold_in_reserve', 'hold in reserve'), ('not_select', 'not select')], max_length=20),
        ),
        migrations.AlterField(
            model_name='statelog',
            name='source',
            field=models.CharField(choices=[('draft', 'Draft'), ('awaiting_signoff', 'Awaiting sign-off'), ('signed_off', 'Signed off'), ('sealed', 'Sealed'), ('recommending', 'With the recommending unit'), ('recommended', 'Recommended'), ('not_recommended', 'Not recommended'), ('submitted', 'Submitted'), ('returned', 'Returned for correction'), ('accepted', 'Accepted'), ('not_accepted', 'Not accepted'), ('selected', 'Selected'), ('reserve', 'Reserve'), ('not_selected', 'Not selected'), ('withdrawn', 'Withdrawn')], max_length=20),
        ),
        migrations.AlterField(
            model_name='statelog',
            name='target',
            field=models.CharField(choices=[('draft', 'Draft'), ('awaiting_signoff', 'Awaiting sign-off'), ('signed_off', 'Signed off'), ('sealed', 'Sealed'), ('recommending', 'With the recommending unit'), ('recommended', 'Recommended'), ('not_recommended', 'Not recommended'), ('submitted', 'Submitted'), ('returned', 'Returned for correction'), ('accepted', 'Accepted'), ('not_accepted', 'Not accepted'), ('selected', 'Selected'), ('reserve', 'Reserve'), ('not_selected', 'Not selected'), ('withdrawn', 'Withdrawn')], max_length=20),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('state__in', ['recommended', 'submitted'])), fields=['handed_in_at'], name='application_unchecked'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'awaiting_signoff', 'signed_off', 'sealed', 'recommending', 'recommended', 'not_recommended', 'submitted', 'returned', 'accepted', 'not_accepted', 'selected', 'reserve', 'not_selected', 'withdrawn'])), name='application_state_known'),
        ),
        migrations.AddField(
            model_name='listversion',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recommendations', to='applications.application'),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='level',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recommendations', to='calls.recommendinglevel'),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recommendations', to='people.organisation'),
        ),
        migrations.AddField(
            model_name='recommendationlist',
            name='handed_in_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='recommendationlist',
            name='letter',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile'),
        ),
        migrations.AddField(
            model_name='recommendationlist',
            name='level',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lists', to='calls.recommendinglevel', verbose_name='level'),
        ),
        migrations.AddField(
            model_name='recommendationlist',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recommendation_lists', to='people.organisation'),
        ),
        migrations.AddField(
            model_name='recommendationlist',
            name='passed_to',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation'),
        ),
        migrations.AddField(
            model_name='recommendationlist',
            name='scan',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile'),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='list',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='applications.recommendationlist'),
        ),
        migrations.AddField(
            model_name='listversion',
            name='list',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='applications.recommendationlist'),
        ),
        migrations.AddConstraint(
            model_name='recommendationlist',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'handed_in'), _negated=True), fields=('level', 'organisation'), name='one_list_in_the_making'),
        ),
        migrations.AddConstraint(
            model_name='recommendationlist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('handed_in_at__isnull', False), ('handed_in_by__isnull', False), ('key__isnull', False), ('receipt_number__isnull', False), ('state', 'handed_in')), models.Q(models.Q(('state', 'handed_in'), _negated=True), ('handed_in_at', None), ('receipt_number', None)), _connector='OR'), name='list_receipt_at_hand_in'),
        ),
        migrations.AddConstraint(
            model_name='recommendationlist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('scan', None), ('scan_match', '')), models.Q(('scan__isnull', False), models.Q(('scan_match', ''), _negated=True)), _connector='OR'), name='list_scan_says_its_match'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.UniqueConstraint(fields=('application', 'level'), name='one_recommendation_per_level'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('list', 'rank'), name='one_rank_each'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('list', None), ('rank', None), ('reserve', False)), models.Q(('list__isnull', False), ('rank__isnull', False)), _connector='OR'), name='recommendation_rank_on_a_list'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'recommended'), _negated=True), ('list__isnull', False), _connector='OR'), name='recommended_on_a_list'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['not_recommended', 'returned']), _negated=True), models.Q(('list', None), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='refusal_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='listversion',
            constraint=models.UniqueConstraint(fields=('list', 'no'), name='list_version_once'),
        ),
        migrations.RunSQL(FREEZE, THAW),
    ]
