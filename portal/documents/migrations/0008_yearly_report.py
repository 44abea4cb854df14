"""Adds the yearly report to the kinds of documents."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0007_review_records'),
    ]

    operations = [
        migrations.AlterField(
            model_name='document',
            name='kind',
            field=models.CharField(choices=[('application_form', 'application form'), ('recommendation_packet', 'recommendation packet'), ('receipt', 'receipt'), ('result_list', 'result list'), ('notice', 'notice'), ('summary_table', 'summary table of recommendations'), ('score_sheet', 'score sheet of an expert'), ('review_summary', 'summary of a review'), ('panel_minutes', 'minutes of a meeting of experts'), ('final_accounts', 'final accounts'), ('yearly_report', 'yearly report')], max_length=40, verbose_name='kind'),
        ),
    ]
