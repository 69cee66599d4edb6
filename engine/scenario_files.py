"""Scenarios as analysts write them: YAML read into plain values, with the place of every mistake.

For `engine.scenarios`. A scenario says who does what when, and what must hold at which time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import yaml

from engine.clock import parse_instant
from engine.errors import BadInput

PROVINCES = ("three_level", "two_level")
EXPECTATIONS = frozenset({"open", "unit", "notices", "marks", "deadline", "data", "finished"})
_KINDS = ("task", "message", "wait", "until", "expect")
_DURATION = re.compile(r"(\d+)([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class ScenarioStep:
    """One step: its kind, the task or message it names, when it happens, its data or expectations."""

    number: int
    kind: str
    name: str = ""
    after: timedelta = timedelta(0)
    at: datetime | None = None
    values: Mapping[str, Any] | None = None
    take: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario of a process in a province with or without districts."""

    path: PurePosixPath
    process: str
    province: str
    name: str
    starts_at: datetime
    data: Mapping[str, Any]
    staff: Mapping[str, list[str]]
    steps: tuple[ScenarioStep, ...]


def read(path: PurePosixPath, content: bytes) -> Scenario:
    """The scenario of a file; raises BadInput naming file and step."""
    try:
        document = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: this is not YAML: {str(error).splitlines()[0]}.") from error
    try:
        return _scenario(path, document)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"{path}: process, name, start.at and steps are needed ({error}).") from error
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error


def _scenario(path: PurePosixPath, document: Mapping[str, Any]) -> Scenario:
    start, province = document["start"], document.get("province", PROVINCES[0])
    if province not in PROVINCES:
        raise BadInput(f"province: {province!r} is unknown; use {' or '.join(PROVINCES)}.")
    unknown = set(document) - {"process", "province", "name", "start", "staff", "steps"}
    if unknown:
        raise BadInput(f"unknown key {min(unknown)!r}.")
    return Scenario(
        path=path,
        process=document["process"],
        province=province,
        name=document["name"],
        starts_at=_instant(start["at"]),
        data=start.get("data", {}),
        staff={str(unit): list(roles) for unit, roles in document.get("staff", {}).items()},
        steps=tuple(_step(number, step) for number, step in enumerate(document["steps"], 1)),
    )


def _step(number: int, step: Mapping[str, Any]) -> ScenarioStep:
    kinds = [kind for kind in _KINDS if kind in step]
    if len(kinds) != 1:
        raise BadInput(f"step {number}: a step has exactly one of {', '.join(_KINDS)}.")
    kind = kinds[0]
    unknown = set(step) - {kind, "after", "at", "data", "take"}
    if unknown:
        raise BadInput(f"step {number}: unknown key {min(unknown)!r}.")
    try:
        return _timed(number, kind, step)
    except BadInput as error:
        raise BadInput(f"step {number}: {error}") from error


def _timed(number: int, kind: str, step: Mapping[str, Any]) -> ScenarioStep:
    value = step[kind]
    after = _duration(step.get("after", "0m") if kind != "wait" else value)
    at = _instant(value) if kind == "until" else _instant(step["at"]) if "at" in step else None
    if kind == "expect":
        unknown = set(value) - EXPECTATIONS
        if unknown:
            raise BadInput(f"unknown expectation {min(unknown)!r}; use {', '.join(sorted(EXPECTATIONS))}.")
        return ScenarioStep(number, kind, values=value, after=after, at=at)
    name = str(value) if kind in ("task", "message") else ""
    return ScenarioStep(number, kind, name, after, at, step.get("data"), bool(step.get("take", False)))


def _duration(text: object) -> timedelta:
    found = _DURATION.fullmatch(str(text))
    if found is None:
        raise BadInput(f"{text!r} is no duration; write 30m, 2h or 5d.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _instant(value: object) -> datetime:
    """YAML reads an unquoted date-time itself; both forms need an offset."""
    return parse_instant(value.isoformat() if isinstance(value, datetime) else str(value))
