"""A unit may give up a place it is named for."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0012_archived'),
    ]

    operations = [
        migrations.AlterField(
            model_name='statelog',
            name='action',
            field=models.CharField(choices=[('request_signoff', 'request sign-off'), ('take_back', 'take back for editing'), ('decline_signoff', 'decline sign-off'), ('sign_off', 'sign off'), ('freeze', 'freeze'), ('seal', 'put the stamped scan in'), ('hand_in', 'hand in'), ('hand_to_recommender', 'hand in for recommendation'), ('hand_up', 'hand up to the forwarded call'), ('pass_on', 'recommend to the next recommending unit'), ('recommend', 'recommend'), ('not_recommend', 'not recommend'), ('reconsider', 'take up the recommendation again'), ('return_to_unit', 'return before recommending'), ('withdraw', 'withdraw'), ('give_up', 'give the place up'), ('return', 'return for correction'), ('accept', 'accept'), ('not_accept', 'not accept'), ('reopen_check', 'take up the formal check again'), ('publicise', 'show to the public'), ('call_off_publicity', 'call the publicity off'), ('select', 'select'), ('hold_in_reserve', 'hold in reserve'), ('not_select', 'not select'), ('start', 'begin the execution'), ('complete', 'report the completion'), ('reopen_running', 'take the completion back'), ('close', 'close the project'), ('archive', 'put into the archive'), ('terminate', 'end the project early')], max_length=20),
        ),
    ]
