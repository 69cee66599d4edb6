"""How seeded cases went: when they came, how they ended, what the citizen said, who had them. For `seed` alone."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from engine.clock import VIETNAM
from engine.process.instances import DONE

YEARS = timedelta(days=3 * 365)
DAY = timedelta(days=1)
SHARE_DEPARTMENT, SHARE_REOPENED = 0.08, 0.03
# How cases end, with how many of a hundred.
ENDS = {"resolved": 88, "false_report": 4, "withdrawn": 2, "diverted": 4, "merged": 2}
OPINIONS = {"yes": 40, "no": 6, "": 54}
# How many calls come in each hour of the day.
HOURS = (1, 1, 1, 1, 1, 2, 5, 14, 25, 24, 20, 12, 8, 18, 23, 20, 14, 8, 6, 5, 4, 3, 2, 1)
DEPARTMENTS = ("75.SYT", "75.SLDTBXH")


@dataclass(slots=True)
class Course:
    """The rows of one case that has ended, without ids: marks, tasks and what history keeps of the opinion."""

    finished: datetime
    marks: list[dict[str, Any]] = field(default_factory=list)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    acts: list[dict[str, Any]] = field(default_factory=list)


def received(chance: random.Random, now: datetime, spread: timedelta) -> datetime:
    """When a case came: any day of the spread, more likely in office hours."""
    day = (now - spread * chance.random()).astimezone(VIETNAM).date()
    hour = chance.choices(range(24), HOURS)[0]
    at = datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)), VIETNAM)
    return at if at < now else at - DAY


def ended(chance: random.Random, begun: datetime, now: datetime, task: dict[str, Any]) -> Course:
    """How a case that came at `begun` has ended before `now`; `task` is the model of a done one."""
    rest = now - begun
    end = begun + min(rest, chance.expovariate(1 / 4) * DAY + timedelta(hours=1)) * 0.999
    due = begun + 5 * DAY if chance.random() < 0.7 else begun + 8 * DAY
    made = Course(end)
    if chance.random() < SHARE_DEPARTMENT:
        middle = begun + (end - begun) / 3
        made.marks.append(_mark("transferred", middle, due))
        unit = chance.choice(DEPARTMENTS)
        made.tasks.append(
            {**task, "engine_id": 900, "node": "handle", "role": "department", "unit_code": unit} | _done(end)
        )
    by = chance.choices(list(ENDS), list(ENDS.values()))[0]
    if by == "resolved" and chance.random() < SHARE_REOPENED:
        first = begun + (end - begun) / 2
        made.marks += [_mark("resolved", first, due), _mark("reopened", first + (end - first) / 4, None)]
        made.acts.append(_said("no", first + (end - first) / 4))
        due += 5 * DAY
    made.marks.append(_mark(by, end, due))
    opinion = chance.choices(list(OPINIONS), list(OPINIONS.values()))[0] if by == "resolved" else ""
    if opinion:
        made.finished = end + (now - end) * 0.5 if now - end < DAY else end + DAY
        made.acts.append(_said(opinion, made.finished))
    return made


def _mark(status: str, at: datetime, due: datetime | None) -> dict[str, Any]:
    return {"status": status, "at": at, "due_at": due}


def _done(at: datetime) -> dict[str, Any]:
    return {"state": DONE, "closed_at": at}


def _said(opinion: str, at: datetime) -> dict[str, Any]:
    detail = json.dumps({"data": {"satisfied": opinion}}, separators=(",", ":"))
    fixed = {"actor": "citizen", "origin": "bench", "action": "complete", "node": "feedback", "digest": b""}
    return {**fixed, "at": at, "detail": detail}
