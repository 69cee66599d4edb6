"""The texts of decision tables: in which language each is, and what a cell in the older language asks of its column.

A file of ours that says nothing may have texts in both. What means the same in both, and what only FEEL has, is FEEL;
the rest is in the older language, in which a day is its text: a cell with `?` is an expression about the input, one
that is an expression by itself is compared with the input, anything else stands behind it (`< 5`).
"""

from __future__ import annotations

import ast
import re

from lxml import etree

from engine.bpmn.feel_marks import is_feel_language
from engine.bpmn.language import FUNCTIONS, compile_expression
from engine.errors import ScriptError
from engine.feel.simple_literals import simple_expression, simple_tests

INPUT = "dmninputexpr"
"""The name of the input in a cell of the older language."""
OWN_MARK = "≡"
"""Stands before a text in the older language, for the engine; no text of FEEL begins with it."""
_QUESTION_MARK = re.compile(r"(\?)(?=(?:[^'\"]|['\"][^'\"]*['\"])*$)")
_QUOTED_TEXT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_FEEL_SYNTAX = re.compile(r"\.\.|^\s*not\s*\(")
_FEEL_WORDS = re.compile(r"\b(?:true|false|null|function|every|some|satisfies|instance of|date and time)\b")
_MOMENT = re.compile(r"""\s*(?:<=|>=|<|>)?\s*(["'])(?:\d{4}-\d\d|\d\d:\d\d)[^"']*\1\s*""")
"""A cell that compares with the text of a day, a time or a moment, which is no text in FEEL when a form asks for it."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_OWN_WORDS = frozenset({"True", "False", "None"})

Element = etree._Element


def strip_quoted_texts(source: str) -> str:
    """The source with its quoted texts emptied, so that characters can be searched for outside them."""
    return _QUOTED_TEXT.sub('""', source)


def is_feel_cell(text: str) -> bool:
    """Whether a cell is written in FEEL: a bare list, `not(…)`, an interval, `true`, `null`."""
    bare = strip_quoted_texts(text)
    if "?" in bare and ".." not in bare:
        return False
    if _FEEL_SYNTAX.search(bare) or _FEEL_WORDS.search(bare):
        return True
    return is_own_expression(text) and isinstance(ast.parse(f"({text}\n)", mode="eval").body, ast.Tuple | ast.List)


def is_own_expression(text: str) -> bool:
    """Whether a text can be read as an expression of the older language."""
    try:
        compile_expression(text)
    except ScriptError:
        return False
    return True


def predicate_source(text: str) -> str:
    """A cell in the older language as an expression about the name INPUT."""
    source = _QUESTION_MARK.sub(INPUT, text)
    if source != text:
        return source
    return f"{INPUT} == ({text})" if is_own_expression(text) else f"{INPUT} {text}"


def is_own_text(element: Element, text: str, *, is_cell: bool) -> bool:
    """Whether a text of a table is in the older language, by what its file says and by itself."""
    stated = element.get("expressionLanguage") or element.getroottree().getroot().get("expressionLanguage")
    if stated is not None:
        return not is_feel_language(stated) and _is_readable(text, is_cell=is_cell)
    if is_cell and _MOMENT.fullmatch(text):
        return _is_readable(text, is_cell=True)
    if (simple_tests if is_cell else simple_expression)(text) is not None or text.strip() in ("", "-"):
        return False
    if is_feel_cell(text) or (_NAME.fullmatch(text.strip()) and text.strip() not in FUNCTIONS | _OWN_WORDS):
        return False
    return _is_readable(text, is_cell=is_cell)


def _is_readable(text: str, *, is_cell: bool) -> bool:
    return is_own_expression(predicate_source(text) if is_cell else text)


def states_feel(element: Element) -> bool:
    """Whether a file says that its texts are in FEEL; the types in it are then meant."""
    return is_feel_language(element.getroottree().getroot().get("expressionLanguage"))


def mark_own_texts(root: Element) -> None:
    """Set the mark before each text in the older language, in place.

    In a file that does not say that it is in FEEL, types of tables have always been remarks, and are taken out.
    """
    for entry in root.iter("{*}inputExpression", "{*}inputEntry", "{*}outputEntry", "{*}literalExpression"):
        part = next(entry.iterchildren("{*}text"), None)
        if part is not None and is_own_text(entry, part.text or "", is_cell=str(entry.tag).endswith("}inputEntry")):
            part.text = OWN_MARK + (part.text or "")
        if entry.get("expressionLanguage") is not None and not is_feel_language(entry.get("expressionLanguage")):
            del entry.attrib["expressionLanguage"]
    if not states_feel(root):
        for column in root.iter("{*}inputExpression", "{*}output"):
            column.attrib.pop("typeRef", "")
