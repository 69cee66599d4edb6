"""Migrates a database to the newest schema, and drafts the next revision.

Alembic is configured here alone, so there is no alembic.ini. The folder `alembic` in the checkout contains the
revisions; it must never become a package, or it would shadow the library of the same name.

`python -m engine.store.schema_migrations MESSAGE` writes the revision that leads from the newest one to the tables of
`engine.store.models`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from engine import clock, shipped
from engine.config.private_files import make_folder
from engine.errors import EngineError
from engine.store.db import Transaction, engine_for, transaction

FOLDER = shipped.REVISIONS
LOCK_KEY = 1022  # Two processes that start together must not migrate at the same time; any constant would do.


class SchemaMigrationFailed(EngineError):
    """The schema of the database could not be changed; the database is unchanged."""

    default_rule = "schema-not-changed"


def is_in_models(_item: object, name: str | None, *_more: object) -> bool:
    """Whether the models describe a table or index of the database; they do not describe those for full-text search."""
    return not (name or "").startswith(("report_search", "ix_report_search"))


def upgrade(url: str, revision: str = "head") -> None:
    """Upgrade the database at `url` to `revision`, completely or, when something fails, not at all.

    Creates the folder of a new SQLite file. Raises SchemaMigrationFailed when the folder of revisions is missing or
    when rows would refer to missing rows.
    """
    _run_alembic(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Downgrade the database at `url` to `revision`; "base" drops every table. Raises like `upgrade`."""
    _run_alembic(url, lambda config: command.downgrade(config, revision))


def current_revision(url: str) -> str | None:
    """The revision of the database at `url`; None when it is empty."""
    engine = engine_for(url)
    try:
        with transaction(engine) as tx:
            return revision_of(tx)
    finally:
        engine.dispose()


def revision_of(tx: Transaction) -> str | None:
    """The revision of the database that `tx` reads; None when it is empty."""
    return MigrationContext.configure(tx.read).get_current_revision()


def head_revision() -> str | None:
    """The newest revision in the program."""
    return _newest_in(FOLDER)


@cache
def _newest_in(_folder: Path) -> str | None:
    """Read once for each folder: all revisions are loaded for it, and a probe of readiness asks every few seconds."""
    return ScriptDirectory.from_config(_alembic_config(None)).get_current_head()


def require_newest(url: str) -> None:
    """Raise SchemaMigrationFailed unless the database at `url` is at the program's newest revision."""
    present, needed = current_revision(url), head_revision()
    if present is None:
        raise SchemaMigrationFailed("schema-missing", needed=needed)
    if present != needed:
        raise SchemaMigrationFailed("schema-not-newest", present=present, needed=needed)


def draft_revision(message: str, now: datetime) -> Path:
    """Draft the revision that leads from `head_revision` to the tables of `engine.store.models`, for review.

    `now` becomes the revision's date and id. Returns the new file.
    """
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'draft.sqlite3'}"
        upgrade(url)
        engine = engine_for(url, durable=False)
        try:
            with transaction(engine) as tx, redirect_stdout(sys.stderr):  # The command prints only the file's name.
                config = _alembic_config(tx.read)
                revision = command.revision(config, message, autogenerate=True, rev_id=f"{now:%Y%m%d_%H%M}")
        finally:
            engine.dispose()
    assert not isinstance(revision, list)
    assert revision is not None
    return Path(revision.path)


def _run_alembic(url: str, operation: Callable[[Config], None]) -> None:
    if not FOLDER.is_dir():
        raise SchemaMigrationFailed("schema-revisions-missing", folder=FOLDER)
    engine = engine_for(url)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    try:
        with transaction(engine) as tx:
            connection = tx.write()
            _lock_migrations(connection)
            operation(_alembic_config(connection))
            _check_references(connection)
    except CommandError as error:
        raise SchemaMigrationFailed("schema-change-refused", reason=str(error)) from error
    finally:
        engine.dispose()


def _alembic_config(connection: Connection | None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def _prepare_sqlite(engine: Engine) -> None:
    if engine.url.database:
        make_folder(Path(engine.url.database).parent)
    event.listen(engine, "connect", _ignore_references)


def _ignore_references(connection: DBAPIConnection, _record: Any) -> None:
    """SQLite changes a table by recreating it; dropping the old one must not count as deleting its rows."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.close()


def _lock_migrations(connection: Connection) -> None:
    """Lock out other migrations; on SQLite the write transaction itself does so."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK_KEY})


def _check_references(connection: Connection) -> None:
    """Check the references that `_ignore_references` left unchecked; PostgreSQL checks every statement."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        raise SchemaMigrationFailed("schema-reference-broken", table=broken[0], target=broken[2])


if __name__ == "__main__":
    sys.stdout.write(f"{draft_revision(' '.join(sys.argv[1:]), clock.now())}\n")
