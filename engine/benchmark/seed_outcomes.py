"""The outcomes of seeded cases: when they were received, how they ended, the citizen's opinion, who handled them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from engine.clock import VIETNAM
from engine.process.act_detail import ActDetail, encode_detail
from engine.process.instances import DONE

YEARS = timedelta(days=3 * 365)
DAY = timedelta(days=1)
SHARE_DEPARTMENT, SHARE_REOPENED = 0.08, 0.03
# How cases end, in percent.
ENDS = {"resolved": 88, "false_report": 4, "withdrawn": 2, "diverted": 4, "merged": 2}
OPINIONS = {"yes": 40, "no": 6, "": 54}
# Relative number of calls in each hour of the day.
HOURS = (1, 1, 1, 1, 1, 2, 5, 14, 25, 24, 20, 12, 8, 18, 23, 20, 14, 8, 6, 5, 4, 3, 2, 1)
DEPARTMENTS = ("75.SYT", "75.SLDTBXH")


@dataclass(slots=True)
class EndedCase:
    """The rows of one ended case, without ids: marks, tasks and the history rows of the citizen's opinion."""

    finished: datetime
    marks: list[dict[str, object]] = field(default_factory=list)
    tasks: list[dict[str, object]] = field(default_factory=list)
    acts: list[dict[str, object]] = field(default_factory=list)


def draw_receipt_time(rng: random.Random, now: datetime, spread: timedelta) -> datetime:
    """When a case was received: any day of the spread, more likely in office hours."""
    day = (now - spread * rng.random()).astimezone(VIETNAM).date()
    hour = rng.choices(range(24), HOURS)[0]
    at = datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), VIETNAM)
    return at if at < now else at - DAY


def draw_ended_case(rng: random.Random, received_at: datetime, now: datetime, task: dict[str, object]) -> EndedCase:
    """How a case received at `received_at` ended before `now`; `task` is the template of a completed task."""
    elapsed = now - received_at
    end = received_at + min(elapsed, rng.expovariate(1 / 4) * DAY + timedelta(hours=1)) * 0.999
    due = received_at + 5 * DAY if rng.random() < 0.7 else received_at + 8 * DAY
    case = EndedCase(end)
    if rng.random() < SHARE_DEPARTMENT:
        middle = received_at + (end - received_at) / 3
        case.marks.append(_mark_row("transferred", middle, due))
        unit = rng.choice(DEPARTMENTS)
        case.tasks.append(
            {**task, "engine_id": 900, "node": "handle", "role": "department", "unit_code": unit} | _closed_columns(end)
        )
    ending = rng.choices(list(ENDS), list(ENDS.values()))[0]
    if ending == "resolved" and rng.random() < SHARE_REOPENED:
        first_end = received_at + (end - received_at) / 2
        case.marks += [
            _mark_row("resolved", first_end, due),
            _mark_row("reopened", first_end + (end - first_end) / 4, None),
        ]
        case.acts.append(_opinion_row("no", first_end + (end - first_end) / 4))
        due += 5 * DAY
    case.marks.append(_mark_row(ending, end, due))
    opinion = rng.choices(list(OPINIONS), list(OPINIONS.values()))[0] if ending == "resolved" else ""
    if opinion:
        case.finished = end + (now - end) * 0.5 if now - end < DAY else end + DAY
        case.acts.append(_opinion_row(opinion, case.finished))
    return case


def _mark_row(status: str, at: datetime, due: datetime | None) -> dict[str, object]:
    return {"status": status, "at": at, "due_at": due}


def _closed_columns(at: datetime) -> dict[str, object]:
    return {"state": DONE, "closed_at": at}


def _opinion_row(opinion: str, at: datetime) -> dict[str, object]:
    detail = encode_detail(ActDetail(data={"satisfied": opinion}))
    fixed = {"actor": "citizen", "origin": "bench", "action": "complete", "node": "feedback", "digest": b""}
    return {**fixed, "at": at, "detail": detail}
