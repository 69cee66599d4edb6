"""Files stored before they were cleaned are cleaned by the worker: so many a day, and each is recorded."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, select

from engine.cases import attachments, old_files
from engine.cases.old_files import OldFileCleaner
from engine.journal import acts
from engine.store.columns import table_of
from engine.store.models import Attachment, JournalEntry, StoredFile
from tests.kit.pictures import DEVICE, PLACE_WORDS, film
from tests.kit.site import Site
from tests.paths import ROOT


def test_films_and_recordings_that_were_cleaned_too_little_are_cleaned_again_so_many_a_day(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_files, "MOST_PER_DAY", 2)
    sound = b"\xff\xfb\x90\x00" + b"sound" * 40
    tagged = sound + (b"TAG" + PLACE_WORDS).ljust(128, b"\0")
    clean = attachments.clean_upload(attachments.Upload("b.mp4", film(b"mp42")))
    old = [
        attachments.CleanFile("a.mp3", "audio/mpeg", tagged),
        clean,
        attachments.CleanFile("c.mp4", "video/mp4", film(b"qt  ")),
        attachments.CleanFile("d.mp4", "video/mp4", film()[:-3]),  # Its boxes do not add up.
    ]
    ids = site.write(attachments.add_files, site.file().report_id, old, "citizen", site.now)
    run_migration(site.engine, "20261203_0700_films_again")
    cleaner = OldFileCleaner(site.engine)
    for _ in range(2):
        assert [cleaner.clean_next(site.now) for _ in range(3)] == [True, True, False]
        site.later(days=1)
    rows = {row.id: row for row in site.read(select(table_of(Attachment)))}
    contents = {row.digest: row.content for row in site.read(select(table_of(StoredFile)))}
    assert contents[rows[ids[0]].digest] == sound
    assert contents[rows[ids[1]].digest] == clean.content
    assert not any(word in contents[rows[ids[2]].digest] for word in (DEVICE, PLACE_WORDS))
    assert contents[rows[ids[3]].digest] == old[3].content
    entries = table_of(JournalEntry)
    recorded = site.read(select(entries).where(entries.c.act == acts.CLEAN_FILE).order_by(entries.c.seq))
    assert [row.subject for row in recorded] == [f"file:{ids[place]}" for place in (0, 2, 3)]
    assert rows[ids[0]].digest in recorded[0].detail
    assert "film-unreadable" in recorded[2].detail


def run_migration(engine: Engine, name: str) -> None:
    """Run one revision's upgrade on a database that has all of them."""
    (file,) = (ROOT / "alembic" / "versions").glob(f"{name}.py")
    spec = spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        module.upgrade()
