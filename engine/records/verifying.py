"""Verifies the record: every case in slices, nightly and on request, against the last anchor (R13).

A slice is read from one snapshot, because a case that advances between two reads would look broken. It is compared with
the newest anchor of an earlier day: today's may have been made from forged rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from engine.errors import TamperedHistory
from engine.journal import journal
from engine.journal.journal import JournalBreak
from engine.process import incidents
from engine.process.history import ChainBreak
from engine.process.stored_faults import encode_fault
from engine.records import anchors, audit_log, batch_cursor, proof
from engine.records.anchors import Anchor
from engine.records.difference import CaseFindings, RecordDifference
from engine.store.columns import table_of
from engine.store.db import Transaction, read_snapshot, transaction
from engine.store.models import Instance
from engine.translation.plain_faults import PlainFault
from engine.translation.wording import Fault

SLICE = 250
END = 2**62
_instance = table_of(Instance)


class HistoryVerifier:
    """Advances sweeps over the record; caches the anchor of the current sweep, so that it is read once."""

    def __init__(self, database: Engine, folder: Path, keys: Sequence[bytes]) -> None:
        self._database, self._folder, self._keys = database, folder, keys
        self._read: tuple[str, Anchor] | None = None

    def verify_slice(self, now: datetime) -> bool:
        """Verify one slice of the current sweep; returns whether there is more to do."""
        with transaction(self._database) as tx:
            sweep = batch_cursor.sweep_to_advance(tx, batch_cursor.HISTORY, now)
        if sweep is None:
            self._read = None
            return False
        name, anchor, torn = self._load_anchor(sweep, now)
        with read_snapshot(self._database) as tx:
            ids = next_instance_ids(tx, sweep.after)
            last = ids[-1] if len(ids) == SLICE else END
            findings = check_slice(tx, (sweep.after, last), ids, [anchor] if anchor else [])
            overall = [] if sweep.after else [*([torn] if torn else []), *find_overall(tx, [anchor] if anchor else [])]
        with transaction(self._database) as tx:
            faults = [*overall, *findings.all_faults]
            progress = {
                "after": ids[-1] if ids else sweep.after,
                "looked_at": sweep.looked_at + len(ids),
                "found": sweep.found + len(faults),
                "first": sweep.first or (encode_fault(name_case(tx, faults[0])) if faults else ""),
                "unproven": sweep.unproven + findings.unproven.total(),
                "beside": name,
                "finished_at": now if last == END else None,
            }
            if batch_cursor.advance_sweep(tx, sweep, **progress):
                _report_findings(tx, overall, findings, now)
        return last != END

    def _load_anchor(self, sweep: Any, now: datetime) -> tuple[str, Anchor | None, Fault | None]:
        """The anchor's name, its content, and what is wrong with it."""
        name = sweep.beside or (anchors.newest_anchor_before(self._folder, now) if self._keys else "")
        if not name:
            return "", None, None
        if self._read is None or self._read[0] != name:
            try:
                self._read = name, anchors.read_anchor(self._folder / name, self._keys)
            except TamperedHistory as error:
                return name, None, error
        return name, self._read[1], None


def check_slice(tx: Transaction, bounds: tuple[int, int], ids: Sequence[int], known: Sequence[Anchor]) -> CaseFindings:
    """Check some cases, and against anchors every case that they know after the first bound up to the last."""
    findings = proof.check_cases(tx, ids, known[-1].looks if known else None)
    broken_ids = {item.instance_id for item in findings.chains}
    for anchor in known:
        heads = anchors.compare_heads(tx, anchor.heads.heads_between(*bounds))
        findings.forged += [item for item in heads if item.instance_id not in broken_ids]
    return findings


def check_everything(tx: Transaction, known: Sequence[Anchor]) -> CaseFindings:
    """Check all cases and the database as a whole, against anchors; `tx` should be a snapshot."""
    findings, after = CaseFindings(differences=list(find_overall(tx, known))), 0
    while after != END:
        ids = next_instance_ids(tx, after)
        last = ids[-1] if len(ids) == SLICE else END
        findings.merge(check_slice(tx, (after, last), ids, known))
        after = last
    return findings


def find_overall(tx: Transaction, known: Sequence[Anchor]) -> Iterator[Fault]:
    """What the checks of the database as a whole find; a chain that is broken is not compared with anchors as well."""
    broken = set()
    for fault in proof.check_whole(tx):
        yield fault
        broken |= {fault.chain} if isinstance(fault, JournalBreak) else set()
    for anchor in known:
        yield from (one for one in journal.compare_ends(tx, anchor.journal) if one.chain not in broken)


def name_case(tx: Transaction, fault: Fault) -> Fault:
    """The same fault with the case named by its code, as people know it."""
    if isinstance(fault, ChainBreak | RecordDifference):
        return PlainFault(fault.rule, {**fault.facts, "case": audit_log.code_of_case(tx, fault.instance_id)})
    return fault


def _report_findings(tx: Transaction, overall: Sequence[Fault], findings: CaseFindings, now: datetime) -> None:
    """Open an incident for each fault of the whole, and one for each case; for a case that is gone it names none."""
    for fault in overall:
        incidents.report_chain_break(tx, None, fault, now, chain=False)
    by_case: dict[int, list[Fault]] = {}
    for item in findings.all_faults:
        if isinstance(item, ChainBreak | RecordDifference):
            by_case.setdefault(item.instance_id, []).append(item)
    existing_ids = set(tx.read.execute(select(_instance.c.id).where(_instance.c.id.in_(by_case))).scalars())
    for instance_id, faults in by_case.items():
        is_chain = faults[0] in findings.chains
        known_id = instance_id if instance_id in existing_ids else None
        incidents.report_chain_break(tx, known_id, _one_fault(tx, faults), now, chain=is_chain)


def _one_fault(tx: Transaction, faults: Sequence[Fault]) -> Fault:
    """The first fault of a case, with the number of the others."""
    first = name_case(tx, faults[0])
    return PlainFault("record-differs-more", {"first": first, "count": len(faults) - 1}) if len(faults) > 1 else first


def next_instance_ids(tx: Transaction, after: int) -> list[int]:
    """The ids of the next slice of cases."""
    query = select(_instance.c.id).where(_instance.c.id > after).order_by(_instance.c.id).limit(SLICE)
    return list(tx.read.execute(query).scalars())
