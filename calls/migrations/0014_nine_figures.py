"""Lets answers mean up to nine figures that only one notice asks for."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0013_summary_table_sealed'),
    ]

    operations = [
        migrations.AlterField(
            model_name='formfield',
            name='role',
            field=models.CharField(blank=True, choices=[('title', 'Title'), ('event_kind', 'Kind of event'), ('dates', 'Planned dates'), ('place', 'Place'), ('attendees', 'Number of participants'), ('papers', 'Number of papers'), ('editions', 'Editions held before'), ('amount', 'Amount applied for'), ('budget', 'Budget'), ('host', 'Host'), ('leader', 'Person in charge'), ('convenors', 'Convenors'), ('reasons', 'Reasons for recommending'), ('contact', 'Contact'), ('declaration', 'Declaration'), ('members', 'Members'), ('candidates', 'Candidates'), ('recommenders', 'Recommending persons'), ('avoided', 'Experts to avoid'), ('topic', 'Topic'), ('total_cost', 'Total cost'), ('matching', 'Matching funds'), ('figure', 'A figure of this notice'), ('figure_2', 'A second figure of this notice'), ('figure_3', 'A third figure of this notice'), ('figure_4', 'A fourth figure of this notice'), ('figure_5', 'A fifth figure of this notice'), ('figure_6', 'A sixth figure of this notice'), ('figure_7', 'A seventh figure of this notice'), ('figure_8', 'An eighth figure of this notice'), ('figure_9', 'A ninth figure of this notice'), ('option', 'A choice of this notice'), ('rows', 'A table of this notice')], max_length=20, verbose_name='meaning'),
        ),
    ]
