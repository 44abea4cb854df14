"""Keeps what came on paper: the paper register."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0005_recommending_levels"),
        ("calls", "0009_forwarded_call"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperArrival",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(editable=False, unique=True)),
                ("arrived_on", models.DateField(verbose_name="arrived on")),
                (
                    "postmarked_on",
                    models.DateField(blank=True, null=True, verbose_name="postmark of"),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "undone_reason",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="why it was taken back"
                    ),
                ),
            ],
            options={
                "verbose_name": "arrival of papers",
                "verbose_name_plural": "arrivals of papers",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PaperPiece",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_form", models.BooleanField(default=False)),
                ("title", models.CharField(max_length=120, verbose_name="paper")),
                ("copies", models.PositiveSmallIntegerField(verbose_name="copies")),
            ],
            options={
                "verbose_name": "paper of an arrival",
                "verbose_name_plural": "papers of an arrival",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="paperarrival",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="paperarrival",
            name="packet",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="paper_arrivals",
                to="applications.packet",
            ),
        ),
        migrations.AddField(
            model_name="paperarrival",
            name="undone_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="paperarrival",
            name="version",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="applications.version",
            ),
        ),
        migrations.AddField(
            model_name="paperpiece",
            name="arrival",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pieces",
                to="applications.paperarrival",
            ),
        ),
        migrations.AddField(
            model_name="paperpiece",
            name="paper",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="calls.paperrule",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperarrival",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("postmarked_on", None),
                    ("postmarked_on__lte", models.F("arrived_on")),
                    _connector="OR",
                ),
                name="paper_postmark_before_arrival",
                violation_error_message="A letter cannot arrive before its postmark.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperarrival",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at", None), ("undone_by", None), ("undone_reason", "")),
                    models.Q(
                        ("undone_at__isnull", False),
                        ("undone_by__isnull", False),
                        models.Q(("undone_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="paper_undone_says_why",
                violation_error_message="Say why it is taken back.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperpiece",
            constraint=models.CheckConstraint(
                condition=models.Q(("copies__gt", 0)), name="paper_piece_has_copies"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperpiece",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_form", False), ("paper", None), _connector="OR"),
                name="paper_piece_form_or_other",
            ),
        ),
    ]
