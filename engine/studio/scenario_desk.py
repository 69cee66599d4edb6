"""A scenario of a draft opened as a table, with what its cells can be chosen from, and written back. For the studio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.bpmn.drawn_tasks import user_tasks
from engine.errors import BadInput
from engine.scenarios import scenario_table, scenario_text
from engine.scenarios.files import PROVINCES, read
from engine.scenarios.scenario_table import Table
from engine.studio.catalogue import catalogue

Choice = dict[str, str]


@dataclass(frozen=True, slots=True)
class Opened:
    """A table, and the tasks (with their roles), messages, processes and kinds of province that it may name."""

    table: Table
    tasks: list[Choice]
    messages: list[Choice]
    processes: list[Choice]
    provinces: list[Choice]


class Commented(BadInput):
    """The file has comments, which a table cannot keep; it is edited as text."""


def opened(files: Mapping[PurePosixPath, bytes], path: PurePosixPath, text: str) -> Opened:
    """The table of a scenario's text; raises BadInput for what is no scenario, Commented to keep its comments."""
    if any(line.lstrip().startswith("#") for line in text.splitlines()):
        raise Commented("The scenario has comments.")
    tasks, found = user_tasks(files), catalogue(files)
    return Opened(
        scenario_table.table(read(path, text.encode()), {node: task.role for node, task in tasks.items()}),
        [{"value": node, "label": task.name, "role": task.role} for node, task in sorted(tasks.items())],
        found["messages"],
        found["processes"],
        [{"value": name, "label": name} for name in PROVINCES],
    )


def written(path: PurePosixPath, document: object) -> str:
    """The text of a table as a browser sent it; raises BadInput, and BadCells naming each cell that cannot be read."""
    scenario = scenario_table.scenario(path, scenario_table.parse(document))
    return scenario_text.text(scenario).decode()
