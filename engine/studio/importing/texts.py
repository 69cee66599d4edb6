"""Conditions, numbers of turns and scripts of other tools. For the conversion alone."""

from __future__ import annotations

from engine.bpmn.lint.diagram import first, tag, text_of
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.source import NAME
from engine.bpmn.lint.typed import EXPRESSIONS
from engine.studio.importing.expressions import Outside, is_foreign, translated
from engine.studio.importing.names import parts
from engine.studio.importing.report import Work
from engine.studio.importing.tree import put

RULES = ("expression", "function-unknown")
_OURS = frozenset({"", "python", "application/x-python", "text/x-python"})
_KNOWN = ("feel", "juel", "/spec/feel", "/spec/dmn", "/xpath")


def convert(work: Work) -> None:
    """Convert every marked expression and Zeebe's scripts; what cannot be stays with an open point."""
    for element in work.root.iter(*EXPRESSIONS):
        text = text_of(element)
        if is_foreign(text):
            _expression(work, element, text)
        elif not _is_known(element.get("language") or ""):
            work.leave(element, "language", *RULES, language=element.get("language"))
    for task in work.root.iter(tag("scriptTask")):
        _script(work, task)


def _expression(work: Work, element: Element, text: str) -> None:
    try:
        after = translated(text)
    except Outside as outside:
        work.leave(element, "expression", *RULES, text=text, detail=str(outside))
        return
    element.text = after
    work.converted(element, "expression", text, after)


def _is_known(language: str) -> bool:
    """Whether a text in this language is an expression that ours could be."""
    return language.lower() in _OURS or any(known in language.lower() for known in _KNOWN)


def _script(work: Work, task: Element) -> None:
    """Zeebe's `=expression` with a result becomes an assignment; a script of another language stays."""
    script = first(task, "script")
    if script is not None and (task.get("scriptFormat") or "").lower() not in _OURS:
        work.leave(task, "script", "script", "function-unknown", language=task.get("scriptFormat"))
    for part in parts(task, "script"):
        work.handle(part)
        if script is None:
            script = _assignment(work, task, part)


def _assignment(work: Work, task: Element, part: Element) -> Element | None:
    text, name = part.get("expression") or "", part.get("resultVariable") or ""
    try:
        after = f"{name} = {translated(text if is_foreign(text) else f'={text}')}"
    except Outside as outside:
        work.leave(task, "expression", "expression-empty", text=text, detail=str(outside))
        return None
    if NAME.fullmatch(name) is None:
        work.leave(task, "expression", "expression-empty", text=text, detail=name)
        return None
    made = task.makeelement(tag("script"))
    made.text = after
    put(task, made)
    work.converted(task, "script", text, after)
    return made
