"""Keeps who stands in which application, as prints, so that one person is recognised."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [("applications", "0003_index_handed_in")]

    operations = [
        migrations.CreateModel(
            name="PersonPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=20, verbose_name="meaning")),
                ("card_print", models.CharField(blank=True, max_length=64)),
                ("born_print", models.CharField(blank=True, max_length=64)),
                ("unit_print", models.CharField(blank=True, max_length=64)),
                ("application", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="person_places", to="applications.application")),
            ],
            options={
                "verbose_name": "person in an application",
                "verbose_name_plural": "persons in applications",
                "indexes": [
                    models.Index(fields=["card_print"], name="person_by_card", condition=~Q(card_print="")),
                    models.Index(fields=["born_print"], name="person_by_born", condition=~Q(born_print="")),
                    models.Index(fields=["unit_print"], name="person_by_unit", condition=~Q(unit_print="")),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(card_print="", born_print="", unit_print=""),
                        name="person_place_has_a_print",
                    )
                ],
            },
        ),
    ]
