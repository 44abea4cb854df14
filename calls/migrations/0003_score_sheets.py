"""Adds score sheets with their criteria, and the meaning of experts to avoid."""

import django.contrib.postgres.fields
import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0002_more_meanings'),
    ]

    operations = [
        migrations.AlterField(
            model_name='formfield',
            name='role',
            field=models.CharField(blank=True, choices=[('title', 'Title'), ('event_kind', 'Kind of event'), ('dates', 'Planned dates'), ('place', 'Place'), ('attendees', 'Number of participants'), ('papers', 'Number of papers'), ('editions', 'Editions held before'), ('amount', 'Amount applied for'), ('budget', 'Budget'), ('host', 'Host'), ('leader', 'Person in charge'), ('convenors', 'Convenors'), ('reasons', 'Reasons for recommending'), ('contact', 'Contact'), ('declaration', 'Declaration'), ('members', 'Members'), ('candidates', 'Candidates'), ('recommenders', 'Recommending persons'), ('avoided', 'Experts to avoid'), ('topic', 'Topic'), ('total_cost', 'Total cost'), ('matching', 'Matching funds')], max_length=20, verbose_name='meaning'),
        ),
        migrations.CreateModel(
            name='ScoreSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('blind', models.BooleanField(default=True, help_text='Names, units and phones are masked, answers marked so are left out.', verbose_name='experts do not see who applies')),
                ('method', models.CharField(choices=[('mean', 'Mean'), ('median', 'Median')], default='mean', max_length=8, verbose_name='totals become one figure by')),
                ('drop_over', models.PositiveSmallIntegerField(blank=True, help_text='Experts for one application. Empty: nothing is dropped.', null=True, verbose_name='highest and lowest are dropped when there are more than')),
                ('normalise', models.BooleanField(default=False, help_text="Each expert's totals get the mean and the spread of all (z-scores).", verbose_name='even out who marks high or low')),
                ('tolerance', models.DecimalField(decimal_places=2, default=Decimal('15'), max_digits=5, verbose_name='far off the median from (points)')),
                ('ties', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('priority', 'Priority by the notice'), ('heaviest', 'The criterion that weighs most'), ('median', 'The median of the totals'), ('highest', 'The highest single total')], max_length=10), blank=True, default=list, size=None, verbose_name='equal scores are parted by, in this order')),
                ('opinion_required', models.BooleanField(default=True, verbose_name='an opinion on the whole is required')),
                ('stage', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sheet', to='calls.reviewstage')),
            ],
            options={
                'verbose_name': 'score sheet',
                'verbose_name_plural': 'score sheets',
            },
        ),
        migrations.CreateModel(
            name='Criterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=60, verbose_name='criterion')),
                ('help', models.CharField(blank=True, max_length=300, verbose_name='what is looked at')),
                ('weight', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='weight (of 100)')),
                ('low', models.DecimalField(decimal_places=1, default=Decimal('0'), max_digits=5, verbose_name='lowest score')),
                ('top', models.DecimalField(decimal_places=1, max_digits=5, verbose_name='highest score')),
                ('comment_required', models.BooleanField(default=False, verbose_name='needs a comment')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='criteria', to='calls.scoresheet')),
            ],
            options={
                'verbose_name': 'criterion',
                'verbose_name_plural': 'criteria',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='scoresheet',
            constraint=models.CheckConstraint(condition=models.Q(('drop_over', None), ('drop_over__gte', 2), _connector='OR'), name='sheet_drops_from_three', violation_error_message='Dropping needs more than two experts.'),
        ),
        migrations.AddConstraint(
            model_name='scoresheet',
            constraint=models.CheckConstraint(condition=models.Q(('tolerance__gt', 0)), name='sheet_tolerance_positive', violation_error_message='The distance must lie above 0.'),
        ),
        migrations.AddConstraint(
            model_name='scoresheet',
            constraint=models.CheckConstraint(condition=models.Q(('method__in', ['mean', 'median'])), name='sheet_method_known'),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.CheckConstraint(condition=models.Q(('weight__gt', 0), ('weight__lte', 100)), name='criterion_weight_of_a_hundred', violation_error_message='A weight lies above 0 and at most at 100.'),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.CheckConstraint(condition=models.Q(('low__gte', 0), ('top__gt', models.F('low'))), name='criterion_scale_in_order', violation_error_message='The highest score must lie above the lowest.'),
        ),
    ]
