"""Rules on the languages that a file says its texts are in: the engine reads its own and FEEL."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.feel_marks import is_feel_language
from engine.bpmn.lint.diagram import Diagram, first_child, text_of
from engine.bpmn.lint.finding import Element, Finding, finding_at
from engine.bpmn.lint.table import Decision
from engine.bpmn.lint.typed import EXPRESSION_TAGS, TIMER_TAGS

OWN_LANGUAGES = frozenset({"", "python", "application/x-python", "text/x-python"})
"""How a file may call our language, in which every text is also Python; nothing said is ours too."""
_TABLE_LANGUAGES = OWN_LANGUAGES | {"feel"}


def is_own_language(name: str | None) -> bool:
    """Whether a language named in a diagram is our own."""
    return (name or "").strip().lower() in OWN_LANGUAGES


def check_diagram_languages(diagram: Diagram) -> Iterator[Finding]:
    """Scripts, conditions and timers are not said to be in another language, by themselves or by their file."""
    for node in diagram.nodes_of_kind("scriptTask"):
        if first_child(node.element, "script") is not None and not _is_known(node.element.get("scriptFormat")):
            yield finding_at(node.element, "language-foreign", language=node.element.get("scriptFormat"))
    texts = [text for text in diagram.root.iter(*EXPRESSION_TAGS, *TIMER_TAGS) if text_of(text)]
    for text in texts:
        if not _is_known(text.get("language")):
            yield finding_at(text, "language-foreign", language=text.get("language"))
    language = diagram.root.get("expressionLanguage")
    if not _is_known(language) and any(text.get("language") is None for text in texts):
        yield finding_at(diagram.root, "language-foreign", language=language)


def _is_known(name: str | None) -> bool:
    return is_own_language(name) or is_feel_language(name)


def is_in_own_language(element: Element) -> bool:
    """Whether an expression or a script says of itself, or says nothing, that it is in our language."""
    parent = element.getparent()
    return is_own_language(element.get("language")) and (parent is None or is_own_language(parent.get("scriptFormat")))


def check_table_languages(decision: Decision) -> Iterator[Finding]:
    """Columns and cells of a table are not said to be in another language; of FEEL each text is judged by itself."""
    for element in decision.element.iter("*"):
        if not _is_read(element.get("expressionLanguage")):
            yield finding_at(element, "language-foreign", language=element.get("expressionLanguage"))


def _is_read(name: str | None) -> bool:
    language = (name or "").strip().lower()
    return language in _TABLE_LANGUAGES or language.rstrip("/").endswith(("/feel", "spec/dmn"))


def stated_language(element: Element) -> str:
    """The language that an expression is said to be in: its own, or that of its file."""
    own = element.get("language")
    return own if own is not None else element.getroottree().getroot().get("expressionLanguage") or ""
