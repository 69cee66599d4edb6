"""Reading XML that somebody sent: bounded, without DTD, entities or anything outside the file.

For this package and the studio.

Sources of the limits: the largest shipped diagram is under 100 KB, 1,000 elements and 15 levels; a limit is far above
that and far below what would keep a process busy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree

from engine.bpmn.lint.finding import Element, Finding, at, line_of, nearest_id, shown
from engine.bpmn.lint.namespaces import XINCLUDE

MAX_BYTES = 2_000_000
MAX_DEPTH = 100
MAX_ELEMENTS = 5_000
MAX_NODES = 50_000
"""Elements with the layout: about eight for each element of the model."""
MAX_TEXT = 20_000
_LAYOUT = re.compile(r"\{[^}]*DI/?\}(BPMNDiagram|DMNDI)$")
_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
"""One piece of what may stand before the root element and before a DOCTYPE."""
_ENCODING = re.compile(r"^<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read: its path and its root element."""

    path: PurePosixPath
    root: Element


class Refused(Exception):
    """The file cannot be read as a diagram; carries the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.rule)
        self.finding = finding


def read(path: PurePosixPath, content: bytes, roots: tuple[str, ...]) -> Document:
    """The document in `content`, whose root must be one of `roots` (names with namespace). Raises Refused."""
    text = decode(content)
    _refuse_declared_encoding(text)
    _refuse_doctype(text)
    root = _parse(content)
    if root.tag not in roots:
        raise Refused(at(root, "xml-root", found=root.tag, wanted=roots[0]))
    for finding in _excesses(root):
        raise Refused(finding)
    return Document(path, root)


def decode(content: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte order mark. Raises Refused."""
    if len(content) > MAX_BYTES:
        raise Refused(Finding("file-size", facts={"size": len(content), "limit": MAX_BYTES}))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused(Finding("file-encoding", line)) from error


def _refuse_declared_encoding(text: str) -> None:
    declared = _ENCODING.match(text)
    if declared is not None and declared[1].lower() not in {"utf-8", "utf8", "us-ascii", "ascii"}:
        raise Refused(Finding("file-encoding", 1))


def _refuse_doctype(text: str) -> None:
    """Refuse a DOCTYPE before the parser sees it; in well-formed XML it can only stand before the root element."""
    place = 0
    while (before := _PROLOG.match(text, place)) is not None:
        place = before.end()
    if text.startswith("<!", place):
        raise Refused(Finding("xml-doctype", text.count("\n", 0, place) + 1))


def _parse(content: bytes) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Refused(Finding("xml-broken", error.lineno or 0, facts={"detail": error.msg})) from error
    return root


def _excesses(root: Element) -> Iterator[Finding]:
    """Whatever makes a well-formed file too large, too deep or dependent on something outside it."""
    yield from _foreign_parts(root)
    depth = count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        count += 1
        if depth > MAX_DEPTH:
            yield at(element, "xml-depth", limit=MAX_DEPTH)
        if count > MAX_NODES:
            yield at(element, "xml-elements", limit=MAX_NODES)
        if _longest(element) > MAX_TEXT:
            yield at(element, "xml-text", limit=MAX_TEXT)
    layout = sum(1 for part in root if _is_layout(part) for _ in part.iter())
    if count - layout > MAX_ELEMENTS:
        yield Finding("xml-elements", line_of(root), nearest_id(root), {"limit": MAX_ELEMENTS})


def _is_layout(element: Element) -> bool:
    return isinstance(element.tag, str) and _LAYOUT.match(element.tag) is not None


def _longest(element: Element) -> int:
    return max(len(element.text or ""), *map(len, element.attrib.values()), 0)


def _foreign_parts(root: Element) -> Iterator[Finding]:
    """Processing instructions, inclusions and imports: all of them point outside the file."""
    for instruction in root.getroottree().iter(etree.ProcessingInstruction):
        yield Finding("xml-external", line_of(instruction), facts={"what": shown(str(instruction))})
    for element in root.iter("{*}import", f"{{{XINCLUDE}}}*"):
        yield at(element, "xml-external", what=etree.QName(element).localname)
