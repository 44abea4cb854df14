"""Notes whether a document was set again by hand; the trigger counts that as its progress."""

from django.db import migrations, models

OLD = "'{state,failure,attempts,claimed_at,file_id,file_sha256,ready_at}'"
NEW = "'{state,failure,attempts,retried,claimed_at,file_id,file_sha256,ready_at}'"


def exchange(before: str, after: str) -> str:
    """Return the statement that writes the trigger's function anew with the other list."""
    return f"""
DO $do$
BEGIN
    EXECUTE replace(
        pg_get_functiondef('documents_keep'::regproc), $a${before}$a$, $b${after}$b$
    );
END $do$;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_find_by_file")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="retried",
            field=models.BooleanField(
                default=False, editable=False, verbose_name="set again by hand"
            ),
        ),
        migrations.RunSQL(exchange(OLD, NEW), exchange(NEW, OLD)),
    ]
