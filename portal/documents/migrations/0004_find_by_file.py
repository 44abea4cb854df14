"""Find a document by its file, for people who verify a PDF without typing its code."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_summary_table")]

    operations = [
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("file_sha256", ""), _negated=True),
                fields=["file_sha256"],
                name="document_file_hash",
            ),
        ),
    ]
