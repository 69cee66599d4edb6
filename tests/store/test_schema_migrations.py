"""The revisions lead to exactly the tables of engine.store.models, on both databases, and back again."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from engine.store import db, schema_migrations
from engine.store.models import Instance

DATED_NAME = re.compile(r"(\d{8}_\d{4})_[a-z0-9_]+\.py")
both = pytest.mark.parametrize("empty_database", ["sqlite", "postgresql"], indirect=True)
METADATA = Instance.metadata  # All tables share it.
EVERYTHING = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql IS NOT NULL",
    "postgresql": """
        SELECT c.relname || coalesce('.' || a.attname, ''),
               coalesce(pg_get_indexdef(i.indexrelid), format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
                   || coalesce(' ' || pg_get_expr(d.adbin, d.adrelid), ''))
        FROM pg_class c
        LEFT JOIN pg_index i ON i.indexrelid = c.oid
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND c.relkind = 'r'
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i') AND c.relname NOT LIKE 'alembic%'
        UNION ALL
        SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conname NOT LIKE 'alembic%'
    """,
}


# Columns and constraints, also where a column was added behind others of its line. Commas in brackets belong together.
COPIED = re.compile(r"(DEFAULT )\(([^()]*)\)")
PARTS = re.compile(r",?\s*\n|,\s+(?![^()]*\))")


def everything(engine: Engine) -> dict[str, list[str]]:
    """What the database itself says of each table, column, index and constraint; the order of lines means nothing."""
    with engine.connect() as connection:
        rows = connection.execute(text(EVERYTHING[engine.dialect.name]))
        # Only revisions make what serves the search, so the models say nothing of it.
        described = [row for row in rows if schema_migrations.is_in_models(None, row[0])]
        # A table that SQLite copies to change it has its name quoted and its defaults in brackets.
        plain = [(name, COPIED.sub(r"\1\2", text_).replace('"', "")) for name, text_ in described]
        return {name: sorted(part.strip(" \t") for part in PARTS.split(text_)) for name, text_ in plain}


def test_the_revisions_lead_to_the_tables_of_the_models(engine_db: Engine) -> None:
    with engine_db.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": schema_migrations.is_in_models})
        assert compare_metadata(context, METADATA) == []


@both
def test_a_migrated_database_equals_one_made_from_the_models_in_every_detail(empty_database: str) -> None:
    engine = create_engine(empty_database)
    METADATA.create_all(engine)
    from_models = everything(engine)
    METADATA.drop_all(engine)
    schema_migrations.upgrade(empty_database)
    from_revisions = everything(engine)
    engine.dispose()
    assert len(from_models) > 20
    assert from_revisions == from_models


@both
def test_downgrading_to_base_leaves_no_table_and_upgrading_again_works(empty_database: str) -> None:
    schema_migrations.upgrade(empty_database)
    schema_migrations.downgrade(empty_database, "base")
    engine = create_engine(empty_database)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()
    assert schema_migrations.current_revision(empty_database) is None
    schema_migrations.upgrade(empty_database)
    assert schema_migrations.current_revision(empty_database) == schema_migrations.head_revision()


def test_upgrading_twice_changes_nothing(database: str, engine_db: Engine) -> None:
    before = everything(engine_db)
    schema_migrations.upgrade(database)
    assert everything(engine_db) == before


def test_the_folder_of_a_new_sqlite_database_is_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'deep' / 'hotline.sqlite3'}"
    schema_migrations.upgrade(url)
    assert schema_migrations.current_revision(url) == schema_migrations.head_revision()


def test_revisions_have_dated_names_and_form_one_line() -> None:
    files = sorted((schema_migrations.FOLDER / "versions").glob("*.py"))
    revisions = [revision_of(file) for file in files]
    assert revisions[-1] == schema_migrations.head_revision()
    assert revisions == sorted(set(revisions))


def revision_of(file: Path) -> str:
    match = DATED_NAME.fullmatch(file.name)
    assert match, f"{file.name} is not named YYYYMMDD_HHMM_what.py"
    assert f'revision = "{match[1]}"' in file.read_text(encoding="utf-8"), f"{file.name} has another revision inside"
    return match[1]


def test_an_unknown_revision_is_refused_in_one_sentence_and_nothing_changes(database: str) -> None:
    with pytest.raises(schema_migrations.SchemaMigrationFailed, match="19990101_0000"):
        schema_migrations.upgrade(database, "19990101_0000")
    assert schema_migrations.current_revision(database) == schema_migrations.head_revision()


def test_a_missing_folder_of_revisions_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema_migrations, "FOLDER", tmp_path / "alembic")
    with pytest.raises(schema_migrations.SchemaMigrationFailed, match="is missing"):
        schema_migrations.upgrade(f"sqlite:///{tmp_path / 'hotline.sqlite3'}")


def add_revision(folder: Path, body: str) -> None:
    """A copy of the project's revisions in `folder` with one more that runs `body`."""
    (folder / "versions").mkdir(parents=True)
    for file in [schema_migrations.FOLDER / "env.py", *(schema_migrations.FOLDER / "versions").glob("*.py")]:
        copy = folder / file.relative_to(schema_migrations.FOLDER)
        copy.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    text_of_revision = (
        "import sqlalchemy as sa\nfrom alembic import op\n\n"
        f'revision = "20991231_0000"\ndown_revision = "{schema_migrations.head_revision()}"\n\n\n'
        f"def upgrade():\n{body}\n"
    )
    (folder / "versions" / "20991231_0000_more.py").write_text(text_of_revision, encoding="utf-8")


CHANGE_UNIT = """
    with op.batch_alter_table("unit") as batch:
        batch.alter_column("name", type_=sa.String(200))
"""
FAIL_LATE = """
    op.create_table("leftover", sa.Column("id", sa.Integer(), primary_key=True))
    raise RuntimeError("out of paper")
"""
LOSE_PARENT = """
    op.execute("DELETE FROM unit WHERE code = 'P'")
"""


def fill(url: str) -> None:
    """Two units, one below the other."""
    engine = db.engine_for(url)
    with db.transaction(engine) as tx:
        rows = "('P', '', 'province', NULL), ('C', '', 'commune', 'P')"
        tx.write().execute(text(f"INSERT INTO unit (code, name, kind, parent_code) VALUES {rows}"))
    engine.dispose()


def units(url: str) -> list[str]:
    """Codes of the units in the database."""
    engine = db.engine_for(url)
    with db.transaction(engine) as tx:
        codes = list(tx.read.execute(text("SELECT code FROM unit ORDER BY code")).scalars())
    engine.dispose()
    return codes


def test_changing_a_table_that_others_point_at_keeps_its_rows(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    add_revision(tmp_path / "alembic", CHANGE_UNIT)
    monkeypatch.setattr(schema_migrations, "FOLDER", tmp_path / "alembic")
    schema_migrations.upgrade(database)
    assert schema_migrations.current_revision(database) == "20991231_0000"
    assert units(database) == ["C", "P"]


def test_a_failing_revision_leaves_nothing_behind(
    database: str, engine_db: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, head = everything(engine_db), schema_migrations.head_revision()
    add_revision(tmp_path / "alembic", FAIL_LATE)
    monkeypatch.setattr(schema_migrations, "FOLDER", tmp_path / "alembic")
    with pytest.raises(RuntimeError, match="out of paper"):
        schema_migrations.upgrade(database)
    assert everything(engine_db) == before
    assert schema_migrations.current_revision(database) == head


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_revision_that_cuts_a_reference_is_refused_on_sqlite_too(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    add_revision(tmp_path / "alembic", LOSE_PARENT)
    monkeypatch.setattr(schema_migrations, "FOLDER", tmp_path / "alembic")
    with pytest.raises(schema_migrations.SchemaMigrationFailed, match="table unit would point at a row of unit"):
        schema_migrations.upgrade(database)
    assert units(database) == ["C", "P"]


def test_a_draft_of_what_the_models_already_say_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add_revision(tmp_path / "alembic", "    pass")
    template = (schema_migrations.FOLDER / "script.py.mako").read_text(encoding="utf-8")
    (tmp_path / "alembic" / "script.py.mako").write_text(template, encoding="utf-8")
    monkeypatch.setattr(schema_migrations, "FOLDER", tmp_path / "alembic")
    file = schema_migrations.draft_revision("nothing new", datetime(2099, 12, 31, 8, 30, tzinfo=UTC))
    assert file.name == "20991231_0830_nothing_new.py"
    assert capsys.readouterr().out == ""  # `make revision` reads the name of the file there.
    assert file.read_text(encoding="utf-8").count("pass") == 2
    url = f"sqlite:///{tmp_path / 'hotline.sqlite3'}"
    schema_migrations.upgrade(url)
    assert schema_migrations.current_revision(url) == "20991231_0830"
