"""Converts conditions, loop cardinalities and scripts of other tools."""

from __future__ import annotations

from engine.bpmn.feel_marks import is_feel_language, is_feel_text, without_mark
from engine.bpmn.lint.diagram import bpmn_tag, element_kind, first_child, text_of
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.languages import is_own_language, stated_language
from engine.bpmn.lint.source import NAME_PATTERN
from engine.bpmn.lint.typed import EXPRESSION_TAGS
from engine.studio.importing.expressions import OutsideGrammar, is_vendor_expression, translate_expression
from engine.studio.importing.names import engine_attributes, zeebe_extensions
from engine.studio.importing.report import ImportContext
from engine.studio.importing.tree import insert_child

EXPRESSION_RULES = ("expression", "function-unknown")
_LANGUAGE_RULES = (*EXPRESSION_RULES, "language-foreign")
# Languages that tools declare for a whole file and then mark each text of their own with, ${…} or =….
_DECLARED_BY_HABIT = ("xpath", "juel", "unified-el", "feel", "/spec/dmn")


def convert_expressions(context: ImportContext) -> None:
    """Convert every marked expression and Zeebe's scripts; what cannot be converted stays with an open point."""
    for element in context.root.iter(*EXPRESSION_TAGS):
        text, language = text_of(element), stated_language(element).lower()
        if is_vendor_expression(text):
            _convert_expression(context, element, text)
        elif text and _is_feel(language):
            _convert_expression(context, element, f"={text}")
        elif not is_own_language(element.get("language")):
            context.leave_open(element, "language", *_LANGUAGE_RULES, language=element.get("language"))
    for task in context.root.iter(bpmn_tag("scriptTask")):
        _convert_script(context, task)
    _drop_declared_language(context)


def _convert_expression(context: ImportContext, element: Element, text: str) -> None:
    try:
        translation = translate_expression(text, is_condition=element_kind(element) != "loopCardinality")
    except OutsideGrammar as outside:
        context.leave_open(element, "expression", *_LANGUAGE_RULES, text=text, detail=outside.detail)
        return
    before = (element.text or "").strip()
    element.text = translation
    if element.get("language") is not None:
        del element.attrib["language"]
    if before != translation:
        context.record_conversion(element, "feel" if is_feel_text(translation) else "expression", before, translation)


def _is_feel(language: str) -> bool:
    return "feel" in language or "/spec/dmn" in language


def _drop_declared_language(context: ImportContext) -> None:
    """Remove a file's language when its texts have been read as what they are."""
    declared = context.root.get("expressionLanguage")
    if declared is not None and any(name in declared.lower() for name in _DECLARED_BY_HABIT):
        del context.root.attrib["expressionLanguage"]
        context.record_conversion(context.root, "expression-language", declared, "")


def _convert_script(context: ImportContext, task: Element) -> None:
    """Convert Zeebe's `=expression` with a result variable to a script; a script in another language stays."""
    script = first_child(task, "script")
    if is_feel_language(task.get("scriptFormat")):
        return
    if script is not None and not is_own_language(task.get("scriptFormat")) and not _read_juel(context, task, script):
        rules = ("script", "function-unknown", "language-foreign")
        context.leave_open(task, "script", *rules, language=task.get("scriptFormat"))
    for extension in zeebe_extensions(task, "script"):
        context.mark_handled(extension)
        if script is None:
            script = _insert_assignment(context, task, extension)


def _read_juel(context: ImportContext, task: Element, script: Element) -> bool:
    """Write a script that is one JUEL expression with a result variable as an assignment; whether it was one."""
    text, (attribute, name) = text_of(script), next(engine_attributes(task, "resultVariable"), ("", ""))
    if (task.get("scriptFormat") or "").lower() != "juel" or NAME_PATTERN.fullmatch(name) is None:
        return False
    try:
        assignment = f"{name} = {translate_expression(text)}" if is_vendor_expression(text) else ""
    except OutsideGrammar:
        return False
    if assignment:
        script.text = assignment
        del task.attrib["scriptFormat"]
        context.mark_handled(task, attribute)
        context.record_conversion(task, "script", text, assignment)
    return bool(assignment)


def _insert_assignment(context: ImportContext, task: Element, extension: Element) -> Element | None:
    text, name = extension.get("expression") or "", extension.get("resultVariable") or ""
    try:
        value = translate_expression(text if is_vendor_expression(text) else f"={text}")
        assignment = f"={{{name}: {without_mark(value)}}}" if is_feel_text(value) else f"{name} = {value}"
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
