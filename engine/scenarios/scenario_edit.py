"""Changes a scenario in its text: the lines of all steps that stay are kept as they are written, with comments."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise

import yaml

from engine.errors import BadInput
from engine.scenarios.files import Provinces, Scenario, ScenarioStep, read_scenario
from engine.scenarios.scenario_text import dump_yaml, render_scenario, step_document
from engine.yaml_documents import compose_yaml

_ITEM = re.compile(r"^ *- ")


@dataclass(frozen=True, slots=True)
class _WrittenSteps:
    """A text in pieces: what stands above the steps, each step with the comments above it, and what stands below."""

    above: str
    steps: tuple[str, ...]
    below: str
    indent: int


def revise_scenario(text: str, revised: Scenario, provinces: Provinces) -> bytes:
    """The text of a scenario as `revised`; a text that has no steps on lines of their own is written anew."""
    try:
        before, written = read_scenario(revised.path, text.encode(), provinces), _split_steps(text)
    except BadInput:
        return render_scenario(revised)
    if written is None or len(written.steps) != len(before.steps) or _head(before) != _head(revised):
        return render_scenario(revised)
    content = "".join((written.above, *_join_steps(written, before, revised), written.below)).encode()
    return content if read_scenario(revised.path, content, provinces) == revised else render_scenario(revised)


def _head(scenario: Scenario) -> Scenario:
    return replace(scenario, steps=())


def _join_steps(written: _WrittenSteps, before: Scenario, revised: Scenario) -> list[str]:
    old, new = ([repr(step_document(step)) for step in one.steps] for one in (before, revised))
    pieces: list[str] = []
    for kind, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces += written.steps[first:last]
        else:
            pieces += [_write_step(step, written.indent) for step in revised.steps[begin:end]]
    return pieces


def _write_step(step: ScenarioStep, indent: int) -> str:
    lines = dump_yaml({"steps": [step_document(step)]}).decode().splitlines(keepends=True)[1:]
    return "".join(f"{' ' * indent}{line.removeprefix('  ')}" for line in lines)


def _split_steps(text: str) -> _WrittenSteps | None:
    """The pieces of a text; None unless each step begins a line."""
    root = compose_yaml(text)
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    keys = [key.value for key, _value in pairs]
    value = pairs[keys.index("steps")][1] if "steps" in keys else None
    if not isinstance(value, yaml.SequenceNode) or value.flow_style or not value.value:
        return None
    lines = text.splitlines(keepends=True)
    starts = [item.start_mark.line for item in value.value]
    if not all(_ITEM.match(lines[start]) for start in starts):
        return None
    after = [key.start_mark.line for key, _value in pairs[keys.index("steps") + 1 :]]
    end = after[0] if after else len(lines)
    bounds = [_with_comments(lines, start) for start in starts] + [end]
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += "\n"
    steps = tuple("".join(lines[first:last]) for first, last in pairwise(bounds))
    indent = len(lines[starts[0]]) - len(lines[starts[0]].lstrip(" "))
    return _WrittenSteps("".join(lines[: bounds[0]]), steps, "".join(lines[end:]), indent)


def _with_comments(lines: list[str], start: int) -> int:
    """The first line of what belongs to a step: the comments right above it are its own."""
    while start and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    return start
