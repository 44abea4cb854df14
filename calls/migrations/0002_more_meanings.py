"""Lets answers mean members, candidates, recommending persons, a topic and further sums."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("calls", "0002_money_dates_papers_stages")]

    operations = [
        migrations.AlterField(
            model_name="formfield",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("title", "Title"), ("event_kind", "Kind of event"),
                    ("dates", "Planned dates"), ("place", "Place"),
                    ("attendees", "Number of participants"), ("papers", "Number of papers"),
                    ("editions", "Editions held before"), ("amount", "Amount applied for"),
                    ("budget", "Budget"), ("host", "Host"), ("leader", "Person in charge"),
                    ("convenors", "Convenors"), ("reasons", "Reasons for recommending"),
                    ("contact", "Contact"), ("declaration", "Declaration"),
                    ("members", "Members"), ("candidates", "Candidates"),
                    ("recommenders", "Recommending persons"), ("topic", "Topic"),
                    ("total_cost", "Total cost"), ("matching", "Matching funds"),
                ],
                max_length=20,
                verbose_name="meaning",
            ),
        ),
    ]
