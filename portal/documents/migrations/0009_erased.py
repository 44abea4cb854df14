"""Lets the content of a document be destroyed once, and nothing else of it ever change."""

from django.db import migrations, models

OLD = """    IF to_jsonb(NEW) - progress - always <> to_jsonb(OLD) - progress - always THEN"""
NEW = """    IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.payload = '{}'
        AND to_jsonb(NEW) - erasing - always = to_jsonb(OLD) - erasing - always THEN
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - progress - always <> to_jsonb(OLD) - progress - always THEN"""
OLD_HEAD = """    always CONSTANT text[] := '{superseded,organisation_id}';"""
NEW_HEAD = """    always CONSTANT text[] := '{superseded,organisation_id}';
    erasing CONSTANT text[] := '{payload,erased_at}';"""


def exchange(before: str, after: str) -> str:
    """Return the statement that writes the trigger's function anew with other lines."""
    return f"""
DO $do$
BEGIN
    EXECUTE replace(
        pg_get_functiondef('documents_keep'::regproc), $a${before}$a$, $b${after}$b$
    );
END $do$;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0008_yearly_report")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="erased_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="erased"
            ),
        ),
        migrations.RunSQL(exchange(OLD_HEAD, NEW_HEAD), exchange(NEW_HEAD, OLD_HEAD)),
        migrations.RunSQL(exchange(OLD, NEW), exchange(NEW, OLD)),
    ]
