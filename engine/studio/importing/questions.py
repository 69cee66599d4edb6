"""What an analyst is asked about a file before it is imported: which process runs, what plain tasks become."""

from __future__ import annotations

from dataclasses import dataclass

from engine.bpmn.lint.diagram import bpmn_tag
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.tolerances import is_passed
from engine.studio.importing import identity, processes
from engine.studio.importing.choices import ImportChoices
from engine.studio.importing.normalise import begin_import
from engine.studio.importing.plain_tasks import PLAIN_TASKS
from engine.studio.importing.sketch import Sketch
from engine.translation.catalogue import Language


@dataclass(frozen=True, slots=True)
class AskedElement:
    """A process or a task that the analyst decides about; the name is its id where it has none."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ImportQuestions:
    """The processes of a file, the ids of those that can run, and the plain tasks of the chosen one."""

    processes: tuple[AskedElement, ...]
    runnable: tuple[str, ...]
    plain_tasks: tuple[AskedElement, ...]


def questions_about(content: bytes, choices: ImportChoices, language: Language = "vi") -> ImportQuestions:
    """The questions about a file, as far as these choices leave any; raises BadInput if it cannot be read."""
    runnable = tuple(processes.processes_in_file(content, language))
    context = begin_import(content, {}, choices, language)
    drawn = tuple(map(_asked, context.root.iter(bpmn_tag("process"))))
    with processes.without_drawn_processes(context.root):
        identity.give_ids(context, Sketch(context.root))
        tasks = [task for task in context.root.iter(*map(bpmn_tag, PLAIN_TASKS)) if not is_passed(task)]
        return ImportQuestions(drawn, runnable, tuple(map(_asked, tasks)))


def _asked(element: Element) -> AskedElement:
    key = element.get("id") or ""
    return AskedElement(key, " ".join((element.get("name") or "").split()) or key)
