"""How soon somebody contacts the citizens whose reports came in, or came back: aggregates, of no single person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

from sqlalchemy import func, select

from engine.statistics import backlog
from engine.statistics.backlog import UnitCodes
from engine.statistics.period import ReportingPeriod
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Contact, Spell

MOST_COUNTED = 20_000  # The newest of a period: a page that is asked for every minute has to stay quick.

_spell, _contact = table_of(Spell), table_of(Contact)


@dataclass(frozen=True, slots=True)
class ContactFigures:
    """Of the cases that began in a period, how many have had a first contact, and the median time until it.

    A try counts as a contact, reached or not, as on the case; `median` is None while there was none.
    """

    begun: int
    contacted: int
    median: timedelta | None


def count_first_contacts(tx: Transaction, period: ReportingPeriod, codes: UnitCodes) -> ContactFigures:
    """The first contacts of the cases of these units that began, by receipt or reopening, in the period."""
    after = (_contact.c.report_id == _spell.c.report_id) & (_contact.c.at >= _spell.c.began_at)
    first = select(func.min(_contact.c.at)).where(after).correlate(_spell).scalar_subquery()
    query = select(_spell.c.began_at, first.label("first")).where(
        _spell.c.began_on.between(period.first, period.last), *backlog.unit_conditions(codes)
    )
    rows = tx.read.execute(query.order_by(_spell.c.began_on.desc(), _spell.c.id.desc()).limit(MOST_COUNTED)).all()
    waits = [row.first - row.began_at for row in rows if isinstance(row.first, datetime)]
    return ContactFigures(len(rows), len(waits), median_low(waits) if waits else None)
