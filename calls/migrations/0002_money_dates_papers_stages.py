"""Adds what notices say of money, further dates, papers, review, publicity and amendments."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0001_initial"),
        ("people", "0002_zh_grams"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Amendment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveIntegerField(editable=False)),
                ("summary", models.CharField(max_length=1000, verbose_name="what was changed")),
                ("changes", models.JSONField(blank=True, default=list)),
                ("at", models.DateTimeField(editable=False, verbose_name="when")),
                ("told_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name": "amendment",
                "verbose_name_plural": "amendments",
                "ordering": ["-revision"],
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="title")),
                ("closes_at", models.DateTimeField(verbose_name="closes")),
                ("result_by", models.DateField(blank=True, null=True, verbose_name="result by")),
            ],
            options={
                "verbose_name": "batch",
                "verbose_name_plural": "batches",
                "ordering": ["closes_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Instalment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="when it is paid")),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="percent of the amount"
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="amount (yuan)",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "instalment",
                "verbose_name_plural": "instalments",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PaperRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                (
                    "copies",
                    models.PositiveSmallIntegerField(default=0, verbose_name="copies on paper"),
                ),
                (
                    "formats",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="as a file",
                    ),
                ),
                (
                    "blind",
                    models.BooleanField(
                        default=False, verbose_name="without names of units and persons"
                    ),
                ),
                ("clause", models.TextField(blank=True, verbose_name="clause of the notice")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "paper",
                "verbose_name_plural": "papers",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PublicityRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "where",
                    models.CharField(
                        choices=[
                            ("unit", "In the unit, before it recommends"),
                            ("association", "By the association, after the review"),
                        ],
                        max_length=12,
                        verbose_name="where",
                    ),
                ),
                ("length", models.PositiveSmallIntegerField(verbose_name="how long")),
                (
                    "counting",
                    models.CharField(
                        choices=[
                            ("calendar", "Calendar days"),
                            ("working", "Working days"),
                            ("hours", "Hours"),
                        ],
                        default="working",
                        max_length=10,
                        verbose_name="counted in",
                    ),
                ),
                (
                    "first_day_counted",
                    models.BooleanField(default=False, verbose_name="the first day counts"),
                ),
                (
                    "closing_hour",
                    models.TimeField(blank=True, null=True, verbose_name="ends on the last day at"),
                ),
                ("clause", models.TextField(blank=True, verbose_name="clause of the notice")),
            ],
            options={
                "verbose_name": "publicity period",
                "verbose_name_plural": "publicity periods",
                "ordering": ["-where", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ReviewStage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("formal", "Formal check"),
                            ("scoring", "Scoring by experts"),
                            ("panel", "Meeting of experts"),
                            ("defence", "Defence before experts"),
                            ("leadership", "Decision of the leadership"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "experts",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="number of experts"
                    ),
                ),
                (
                    "pass_mark",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        verbose_name="pass mark (of 100)",
                    ),
                ),
                ("clause", models.TextField(blank=True, verbose_name="clause of the notice")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "stage of the review",
                "verbose_name_plural": "stages of the review",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.AlterModelOptions(
            name="deliverablerule",
            options={
                "ordering": ["due_on", "days_after", "position", "pk"],
                "verbose_name": "deliverable",
                "verbose_name_plural": "deliverables",
            },
        ),
        migrations.AddField(
            model_name="call",
            name="drafts_until",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                null=True,
                verbose_name="drafts begun before the deadline until",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="paper_counts",
            field=models.CharField(
                choices=[("arrival", "The day it arrives"), ("postmark", "The postmark")],
                default="arrival",
                max_length=10,
                verbose_name="what counts for paper",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="rolling",
            field=models.BooleanField(
                default=False,
                help_text="They are decided as they come, or in batches where the call has any.",
                verbose_name="applications are taken continuously",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="signoff_by",
            field=models.DateTimeField(
                blank=True,
                help_text="Leave empty when the deadline itself is early enough.",
                null=True,
                verbose_name="signed off in the unit until",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="slots_max",
            field=models.PositiveIntegerField(
                blank=True, null=True, verbose_name="places in all, at most"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="total_max",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=14,
                null=True,
                verbose_name="money in all, at most (yuan)",
            ),
        ),
        migrations.AddField(
            model_name="category",
            name="cost_share_percent",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="share of the cost, at most (%)"
            ),
        ),
        migrations.AddField(
            model_name="category",
            name="funded_slots",
            field=models.PositiveIntegerField(
                blank=True, null=True, verbose_name="places with funding"
            ),
        ),
        migrations.AddField(
            model_name="category",
            name="paid",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not stated"),
                    ("in_advance", "All at once after the selection"),
                    ("instalments", "In instalments"),
                    ("after_acceptance", "After completion has been accepted"),
                ],
                default="",
                max_length=20,
                verbose_name="paid",
            ),
        ),
        migrations.AddField(
            model_name="category",
            name="total_max",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=14,
                null=True,
                verbose_name="money in all, at most (yuan)",
            ),
        ),
        migrations.AddField(
            model_name="deliverablerule",
            name="due_on",
            field=models.DateField(blank=True, null=True, verbose_name="by a fixed day"),
        ),
        migrations.AddField(
            model_name="deliverablerule",
            name="file_types",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=8),
                blank=True,
                default=list,
                size=None,
                verbose_name="kinds of files",
            ),
        ),
        migrations.AddField(
            model_name="deliverablerule",
            name="table",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "No table"),
                    ("accounts", "Spending, line by line against the budget"),
                    ("participants", "List of participants"),
                    ("scores", "List of scores"),
                ],
                default="",
                max_length=12,
                verbose_name="table",
            ),
        ),
        migrations.AlterField(
            model_name="call",
            name="paper_by",
            field=models.DateTimeField(blank=True, null=True, verbose_name="paper until"),
        ),
        migrations.AlterField(
            model_name="category",
            name="funding_kind",
            field=models.CharField(
                choices=[
                    ("none", "No funding"),
                    ("fixed", "Fixed amount for each"),
                    ("range", "From … to … for each"),
                    ("up_to", "At most … for each"),
                    ("self", "Paid by the unit itself"),
                ],
                default="none",
                max_length=10,
                verbose_name="funding",
            ),
        ),
        migrations.AlterField(
            model_name="deliverablerule",
            name="days_after",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="days after completion"
            ),
        ),
        migrations.AlterField(
            model_name="deliverablerule",
            name="kind",
            field=models.CharField(
                choices=[
                    ("news_report", "News report"),
                    ("scores", "Scores of the sub-venue"),
                    ("summary", "Project summary"),
                    ("review_or_papers", "Overview of views or collected papers"),
                    ("final_accounts", "Final accounts"),
                    ("research_report", "Research report"),
                    ("acceptance", "Documents for acceptance"),
                    ("photos", "Photos"),
                    ("other", "Other"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("drafts_until", None),
                    ("drafts_until__gt", models.F("closes_at")),
                    _connector="OR",
                ),
                name="call_drafts_until_after_close",
                violation_error_message="Drafts can only be given more time than the deadline gives everybody.",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("signoff_by", None),
                    models.Q(
                        ("signoff_by__gt", models.F("opens_at")),
                        ("signoff_by__lte", models.F("closes_at")),
                    ),
                    _connector="OR",
                ),
                name="call_signoff_by_while_open",
                violation_error_message="The unit's sign-off is due between the opening and the deadline.",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("signoff_by", None), ("signoff", True), _connector="OR"),
                name="call_signoff_by_needs_signoff",
                violation_error_message="A day for the sign-off is given, but nobody signs off in the unit.",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("total_max", None), ("total_max__gt", 0), _connector="OR"),
                name="call_total_above_zero",
                violation_error_message="The money in all must be more than nothing.",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("slots_max", None), ("slots_max__gt", 0), _connector="OR"),
                name="call_slots_above_zero",
                violation_error_message="The places in all must be at least one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("funded_slots", None),
                    ("slots_max", None),
                    ("funded_slots__lte", models.F("slots_max")),
                    _connector="OR",
                ),
                name="category_funded_within_slots",
                violation_error_message="There cannot be more funded places than places.",
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(("total_max", None), ("total_max__gt", 0), _connector="OR"),
                name="category_total_above_zero",
                violation_error_message="The money in all must be more than nothing.",
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cost_share_percent", None),
                    models.Q(("cost_share_percent__gte", 1), ("cost_share_percent__lte", 100)),
                    _connector="OR",
                ),
                name="category_share_of_a_hundred",
                violation_error_message="The share of the cost lies between 1 and 100 percent.",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliverablerule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("days_after__isnull", False), ("due_on", None)),
                    models.Q(("days_after", None), ("due_on__isnull", False)),
                    _connector="OR",
                ),
                name="deliverable_due_once",
                violation_error_message="State the days after completion or a fixed day, one of both.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="deliverablerule",
            name="deliverable_photos_in_order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("photos_min", None),
                    ("photos_max", None),
                    ("photos_max__gte", models.F("photos_min")),
                    _connector="OR",
                ),
                name="deliverable_photos_in_order",
                violation_error_message="The greater number of photos must come second.",
            ),
        ),
        migrations.AddField(
            model_name="amendment",
            name="by",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="amendment",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="amendments",
                to="calls.call",
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="batches", to="calls.call"
            ),
        ),
        migrations.AddField(
            model_name="instalment",
            name="category",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="instalments",
                to="calls.category",
            ),
        ),
        migrations.AddField(
            model_name="paperrule",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="papers", to="calls.call"
            ),
        ),
        migrations.AddField(
            model_name="paperrule",
            name="category",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="papers",
                to="calls.category",
                verbose_name="category",
            ),
        ),
        migrations.AddField(
            model_name="publicityrule",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="publicity_rules",
                to="calls.call",
            ),
        ),
        migrations.AddField(
            model_name="reviewstage",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="review_stages",
                to="calls.call",
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.UniqueConstraint(
                fields=("call", "revision"), name="one_amendment_for_each_revision"
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.CheckConstraint(
                condition=models.Q(("summary", ""), _negated=True), name="amendment_has_summary"
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(
                fields=("call", "closes_at"),
                name="batches_end_one_after_the_other",
                violation_error_message="Another batch of this call ends at the same time.",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("title__regex", "\\S")),
                name="batch_has_title",
                violation_error_message="Give the batch a title.",
            ),
        ),
        migrations.AddConstraint(
            model_name="instalment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount", None), ("percent__isnull", False)),
                    models.Q(("amount__isnull", False), ("percent", None)),
                    _connector="OR",
                ),
                name="instalment_is_percent_or_amount",
                violation_error_message="State a percentage or an amount, one of both.",
            ),
        ),
        migrations.AddConstraint(
            model_name="instalment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("percent", None),
                    models.Q(("percent__gte", 1), ("percent__lte", 100)),
                    _connector="OR",
                ),
                name="instalment_percent_of_a_hundred",
                violation_error_message="An instalment is between 1 and 100 percent.",
            ),
        ),
        migrations.AddConstraint(
            model_name="instalment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", None), ("amount__gt", 0), _connector="OR"),
                name="instalment_above_zero",
                violation_error_message="An instalment is more than nothing.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("copies__gt", 0), models.Q(("formats", []), _negated=True), _connector="OR"
                ),
                name="paper_is_handed_in_somehow",
                violation_error_message="State a number of copies, a kind of file, or both.",
            ),
        ),
        migrations.AddConstraint(
            model_name="publicityrule",
            constraint=models.UniqueConstraint(
                fields=("call", "where"),
                name="one_publicity_period_each",
                violation_error_message="This call has such a publicity period already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="publicityrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("length__gt", 0)),
                name="publicity_lasts",
                violation_error_message="A publicity period lasts at least one day or hour.",
            ),
        ),
        migrations.AddConstraint(
            model_name="publicityrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("counting", "hours"), _negated=True),
                    models.Q(("closing_hour", None), ("first_day_counted", False)),
                    _connector="OR",
                ),
                name="publicity_in_hours_has_no_days",
                violation_error_message="Counted in hours there is neither a first day nor an hour of closing.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewstage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("pass_mark", None),
                    models.Q(("pass_mark__gt", 0), ("pass_mark__lte", 100)),
                    _connector="OR",
                ),
                name="pass_mark_of_a_hundred",
                violation_error_message="The pass mark lies above 0 and at most at 100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewstage",
            constraint=models.CheckConstraint(
                condition=models.Q(("experts", None), ("experts__gt", 0), _connector="OR"),
                name="review_stage_has_experts",
                violation_error_message="At least one expert, or leave the number empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewstage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("formal", "leadership")), _negated=True),
                    models.Q(("experts", None), ("pass_mark", None)),
                    _connector="OR",
                ),
                name="unscored_stage_has_no_marks",
                violation_error_message="Experts and a pass mark belong to scoring, meeting and defence only.",
            ),
        ),
    ]
