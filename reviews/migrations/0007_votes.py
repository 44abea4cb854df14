"""Experts vote in a meeting themselves."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0013_give_up'),
        ('reviews', '0006_entry_withdrawn'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Vote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('choice', models.CharField(blank=True, choices=[('for', 'For'), ('against', 'Against'), ('abstain', 'Abstained')], max_length=8)),
            ],
            options={
                'verbose_name': 'vote of an expert',
                'verbose_name_plural': 'votes of experts',
                'ordering': ['expert__name', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='meeting',
            name='meeting_words_known',
        ),
        migrations.AddField(
            model_name='meeting',
            name='ballot',
            field=models.CharField(choices=[('secret', 'secret: only the numbers are kept'), ('open', 'open: the minutes say who voted how')], default='secret', max_length=6, verbose_name='way of voting'),
        ),
        migrations.AddField(
            model_name='meetingitem',
            name='cast_abstained',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='meetingitem',
            name='cast_against',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='meetingitem',
            name='cast_for',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='meetingitem',
            name='voting',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('ballot__in', ['secret', 'open']), ('majority__in', ['half', 'two_thirds']), ('state__in', ['planned', 'open', 'closed'])), name='meeting_words_known'),
        ),
        migrations.AddConstraint(
            model_name='meetingitem',
            constraint=models.UniqueConstraint(condition=models.Q(('voting', True)), fields=('meeting',), name='one_vote_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='meetingitem',
            constraint=models.CheckConstraint(condition=models.Q(('voting', False), ('passed', None), _connector='OR'), name='no_vote_on_what_is_counted'),
        ),
        migrations.AddField(
            model_name='vote',
            name='expert',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.expert'),
        ),
        migrations.AddField(
            model_name='vote',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='reviews.meetingitem'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.UniqueConstraint(fields=('item', 'expert'), name='vote_once'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.CheckConstraint(condition=models.Q(('choice__in', ['', 'for', 'against', 'abstain'])), name='vote_choice_known'),
        ),
    ]
