"""A scenario written as YAML, so that reading it gives the same scenario again. For the studio.

The layout is that of the shipped files: steps one below the other, values and expectations in one line.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import yaml

from engine.clock import VIETNAM
from engine.scenarios.files import Scenario, ScenarioStep

WIDTH = 110
_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class _InlineMapping(dict[str, Any]):
    """A table of values that is written in one line."""


class _ScenarioDumper(yaml.SafeDumper):
    """Writes lists below their key, two signs further in."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Indent the items of a list as well."""
        super().increase_indent(flow, indentless=False)


def _represent_mapping(dumper: yaml.SafeDumper, values: _InlineMapping) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", values, flow_style=True)


def _represent_text(dumper: yaml.SafeDumper, words: str) -> yaml.Node:
    """A text; other systems' ends of lines are escaped, because YAML takes them for its own."""
    style = '"' if any(sign in words for sign in "\x85\u2028\u2029") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", words, style=style)


_ScenarioDumper.add_representer(_InlineMapping, _represent_mapping)
_ScenarioDumper.add_representer(str, _represent_text)


def render_scenario(scenario: Scenario) -> bytes:
    """The scenario's file; `scenario_files.read` makes the same scenario of it."""
    return dump_yaml(scenario_document(scenario))


def scenario_document(scenario: Scenario) -> dict[str, Any]:
    """The scenario as the plain values of its file."""
    start: dict[str, Any] = {"at": spell_instant(scenario.starts_at)}
    if scenario.data:
        start["data"] = _InlineMapping(scenario.data)
    head = {"process": scenario.process, "province": scenario.province, "name": scenario.name, "start": start}
    staff = {"staff": _InlineMapping(scenario.staff)} if scenario.staff else {}
    return {**head, **staff, "steps": [step_document(step) for step in scenario.steps]}


def step_document(step: ScenarioStep) -> dict[str, Any]:
    """One step as the plain values of its file."""
    if step.kind == "wait":
        return {"wait": spell_duration(step.after)}
    if step.kind == "until":
        assert step.at is not None
        return {"until": spell_instant(step.at)}
    fields: dict[str, Any] = {step.kind: _InlineMapping(step.values or {}) if step.kind == "expect" else step.name}
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
    """An instant as people in Vietnam read it, exact, without the seconds when there are none."""
    local = at.astimezone(VIETNAM)
    return local.isoformat(timespec="auto" if local.second or local.microsecond else "minutes")


def spell_duration(after: timedelta) -> str:
    """A duration of whole minutes in the largest unit that it is a multiple of: 90m, 2h, 5d."""
    if not after:
        return "0m"
    size, suffix = next(pair for pair in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m")) if not after % pair[0])
    return f"{after // size}{suffix}"


def dump_yaml(values: Mapping[str, Any], width: int = WIDTH) -> bytes:
    """Plain values as YAML in UTF-8, in their order."""
    content: bytes = yaml.dump(
        dict(values), Dumper=_ScenarioDumper, encoding="utf-8", allow_unicode=True, sort_keys=False, width=width
    )
    return content


def dump_inline(values: Mapping[str, Any]) -> str:
    """A table of values as one line without its braces, an empty one as {}."""
    if not values:
        return "{}"
    line: str = yaml.dump(
        _InlineMapping(values), Dumper=_ScenarioDumper, allow_unicode=True, sort_keys=False, width=2**31
    )
    return line.strip()[1:-1]
