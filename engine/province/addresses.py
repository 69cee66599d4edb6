"""The province's house numbers in the database: loads its file, and finds what begins with a text.

Optional: without them the field takes any text, as ever. A number that is chosen brings its point on the map, from
which the commune follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

from sqlalchemy import Row, delete, insert, select

from engine.actor import ActStamp
from engine.clock import to_utc
from engine.errors import BadInput
from engine.journal import acts, journal
from engine.province.address_file import AddressLine, fold_address, read_addresses, street_of
from engine.province.borders import BorderOrigin
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Address, AddressSet, Unit

SHORTEST_TEXT, MOST_OFFERED = 2, 8
_MOST_RANKED = 200  # What begins alike in other communes gives way to what lies in the chosen one.
_BATCH = 5_000
_DIGITS = re.compile(r"[0-9]{1,9}")
_AFTER = "\uffff"  # Behind every sign of a folded text.

_address, _set, _unit = table_of(Address), table_of(AddressSet), table_of(Unit)


@dataclass(frozen=True, slots=True)
class AddressLoadResult:
    """The result of a load: how many addresses are in use now, and how many were left out, of other provinces."""

    addresses: int
    left_out: int


def load_addresses(tx: Transaction, path: Path, origin: BorderOrigin, by: ActStamp) -> AddressLoadResult:
    """Replace the addresses by those of the file at `path`; those of communes that the province has not are left out.

    Raises BadInput for an unusable file, without changing anything: the transaction is to be rolled back.
    """
    known = {"", *tx.read.execute(select(_unit.c.code).where(_unit.c.kind == "commune")).scalars()}
    connection, loaded, left_out = tx.write(), 0, 0
    connection.execute(delete(_address))
    connection.execute(delete(_set))
    numbers, every = count(1), read_addresses(path)
    while lines := list(islice(every, _BATCH)):
        rows = [_address_row(next(numbers), line) for line in lines if line.place in known]
        loaded, left_out = loaded + len(rows), left_out + len(lines) - len(rows)
        if rows:
            connection.execute(insert(_address), rows)
    if not loaded:
        raise BadInput("addresses-of-no-commune", path=path)
    facts = {"source": origin.source, "licence": origin.licence, "addresses": loaded}
    connection.execute(insert(_set), {"id": 1, "loaded_at": to_utc(by.at), **facts})
    journal.record(tx, by, acts.LOAD_ADDRESSES, f"file:{path.name}", **facts)
    return AddressLoadResult(loaded, left_out)


def _address_row(number: int, line: AddressLine) -> dict[str, object]:
    folded = fold_address(line.text)
    at = {"longitude": line.longitude, "latitude": line.latitude}
    return {"id": number, "text": line.text, "folded": folded, "street": street_of(folded), "place": line.place, **at}


def current_addresses(tx: Transaction) -> BorderOrigin | None:
    """Whose the addresses in use are; None where the province has brought none, so that none are offered."""
    row = tx.read.execute(select(_set.c.source, _set.c.licence)).one_or_none()
    return BorderOrigin(*row) if row is not None else None


def find_addresses(tx: Transaction, text: str, place: str = "") -> Sequence[Row[Any]]:
    """The addresses that begin with a text, or whose street does, those of the commune `place` first."""
    folded = fold_address(text)
    if len(folded) < SHORTEST_TEXT:
        return ()
    column = _address.c.folded if folded[0].isdigit() else _address.c.street
    query = select(_address).where(column >= folded, column < folded + _AFTER)
    rows = tx.read.execute(query.order_by(column, _address.c.id).limit(_MOST_RANKED)).all()
    return sorted(rows, key=lambda row: (bool(place) and row.place != place, row.street, _house_number(row)))[
        :MOST_OFFERED
    ]


def _house_number(row: Row[Any]) -> tuple[int, str]:
    """So that 9 stands before 10."""
    digits = _DIGITS.match(row.folded)
    return int(digits[0]) if digits else 0, row.folded


def load_address(tx: Transaction, number: int) -> Row[Any] | None:
    """The address with this number in the set in use; None when there is none."""
    return tx.read.execute(select(_address).where(_address.c.id == number)).one_or_none()
