"""Reads the days and instants of PostgreSQL that Python has none for: `infinity`, and years before 1 or after 9999."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, event

from engine.store.unreadable import NO_DAY, NO_INSTANT

if TYPE_CHECKING:
    import psycopg  # As in engine.store.pipeline.

_STAND_INS: dict[str, date] = {"timestamptz": NO_INSTANT, "date": NO_DAY}


def read_beyond_calendars(engine: Engine) -> None:
    """Have the connections of a PostgreSQL engine read such values as what stands for them."""
    driver: Any = engine.dialect.loaded_dbapi

    @event.listens_for(engine, "connect")
    def use_careful_loaders(connection: psycopg.Connection[Any], _record: Any) -> None:
        adapters = connection.adapters
        for kind, stand_in in _STAND_INS.items():
            ordinary = adapters.get_loader(adapters.types[kind].oid, driver.pq.Format.TEXT)
            adapters.register_loader(kind, _careful_loader(ordinary, stand_in, driver))


def _careful_loader(ordinary: Any, stand_in: date, driver: Any) -> type[Any]:
    """A loader of psycopg that leaves the work to the one that stood there."""
    refusal: type[Exception] = driver.DataError

    class CarefulLoader:
        format = driver.pq.Format.TEXT

        def __init__(self, oid: int, context: Any = None) -> None:
            self._read = ordinary(oid, context).load

        def load(self, stored: Any) -> Any:
            """The value, or what stands for one that no calendar of Python has."""
            try:
                return self._read(stored)
            except refusal:
                return stand_in

    return CarefulLoader
