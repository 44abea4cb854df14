"""A closed project may be laid into the archive."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0011_signature'),
        ('calls', '0012_experts_to_avoid'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='application',
            name='application_state_known',
        ),
        migrations.AlterField(
            model_name='application',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('awaiting_signoff', 'Awaiting sign-off'), ('signed_off', 'Signed off'), ('sealed', 'Sealed'), ('recommending', 'With the recommending unit'), ('recommended', 'Recommended'), ('not_recommended', 'Not recommended'), ('submitted', 'Submitted'), ('returned', 'Returned for correction'), ('accepted', 'Accepted'), ('not_accepted', 'Not accepted'), ('publicised', 'Being shown to the public'), ('selected', 'Selected'), ('reserve', 'Reserve'), ('not_selected', 'Not selected'), ('running', 'In execution'), ('completed', 'Completed, results to come'), ('closed', 'Project closed'), ('archived', 'Project archived'), ('terminated', 'Ended early'), ('withdrawn', 'Withdrawn')], default='draft', editable=False, max_length=20, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='statelog',
            name='action',
            field=models.CharField(choices=[('request_signoff', 'request sign-off'), ('take_back', 'take back for editing'), ('decline_signoff', 'decline sign-off'), ('sign_off', 'sign off'), ('freeze', 'freeze'), ('seal', 'put the stamped scan in'), ('hand_in', 'hand in'), ('hand_to_recommender', 'hand in for recommendation'), ('hand_up', 'hand up to the forwarded call'), ('pass_on', 'recommend to the next recommending unit'), ('recommend', 'recommend'), ('not_recommend', 'not recommend'), ('reconsider', 'take up the recommendation again'), ('return_to_unit', 'return before recommending'), ('withdraw', 'withdraw'), ('return', 'return for correction'), ('accept', 'accept'), ('not_accept', 'not accept'), ('reopen_check', 'take up the formal check again'), ('publicise', 'show to the public'), ('call_off_publicity', 'call the publicity off'), ('select', 'select'), ('hold_in_reserve', 'hold in reserve'), ('not_select', 'not select'), ('start', 'begin the execution'), ('complete', 'report the completion'), ('reopen_running', 'take the completion back'), ('close', 'close the project'), ('archive', 'put into the archive'), ('terminate', 'end the project early')], max_length=20),
        ),
        migrations.AlterField(
            model_name='statelog',
            name='source',
            field=models.CharField(choices=[('draft', 'Draft'), ('awaiting_signoff', 'Awaiting sign-off'), ('signed_off', 'Signed off'), ('sealed', 'Sealed'), ('recommending', 'With the recommending unit'), ('recommended', 'Recommended'), ('not_recommended', 'Not recommended'), ('submitted', 'Submitted'), ('returned', 'Returned for correction'), ('accepted', 'Accepted'), ('not_accepted', 'Not accepted'), ('publicised', 'Being shown to the public'), ('selected', 'Selected'), ('reserve', 'Reserve'), ('not_selected', 'Not selected'), ('running', 'In execution'), ('completed', 'Completed, results to come'), ('closed', 'Project closed'), ('archived', 'Project archived'), ('terminated', 'Ended early'), ('withdrawn', 'Withdrawn')], max_length=20),
        ),
        migrations.AlterField(
            model_name='statelog',
            name='target',
            field=models.CharField(choices=[('draft', 'Draft'), ('awaiting_signoff', 'Awaiting sign-off'), ('signed_off', 'Signed off'), ('sealed', 'Sealed'), ('recommending', 'With the recommending unit'), ('recommended', 'Recommended'), ('not_recommended', 'Not recommended'), ('submitted', 'Submitted'), ('returned', 'Returned for correction'), ('accepted', 'Accepted'), ('not_accepted', 'Not accepted'), ('publicised', 'Being shown to the public'), ('selected', 'Selected'), ('reserve', 'Reserve'), ('not_selected', 'Not selected'), ('running', 'In execution'), ('completed', 'Completed, results to come'), ('closed', 'Project closed'), ('archived', 'Project archived'), ('terminated', 'Ended early'), ('withdrawn', 'Withdrawn')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'awaiting_signoff', 'signed_off', 'sealed', 'recommending', 'recommended', 'not_recommended', 'submitted', 'returned', 'accepted', 'not_accepted', 'publicised', 'selected', 'reserve', 'not_selected', 'running', 'completed', 'closed', 'archived', 'terminated', 'withdrawn'])), name='application_state_known'),
        ),
    ]
