"""What the database itself keeps: entries that do not change, the counter of commits, full text, the cache's table."""

from django.core.management import call_command
from django.db import migrations

KEPT = (
    "position",
    "stream",
    "number",
    "kind",
    '"by"',
    "occurred_at",
    "recorded_at",
    "body_digest",
    "previous",
    "digest",
)
WHY = "An entry of a record can be redacted, but not changed or deleted."

SQLITE = [
    f"""
    CREATE TRIGGER hotwash_entry_no_update BEFORE UPDATE ON hotwash_entry
    WHEN NOT (NEW.body IS NULL AND NEW.salt IS NULL
              AND {" AND ".join(f"NEW.{column} IS OLD.{column}" for column in KEPT)})
    BEGIN SELECT RAISE(ABORT, '{WHY}'); END
    """,
    f"""
    CREATE TRIGGER hotwash_entry_no_delete BEFORE DELETE ON hotwash_entry
    BEGIN SELECT RAISE(ABORT, '{WHY}'); END
    """,
    """
    CREATE VIRTUAL TABLE hotwash_search USING fts5(
        title, text, content='hotwash_search_row', content_rowid='id', tokenize='unicode61 remove_diacritics 2')
    """,
    """
    CREATE TRIGGER hotwash_search_put AFTER INSERT ON hotwash_search_row BEGIN
        INSERT INTO hotwash_search (rowid, title, text) VALUES (NEW.id, NEW.title, NEW.text);
    END
    """,
    """
    CREATE TRIGGER hotwash_search_forget AFTER DELETE ON hotwash_search_row BEGIN
        INSERT INTO hotwash_search (hotwash_search, rowid, title, text) VALUES ('delete', OLD.id, OLD.title, OLD.text);
    END
    """,
    """
    CREATE TRIGGER hotwash_search_replace AFTER UPDATE ON hotwash_search_row BEGIN
        INSERT INTO hotwash_search (hotwash_search, rowid, title, text) VALUES ('delete', OLD.id, OLD.title, OLD.text);
        INSERT INTO hotwash_search (rowid, title, text) VALUES (NEW.id, NEW.title, NEW.text);
    END
    """,
]
SQLITE_BACK = [
    "DROP TRIGGER hotwash_entry_no_update",
    "DROP TRIGGER hotwash_entry_no_delete",
    "DROP TRIGGER hotwash_search_put",
    "DROP TRIGGER hotwash_search_forget",
    "DROP TRIGGER hotwash_search_replace",
    "DROP TABLE hotwash_search",
]

# Punctuation goes first: PostgreSQL's parser would read INC-2026-0001 as a word and two negative numbers.
BARE = "regexp_replace({column}, '[^[:alnum:]]+', ' ', 'g')"
POSTGRESQL = [
    f"""
    CREATE FUNCTION hotwash_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF NEW.body IS NULL AND NEW.salt IS NULL
                AND ({", ".join(f"NEW.{column}" for column in KEPT)}) IS NOT DISTINCT FROM
                    ({", ".join(f"OLD.{column}" for column in KEPT)}) THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION '{WHY}' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE TRIGGER hotwash_entry_no_change BEFORE UPDATE OR DELETE ON hotwash_entry
    FOR EACH ROW EXECUTE FUNCTION hotwash_entry_guard()
    """,
    """
    CREATE TRIGGER hotwash_entry_no_truncate BEFORE TRUNCATE ON hotwash_entry
    FOR EACH STATEMENT EXECUTE FUNCTION hotwash_entry_guard()
    """,
    f"""
    ALTER TABLE hotwash_search_row ADD COLUMN words tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', {BARE.format(column="title")}), 'A')
        || to_tsvector('simple', {BARE.format(column="text")})) STORED
    """,
    "CREATE INDEX hotwash_search_row_words ON hotwash_search_row USING gin (words)",
]
POSTGRESQL_BACK = [
    "DROP INDEX hotwash_search_row_words",
    "ALTER TABLE hotwash_search_row DROP COLUMN words",
    "DROP TRIGGER hotwash_entry_no_truncate ON hotwash_entry",
    "DROP TRIGGER hotwash_entry_no_change ON hotwash_entry",
    "DROP FUNCTION hotwash_entry_guard()",
]


def put_up(apps, schema_editor):
    """Run the statements of the database at hand, and make the one row of the counter."""
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)
    apps.get_model("tables", "CommitRow").objects.using(schema_editor.connection.alias).create(id=1, position=0)
    call_command("createcachetable", "hotwash_cache", database=schema_editor.connection.alias, verbosity=0)


def take_down(apps, schema_editor):
    """Undo `put_up`. The cache's table stays: it holds nothing that lasts."""
    for statement in SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        schema_editor.execute(statement, params=None)
    apps.get_model("tables", "CommitRow").objects.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [("tables", "0001_initial")]
    operations = [migrations.RunPython(put_up, take_down)]
