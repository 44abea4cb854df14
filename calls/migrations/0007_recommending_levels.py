"""Lets a call pass applications through one or two recommending levels."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0006_reading_notes'),
    ]

    operations = [
        migrations.CreateModel(
            name='RecommendingLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.PositiveSmallIntegerField(choices=[(1, '1'), (2, '2')], default=1, verbose_name='level')),
                ('title', models.CharField(default='推荐单位', max_length=60, verbose_name='what the recommending unit is called')),
                ('by_parent', models.BooleanField(default=False, verbose_name="the unit's own parent recommends")),
                ('who', models.JSONField(blank=True, default=list, verbose_name='kinds of units that recommend')),
                ('named', models.JSONField(blank=True, default=list, verbose_name='units that recommend, by name')),
                ('closes_at', models.DateTimeField(verbose_name='list to be handed in by')),
                ('opinion_max', models.PositiveSmallIntegerField(default=200, help_text='0: no opinion is asked for.', verbose_name='opinion on each application, characters at most')),
                ('ranks', models.BooleanField(default=True, verbose_name='the list is ranked')),
                ('letter', models.BooleanField(default=False, verbose_name='a covering letter is handed in with the list')),
                ('list_sealed', models.BooleanField(default=True, verbose_name='the summary table is stamped and scanned before it is handed in')),
                ('opinion_shown', models.BooleanField(default=False, verbose_name='applicants may read the opinion on them')),
                ('clause', models.TextField(blank=True, verbose_name='clause of the notice')),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='levels', to='calls.call')),
            ],
            options={
                'verbose_name': 'recommending level',
                'verbose_name_plural': 'recommending levels',
                'ordering': ['no'],
                'constraints': [models.UniqueConstraint(fields=('call', 'no'), name='recommending_level_once', violation_error_message='This call has this level already.'), models.CheckConstraint(condition=models.Q(('no__in', [1, 2])), name='recommending_level_one_or_two', violation_error_message='There are at most two recommending levels.'), models.CheckConstraint(condition=models.Q(('by_parent', True), models.Q(('who', []), _negated=True), models.Q(('named', []), _negated=True), _connector='OR'), name='recommending_level_names_somebody', violation_error_message='Say who recommends.')],
            },
        ),
    ]
