"""What follows the selection: projects, deliverables, changes, payments."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


TABLES = ("applications_deliverableversion", "applications_deliverablelog")
INSTALL = "".join(
    f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION applications_refuse();\n"
    for table in TABLES
)
REMOVE = "".join(f"DROP TRIGGER {table}_frozen ON {table};\n" for table in TABLES)


def open_projects(apps, schema_editor):
    """Give what was selected before its project; what it owes follows with the next sweep."""
    application = apps.get_model("applications", "Application")
    project = apps.get_model("applications", "Project")
    selected = application.objects.filter(state="selected", project=None)
    project.objects.bulk_create(project(application=one) for one in selected)


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0007_publicity_states"),
        ("calls", "0010_agreement"),
        ("files", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangeRequest",
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
                            ("title", "Title"),
                            ("leader", "Person in charge"),
                            ("dates", "Planned dates, or more time"),
                            ("budget", "Budget"),
                            ("termination", "End the project early"),
                        ],
                        max_length=12,
                        verbose_name="what changes",
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting for the association"),
                            ("approved", "Approved"),
                            ("refused", "Not approved"),
                            ("taken_back", "Taken back"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_note", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "change request",
                "verbose_name_plural": "change requests",
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="Deliverable",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("due", models.DateTimeField(blank=True, null=True, verbose_name="due")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "To be handed in"),
                            ("handed_in", "Handed in, being looked at"),
                            ("returned", "Returned for correction"),
                            ("accepted", "Accepted"),
                            ("waived", "Not needed"),
                        ],
                        default="due",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "has_confidential",
                    models.BooleanField(null=True, verbose_name="confidential content"),
                ),
                ("confidential_at", models.DateTimeField(null=True)),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("revisions", models.JSONField(blank=True, default=dict)),
                ("late", models.BooleanField(default=False, verbose_name="handed in late")),
                ("handed_in_at", models.DateTimeField(null=True, verbose_name="handed in")),
                ("settled_at", models.DateTimeField(null=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "deliverable",
                "verbose_name_plural": "deliverables",
                "ordering": ["position", "title"],
            },
        ),
        migrations.CreateModel(
            name="DeliverableFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("photo", models.BooleanField(default=False, verbose_name="photo")),
                ("words", models.PositiveIntegerField(null=True)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "file of a deliverable",
                "verbose_name_plural": "files of deliverables",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="DeliverableLog",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("handed_in", "handed in"),
                            ("returned", "returned for correction"),
                            ("accepted", "accepted"),
                            ("waived", "not needed any more"),
                            ("extended", "more time given"),
                            ("reopened", "asked for again"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("due", models.DateTimeField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "step of a deliverable",
                "verbose_name_plural": "steps of deliverables",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="DeliverableVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("no", models.PositiveSmallIntegerField(verbose_name="version")),
                ("content", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "version of a deliverable",
                "verbose_name_plural": "versions of deliverables",
                "ordering": ["no"],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="when it is paid")),
                (
                    "planned",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="planned (yuan)",
                    ),
                ),
                (
                    "paid",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="paid (yuan)",
                    ),
                ),
                ("paid_on", models.DateField(blank=True, null=True, verbose_name="paid on")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
                "ordering": ["position", "at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="project",
                        serialize=False,
                        to="applications.application",
                    ),
                ),
                (
                    "granted",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="amount granted (yuan)",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="title")),
                (
                    "leader",
                    models.CharField(blank=True, max_length=100, verbose_name="person in charge"),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="to")),
                ("budget", models.JSONField(blank=True, null=True, verbose_name="budget")),
                (
                    "completed_on",
                    models.DateField(blank=True, null=True, verbose_name="completed on"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "project",
                "verbose_name_plural": "projects",
                "ordering": ["created_at"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="application",
            name="application_state_known",
        ),
        migrations.AlterField(
            model_name="application",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("awaiting_signoff", "Awaiting sign-off"),
                    ("signed_off", "Signed off"),
                    ("sealed", "Sealed"),
                    ("recommending", "With the recommending unit"),
                    ("recommended", "Recommended"),
                    ("not_recommended", "Not recommended"),
                    ("submitted", "Submitted"),
                    ("returned", "Returned for correction"),
                    ("accepted", "Accepted"),
                    ("not_accepted", "Not accepted"),
                    ("publicised", "Being shown to the public"),
                    ("selected", "Selected"),
                    ("reserve", "Reserve"),
                    ("not_selected", "Not selected"),
                    ("running", "In execution"),
                    ("completed", "Completed, results to come"),
                    ("closed", "Project closed"),
                    ("terminated", "Ended early"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="draft",
                editable=False,
                max_length=20,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="statelog",
            name="action",
            field=models.CharField(
                choices=[
                    ("request_signoff", "request sign-off"),
                    ("take_back", "take back for editing"),
                    ("decline_signoff", "decline sign-off"),
                    ("sign_off", "sign off"),
                    ("freeze", "freeze"),
                    ("seal", "put the stamped scan in"),
                    ("hand_in", "hand in"),
                    ("hand_to_recommender", "hand in for recommendation"),
                    ("pass_on", "recommend to the next recommending unit"),
                    ("recommend", "recommend"),
                    ("not_recommend", "not recommend"),
                    ("reconsider", "take up the recommendation again"),
                    ("return_to_unit", "return before recommending"),
                    ("withdraw", "withdraw"),
                    ("return", "return for correction"),
                    ("accept", "accept"),
                    ("not_accept", "not accept"),
                    ("reopen_check", "take up the formal check again"),
                    ("publicise", "show to the public"),
                    ("call_off_publicity", "call the publicity off"),
                    ("select", "select"),
                    ("hold_in_reserve", "hold in reserve"),
                    ("not_select", "not select"),
                    ("start", "begin the execution"),
                    ("complete", "report the completion"),
                    ("reopen_running", "take the completion back"),
                    ("close", "close the project"),
                    ("terminate", "end the project early"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="statelog",
            name="source",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("awaiting_signoff", "Awaiting sign-off"),
                    ("signed_off", "Signed off"),
                    ("sealed", "Sealed"),
                    ("recommending", "With the recommending unit"),
                    ("recommended", "Recommended"),
                    ("not_recommended", "Not recommended"),
                    ("submitted", "Submitted"),
                    ("returned", "Returned for correction"),
                    ("accepted", "Accepted"),
                    ("not_accepted", "Not accepted"),
                    ("publicised", "Being shown to the public"),
                    ("selected", "Selected"),
                    ("reserve", "Reserve"),
                    ("not_selected", "Not selected"),
                    ("running", "In execution"),
                    ("completed", "Completed, results to come"),
                    ("closed", "Project closed"),
                    ("terminated", "Ended early"),
                    ("withdrawn", "Withdrawn"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="statelog",
            name="target",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("awaiting_signoff", "Awaiting sign-off"),
                    ("signed_off", "Signed off"),
                    ("sealed", "Sealed"),
                    ("recommending", "With the recommending unit"),
                    ("recommended", "Recommended"),
                    ("not_recommended", "Not recommended"),
                    ("submitted", "Submitted"),
                    ("returned", "Returned for correction"),
                    ("accepted", "Accepted"),
                    ("not_accepted", "Not accepted"),
                    ("publicised", "Being shown to the public"),
                    ("selected", "Selected"),
                    ("reserve", "Reserve"),
                    ("not_selected", "Not selected"),
                    ("running", "In execution"),
                    ("completed", "Completed, results to come"),
                    ("closed", "Project closed"),
                    ("terminated", "Ended early"),
                    ("withdrawn", "Withdrawn"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "draft",
                            "awaiting_signoff",
                            "signed_off",
                            "sealed",
                            "recommending",
                            "recommended",
                            "not_recommended",
                            "submitted",
                            "returned",
                            "accepted",
                            "not_accepted",
                            "publicised",
                            "selected",
                            "reserve",
                            "not_selected",
                            "running",
                            "completed",
                            "closed",
                            "terminated",
                            "withdrawn",
                        ],
                    )
                ),
                name="application_state_known",
            ),
        ),
        migrations.AddField(
            model_name="changerequest",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="changerequest",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="deliverable",
            name="confidential_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="deliverable",
            name="rule",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="calls.deliverablerule",
            ),
        ),
        migrations.AddField(
            model_name="deliverablefile",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="deliverablefile",
            name="deliverable",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="files",
                to="applications.deliverable",
            ),
        ),
        migrations.AddField(
            model_name="deliverablefile",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
            ),
        ),
        migrations.AddField(
            model_name="deliverablelog",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="deliverablelog",
            name="deliverable",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="log",
                to="applications.deliverable",
            ),
        ),
        migrations.AddField(
            model_name="deliverableversion",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="deliverableversion",
            name="deliverable",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="applications.deliverable",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("granted", None), ("granted__gte", 0), _connector="OR"),
                name="project_grant_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None),
                    ("starts_on", None),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="project_days_in_order",
                violation_error_message="The last day must not lie before the first.",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="applications.project",
            ),
        ),
        migrations.AddField(
            model_name="deliverable",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliverables",
                to="applications.project",
            ),
        ),
        migrations.AddField(
            model_name="changerequest",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to="applications.project",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliverableversion",
            constraint=models.UniqueConstraint(
                fields=("deliverable", "no"), name="deliverable_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paid", None), ("paid_on", None)),
                    models.Q(("paid__gt", 0), ("paid_on__isnull", False)),
                    _connector="OR",
                ),
                name="payment_has_amount_and_day",
                violation_error_message="A payment has an amount and a day.",
            ),
        ),
        migrations.AddIndex(
            model_name="deliverable",
            index=models.Index(
                condition=models.Q(("state__in", ["due", "returned"])),
                fields=["due"],
                name="deliverable_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliverable",
            constraint=models.UniqueConstraint(
                fields=("project", "rule"), name="one_deliverable_per_rule"
            ),
        ),
        migrations.AddConstraint(
            model_name="deliverable",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "handed_in"), _negated=True),
                    ("handed_in_at__isnull", False),
                    _connector="OR",
                ),
                name="deliverable_handed_in_has_instant",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliverable",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["due", "handed_in", "returned", "accepted", "waived"])
                ),
                name="deliverable_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="changerequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "pending")),
                fields=("project", "kind"),
                name="one_pending_change_of_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="changerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="change_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="changerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["pending", "taken_back"]),
                    ("decided_at__isnull", False),
                    _connector="OR",
                ),
                name="decided_change_has_instant",
            ),
        ),
        migrations.RunSQL(INSTALL, REMOVE),
        migrations.RunPython(open_projects, migrations.RunPython.noop),
    ]
