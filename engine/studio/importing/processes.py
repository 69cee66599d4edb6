"""The process of a file that runs: a file here has one, other tools' may have several."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from engine.bpmn.drawn_only import is_drawn_only
from engine.bpmn.lint.diagram import bpmn_tag
from engine.bpmn.lint.finding import Element
from engine.studio.importing.global_tasks import draw_global_tasks
from engine.studio.importing.report import ImportContext
from engine.studio.importing.source_file import read_root
from engine.translation.catalogue import Language


def runnable_processes(root: Element) -> list[str]:
    """The ids of the processes of a file that can be the one that runs; those that say they run come first.

    All of a file that marks none; none of a file whose processes all say that they do not run.
    """
    processes = list(root.iter(bpmn_tag("process")))
    marked = [process for process in processes if process.get("isExecutable") == "true"]
    silent = [process for process in processes if process.get("isExecutable") is None and len(process)]
    return [process.get("id") or "" for process in marked or silent]


def processes_in_file(content: bytes, language: Language) -> list[str]:
    """The same of a file as it was handed in, whose global tasks become processes; raises BadInput as `read_root`."""
    root = read_root(content, language)
    draw_global_tasks(root)
    return runnable_processes(root)


def choose_process(context: ImportContext) -> None:
    """Mark the chosen process, or the first that can run, as the one that runs; the others stay as drawings."""
    processes = list(context.root.iter(bpmn_tag("process")))
    runnable = runnable_processes(context.root)
    ids = [process.get("id") or "" for process in processes]
    chosen = context.choices.process if context.choices.process in ids else next(iter(runnable), None)
    for process in processes if chosen is not None else ():
        before, runs = process.get("isExecutable") or "", (process.get("id") or "") == chosen
        if runs and before != "true":
            process.set("isExecutable", "true")
            context.record_conversion(process, "executable", before, "true")
        elif not runs and before != "false":
            process.set("isExecutable", "false")
            rule = "process-apart" if process.get("id") in runnable else "process-drawn"
            context.record_conversion(process, rule, before, "false")


@contextmanager
def without_drawn_processes(root: Element) -> Iterator[None]:
    """Take the processes that only document out of the tree for a while: nothing in them is rewritten."""
    processes = list(root.iter(bpmn_tag("process")))
    drawn = [] if all(map(is_drawn_only, processes)) else [one for one in processes if is_drawn_only(one)]
    places = []
    for process in drawn:
        parent, place = process.getparent(), etree.Comment("")
        if parent is not None:
            place.tail = process.tail
            parent.replace(process, place)
            places.append((parent, place, process))
    try:
        yield
    finally:
        for parent, place, process in places:
            parent.replace(place, process)
