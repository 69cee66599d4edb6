"""Proving the record: every chain in slices, each night and when somebody asks, against the last anchor (R13).

Called by the worker. A slice is read in one state of the database, because a case that moves on between two reads would
look broken. It is compared with the newest anchor of an earlier day: today's may have been made of what was forged.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from engine.clock import VIETNAM
from engine.errors import BadInput, Tampered
from engine.process import history, incidents
from engine.process.history import Break
from engine.records import batch_cursor
from engine.store.columns import table_of
from engine.store.db import Transaction, snapshot, transaction
from engine.store.models import Instance

SLICE = 250
END = 2**62
_instance = table_of(Instance)


@dataclass(frozen=True, slots=True)
class Heads:
    """The heads of an anchor, forty bytes each: there may be a million."""

    ids: array[int]
    counts: array[int]
    digests: bytes

    def within(self, after: int, last: int) -> Iterator[tuple[int, int, str]]:
        """Those of the instances behind `after` up to `last`."""
        for place in range(bisect_right(self.ids, after), bisect_right(self.ids, last)):
            yield self.ids[place], self.counts[place], self.digests[32 * place : 32 * place + 32].hex()


def heads_of(text: str, key: bytes) -> Heads:
    """The heads of an anchor; raises BadInput, Tampered."""
    found = sorted(history.read_anchor(text, key))
    ids, counts = array("q", (head[0] for head in found)), array("q", (head[1] for head in found))
    return Heads(ids, counts, b"".join(bytes.fromhex(head[2]) for head in found))


class Verifier:
    """Carries walks over the history on; keeps the anchor of the walk in hand, so that it is read once."""

    def __init__(self, database: Engine, folder: Path, key: bytes | None) -> None:
        self._database, self._folder, self._key = database, folder, key
        self._read: tuple[str, Heads] | None = None

    def work(self, now: datetime) -> bool:
        """Take one slice of the walk that is on; whether there is more to do."""
        with transaction(self._database) as tx:
            sweep = batch_cursor.tonight(tx, batch_cursor.HISTORY, now)
        if sweep is None:
            self._read = None
            return False
        name, heads, torn = self._anchor(sweep, now)
        with snapshot(self._database) as tx:
            ids = _next(tx, sweep.after)
            last = ids[-1] if len(ids) == SLICE else END
            chains = [item for number in ids for item in history.verify(tx, number)]
            told = {item.instance_id for item in chains}
            compared = history.compare(tx, heads.within(sweep.after, last)) if heads else ()
            forged = [item for item in compared if item.instance_id not in told]
        with transaction(self._database) as tx:
            found = [torn] if torn else []
            found += [str(item) for item in (*chains, *forged)]
            done = {
                "after": ids[-1] if ids else sweep.after,
                "looked_at": sweep.looked_at + len(ids),
                "found": sweep.found + len(found),
                "first": sweep.first or (found[0] if found else ""),
                "beside": name,
                "finished_at": now if last == END else None,
            }
            if batch_cursor.carry_on(tx, sweep, **done):
                if torn:
                    incidents.report_break(tx, None, torn, now, chain=False)
                _report(tx, chains, now, chain=True)
                _report(tx, forged, now, chain=False)
        return last != END

    def _anchor(self, sweep: Any, now: datetime) -> tuple[str, Heads | None, str]:
        """The anchor's name, its heads, and what is wrong with it, told with the first slice."""
        name = sweep.beside or (newest_before(self._folder, now) if self._key else "")
        if not name or self._key is None:
            return "", None, ""
        if self._read is None or self._read[0] != name:
            try:
                text = (self._folder / name).read_text(encoding="utf-8")
                self._read = name, heads_of(text, self._key)
            except (OSError, UnicodeDecodeError, ValueError, BadInput, Tampered) as error:
                said = str(error) if isinstance(error, BadInput | Tampered) else "it cannot be read"
                return name, None, "" if sweep.after else f"anchor {name}: {said}"
        return name, self._read[1], ""


def _report(tx: Transaction, broken: Sequence[Break], now: datetime, *, chain: bool) -> None:
    """Open an incident for each break; one about a case that is gone names no case."""
    named = select(_instance.c.id).where(_instance.c.id.in_([item.instance_id for item in broken]))
    there = set(tx.read.execute(named).scalars())
    for item in broken:
        known = item.instance_id if item.instance_id in there else None
        incidents.report_break(tx, known, str(item), now, chain=chain)


def _next(tx: Transaction, after: int) -> list[int]:
    wanted = select(_instance.c.id).where(_instance.c.id > after).order_by(_instance.c.id).limit(SLICE)
    return list(tx.read.execute(wanted).scalars())


def newest_before(folder: Path, now: datetime) -> str:
    """The name of the newest anchor of an earlier day; empty when there is none."""
    today = f"anchor_{now.astimezone(VIETNAM):%Y%m%d}.json"
    names = sorted(file.name for file in folder.glob("anchor_????????.json") if file.name < today)
    return names[-1] if names else ""
