"""Notices that show names to the public until an instant; decisions approved by a second person."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0010_agreement'),
    ]

    operations = [
        migrations.AddField(
            model_name='call',
            name='two_deciders',
            field=models.BooleanField(default=False, help_text='One person proposes the list, another approves it before it is published.', verbose_name='a second person approves the decisions'),
        ),
        migrations.AddField(
            model_name='notice',
            name='shown_until',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='shown until'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('call', 'Call'), ('publicity', 'Publicity notice'), ('result', 'Result'), ('general', 'General notice')], max_length=10, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'publicity'), ('shown_until__isnull', False)), models.Q(models.Q(('kind', 'publicity'), _negated=True), ('shown_until', None)), _connector='OR'), name='publicity_notice_has_end'),
        ),
    ]
