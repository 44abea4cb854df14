"""Let the database itself keep a document as it was ordered, and its file as it was made."""

from django.db import migrations

INSTALL = """
CREATE FUNCTION documents_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    progress CONSTANT text[] := '{state,failure,attempts,claimed_at,file_id,file_sha256,ready_at}';
    -- Merging two registered units points to the other row; what is printed is unit_name.
    always CONSTANT text[] := '{superseded,organisation_id}';
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.draft THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'only drafts of documents are deleted'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF to_jsonb(NEW) - progress - always <> to_jsonb(OLD) - progress - always THEN
        RAISE EXCEPTION 'a document stays as it was ordered'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state = 'ready' AND to_jsonb(NEW) - always <> to_jsonb(OLD) - always THEN
        RAISE EXCEPTION 'a document that is ready keeps its file'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.superseded AND NOT NEW.superseded THEN
        RAISE EXCEPTION 'a superseded document does not become valid again'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER documents_keep BEFORE UPDATE OR DELETE ON documents_document
    FOR EACH ROW EXECUTE FUNCTION documents_keep();
"""

REMOVE = """
DROP TRIGGER documents_keep ON documents_document;
DROP FUNCTION documents_keep();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [migrations.RunSQL(INSTALL, REMOVE)]
