"""What a report tells of: the figures of its period and of the one before, the chase, and what is overdue now and why.

Every figure is read from where the monitor and the appendix read it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import distinct, func, select

from engine.briefings import cadences
from engine.cases import call_log
from engine.cases.call_log import CallFigures
from engine.chase import worklist
from engine.clock import VIETNAM
from engine.process import known_fields, outbox
from engine.statistics import appendix, backlog, scope
from engine.statistics.period import Appendix, ReportingPeriod
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Directive, DirectiveCase, DirectiveUnit, Outbox, Spell
from engine.world.world import World

AT_ONCE = 400  # Cases whose tasks are read in one statement.
ISSUED = "issued"  # The state of a directive that has its number.

_outbox, _directive, _named = table_of(Outbox), table_of(Directive), table_of(DirectiveCase)
_addressed, _spell = table_of(DirectiveUnit), table_of(Spell)


@dataclass(frozen=True, slots=True)
class ChaseFigures:
    """What the office did about overdue cases: reminders, directives, and the cases and units that these name."""

    reminders: int = 0
    directives: int = 0
    cases: int = 0
    units: int = 0


@dataclass(frozen=True, slots=True)
class OverdueFigures:
    """The cases that are overdue now: how many, how many of them unclaimed, and where they wait, most first."""

    total: int
    unclaimed: int
    stages: tuple[tuple[str, int], ...]
    fields: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class BriefingFacts:
    """All that a report on `current.period` says."""

    cadence: str
    current: Appendix
    before: Appendix
    chase: ChaseFigures
    chase_before: ChaseFigures
    overdue: OverdueFigures
    calls: CallFigures
    leaves: frozenset[str]

    @property
    def period(self) -> ReportingPeriod:
        """The report's period."""
        return self.current.period


def collect_facts(tx: Transaction, cadence: str, period: ReportingPeriod, world: World, now: datetime) -> BriefingFacts:
    """Read the facts of a report as they are at `now`; raises BadInput for a period in the future."""
    whole, earlier = scope.whole_province(world.units), cadences.period_before(cadence, period)
    return BriefingFacts(
        cadence=cadence,
        current=appendix.compile_appendix(tx, whole, period, world.units, now),
        before=appendix.compile_appendix(tx, whole, earlier, world.units, now),
        chase=_count_chase(tx, period),
        chase_before=_count_chase(tx, earlier),
        overdue=_count_overdue(tx, now),
        calls=call_log.count_calls(tx, *_bounds(period)),
        leaves=frozenset(unit.code for unit in world.units.units if not world.units.children(unit.code)),
    )


def _bounds(period: ReportingPeriod) -> tuple[datetime, datetime]:
    return _midnight(period.first), _midnight(period.last + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)


def _count_chase(tx: Transaction, period: ReportingPeriod) -> ChaseFigures:
    first, end = _bounds(period)
    reminded = select(func.count()).where(
        _outbox.c.rung == outbox.OFFICE_REMINDER, _outbox.c.created_at >= first, _outbox.c.created_at < end
    )
    within = (_directive.c.state == ISSUED, _directive.c.issued_at >= first, _directive.c.issued_at < end)
    directives = select(func.count()).select_from(_directive).where(*within)
    cases = select(func.count(distinct(_named.c.instance_id))).join(
        _directive, _directive.c.id == _named.c.directive_id
    )
    units = select(func.count(distinct(_addressed.c.unit_code))).join(
        _directive, _directive.c.id == _addressed.c.directive_id
    )
    counted = (reminded, directives, cases.where(*within), units.where(*within))
    return ChaseFigures(*(tx.read.execute(query).scalar_one() for query in counted))


def _count_overdue(tx: Transaction, now: datetime) -> OverdueFigures:
    """The overdue cases by the step they wait at, with whom; a case that waits at several counts at its first."""
    query = select(_spell.c.instance_id).where(backlog.IS_OPEN, _spell.c.due_at <= now)
    ids = list(tx.read.execute(query.order_by(_spell.c.instance_id)).scalars())
    stages, unclaimed = Counter[str](), 0
    for batch in _batches(ids):
        for tasks in worklist.open_work_by_case(tx, batch).values():
            stages[tasks[0].name] += 1
            unclaimed += tasks[0].assignee_id is None
    names, counts = known_fields.known_captions(tx, "vi"), Counter[str]()
    for (_unit, field), numbers in backlog.count_open(tx, now).items():
        counts[names.get(field, field)] += numbers.overdue
    return OverdueFigures(len(ids), unclaimed, _ranked(stages), _ranked(counts))


def _batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _ranked(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """The counts above zero, most first."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple((name, number) for name, number in ranked if number)
