"""Writes a scenario as YAML that reads back as the same scenario.

The layout matches the shipped files: one step below the other, values and expectations on one line.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import yaml

from engine.clock import VIETNAM
from engine.scenarios.files import Scenario, ScenarioStep
from engine.yaml_documents import PlainDumper

WIDTH = 110
_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class _InlineMapping(dict[str, Any]):
    """A mapping that is written on one line."""


class _ScenarioDumper(PlainDumper):
    """Writes lists below their key, indented by two more characters."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Indent list items as well."""
        super().increase_indent(flow, indentless=False)


def _represent_mapping(dumper: yaml.SafeDumper, values: _InlineMapping) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", values, flow_style=True)


_ScenarioDumper.add_representer(_InlineMapping, _represent_mapping)


def render_scenario(scenario: Scenario) -> bytes:
    """Render the scenario file; `files.read_scenario` reads the same scenario back."""
    return dump_yaml(scenario_document(scenario))


def scenario_document(scenario: Scenario) -> dict[str, Any]:
    """The scenario as plain values, as in its file."""
    start: dict[str, Any] = {"at": spell_instant(scenario.starts_at)}
    if scenario.data:
        start["data"] = _InlineMapping(scenario.data)
    head = {"process": scenario.process, "province": scenario.province, "name": scenario.name, "start": start}
    staff = {"staff": _InlineMapping(scenario.staff)} if scenario.staff else {}
    return {**head, **staff, "steps": [step_document(step) for step in scenario.steps]}


def step_document(step: ScenarioStep) -> dict[str, Any]:
    """One step as plain values, as in its file."""
    if step.kind == "wait":
        return {"wait": spell_duration(step.after)}
    if step.kind == "until":
        assert step.at is not None
        return {"until": spell_instant(step.at)}
    fields: dict[str, Any] = {step.kind: _InlineMapping(step.values or {}) if step.kind == "expect" else step.name}
    if step.by:
        fields["by"] = step.by
    if step.which:
        fields["which"] = _InlineMapping(step.which)
    if step.after:
        fields["after"] = spell_duration(step.after)
    if step.at is not None:
        fields["at"] = spell_instant(step.at)
    if step.take:
        fields["take"] = True
    if step.kind != "expect" and step.values is not None:
        fields["data"] = _InlineMapping(step.values)
    return fields


def spell_instant(at: datetime) -> str:
    """An exact instant in Vietnam time, without seconds when they are zero."""
    local = at.astimezone(VIETNAM)
    return local.isoformat(timespec="auto" if local.second or local.microsecond else "minutes")


def spell_duration(after: timedelta) -> str:
    """A duration of whole minutes in the largest unit that divides it: 90m, 2h, 5d."""
    if not after:
        return "0m"
    size, suffix = next(pair for pair in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m")) if not after % pair[0])
    return f"{after // size}{suffix}"


def dump_yaml(values: Mapping[str, Any], width: int = WIDTH) -> bytes:
    """Plain values as UTF-8 YAML, keeping their order."""
    content: bytes = yaml.dump(
        dict(values), Dumper=_ScenarioDumper, encoding="utf-8", allow_unicode=True, sort_keys=False, width=width
    )
    return content


def dump_inline(values: Mapping[str, Any]) -> str:
    """A mapping as one line without braces; an empty one as {}."""
    if not values:
        return "{}"
    line: str = yaml.dump(
        _InlineMapping(values), Dumper=_ScenarioDumper, allow_unicode=True, sort_keys=False, width=2**31
    )
    return line.strip()[1:-1]
