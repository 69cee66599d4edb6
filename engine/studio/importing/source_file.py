"""Reads the file that is imported, in whatever encoding it is."""

from __future__ import annotations

from pathlib import PurePosixPath

from engine.bpmn.lint.diagram import ROOT_TAG
from engine.bpmn.lint.document import UnreadableDocument, read_xml
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.wording import render_finding
from engine.errors import BadInput
from engine.studio.importing.encodings import to_utf8
from engine.translation.catalogue import Language

IMPORT_PATH = PurePosixPath("workflows/import.bpmn")


def read_root(content: bytes, language: Language) -> Element:
    """The root element of a BPMN file; raises BadInput, in `language`, with the reason why it cannot be read."""
    try:
        return read_xml(IMPORT_PATH, to_utf8(content)[0], (ROOT_TAG,)).root
    except UnreadableDocument as refused:
        raise BadInput("diagram-unreadable", reason=render_finding(refused.finding, language)) from refused
