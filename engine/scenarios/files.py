"""Reads the scenario files that analysts write in YAML, and reports where each mistake is.

A scenario says who does what and when, and what must hold at which time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from engine.clock import parse_instant
from engine.errors import BadInput, EngineError
from engine.province.profile import ProvinceProfile, named_provinces
from engine.scenarios.addressing import require_address
from engine.yaml_documents import read_yaml, spell_value

Provinces = Mapping[str, ProvinceProfile]  # Those that scenarios can run in, by the name they use.
SHIPPED_PROVINCES: Provinces = named_provinces()
PROVINCES = tuple(SHIPPED_PROVINCES)
BY = "by"  # Who fills in a start form: a role and the code of a unit.
WHICH = "which"  # Which of several open tasks of one name: its unit, its item or its number.
EXPECTATIONS = frozenset({"open", "unit", "notices", "marks", "deadline", "data", "finished", "refused"})
# The keys allowed in a step of each kind, besides the kind itself.
_STEP_KEYS: Mapping[str, frozenset[str]] = {
    "begin": frozenset({"after", "at", "data", BY}),
    "task": frozenset({"after", "at", "data", "take", WHICH}),
    "message": frozenset({"after", "at", "data"}),
    "signal": frozenset({"after", "at", "data"}),
    "wait": frozenset(),
    "until": frozenset(),
    "expect": frozenset({"after", "at"}),
}
_NAMED_KINDS = frozenset({"begin", "task", "message", "signal"})
_LIST_EXPECTATIONS = frozenset({"open", "marks", "refused"})
_TABLE_EXPECTATIONS = frozenset({"unit", "notices", "data"})
_DURATION = re.compile(r"(\d{1,4})([mhd])")
_DURATION_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class ScenarioStep:
    """One step: its kind, the start event, task, message or signal it names, its time, its data or expectations.

    `by` is the role and unit of whoever fills in a start form, `which` tells tasks of one name apart (`addressing`).
    """

    number: int
    kind: str
    name: str = ""
    after: timedelta = timedelta(0)
    at: datetime | None = None
    values: Mapping[str, Any] | None = None
    take: bool = False
    by: str = ""
    which: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario of a process in a province; `profile` is the folder of the one that it names."""

    path: PurePosixPath
    process: str
    province: str
    name: str
    starts_at: datetime
    data: Mapping[str, Any]
    staff: Mapping[str, list[str]]
    steps: tuple[ScenarioStep, ...]
    profile: ProvinceProfile


class BadScenario(BadInput):
    """The file is not a valid scenario; `reason` omits the file name, `step` is the failing step, 0 for the head."""

    def __init__(self, path: PurePosixPath, reason: EngineError) -> None:
        super().__init__("in-file", file=path, reason=reason)
        self.reason = reason
        self.step = reason.step if isinstance(reason, BadStep) else 0


class BadStep(BadInput):
    """A scenario step cannot be read; `reason` omits the step number."""

    def __init__(self, step: int, reason: EngineError) -> None:
        super().__init__("in-scenario-step", step=str(step), reason=reason)
        self.step, self.reason = step, reason


def read_scenario(path: PurePosixPath, content: bytes, provinces: Provinces = SHIPPED_PROVINCES) -> Scenario:
    """Read the scenario in a file, which runs in one of `provinces`; raises BadScenario naming the file and step."""
    try:
        return build_scenario(path, read_yaml(content), provinces)
    except BadScenario:
        raise
    except BadInput as error:
        raise BadScenario(path, error) from error


def build_scenario(path: PurePosixPath, document: Any, provinces: Provinces = SHIPPED_PROVINCES) -> Scenario:
    """The scenario of an already parsed file; raises BadScenario naming the file and step."""
    try:
        return _parse_scenario(path, document, provinces)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadScenario(path, BadInput("scenario-head-incomplete")) from error
    except BadInput as error:
        raise BadScenario(path, error) from error


def _parse_scenario(path: PurePosixPath, document: Mapping[str, Any], provinces: Provinces) -> Scenario:
    start, province = document["start"], document.get("province", PROVINCES[0])
    if province not in provinces:
        raise BadInput("scenario-province-unknown", province=spell_value(province), provinces=tuple(provinces))
    unknown = set(document) - {"process", "province", "name", "start", "staff", "steps"}
    if unknown:
        raise BadInput("scenario-key-unknown", key=min(map(str, unknown)))
    return Scenario(
        path=path,
        process=_require_name("process", document["process"]),
        province=province,
        name=_require_name("name", document["name"]),
        starts_at=_yaml_instant(start["at"]),
        data=_require_table("start.data", start.get("data", {})),
        staff=_parse_staff(document.get("staff", {})),
        steps=tuple(_parse_step(number, step) for number, step in enumerate(document["steps"], 1)),
        profile=provinces[province],
    )


def _parse_staff(value: object) -> Mapping[str, list[str]]:
    """Roles by unit; YAML reads an unquoted unit code as a number."""
    if not isinstance(value, Mapping):
        raise BadInput("scenario-entry-no-table", entry="staff", value=spell_value(value))
    return {str(unit): _require_names(f"staff {unit}", roles) for unit, roles in value.items()}


def _parse_step(number: int, step: object) -> ScenarioStep:
    try:
        kind = _step_kind(step)
        assert isinstance(step, Mapping)
        return _build_step(number, kind, step)
    except BadInput as error:
        raise BadStep(number, error) from error


def _step_kind(step: object) -> str:
    """The step's kind; raises BadInput for none, for several, and for a key that the kind does not allow."""
    kinds = [kind for kind in _STEP_KEYS if kind in step] if isinstance(step, Mapping) else []
    if not isinstance(step, Mapping) or len(kinds) != 1:
        raise BadInput("scenario-step-kind", kinds=tuple(_STEP_KEYS))
    kind = kinds[0]
    unknown = set(step) - {kind} - _STEP_KEYS[kind]
    if unknown:
        raise BadInput("scenario-step-key-unknown", key=min(map(str, unknown)), kind=kind)
    return kind


def _build_step(number: int, kind: str, step: Mapping[str, Any]) -> ScenarioStep:
    value = step[kind]
    after = _parse_duration(step.get("after", "0m") if kind != "wait" else value)
    at = _yaml_instant(value) if kind == "until" else _yaml_instant(step["at"]) if "at" in step else None
    if kind == "expect":
        return ScenarioStep(number, kind, values=_parse_expectations(value), after=after, at=at)
    name = _require_name(kind, value) if kind in _NAMED_KINDS else ""
    values = _require_table("data", step["data"]) if "data" in step else None
    which = _require_table(WHICH, step[WHICH]) if WHICH in step else None
    if which is not None:
        require_address(which)
    return ScenarioStep(number, kind, name, after, at, values, bool(step.get("take", False)), _parse_by(step), which)


def _parse_by(step: Mapping[str, Any]) -> str:
    by = step.get(BY, "")
    if not isinstance(by, str) or len(by.split()) not in (0, 2):
        raise BadInput("scenario-by-unreadable", value=spell_value(by))
    return " ".join(by.split())


def _parse_expectations(value: object) -> Mapping[str, Any]:
    expectations = _require_table("expect", value)
    unknown = set(expectations) - EXPECTATIONS
    if unknown:
        raise BadInput("scenario-expectation-unknown", name=min(unknown), names=sorted(EXPECTATIONS))
    for name in sorted(_LIST_EXPECTATIONS & set(expectations)):
        _require_names(name, expectations[name])
    for name in sorted(_TABLE_EXPECTATIONS & set(expectations)):
        _require_table(name, expectations[name])
    return expectations


def _require_name(entry: str, value: object) -> str:
    if not isinstance(value, str):
        raise BadInput("scenario-entry-no-name", entry=entry, value=spell_value(value))
    return value


def _require_names(entry: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise BadInput("scenario-entry-no-names", entry=entry, value=spell_value(value))
    return value


def _require_table(entry: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise BadInput("scenario-entry-no-table", entry=entry, value=spell_value(value))
    return value


def _parse_duration(text: object) -> timedelta:
    match = _DURATION.fullmatch(str(text))
    if match is None:
        raise BadInput("scenario-duration-unreadable", text=spell_value(text))
    return timedelta(**{_DURATION_UNITS[match[2]]: int(match[1])})


def _yaml_instant(value: object) -> datetime:
    """Parse an instant; YAML converts an unquoted date-time itself, and both forms need a UTC offset."""
    return parse_instant(value.isoformat() if isinstance(value, datetime) else str(value))
