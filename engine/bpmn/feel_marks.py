"""Says of each text of a diagram whether it is FEEL: a text in FEEL begins with a mark, to the engine and the checker.

A file says it by the language of an expression or script (BPMN 2.0, 8.3.5 and 10.3.3), or of all of its expressions; or
a text says it itself by `=` before it, as forms do and as other programs write it. A condition gets a mark of its own,
because it holds only when its value is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

VALUE, TEST = "=", "≟"
FEEL_URI = "https://www.omg.org/spec/DMN/20191111/FEEL/"
"""How new files of ours name the language."""
_URI = re.compile(r"https?://www\.omg\.org/spec/(?:feel/\d{6,8}|dmn/\d{8}/feel)/?")
_NAMES = frozenset({"feel", "text/feel", "application/feel"})
_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_TESTS = ("conditionExpression", "condition", "completionCondition", "loopCondition")
_VALUES = ("loopCardinality", "timeDate", "timeDuration", "timeCycle", "messagePath")

Element = etree._Element


def is_feel_language(name: str | None) -> bool:
    """Whether a name of a language is one of FEEL, whose versions have their own addresses."""
    word = (name or "").strip().lower()
    return word in _NAMES or _URI.fullmatch(word) is not None


def is_feel_text(text: str) -> bool:
    """Whether a text begins with a mark."""
    return text.startswith((VALUE, TEST))


def without_mark(text: str) -> str:
    """A text as its author has written it."""
    return text[1:] if is_feel_text(text) else text


def mark_feel(root: Element) -> None:
    """Set the marks in a parsed file, in place."""
    everywhere = is_feel_language(root.get("expressionLanguage"))
    for names, mark in ((_TESTS, TEST), (_VALUES, VALUE)):
        for element in _texts_named(root, names):
            own = element.get("language")
            _mark(element, mark, is_stated=everywhere if own is None else is_feel_language(own))
    for collection in root.iter(f"{_BPMN}loopDataInputRef"):
        _mark(collection, VALUE, is_stated=False)  # It names data, unless it says by itself that it computes.
    for script in root.iter(f"{_BPMN}script"):
        task = script.getparent()
        _mark(script, VALUE, is_stated=task is not None and is_feel_language(task.get("scriptFormat")))


def state_language(root: Element) -> None:
    """Say FEEL once for a whole file, in place, where each text that this is about says it by itself."""
    texts = [element for element in _texts_named(root, _TESTS + _VALUES) if (element.text or "").strip()]
    if is_feel_language(root.get("expressionLanguage")) or not texts or not all(map(_states_feel, texts)):
        return
    root.set("expressionLanguage", FEEL_URI)
    for element in texts:
        element.text = (element.text or "").strip().removeprefix(VALUE).lstrip()


def state_script_language(script: Element) -> None:
    """Say of the script of a task, in place, that it is FEEL."""
    task = script.getparent()
    if task is not None:
        task.set("scriptFormat", "feel")


def _texts_named(root: Element, names: tuple[str, ...]) -> Iterator[Element]:
    return root.iter(*(f"{_BPMN}{name}" for name in names))


def _states_feel(element: Element) -> bool:
    own = element.get("language")
    return is_feel_language(own) or (own is None and _has_sign((element.text or "").strip()))


def _has_sign(text: str) -> bool:
    return text.startswith(VALUE) and not text.startswith("==")


def _mark(element: Element, mark: str, *, is_stated: bool) -> None:
    text = (element.text or "").strip()
    has_sign = _has_sign(text)
    if text and not text.startswith(TEST) and (is_stated or has_sign):
        element.text = mark + text.removeprefix(VALUE).lstrip() if has_sign else mark + text
