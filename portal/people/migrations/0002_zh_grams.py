"""Install the function behind Chinese search; every app may index with it (see portal.search)."""

from django.db import migrations

# Words of letters and digits in lower case, and each pair of neighbouring Han characters.
INSTALL = """
CREATE FUNCTION zh_grams(content text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(coalesce(array_agg(DISTINCT gram), '{}'))
    FROM (
        SELECT lower(word[1]) AS gram FROM regexp_matches(content, '[A-Za-z0-9]+', 'g') AS word
        UNION ALL
        SELECT pair FROM (
            SELECT sign || lead(sign) OVER (ORDER BY place) AS pair
            FROM unnest(string_to_array(content, NULL)) WITH ORDINALITY AS signs(sign, place)
        ) AS pairs
        WHERE pair ~ '^[\\u3400-\\u9fff]{2}$'
    ) AS grams
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunSQL(INSTALL, "DROP FUNCTION zh_grams(text);")]
