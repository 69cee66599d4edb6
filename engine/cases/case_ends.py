"""How a case has ended or stands, by the marks that its diagram has set: with a result, or for which other reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.process.instances import FINISHED
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Mark

RESOLVED, DECIDED, REOPENED = "resolved", "decided", "reopened"
WITHDRAWN, FALSE_REPORT, DIVERTED = "withdrawn", "false_report", "diverted"
RESULTS = frozenset({RESOLVED, DECIDED})
# The marks that say where a case stands; the newest one counts.
_TURNS = (*sorted(RESULTS), REOPENED, WITHDRAWN, FALSE_REPORT, DIVERTED, "merged")

_instance, _mark = table_of(Instance), table_of(Mark)


@dataclass(frozen=True, slots=True)
class CaseStanding:
    """The newest mark that says how a case stands ("" for none) and its time; when the case ended, None while open."""

    mark: str
    marked_at: datetime | None
    finished_at: datetime | None

    @property
    def has_result(self) -> bool:
        """Whether a result has been told that is still in force."""
        return self.mark in RESULTS

    @property
    def ended_without_result(self) -> bool:
        """Whether the case has ended and nobody has got a result: withdrawn, false, diverted, or cut off."""
        return self.finished_at is not None and not self.has_result


def case_standing(tx: Transaction, instance_id: int) -> CaseStanding:
    """How a case stands."""
    return case_standings(tx, [instance_id])[instance_id]


def case_standings(tx: Transaction, instance_ids: Collection[int]) -> dict[int, CaseStanding]:
    """How each of these cases stands."""
    turns = select(_mark.c.instance_id, _mark.c.status, _mark.c.at)
    turns = turns.where(_mark.c.instance_id.in_(sorted(instance_ids)), _mark.c.status.in_(_TURNS))
    newest = {row.instance_id: row for row in tx.read.execute(turns.order_by(_mark.c.id))}
    cases = select(_instance.c.id, _instance.c.status, _instance.c.finished_at)
    standings: dict[int, CaseStanding] = {}
    for case in tx.read.execute(cases.where(_instance.c.id.in_(sorted(instance_ids)))):
        row, ended_at = newest.get(case.id), case.finished_at if case.status == FINISHED else None
        standings[case.id] = CaseStanding(row.status if row else "", row.at if row else None, ended_at)
    return standings
