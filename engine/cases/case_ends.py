"""How a case has ended or stands, by the marks that its diagram has set: with a result, or for which other reason."""

from __future__ import annotations

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
    newest = (
        select(_mark.c.status, _mark.c.at)
        .where(_mark.c.instance_id == instance_id, _mark.c.status.in_(_TURNS))
        .order_by(_mark.c.id.desc())
    )
    row = tx.read.execute(newest.limit(1)).one_or_none()
    ended = select(_instance.c.status, _instance.c.finished_at).where(_instance.c.id == instance_id)
    case = tx.read.execute(ended).one()
    finished_at = case.finished_at if case.status == FINISHED else None
    return CaseStanding(row.status if row else "", row.at if row else None, finished_at)
