"""Lets a frozen form lose its content once its time is over, and keeps what was held longer."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Nothing but content may change, only to a part of what it was, and only beside an erasure.
INSTALL = """
CREATE FUNCTION applications_erase_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_packet uuid;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF TG_TABLE_NAME = 'applications_version' THEN
            of_packet := to_jsonb(OLD) ->> 'packet_id';
        ELSE
            SELECT a.packet_id INTO of_packet
            FROM applications_deliverable d
            JOIN applications_application a ON a.id = d.project_id
            WHERE d.id = (to_jsonb(OLD) ->> 'deliverable_id')::uuid;
        END IF;
        IF OLD.content @> NEW.content
            AND to_jsonb(NEW) - 'content' = to_jsonb(OLD) - 'content'
            AND EXISTS (SELECT FROM applications_erasure e WHERE e.packet_id = of_packet) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% rows never change: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
""" + "".join(
    f"DROP TRIGGER {table}_frozen ON {table};\n"
    f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION applications_erase_only();\n"
    for table in ("applications_version", "applications_deliverableversion")
)
REMOVE = (
    "".join(
        f"DROP TRIGGER {table}_frozen ON {table};\n"
        f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION applications_refuse();\n"
        for table in ("applications_version", "applications_deliverableversion")
    )
    + "DROP FUNCTION applications_erase_only();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0013_give_up"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('packet', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='erasure', serialize=False, to='applications.packet')),
                ('due_on', models.DateField(verbose_name='kept until')),
                ('files', models.PositiveIntegerField(default=0, verbose_name='files')),
                ('documents', models.PositiveIntegerField(default=0, verbose_name='printed documents')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'erased form',
                'verbose_name_plural': 'erased forms',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='why it is kept')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('lifted_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('packet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='applications.packet')),
            ],
            options={
                'verbose_name': 'form kept longer',
                'verbose_name_plural': 'forms kept longer',
                'ordering': ['-at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('packet',), name='one_standing_hold'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='hold_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('lifted_at', None), ('lifted_by', None)), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False)), _connector='OR'), name='lifted_hold_says_by_whom')],
            },
        ),
        migrations.RunSQL(INSTALL, REMOVE),
    ]
