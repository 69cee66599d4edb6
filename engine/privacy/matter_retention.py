"""Erases what officers wrote about themselves and others in work without a report, after its term or on request (R14).

The term is that of reports unless the start event of a process names another (`keep_days`); of several the longest
holds. What a process keeps of its forms to route by (`store` = process) stays, as with reports: it stands in the chain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select, update

from engine.actor import SYSTEM, Actor
from engine.bpmn.starting import list_start_events
from engine.errors import NotFound
from engine.privacy import erasure
from engine.privacy.retention import HELD, OPEN, RECENT, SLICE_SIZE, ErasurePlan, secure_delete
from engine.process import definitions, history
from engine.process.act_detail import ActDetail
from engine.process.history import AuditEntry
from engine.process.instances import FINISHED
from engine.records import batch_cursor
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Instance, Matter, MatterHold, Person, ProcessDefinition
from engine.text import strip_diacritics
from forms.texts import national_number

_matter, _instance, _hold = table_of(Matter), table_of(Instance), table_of(MatterHold)
_person = table_of(Person)
_BEGUN = _matter.c.unit_code.is_not(None)


@dataclass(frozen=True, slots=True)
class RetentionTerms:
    """How many days data are kept after an instance has ended: of most processes, and of those that say so."""

    usual: int
    by_process: Mapping[str, int]

    @property
    def shortest(self) -> timedelta:
        """What no term is shorter than."""
        return timedelta(days=min([self.usual, *self.by_process.values()]))

    def of(self, process: str) -> timedelta:
        """The term of a process."""
        return timedelta(days=self.by_process.get(process, self.usual))


def load_terms(tx: Transaction, usual: int) -> RetentionTerms:
    """The terms that the newest deployment names; `usual` is that of the settings, in days."""
    try:
        processes = definitions.load_active_deployment(tx).processes.values()
    except NotFound:
        return RetentionTerms(usual, {})
    named = {one.key: [event.keep_days for event in list_start_events(one) if event.keep_days] for one in processes}
    return RetentionTerms(usual, {key: max(days) for key, days in named.items() if days})


def plan_matter_erasure(
    tx: Transaction, ids: Sequence[int], now: datetime, terms: RetentionTerms | None
) -> ErasurePlan:
    """Sort instances begun without a report that are not erased yet; without `terms` it is enough that they ended."""
    held = set(tx.read.execute(select(_hold.c.instance_id).where(_hold.c.instance_id.in_(ids))).scalars())
    columns = (_instance.c.id, _instance.c.status, _instance.c.finished_at, ProcessDefinition.key)
    query = select(*columns).join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
    plan = ErasurePlan([], {})
    for row in tx.read.execute(query.where(_instance.c.id.in_(ids)).order_by(_instance.c.id)):
        if row.id in held:
            plan.retention_reasons[row.id] = HELD
        elif row.status != FINISHED:
            plan.retention_reasons[row.id] = OPEN
        elif terms is not None and row.finished_at > now - terms.of(row.key):
            plan.retention_reasons[row.id] = RECENT
        else:
            plan.ready.append(row.id)
    return plan


def erase_matters(tx: Transaction, ids: Sequence[int], who: Actor, now: datetime, reason: str = "") -> Counter[str]:
    """Erase instances that their plan lists as ready; returns rows by table. Each one's history records it."""
    connection = tx.write()
    scope = erasure.load_matter_scope(tx, ids)
    with secure_delete(connection):
        rows = Counter(erasure.erase_rows(tx, scope))
        for row in connection.execute(select(_matter).where(_matter.c.instance_id.in_(ids))).all():
            own = {"line": row.name, "folded": strip_diacritics(f"{row.code} {row.name}"), "anonymised_at": now}
            connection.execute(update(_matter).where(_matter.c.instance_id == row.instance_id).values(**own))
            rows[_matter.name] += 1
    for instance_id in ids:
        detail = ActDetail(reason=reason, kept=history.plain_digest(erasure.kept_answers(tx, instance_id)))
        history.append_entry(tx, instance_id, AuditEntry(now, who, "anonymise", "", detail))
    return rows


def list_matter_candidates(tx: Transaction, after: int, before: datetime) -> list[int]:
    """The next instances begun without a report that ended by an instant and are not erased yet."""
    query = select(_matter.c.instance_id).join(_instance, _instance.c.id == _matter.c.instance_id)
    old = query.where(_BEGUN, _matter.c.anonymised_at.is_(None), _instance.c.finished_at <= before)
    ordered = old.where(_matter.c.instance_id > after).order_by(_matter.c.instance_id).limit(SLICE_SIZE)
    return list(tx.read.execute(ordered).scalars())


def reapply_matter_erasures(tx: Transaction, codes: Sequence[str], who: Actor, now: datetime) -> int:
    """Erase again what had been erased before the database was restored from a backup; returns how many."""
    query = select(_matter.c.instance_id).where(_BEGUN, _matter.c.code.in_(codes), _matter.c.anonymised_at.is_(None))
    ready = plan_matter_erasure(tx, list(tx.read.execute(query).scalars()), now, None).ready
    if ready:
        erase_matters(tx, ready, who, now)
    return len(ready)


def matters_of_person(tx: Transaction, phone: str, name: str) -> list[int]:
    """What the officer with this number and name has begun and is not erased yet, by instance."""
    people = tx.read.execute(select(_person.c.id, _person.c.name, _person.c.phone).where(_person.c.phone.is_not(None)))
    own = [
        row.id
        for row in people
        if national_number(row.phone) == phone and strip_diacritics(row.name) == strip_diacritics(name)
    ]
    query = select(_matter.c.instance_id).where(
        _BEGUN, _matter.c.starter_id.in_(own), _matter.c.anonymised_at.is_(None)
    )
    return list(tx.read.execute(query.order_by(_matter.c.instance_id)).scalars())


class NightlyMatterErasure:
    """Advances the nightly sweep over work that officers began."""

    def __init__(self, database: Engine, days: int) -> None:
        self._database, self._days = database, days

    def erase_slice(self, now: datetime) -> bool:
        """Erase one slice; returns whether there is more to do."""
        with transaction(self._database) as tx:
            sweep = batch_cursor.sweep_to_advance(tx, batch_cursor.MATTERS, now)
            if sweep is None:
                return False
            terms = load_terms(tx, self._days)
            ids = list_matter_candidates(tx, sweep.after, now - terms.shortest)
            ready = plan_matter_erasure(tx, ids, now, terms).ready
            following = ids[-1] if len(ids) == SLICE_SIZE else None
            progress: dict[str, object] = {"looked_at": sweep.looked_at + len(ids), "found": sweep.found + len(ready)}
            progress |= {"after": following} if following is not None else {"finished_at": now}
            if batch_cursor.advance_sweep(tx, sweep, **progress) and ready:
                erase_matters(tx, ready, SYSTEM, now)
        return following is not None


def walk_matters(
    database: Engine, now: datetime, days: int, who: Actor | None
) -> tuple[int, Counter[str], Counter[str]]:
    """Erase, or without `who` count, everything past its term: how many, rows by table, those kept by reason."""
    erased, rows, kept, after = 0, Counter[str](), Counter[str](), 0
    with transaction(database) as tx:
        terms = load_terms(tx, days)
        alive = select(func.count()).select_from(_matter).where(_BEGUN, _matter.c.anonymised_at.is_(None))
        everything = int(tx.read.execute(alive).scalar_one())
    looked_at = 0
    while True:
        with transaction(database) as tx:
            ids = list_matter_candidates(tx, after, now - terms.shortest)
            plan = plan_matter_erasure(tx, ids, now, terms)
            if plan.ready and who is not None:
                rows += erase_matters(tx, plan.ready, who, now)
            elif plan.ready:
                rows += Counter(erasure.count_erasable(tx, erasure.load_matter_scope(tx, plan.ready)))
                rows[_matter.name] += len(plan.ready)
        kept.update(plan.retention_reasons.values())
        erased, looked_at = erased + len(plan.ready), looked_at + len(ids)
        if len(ids) < SLICE_SIZE:
            kept[RECENT] += everything - looked_at
            return erased, rows, kept
        after = ids[-1]
