"""Counts the appendix's figures once more, from raw rows in plain Python. For tests; shares no code with the program.

Where the program keeps spells, sums of days and balances, this walks through what happened to each case, day by day as
a clerk with the files on the desk would, and asks of every case how it stood in the evening before the period and in
the evening of its last day. Vietnam has no summer time: its day begins at 17:00 UTC of the day before.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

ENDS = {"resolved": "resolved", "false_report": "false"} | dict.fromkeys(
    ("diverted", "withdrawn", "merged"), "ended_otherwise"
)
HANDLERS = ("commune", "tier2_focal", "police", "department")
VIETNAM = timedelta(hours=7)
Event = tuple[datetime, str, datetime | None]
Count = dict[str, int]


@dataclass
class Case:
    """One process instance with a report, as its rows tell of it; instants are UTC without a zone."""

    place: str
    unit: str
    topic: str
    events: list[Event]
    due: datetime | None
    said: list[tuple[datetime, str]] = field(default_factory=list)


def cases(connection: Connection) -> list[Case]:
    """Every case of a database."""
    found: dict[int, Case] = {}
    seen: set[int] = set()
    rows = "SELECT i.id, i.report_id, i.started_at, i.due_at, r.place, r.field FROM instance i JOIN report r"
    for number, report, started, due, place, of in _rows(connection, f"{rows} ON r.id = i.report_id ORDER BY i.id"):
        begin = (_instant(started), "reopened" if report in seen else "received", None)
        seen.add(report)
        found[number] = Case(place, place, of, [begin], _instant(due))
    for number, status, at, due in _rows(connection, "SELECT instance_id, status, at, due_at FROM mark ORDER BY id"):
        if number in found:
            found[number].events.append((_instant(at), status, _instant(due)))
    for number, at, due in _rows(connection, "SELECT id, finished_at, due_at FROM instance"):
        if number in found and at is not None:
            found[number].events.append((_instant(at), "finished", _instant(due)))
    for number, role, unit in _rows(connection, "SELECT instance_id, role, unit_code FROM task ORDER BY id"):
        if number in found and role in HANDLERS:
            # The newest handler decides: a department has the case, anybody else leaves it to the place.
            found[number].unit = unit if role == "department" else found[number].place
    _forgive_the_hotline(connection, found)
    acts = "SELECT instance_id, at, detail FROM history WHERE action = 'complete' ORDER BY instance_id, seq"
    for number, at, detail in _rows(connection, acts):
        said = (json.loads(detail).get("data") or {}).get("satisfied")
        if number in found and said in ("yes", "no"):
            found[number].said.append((_instant(at), "satisfied" if said == "yes" else "dissatisfied"))
    return list(found.values())


def _forgive_the_hotline(connection: Connection, found: dict[int, Case]) -> None:
    """The hotline's own time to take a report in makes nobody late: without another's task there is no deadline."""
    roles = _rows(connection, "SELECT DISTINCT instance_id, role FROM task")
    for number in found.keys() - {number for number, role in roles if role not in ("operator", "citizen")}:
        found[number].due = None
        found[number].events = [(at, what, None) for at, what, _due in found[number].events]


def units_above(connection: Connection) -> dict[str, set[str]]:
    """For each unit those that count its cases: who answers for it today, and whatever is above that."""
    rows = {
        row[0]: row[1:] for row in _rows(connection, "SELECT code, parent_code, closed_at, successor_code FROM unit")
    }

    def climb(code: str | None) -> Iterator[str]:
        while code is not None:
            while rows[code][1] is not None and rows[code][2] is not None:
                code = rows[code][2]
            yield code
            code = rows[code][0]

    return {code: set(climb(code)) for code in rows}


def count(found: Iterable[Case], first: date, last: date, now: datetime) -> Count:
    """The figures of some cases from one day to another, both included; `now` is UTC without a zone."""
    total: Counter[str] = Counter()
    for case in found:
        total.update(_within(case, first, last))
        total["carried_over"] += _at_work(case, first - timedelta(days=1))[0]
        working, due = _at_work(case, last)
        total["in_progress"] += working
        evening = datetime.combine(last + timedelta(days=1), datetime.min.time()) - VIETNAM
        passed = due is not None and (due < evening if evening <= now else due <= now)
        total["overdue"] += working and passed
    return {name: number for name, number in total.items() if number}


def by(found: Iterable[Case], key: Any) -> dict[str, list[Case]]:
    """Cases in groups: each in every group that `key` names for it."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in found:
        for name in key(case):
            groups[name].append(case)
    return groups


def _within(case: Case, first: date, last: date) -> Counter[str]:
    """What happened to a case on the days of a period, in the order of its events."""
    counted: Counter[str] = Counter()
    for day, what in [*_happened(case), *_opinions(case)]:
        if first <= day <= last:
            counted[what] += 1
            if what in ("on_time", "late"):
                counted["resolved"] += 1
    return counted


def _happened(case: Case) -> Iterator[tuple[date, str]]:
    """Each countable event with its day: an end counts once, and a transfer once between a begin and an end."""
    working = handed_on = False
    for at, what, due in case.events:
        if what in ("received", "reopened"):
            if not working:
                yield _day(at), what
                working, handed_on = True, False
        elif working and what in ("transferred", "recalled"):
            if not handed_on:
                yield _day(at), "transferred"
            handed_on = True
        elif working and (what in ENDS or what == "finished"):
            working = False
            end = ENDS.get(what, "ended_otherwise")
            late = due is not None and at > due
            yield _day(at), ("late" if late else "on_time") if end == "resolved" else end


def _opinions(case: Case) -> Iterator[tuple[date, str]]:
    """What the citizen said last of each result."""
    answers: dict[int, tuple[date, str]] = {}
    for at, said in case.said:
        begun = sum(what == "reopened" and then < at for then, what, _due in case.events)
        answers[begun] = (_day(at), said)
    yield from answers.values()


def _at_work(case: Case, day: date) -> tuple[bool, datetime | None]:
    """Whether a case was at work in the evening of a day, and the deadline that held last before it ended."""
    working, due = False, None
    for place, (at, what, _due) in enumerate(case.events):
        if _day(at) > day:
            break
        if what in ("received", "reopened"):
            working, due = True, _next_deadline(case, place)
        elif what in ENDS or what == "finished":
            working = False
    return working, due


def _next_deadline(case: Case, place: int) -> datetime | None:
    """The deadline at the next end after an event; the case's own where it has not ended."""
    for _at, what, due in case.events[place + 1 :]:
        if what in ENDS or what == "finished":
            return due
    return case.due


def _day(at: datetime) -> date:
    return (at + VIETNAM).date()


def _rows(connection: Connection, statement: str) -> list[Any]:
    return list(connection.exec_driver_sql(statement))


def _instant(value: Any) -> Any:
    """What a driver gives for an instant, as UTC without a zone."""
    if value is None:
        return None
    at: datetime = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None)
