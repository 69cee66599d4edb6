"""Verifies the record: every hash chain in slices, nightly and on request, against the last anchor (R13).

A slice is read from one snapshot, because a case that advances between two reads would look broken. It is compared with
the newest anchor of an earlier day: today's may have been made from forged rows.
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
from engine.errors import BadInput, EngineError, TamperedHistory
from engine.process import history, incidents
from engine.process.history import ChainBreak
from engine.process.stored_faults import encode_fault
from engine.records import audit_log, batch_cursor
from engine.store.columns import table_of
from engine.store.db import Transaction, read_snapshot, transaction
from engine.store.models import Instance
from engine.translation.plain_faults import PlainFault
from engine.translation.wording import Fault

SLICE = 250
END = 2**62
_instance = table_of(Instance)


@dataclass(frozen=True, slots=True)
class AnchorHeads:
    """The heads of an anchor, forty bytes each: there may be a million."""

    ids: array[int]
    counts: array[int]
    digests: bytes

    def heads_between(self, after: int, last: int) -> Iterator[tuple[int, int, str]]:
        """The heads of the instances after `after` up to and including `last`."""
        for place in range(bisect_right(self.ids, after), bisect_right(self.ids, last)):
            yield self.ids[place], self.counts[place], self.digests[32 * place : 32 * place + 32].hex()


def parse_heads(text: str, key: bytes) -> AnchorHeads:
    """The heads of an anchor; raises BadInput, TamperedHistory."""
    heads = sorted(history.parse_anchor(text, key))
    ids, counts = array("q", (head[0] for head in heads)), array("q", (head[1] for head in heads))
    return AnchorHeads(ids, counts, b"".join(bytes.fromhex(head[2]) for head in heads))


class HistoryVerifier:
    """Advances sweeps over the history; caches the anchor of the current sweep, so that it is read once."""

    def __init__(self, database: Engine, folder: Path, key: bytes | None) -> None:
        self._database, self._folder, self._key = database, folder, key
        self._read: tuple[str, AnchorHeads] | None = None

    def verify_slice(self, now: datetime) -> bool:
        """Verify one slice of the current sweep; returns whether there is more to do."""
        with transaction(self._database) as tx:
            sweep = batch_cursor.sweep_to_advance(tx, batch_cursor.HISTORY, now)
        if sweep is None:
            self._read = None
            return False
        name, heads, torn = self._load_anchor(sweep, now)
        with read_snapshot(self._database) as tx:
            ids = _next_instance_ids(tx, sweep.after)
            last = ids[-1] if len(ids) == SLICE else END
            chains = [item for instance_id in ids for item in history.find_breaks(tx, instance_id)]
            broken_ids = {item.instance_id for item in chains}
            anchor_breaks = history.compare_heads(tx, heads.heads_between(sweep.after, last)) if heads else ()
            forged = [item for item in anchor_breaks if item.instance_id not in broken_ids]
        with transaction(self._database) as tx:
            faults: list[Fault] = [*([torn] if torn else []), *chains, *forged]
            progress = {
                "after": ids[-1] if ids else sweep.after,
                "looked_at": sweep.looked_at + len(ids),
                "found": sweep.found + len(faults),
                "first": sweep.first or (_fault_text(tx, faults[0]) if faults else ""),
                "beside": name,
                "finished_at": now if last == END else None,
            }
            if batch_cursor.advance_sweep(tx, sweep, **progress):
                if torn:
                    incidents.report_chain_break(tx, None, torn, now, chain=False)
                _report_breaks(tx, chains, now, chain=True)
                _report_breaks(tx, forged, now, chain=False)
        return last != END

    def _load_anchor(self, sweep: Any, now: datetime) -> tuple[str, AnchorHeads | None, Fault | None]:
        """The anchor's name, its heads, and what is wrong with it, reported with the first slice."""
        name = sweep.beside or (newest_anchor_before(self._folder, now) if self._key else "")
        if not name or self._key is None:
            return "", None, None
        if self._read is None or self._read[0] != name:
            try:
                text = (self._folder / name).read_text(encoding="utf-8")
                self._read = name, parse_heads(text, self._key)
            except (OSError, UnicodeDecodeError, ValueError, BadInput, TamperedHistory) as error:
                reason = error if isinstance(error, EngineError) else BadInput("anchor-unreadable")
                return name, None, None if sweep.after else TamperedHistory("anchor-torn", name=name, reason=reason)
        return name, self._read[1], None


def _fault_text(tx: Transaction, fault: Fault) -> str:
    """A fault as stored for the record page, which names a case by its code."""
    if isinstance(fault, ChainBreak):
        fault = PlainFault(fault.rule, {**fault.facts, "case": audit_log.code_of_case(tx, fault.instance_id)})
    return encode_fault(fault)


def _report_breaks(tx: Transaction, broken: Sequence[ChainBreak], now: datetime, *, chain: bool) -> None:
    """Open an incident for each break; if the case no longer exists, the incident names none."""
    query = select(_instance.c.id).where(_instance.c.id.in_([item.instance_id for item in broken]))
    existing_ids = set(tx.read.execute(query).scalars())
    for item in broken:
        instance_id = item.instance_id if item.instance_id in existing_ids else None
        incidents.report_chain_break(tx, instance_id, item, now, chain=chain)


def _next_instance_ids(tx: Transaction, after: int) -> list[int]:
    query = select(_instance.c.id).where(_instance.c.id > after).order_by(_instance.c.id).limit(SLICE)
    return list(tx.read.execute(query).scalars())


def newest_anchor_before(folder: Path, now: datetime) -> str:
    """The name of the newest anchor of an earlier day; empty if there is none."""
    today = f"anchor_{now.astimezone(VIETNAM):%Y%m%d}.json"
    names = sorted(file.name for file in folder.glob("anchor_????????.json") if file.name < today)
    return names[-1] if names else ""
