"""Walks on disk: what differed, to be looked at and walked again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.walks.diagrams import Diagram
from tests.walks.drawing import Files
from tests.walks.sides import Broadcast, Complete, Deliver, Fire, Step
from tests.walks.walker import Walk

_STEPS: Mapping[str, type[Any]] = {kind.__name__: kind for kind in (Complete, Fire, Deliver, Broadcast)}
_WALK = "walk.json"


@dataclass(frozen=True)
class Record:
    """A walk as it was taken: everything that is needed to take it again."""

    seed: int
    files: Files
    nested: bool
    data: dict[str, Any]
    steps: list[Step]
    difference: list[str]


def record(seed: int, diagram: Diagram, made: Walk) -> Record:
    """What to keep of a walk."""
    return Record(seed, diagram.files, diagram.nested, made.data, made.steps, made.difference)


def save(folder: Path, item: Record) -> Path:
    """Write a walk into a folder of its own below `folder`, its diagrams as files for an editor."""
    place = folder / str(item.seed)
    place.mkdir(parents=True, exist_ok=True)
    for name, xml in item.files.items():
        (place / name).write_bytes(xml)
    content = {
        "seed": item.seed,
        "nested": item.nested,
        "difference": item.difference,
        "data": item.data,
        "steps": [{"kind": type(step).__name__, **asdict(step)} for step in item.steps],
    }
    (place / _WALK).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return place


def load(place: Path) -> Record:
    """The walk saved in this folder; its diagrams may have been made smaller since."""
    content = json.loads((place / _WALK).read_text(encoding="utf-8"))
    files = {file.name: file.read_bytes() for file in sorted(place.glob("*.bpmn"))}
    steps = [_STEPS[step.pop("kind")](**step) for step in content["steps"]]
    return Record(content["seed"], files, content["nested"], content["data"], steps, content["difference"])
