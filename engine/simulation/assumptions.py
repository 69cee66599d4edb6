"""What is assumed where the past says nothing: how long a step takes, whether it is done at all, what is answered.

One row per user task of the draft, drawn up from the history of the same step, else of the same role, else from a plain
default; which of them it was stands in the row. The rows are a YAML table that an analyst edits and gives back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import yaml

from engine.errors import BadInput

HISTORY, ROLE, DEFAULT, EDITED = "history", "role", "default", "edited"

# Working hours: median and the value that nine in ten tasks stay below.
USUAL_HOURS = (4.0, 8.0)
LONGEST_HOURS = 2000.0
_NINETIETH = 1.2815515655446004  # Standard deviations between the median and the 90th percentile.
_SHORTEST = 1 / 60
_KEYS = frozenset({"name", "role", "source", "seen", "hours", "done", "claimed", "answers"})

HEAD = """\
# What the simulation assumes where the past says nothing, by step. Edit and give back with --assumptions.
#   hours     working hours from opening to completion: the median, and what nine in ten stay below
#   done      the share that is completed at all, unless something else ends the task
#   claimed   the share that somebody takes at once, so that nobody is told of a task not taken up
#   answers   what is answered, by weight; $case stands for the case's own value
#   source    history (of this step), role (other steps of the role), default, or edited; seen: how many were counted
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a step's form, and how often it is given compared with the others."""

    weight: float
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Assumption:
    """What is assumed of one step; the fields are explained at the head of the table."""

    node: str
    name: str
    role: str
    answers: tuple[Answer, ...]
    source: str = DEFAULT
    seen: int = 0
    hours: tuple[float, float] = USUAL_HOURS
    done: float = 1.0
    claimed: float = 0.0


@dataclass(frozen=True, slots=True)
class Draw:
    """What chance makes of an assumption for one task."""

    done: bool
    hours: float
    claimed: bool
    values: Mapping[str, Any]


Table = Mapping[str, Assumption]


def draw(assumption: Assumption, chance: Random) -> Draw:
    """One task as the assumption has it; hours are spread log-normally between the two that it names."""
    done = chance.random() < assumption.done
    median, high = (max(hours, _SHORTEST) for hours in assumption.hours)
    spread = math.log(max(high, median) / median) / _NINETIETH
    hours = min(median * math.exp(chance.gauss(0.0, spread)), LONGEST_HOURS)
    claimed = chance.random() < assumption.claimed
    weights = [answer.weight for answer in assumption.answers]
    return Draw(done, hours, claimed, chance.choices(assumption.answers, weights)[0].values)


def rows(table: Table) -> list[dict[str, Any]]:
    """The table as plain rows, in the order of the nodes."""
    return [{"node": item.node, **_row(item)} for item in sorted(table.values(), key=lambda item: item.node)]


def _row(item: Assumption) -> dict[str, Any]:
    return {
        "name": item.name,
        "role": item.role,
        "source": item.source,
        "seen": item.seen,
        "hours": {"median": round(item.hours[0], 2), "p90": round(item.hours[1], 2)},
        "done": round(item.done, 3),
        "claimed": round(item.claimed, 3),
        "answers": [{"weight": answer.weight, "values": dict(answer.values)} for answer in item.answers],
    }


def written(table: Table) -> str:
    """The table as the text of a YAML file."""
    document = {"steps": {item.node: _row(item) for item in sorted(table.values(), key=lambda item: item.node)}}
    return HEAD + yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)


def read(path: Path) -> dict[str, Any]:
    """The changes in an analyst's file, by node; raises BadInput naming the file and the entry at fault."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: this is not UTF-8 text.") from error
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error


def parse(text: str) -> dict[str, Any]:
    """The changes in a text, by node; raises BadInput naming the entry at fault."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadInput(f"this is not YAML: {str(error).splitlines()[0]}.") from error
    steps = document.get("steps") if isinstance(document, dict) else None
    if not isinstance(steps, dict):
        raise BadInput("steps: this has to be a table of steps.")
    return {str(node): _changes(str(node), entry) for node, entry in steps.items()}


def _changes(node: str, entry: object) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise BadInput(f"steps: {node}: this has to be a table.")
    unknown = sorted(str(key) for key in entry if key not in _KEYS)
    if unknown:
        raise BadInput(f"steps: {node}: {unknown[0]} is unknown; use {', '.join(sorted(_KEYS))}.")
    changes: dict[str, Any] = {}
    if "hours" in entry:
        changes["hours"] = _hours(node, entry["hours"])
    for key in ("done", "claimed"):
        if key in entry:
            changes[key] = _number(f"{node}: {key}", entry[key], 1.0)
    if "answers" in entry:
        changes["answers"] = _answers(node, entry["answers"])
    return changes


def _hours(node: str, entry: object) -> tuple[float, float]:
    if not isinstance(entry, dict) or set(entry) != {"median", "p90"}:
        raise BadInput(f"steps: {node}: hours needs median and p90.")
    median, high = (_number(f"{node}: hours", entry[key], LONGEST_HOURS) for key in ("median", "p90"))
    if high < median:
        raise BadInput(f"steps: {node}: hours: p90 lies below the median.")
    return median, high


def _number(where: str, value: object, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise BadInput(f"steps: {where}: {value!r} is no number from 0 to {most:g}.")
    return float(value)


def _answers(node: str, entry: object) -> tuple[Answer, ...]:
    if not isinstance(entry, list) or not entry:
        raise BadInput(f"steps: {node}: answers has to be a list with an answer in it.")
    found = tuple(_answer(node, item) for item in entry)
    if not any(answer.weight for answer in found):
        raise BadInput(f"steps: {node}: answers: one weight at least has to be above 0.")
    return found


def _answer(node: str, item: object) -> Answer:
    if not isinstance(item, dict) or set(item) != {"weight", "values"} or not isinstance(item["values"], dict):
        raise BadInput(f"steps: {node}: answers: each needs a weight and values.")
    values = {str(key): value for key, value in item["values"].items()}
    return Answer(_number(f"{node}: weight", item["weight"], 1e9), values)


def edited(table: Table, changes: Mapping[str, Mapping[str, Any]]) -> dict[str, Assumption]:
    """The table with an analyst's changes; raises BadInput for a step that the draft does not have."""
    result = dict(table)
    for node, change in changes.items():
        if node not in result:
            raise BadInput(f"steps: the draft has no user task {node!r}.")
        new = replace(result[node], **change)
        if _row(new) != _row(result[node]):  # What was written out and left as it was is nobody's edit.
            result[node] = replace(new, source=EDITED)
    return result


def quantiles(hours: Sequence[float]) -> tuple[float, float]:
    """The median and the 90th percentile of some durations."""
    ordered = sorted(hours)
    last = len(ordered) - 1
    return ordered[last // 2], ordered[math.ceil(last * 0.9)]
