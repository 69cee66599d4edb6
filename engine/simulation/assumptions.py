"""Assumptions where history is silent: how long a step takes, whether it is completed at all, what is answered.

One row per user task of the draft, estimated from the history of the same step, else of the same role, else a default;
the row names its source. The rows are a YAML table that an analyst edits and hands back.
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
from engine.translation.catalogue import N_, Language, translate
from engine.yaml_documents import PlainDumper, read_yaml, spell_value

HISTORY, ROLE, DEFAULT, EDITED = "history", "role", "default", "edited"

# Working hours: the median and the 90th percentile.
USUAL_HOURS = (4.0, 8.0)
LONGEST_HOURS = 2000.0
_P90_DEVIATIONS = 1.2815515655446004  # Standard deviations between the median and the 90th percentile.
_SHORTEST_HOURS = 1 / 60
_STEP_KEYS = frozenset({"name", "role", "source", "seen", "hours", "done", "claimed", "answers"})

# The header of the file, one comment line each.
FILE_HEADER = (
    N_("Mô phỏng giả định gì ở chỗ quá khứ không cho biết, theo từng bước. Sửa rồi đưa lại."),
    N_("  hours     giờ làm việc từ lúc mở đến lúc xong: trung vị, và mức mà chín phần mười không vượt"),
    N_("  done      tỷ lệ được làm xong, nếu không có gì khác kết thúc việc"),
    N_("  claimed   tỷ lệ có người nhận ngay, nên không ai bị báo là việc chưa có người nhận"),
    N_("  answers   trả lời gì, theo trọng số; $case là giá trị của chính hồ sơ"),
    N_(
        "  source    history (của bước này), role (bước khác cùng vai trò), default hoặc edited; seen: đã đếm bao nhiêu"
    ),
)


@dataclass(frozen=True, slots=True)
class WeightedAnswer:
    """One answer to a step's form, and its weight relative to the others."""

    weight: float
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Assumption:
    """The assumption for one step; the header of the file explains the fields."""

    node: str
    name: str
    role: str
    answers: tuple[WeightedAnswer, ...]
    source: str = DEFAULT
    seen: int = 0
    hours: tuple[float, float] = USUAL_HOURS
    done: float = 1.0
    claimed: float = 0.0


@dataclass(frozen=True, slots=True)
class TaskSample:
    """A random draw from an assumption for one task."""

    done: bool
    hours: float
    claimed: bool
    values: Mapping[str, Any]


AssumptionTable = Mapping[str, Assumption]


def sample_task(assumption: Assumption, rng: Random) -> TaskSample:
    """Draw one task from the assumption; hours are log-normal with its median and 90th percentile."""
    done = rng.random() < assumption.done
    median, p90 = (max(hours, _SHORTEST_HOURS) for hours in assumption.hours)
    spread = math.log(max(p90, median) / median) / _P90_DEVIATIONS
    hours = min(median * math.exp(rng.gauss(0.0, spread)), LONGEST_HOURS)
    claimed = rng.random() < assumption.claimed
    weights = [answer.weight for answer in assumption.answers]
    return TaskSample(done, hours, claimed, rng.choices(assumption.answers, weights)[0].values)


def plain_rows(table: AssumptionTable) -> list[dict[str, Any]]:
    """The table as plain rows, sorted by node."""
    return [
        {"node": assumption.node, **_assumption_row(assumption)}
        for assumption in sorted(table.values(), key=lambda assumption: assumption.node)
    ]


def _assumption_row(assumption: Assumption) -> dict[str, Any]:
    return {
        "name": assumption.name,
        "role": assumption.role,
        "source": assumption.source,
        "seen": assumption.seen,
        "hours": {"median": round(assumption.hours[0], 2), "p90": round(assumption.hours[1], 2)},
        "done": round(assumption.done, 3),
        "claimed": round(assumption.claimed, 3),
        "answers": [{"weight": answer.weight, "values": dict(answer.values)} for answer in assumption.answers],
    }


def to_yaml_text(table: AssumptionTable, language: Language = "vi") -> str:
    """The table as the text of a YAML file, with a header in `language`."""
    document = {
        "steps": {
            assumption.node: _assumption_row(assumption)
            for assumption in sorted(table.values(), key=lambda assumption: assumption.node)
        }
    }
    header = "".join(f"# {translate(line, language)}\n" for line in FILE_HEADER)
    return header + yaml.dump(document, Dumper=PlainDumper, allow_unicode=True, sort_keys=False, width=120)


def read_changes(path: Path) -> dict[str, Any]:
    """Read the changes in an analyst's file, by node; raises BadInput naming the file and the entry at fault."""
    try:
        return parse_changes(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise BadInput("in-file", file=path, reason=BadInput("text-not-utf8")) from error
    except BadInput as error:
        raise BadInput("in-file", file=path, reason=error) from error


def parse_changes(text: str) -> dict[str, Any]:
    """Parse the changes, by node; raises BadInput naming the entry at fault."""
    document = read_yaml(text)
    steps = document.get("steps") if isinstance(document, dict) else None
    if not isinstance(steps, dict):
        raise BadInput("assumptions-without-steps")
    return {str(node): parse_step_changes(str(node), entry) for node, entry in steps.items()}


def parse_entries(entries: Mapping[str, object]) -> dict[str, dict[str, Any]]:
    """The changes of several steps; raises BadInput naming the step and the number that cannot be."""
    return {node: parse_step_changes(node, entry) for node, entry in entries.items()}


def parse_step_changes(node: str, entry: object) -> dict[str, Any]:
    """Parse the changes of one step; raises BadInput naming what is at fault."""
    if not isinstance(entry, dict):
        raise BadInput("assumption-no-table", step=node)
    unknown = sorted(str(key) for key in entry if key not in _STEP_KEYS)
    if unknown:
        raise BadInput("assumption-key-unknown", step=node, key=unknown[0], keys=sorted(_STEP_KEYS))
    changes: dict[str, Any] = {}
    if "hours" in entry:
        changes["hours"] = _parse_hours(node, entry["hours"])
    for key in ("done", "claimed"):
        if key in entry:
            changes[key] = _parse_number(node, key, entry[key], 1.0)
    if "answers" in entry:
        changes["answers"] = _parse_answers(node, entry["answers"])
    return changes


def _parse_hours(node: str, entry: object) -> tuple[float, float]:
    if not isinstance(entry, dict) or set(entry) != {"median", "p90"}:
        raise BadInput("assumption-hours-incomplete", step=node)
    median, p90 = (_parse_number(node, "hours", entry[key], LONGEST_HOURS) for key in ("median", "p90"))
    if p90 < median:
        raise BadInput("assumption-hours-disordered", step=node)
    return median, p90


def _parse_number(node: str, key: str, value: object, maximum: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= maximum:
        most, text = f"{maximum:g}", spell_value(value)
        raise BadInput("assumption-number-outside", step=node, key=key, value=text, most=most)
    return float(value)


def _parse_answers(node: str, entry: object) -> tuple[WeightedAnswer, ...]:
    if not isinstance(entry, list) or not entry:
        raise BadInput("assumption-answers-no-list", step=node)
    answers = tuple(_parse_answer(node, item) for item in entry)
    if not any(answer.weight for answer in answers):
        raise BadInput("assumption-answers-weightless", step=node)
    return answers


def _parse_answer(node: str, item: object) -> WeightedAnswer:
    if not isinstance(item, dict) or set(item) != {"weight", "values"} or not isinstance(item["values"], dict):
        raise BadInput("assumption-answer-incomplete", step=node)
    values = {str(key): value for key, value in item["values"].items()}
    return WeightedAnswer(_parse_number(node, "weight", item["weight"], 1e9), values)


def apply_changes(table: AssumptionTable, changes: Mapping[str, Mapping[str, Any]]) -> dict[str, Assumption]:
    """Apply an analyst's changes to the table; raises BadInput for a step that is not in the draft."""
    result = dict(table)
    for node, change in changes.items():
        if node not in result:
            raise BadInput("assumption-step-unknown", step=node)
        changed = replace(result[node], **change)
        if _assumption_row(changed) != _assumption_row(result[node]):  # A row left unchanged is not an edit.
            result[node] = replace(changed, source=EDITED)
    return result


def median_and_p90(hours: Sequence[float]) -> tuple[float, float]:
    """The median and the 90th percentile of durations."""
    ordered = sorted(hours)
    last = len(ordered) - 1
    return ordered[last // 2], ordered[math.ceil(last * 0.9)]
