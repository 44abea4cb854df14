"""Let the database itself keep the log of uses as it was written."""

from django.db import migrations

INSTALL = """
CREATE FUNCTION seals_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'uses of seals are append-only: % refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER seals_append_only BEFORE UPDATE OR DELETE ON seals_sealuse
    FOR EACH ROW EXECUTE FUNCTION seals_refuse();
CREATE TRIGGER seals_no_truncate BEFORE TRUNCATE ON seals_sealuse
    FOR EACH STATEMENT EXECUTE FUNCTION seals_refuse();

-- What a certificate says is read once and never rewritten; a revoked seal stays revoked.
CREATE FUNCTION seals_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Merging two registered units points to the other row.
    changing CONSTANT text[] := '{organisation_id,state,accepted_by_id,accepted_at,revoked_by_id,'
        'revoked_at,reason,wrong_tries,wrong_at}';
BEGIN
    IF to_jsonb(NEW) - changing <> to_jsonb(OLD) - changing THEN
        RAISE EXCEPTION 'a seal stays as it was added'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state = 'revoked' AND NEW.state <> 'revoked' THEN
        RAISE EXCEPTION 'a revoked seal stays revoked'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER seals_keep BEFORE UPDATE ON seals_seal
    FOR EACH ROW EXECUTE FUNCTION seals_keep();
"""

REMOVE = """
DROP TRIGGER seals_keep ON seals_seal;
DROP FUNCTION seals_keep();
DROP TRIGGER seals_no_truncate ON seals_sealuse;
DROP TRIGGER seals_append_only ON seals_sealuse;
DROP FUNCTION seals_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("seals", "0001_initial")]

    operations = [migrations.RunSQL(INSTALL, REMOVE)]
