"""Opens a draft's scenario as a table, with the choices for its cells, and writes it back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from engine.bpmn.drawn_tasks import DrawnUserTask, parse_user_tasks, processes_by_task
from engine.errors import BadInput
from engine.scenarios import scenario_edit, scenario_table
from engine.scenarios.files import SHIPPED_PROVINCES, Provinces, read_scenario
from engine.scenarios.runner import scenario_paths
from engine.scenarios.scenario_table import ScenarioTable
from engine.studio.catalogue import collect_choices, form_fields
from engine.translation.catalogue import Language

ChoiceItem = dict[str, str]


@dataclass(frozen=True, slots=True)
class EditableScenario:
    """A table, and what it may use: start events, tasks with their roles, messages, signals, processes, provinces."""

    table: ScenarioTable
    starts: list[dict[str, Any]]
    tasks: list[dict[str, Any]]
    marks: list[ChoiceItem]
    messages: list[ChoiceItem]
    signals: list[ChoiceItem]
    processes: list[ChoiceItem]
    provinces: list[ChoiceItem]


class UneditableComments(BadInput):
    """The file has comments, which a table cannot keep; it must be edited as text."""

    default_rule = "scenario-has-comments"


def open_as_table(
    files: Mapping[PurePosixPath, bytes],
    path: PurePosixPath,
    text: str,
    language: Language = "vi",
    provinces: Provinces = SHIPPED_PROVINCES,
) -> EditableScenario:
    """Open a scenario's text as a table, with task names in `language`; it may run in one of `provinces`.

    Raises BadInput if the text is not a scenario, UneditableComments if it has comments.
    """
    if any(line.lstrip().startswith("#") for line in text.splitlines()):
        raise UneditableComments
    tasks, choices, fields = parse_user_tasks(files, language), collect_choices(files), form_fields(files)
    processes = processes_by_task(files)
    return EditableScenario(
        scenario_table.from_scenario(
            read_scenario(path, text.encode(), provinces), {node: task.role for node, task in tasks.items()}
        ),
        [{**start, "fields": fields.get(start["form"], [])} for start in choices["starts"]],
        [
            {
                "value": node,
                "label": task.name,
                "role": task.role,
                "fields": fields.get(task.form, []),
                "processes": sorted(processes.get(node, ())),
            }
            for node, task in sorted(tasks.items())
        ],
        choices["marks"],
        choices["messages"],
        choices["signals"],
        choices["processes"],
        [{"value": name, "label": name} for name in provinces],
    )


def drawn_steps(files: Mapping[PurePosixPath, bytes], language: Language = "vi") -> Mapping[str, DrawnUserTask]:
    """The steps that somebody does, by id: with name in `language`, role and form."""
    return parse_user_tasks(files, language)


def idle_steps(files: Mapping[PurePosixPath, bytes], language: Language) -> list[tuple[str, str]]:
    """The user tasks that no scenario names, by id with their captions: new ones, as a rule."""
    written = b"\n".join(files[path] for path in scenario_paths(files))
    tasks = drawn_steps(files, language)
    return [(node, task.name) for node, task in sorted(tasks.items()) if not re.search(_named(node), written)]


def _named(node: str) -> bytes:
    return rb"\b%b\b" % re.escape(node.encode())


def text_from_table(
    path: PurePosixPath, document: object, provinces: Provinces = SHIPPED_PROVINCES, before: str = ""
) -> str:
    """Render a table sent by the browser as text; of the text `before` it, lines that stay are kept as they are.

    Raises BadInput, and BadCells naming each unreadable cell.
    """
    scenario = scenario_table.to_scenario(path, scenario_table.from_json(document), provinces)
    return scenario_edit.revise_scenario(before, scenario, provinces).decode()
