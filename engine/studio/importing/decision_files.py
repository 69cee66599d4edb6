"""Imports DMN files of other modelers, 1.1 to 1.5: they run as they are, and say that they are in FEEL.

What DMN says by silence, a file of ours has to say aloud: its texts are FEEL and its types are meant (DMN 1.5, 6.3.2).
"""

from __future__ import annotations

from pathlib import PurePosixPath

from engine.bpmn.feel_marks import FEEL_URI, is_feel_language
from engine.bpmn.lint.document import UnreadableDocument, read_xml
from engine.bpmn.lint.finding import Element, nearest_id
from engine.bpmn.lint.table import ROOT_TAGS
from engine.bpmn.lint.wording import render_finding
from engine.errors import BadInput
from engine.scenarios import deployment_check
from engine.studio.importing.conversion import ConvertedDiagram, OpenPoint
from engine.studio.importing.encodings import to_utf8
from engine.studio.importing.questions import ImportQuestions
from engine.studio.importing.report import Conversion
from engine.studio.importing.tree import serialize_diagram
from engine.studio.importing.words import CONVERSION_TEXTS, describe_rule
from engine.translation.catalogue import LANGUAGES, Language

DECISION_PATH = PurePosixPath("workflows/import.dmn")
_BEYOND_ITS_ROOT = frozenset({"xml-depth", "xml-decisions", "xml-elements", "xml-text", "xml-external"})
"""What is wrong with a file that has turned out to be one of decisions."""
NOTHING_ASKED = ImportQuestions((), ("",), ())
"""An analyst is asked nothing about a file of decisions."""


def is_decision_file(content: bytes) -> bool:
    """Whether a file is one of decisions rather than a diagram."""
    try:
        read_xml(DECISION_PATH, to_utf8(content)[0], ROOT_TAGS, is_feel=True)
    except UnreadableDocument as refused:
        return refused.finding.rule in _BEYOND_ITS_ROOT
    except BadInput:
        return False
    return True


def convert_decision_file(content: bytes, language: Language = "vi") -> ConvertedDiagram:
    """The file as it runs here, with what is wrong in it, each at its cell; raises BadInput if it cannot be read."""
    root, conversions = _read_decisions(content, language), []
    stated = root.get("expressionLanguage")
    output = to_utf8(content)[0]
    if stated is None or not is_feel_language(stated):
        root.set("expressionLanguage", FEEL_URI)
        wording = describe_rule(CONVERSION_TEXTS, "feel-decisions", {})
        conversions.append(Conversion(nearest_id(root), 1, "feel-decisions", wording, stated or "", FEEL_URI))
        output = serialize_diagram(root)
    return ConvertedDiagram(output, tuple(conversions), tuple(_points_in(output)))


def _read_decisions(content: bytes, language: Language) -> Element:
    try:
        return read_xml(DECISION_PATH, to_utf8(content)[0], ROOT_TAGS, is_feel=True).root
    except UnreadableDocument as refused:
        raise BadInput("diagram-unreadable", reason=render_finding(refused.finding, language)) from refused


def _points_in(content: bytes) -> list[OpenPoint]:
    """The checker's problems in a file, in both languages."""
    checked = [deployment_check.problems_in({DECISION_PATH: content}, language, alone=True) for language in LANGUAGES]
    return [
        OpenPoint(
            problems[0].element,
            problems[0].line,
            problems[0].rule,
            {language: problem.message for language, problem in zip(LANGUAGES, problems, strict=True)},
        )
        for problems in zip(*checked, strict=True)
    ]
