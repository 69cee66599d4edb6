"""A value that no program of ours wrote is read as what stands for it, and the proof names its row."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select, text

from engine.records import damaged_rows
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Holiday, JobRun, Person, Throttle, Unit
from engine.store.unreadable import NO_DAY, NO_INSTANT, NO_NUMBER, UnreadableText
from engine.translation.wording import say
from tests.kit.hotline import NOW

_unit, _run = table_of(Unit), table_of(JobRun)


def damage(engine: Engine, statement: str) -> None:
    with transaction(engine) as tx:
        tx.write().execute(text(statement))


def value_of(engine: Engine, statement: Any) -> Any:
    with transaction(engine) as tx:
        return tx.read.execute(statement).scalars().first()


def named(engine: Engine) -> list[str]:
    with transaction(engine) as tx:
        return [say(fault, "en") for fault in damaged_rows.find_damaged(tx)]


@pytest.fixture
def filled_db(engine_db: Engine) -> Engine:
    with transaction(engine_db) as tx:
        tx.write().execute(insert(_run).values(job="daily", day=NOW.date(), at=NOW))
        tx.write().execute(insert(_unit).values(code="75", name="Đồng Nai", kind="province"))
        tx.write().execute(insert(table_of(Holiday)).values(day=NOW.date(), kind="closed", name="Tết", source=""))
    return engine_db


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_days_and_instants_beyond_all_calendars_hide_no_row(filled_db: Engine) -> None:
    for beyond in ("infinity", "-infinity", "20000-01-01"):
        damage(filled_db, f"UPDATE job_run SET at = '{beyond}'")
        assert value_of(filled_db, select(_run.c.at)) is NO_INSTANT
        damage(filled_db, f"UPDATE holiday SET day = '{beyond}'")
        assert value_of(filled_db, select(Holiday.day)) == NO_DAY
    damage(filled_db, "UPDATE job_run SET at = 'infinity'")
    damage(filled_db, "UPDATE holiday SET day = '-infinity'")
    assert named(filled_db) == [
        "table holiday, row ?, column day: cannot be read",
        f"table job_run, row daily, {NOW:%Y-%m-%d}, column at: cannot be read",
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_texts_that_are_no_utf_8_keep_what_can_be_read(filled_db: Engine) -> None:
    damage(filled_db, "UPDATE unit SET name = CAST(x'c490e1bb936e67ff' AS TEXT)")
    name = value_of(filled_db, select(_unit.c.name))
    assert (name, type(name)) == ("Đồng�", UnreadableText)
    damage(filled_db, "UPDATE unit SET name = x'00ff'")
    assert value_of(filled_db, select(Unit.name)) == "�"
    assert named(filled_db) == ["table unit, row 75, column name: cannot be read"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_numbers_that_are_texts_or_bytes_are_shown_as_unreadable_and_number_nothing(engine_db: Engine) -> None:
    with transaction(engine_db) as tx:
        tx.write().execute(insert(table_of(Throttle)), {"key": "x", "ends_at": NOW, "count": 5})
    for stored, read in (("'12'", 12), ("'mười'", NO_NUMBER), ("x'31'", NO_NUMBER), ("1e300", NO_NUMBER), ("7", 7)):
        damage(engine_db, f"UPDATE throttle SET count = {stored}")
        count = value_of(engine_db, select(Throttle.count))
        assert (count, type(count)) == (read, type(read))
        assert bool(named(engine_db)) == (read is NO_NUMBER)
    damage(engine_db, "INSERT INTO person (login, name, active) VALUES ('x', 'x', 'có')")
    assert not value_of(engine_db, select(Person.active))
    assert (f"{NO_NUMBER}", f"{NO_NUMBER:02}", NO_NUMBER + 1) == ("?", "?", 1)
    assert value_of(engine_db, select(func.avg(Throttle.count) / 2)) == 3.5
