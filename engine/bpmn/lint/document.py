"""Reads untrusted XML: within limits, without DTD, entities or anything outside the file.

The limits: the largest shipped diagram is under 100 KB, 1,000 elements and 15 levels; each limit is far above that
and far below what would keep a process busy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree

from engine.bpmn.lint.finding import Element, Finding, finding_at, line_of, nearest_id
from engine.bpmn.lint.namespaces import BPMN, XINCLUDE
from engine.bpmn.table_cells import states_feel
from engine.safe_xml import parse_xml
from engine.text import shorten_text

MAX_BYTES = 2_000_000
MAX_DEPTH = 100
MAX_ELEMENTS = 5_000
MAX_FEEL_ELEMENTS = 20_000
"""Of a file of decisions that is in FEEL: a table of some thousand rows, which is checked by its regions."""
MAX_NODES = 50_000
"""Elements including the layout, which has about eight for each element of the model."""
MAX_TEXT = 20_000
_LAYOUT = re.compile(r"\{[^}]*DI/?\}(BPMNDiagram|DMNDI)$")
_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
"""One piece of what may precede the root element and a DOCTYPE."""
_ENCODING = re.compile(r"^<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")


@dataclass(frozen=True, slots=True)
class XmlDocument:
    """A parsed file: its path and its root element."""

    path: PurePosixPath
    root: Element


class UnreadableDocument(Exception):
    """The file cannot be read; `finding` gives the reason."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.rule)
        self.finding = finding


def read_xml(path: PurePosixPath, content: bytes, roots: tuple[str, ...], *, is_feel: bool = False) -> XmlDocument:
    """The document in `content`, whose root must be one of `roots` (qualified names). Raises UnreadableDocument.

    `is_feel`: it holds decisions that are in FEEL although it does not say so.
    """
    text = decode_text(content)
    _refuse_declared_encoding(text)
    _refuse_doctype(text)
    root = _parse_xml(content)
    if root.tag not in roots:
        raise UnreadableDocument(finding_at(root, "xml-root", root=root.tag, expected=roots[0]))
    is_feel = is_feel or (etree.QName(root).namespace != BPMN and states_feel(root))
    for finding in _check_limits(root, is_feel=is_feel):
        raise UnreadableDocument(finding)
    return XmlDocument(path, root)


def decode_text(content: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte order mark. Raises UnreadableDocument."""
    if len(content) > MAX_BYTES:
        raise UnreadableDocument(Finding("file-size", facts={"size": len(content), "limit": MAX_BYTES}))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableDocument(Finding("file-encoding", line)) from error


def _refuse_declared_encoding(text: str) -> None:
    match = _ENCODING.match(text)
    if match is not None and match[1].lower() not in {"utf-8", "utf8", "us-ascii", "ascii"}:
        raise UnreadableDocument(Finding("file-encoding", 1))


def _refuse_doctype(text: str) -> None:
    """Reject a DOCTYPE before the parser sees it; in well-formed XML it can only precede the root element."""
    position = 0
    while (match := _PROLOG.match(text, position)) is not None:
        position = match.end()
    if text.startswith("<!", position):
        raise UnreadableDocument(Finding("xml-doctype", text.count("\n", 0, position) + 1))


def _parse_xml(content: bytes) -> Element:
    try:
        return parse_xml(content)
    except etree.XMLSyntaxError as error:
        raise UnreadableDocument(Finding("xml-broken", error.lineno or 0, facts={"detail": error.msg})) from error


def _check_limits(root: Element, *, is_feel: bool) -> Iterator[Finding]:
    """Finds what makes a well-formed file too large, too deep or dependent on something outside it."""
    yield from _check_external_parts(root)
    depth = count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        count += 1
        if depth > MAX_DEPTH:
            yield finding_at(element, "xml-depth", limit=MAX_DEPTH)
        if count > MAX_NODES:
            yield finding_at(element, "xml-elements", limit=MAX_NODES)
        if _longest_text(element) > MAX_TEXT:
            yield finding_at(element, "xml-text", limit=MAX_TEXT)
    layout = sum(1 for part in root if _is_layout(part) for _ in part.iter())
    limit = MAX_FEEL_ELEMENTS if is_feel else MAX_ELEMENTS
    if count - layout > limit:
        rule = "xml-elements" if etree.QName(root).namespace == BPMN else "xml-decisions"
        yield Finding(rule, line_of(root), nearest_id(root), {"limit": limit})


def _is_layout(element: Element) -> bool:
    return isinstance(element.tag, str) and _LAYOUT.match(element.tag) is not None


def _longest_text(element: Element) -> int:
    return max(len(element.text or ""), *map(len, element.attrib.values()), 0)


def _check_external_parts(root: Element) -> Iterator[Finding]:
    """Finds processing instructions, inclusions and imports, all of which point outside the file."""
    for instruction in root.getroottree().iter(etree.ProcessingInstruction):
        yield Finding("xml-external", line_of(instruction), facts={"what": shorten_text(str(instruction))})
    # What a BPMN file imports are types and interfaces, which nothing here reads; a decision may import another.
    imports = () if etree.QName(root).namespace == BPMN else ("{*}import",)
    for element in root.iter(*imports, f"{{{XINCLUDE}}}*"):
        yield finding_at(element, "xml-external", what=etree.QName(element).localname)
