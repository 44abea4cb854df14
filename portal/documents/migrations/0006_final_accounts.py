"""Adds the final accounts to the kinds of documents."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0005_set_again_once"),
    ]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("application_form", "application form"),
                    ("recommendation_packet", "recommendation packet"),
                    ("receipt", "receipt"),
                    ("result_list", "result list"),
                    ("notice", "notice"),
                    ("summary_table", "summary table of recommendations"),
                    ("final_accounts", "final accounts"),
                ],
                max_length=40,
                verbose_name="kind",
            ),
        ),
    ]
