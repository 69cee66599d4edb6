"""A scenario of a draft opened as a table, with what its cells can be chosen from, and written back. For the studio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.bpmn.drawn_tasks import parse_user_tasks
from engine.errors import BadInput
from engine.scenarios import scenario_table, scenario_text
from engine.scenarios.files import PROVINCES, read_scenario
from engine.scenarios.scenario_table import ScenarioTable
from engine.studio.catalogue import collect_choices
from engine.translation.catalogue import Language

ChoiceItem = dict[str, str]


@dataclass(frozen=True, slots=True)
class EditableScenario:
    """A table, and the tasks (with their roles), messages, processes and kinds of province that it may name."""

    table: ScenarioTable
    tasks: list[ChoiceItem]
    messages: list[ChoiceItem]
    processes: list[ChoiceItem]
    provinces: list[ChoiceItem]


class UneditableComments(BadInput):
    """The file has comments, which a table cannot keep; it is edited as text."""

    default_rule = "scenario-has-comments"


def open_as_table(
    files: Mapping[PurePosixPath, bytes], path: PurePosixPath, text: str, language: Language = "vi"
) -> EditableScenario:
    """The table of a scenario's text, its tasks called as in `language`.

    Raises BadInput for no scenario, UneditableComments to keep its comments.
    """
    if any(line.lstrip().startswith("#") for line in text.splitlines()):
        raise UneditableComments
    tasks, choices = parse_user_tasks(files, language), collect_choices(files)
    return EditableScenario(
        scenario_table.from_scenario(
            read_scenario(path, text.encode()), {node: task.role for node, task in tasks.items()}
        ),
        [{"value": node, "label": task.name, "role": task.role} for node, task in sorted(tasks.items())],
        choices["messages"],
        choices["processes"],
        [{"value": name, "label": name} for name in PROVINCES],
    )


def text_from_table(path: PurePosixPath, document: object) -> str:
    """The text of a table as a browser sent it; raises BadInput, and BadCells naming each cell that cannot be read."""
    scenario = scenario_table.to_scenario(path, scenario_table.from_json(document))
    return scenario_text.render_scenario(scenario).decode()
