"""Let the database itself refuse to change what was signed, received and logged."""

from django.db import migrations

TABLES = ("applications_version", "applications_handin", "applications_statelog")

INSTALL = """
CREATE FUNCTION applications_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows never change: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION applications_refuse();\n"
    for table in TABLES
)

REMOVE = (
    "".join(f"DROP TRIGGER {table}_frozen ON {table};\n" for table in TABLES)
    + "DROP FUNCTION applications_refuse();"
)


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial")]

    operations = [migrations.RunSQL(INSTALL, REMOVE)]
