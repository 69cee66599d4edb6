"""What another engine would run and ours would not notice, so that it is said. For the conversion alone, as the last.

It goes over whatever the other modules have not dealt with.
"""

from __future__ import annotations

from collections import Counter

from engine.bpmn.lint.diagram import tag
from engine.bpmn.lint.finding import Element
from engine.studio.importing.names import QUIET, TECHNICAL, called, is_engine, namespace, plain
from engine.studio.importing.report import Work

_RESOURCES = ("resourceRole", "performer", "humanPerformer", "potentialOwner")


def note(work: Work) -> None:
    """Leave an open point for every setting of another engine, and one for each vocabulary that is not known here."""
    unknown: Counter[str] = Counter()
    where: dict[str, Element] = {}
    for element in work.root.iter("*"):
        for name in [element.tag, *element.attrib]:
            if is_strange(name) and not _inside_its_own(element, name):
                unknown[namespace(name)] += 1
                where.setdefault(namespace(name), element)
        _settings(work, element)
    for uri, count in unknown.items():
        work.leave(where[uri], "namespace", uri=uri, count=count)
    for resource in work.root.iter(*map(tag, _RESOURCES)):
        work.leave(resource, "resource", name=plain(resource.tag))


def is_strange(name: object) -> bool:
    """Whether a name belongs to a vocabulary that is neither BPMN's, nor a known engine's, nor one of drawing."""
    uri = namespace(name)
    return bool(uri) and not is_engine(name) and not uri.startswith(QUIET)


def _inside_its_own(element: Element, name: object) -> bool:
    """Whether an element stands in another one of its vocabulary, which has been counted."""
    parent = element.getparent()
    return name == element.tag and parent is not None and namespace(parent.tag) == namespace(name)


def _settings(work: Work, element: Element) -> None:
    if is_engine(element.tag):
        _extension(work, element)
        return
    for name, value in element.attrib.items():
        if is_engine(name) and plain(name) not in TECHNICAL and (element, str(name)) not in work.handled:
            work.leave(element, "attribute", name=called(name), value=value)


def _extension(work: Work, element: Element) -> None:
    """An extension element as a whole; of one that was read in parts, the parts that nobody has read."""
    parent = element.getparent()
    if parent is None or is_engine(parent.tag) or plain(element.tag) in TECHNICAL or (element, "") in work.handled:
        return
    read = {name for holder, name in work.handled if holder is element}
    if not read:
        work.leave(element, "extension", name=called(element.tag))
    for name, value in element.attrib.items() if read else ():
        if str(name) not in read and plain(name) not in TECHNICAL:
            work.leave(element, "attribute", name=f"{called(element.tag)} {plain(name)}", value=value)
