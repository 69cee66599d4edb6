"""Converts conditions, loop cardinalities and scripts of other tools."""

from __future__ import annotations

from engine.bpmn.lint.diagram import bpmn_tag, first_child, text_of
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.source import NAME_PATTERN
from engine.bpmn.lint.typed import EXPRESSION_TAGS
from engine.studio.importing.expressions import OutsideGrammar, is_vendor_expression, translate_expression
from engine.studio.importing.names import zeebe_extensions
from engine.studio.importing.report import ImportContext
from engine.studio.importing.tree import insert_child

EXPRESSION_RULES = ("expression", "function-unknown")
_PYTHON_FORMATS = frozenset({"", "python", "application/x-python", "text/x-python"})
_EXPRESSION_LANGUAGES = ("feel", "juel", "/spec/feel", "/spec/dmn", "/xpath")


def convert_expressions(context: ImportContext) -> None:
    """Convert every marked expression and Zeebe's scripts; what cannot be converted stays with an open point."""
    for element in context.root.iter(*EXPRESSION_TAGS):
        text = text_of(element)
        if is_vendor_expression(text):
            _convert_expression(context, element, text)
        elif not _is_expression_language(element.get("language") or ""):
            context.leave_open(element, "language", *EXPRESSION_RULES, language=element.get("language"))
    for task in context.root.iter(bpmn_tag("scriptTask")):
        _convert_script(context, task)


def _convert_expression(context: ImportContext, element: Element, text: str) -> None:
    try:
        translation = translate_expression(text)
    except OutsideGrammar as outside:
        context.leave_open(element, "expression", *EXPRESSION_RULES, text=text, detail=outside.detail)
        return
    element.text = translation
    context.record_conversion(element, "expression", text, translation)


def _is_expression_language(language: str) -> bool:
    """Whether texts in this language may be expressions in ours."""
    return language.lower() in _PYTHON_FORMATS or any(known in language.lower() for known in _EXPRESSION_LANGUAGES)


def _convert_script(context: ImportContext, task: Element) -> None:
    """Convert Zeebe's `=expression` with a result variable to an assignment; a script in another language stays."""
    script = first_child(task, "script")
    if script is not None and (task.get("scriptFormat") or "").lower() not in _PYTHON_FORMATS:
        context.leave_open(task, "script", "script", "function-unknown", language=task.get("scriptFormat"))
    for extension in zeebe_extensions(task, "script"):
        context.mark_handled(extension)
        if script is None:
            script = _insert_assignment(context, task, extension)


def _insert_assignment(context: ImportContext, task: Element, extension: Element) -> Element | None:
    text, name = extension.get("expression") or "", extension.get("resultVariable") or ""
    try:
        assignment = f"{name} = {translate_expression(text if is_vendor_expression(text) else f'={text}')}"
    except OutsideGrammar as outside:
        context.leave_open(task, "expression", "expression-empty", text=text, detail=outside.detail)
        return None
    if NAME_PATTERN.fullmatch(name) is None:
        context.leave_open(task, "expression", "expression-empty", text=text, detail=name)
        return None
    script = task.makeelement(bpmn_tag("script"))
    script.text = assignment
    insert_child(task, script)
    context.record_conversion(task, "script", text, assignment)
    return script
