"""Rewrites legal BPMN of other tools into the part of it that runs exactly here, before anything else reads it.

Every rewriting shows in the drawing and is listed. Ids stay, since drawing, history and migration know elements by
them. What is not rewritten stays as it is, for the checker to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.studio.importing import (
    documentation,
    ends,
    global_tasks,
    identity,
    links,
    plain_tasks,
    processes,
    sending,
    several_triggers,
    shared_events,
    splits,
    transactions,
)
from engine.studio.importing.choices import ImportChoices
from engine.studio.importing.encodings import to_utf8
from engine.studio.importing.lines import Conversion, locate_conversions
from engine.studio.importing.report import ImportContext
from engine.studio.importing.sketch import Sketch
from engine.studio.importing.source_file import read_root
from engine.studio.importing.tree import serialize_diagram
from engine.translation.catalogue import Language

_PLAIN_STEPS: tuple[Callable[[ImportContext], None], ...] = (
    plain_tasks.decide_plain_tasks,
    shared_events.copy_shared_definitions,
    sending.make_service_tasks,
    sending.name_declarations,
    documentation.keep_as_documentation,
)
_DRAWING_STEPS: tuple[Callable[[ImportContext, Sketch], None], ...] = (
    sending.declare_messages,
    sending.declare_errors,
    transactions.run_as_sub_processes,
    several_triggers.part_events,
    links.connect_links,
    splits.draw_splits,
    ends.draw_ends,
    ends.draw_starts,
    splits.part_double_flows,
    splits.complete_choices,
)


@dataclass(frozen=True, slots=True)
class NormalisedDiagram:
    """The rewritten file, in UTF-8, and what was rewritten."""

    content: bytes
    changes: tuple[Conversion, ...]


def normalise_diagram(
    content: bytes, choices: ImportChoices | None = None, language: Language = "vi"
) -> NormalisedDiagram:
    """Rewrite a BPMN file so that what it leaves to be understood is drawn; the same file always gives the same.

    Raises BadInput, in `language`, if the file cannot be read as a diagram.
    """
    context = begin_import(content, {}, choices, language)
    with processes.without_drawn_processes(context.root):
        rewrite_diagram(context)
    output = serialize_diagram(context.root) if context.conversion_notes else content
    return NormalisedDiagram(output, tuple(locate_conversions(context.conversion_notes, output, language)))


def begin_import(
    content: bytes, mapping: Mapping[str, str], choices: ImportChoices | None, language: Language
) -> ImportContext:
    """Read a file and choose its process; raises BadInput if it cannot be read."""
    text, encoding = to_utf8(content)
    root = read_root(text, language)
    context = ImportContext(root, mapping, choices or ImportChoices())
    if encoding:
        context.record_conversion(root, "encoding", encoding, "UTF-8")
    for process, kind in global_tasks.draw_global_tasks(root):
        context.record_conversion(process, "global-task", kind, process.get("id") or "")
    processes.choose_process(context)
    identity.strip_prefixes(context)
    return context


def rewrite_diagram(context: ImportContext) -> None:
    """Apply every rewriting to the tree of a file whose process is chosen; each records what it did."""
    sketch = Sketch(context.root)
    identity.give_ids(context, sketch)
    for plain_step in _PLAIN_STEPS:
        plain_step(context)
    for drawing_step in _DRAWING_STEPS:
        drawing_step(context, sketch)
