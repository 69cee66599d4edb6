"""Removes from a parsed file what is drawn for readers alone, before the engine or the checker sees it.

Data stores, message flows, pools whose process is not executable beside one that is, and the data of activities that
say so. The file itself, which is drawn, stored and compared, keeps everything.
"""

from __future__ import annotations

from lxml import etree

_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
_ASSOCIATIONS = ("dataInputAssociation", "dataOutputAssociation")
_DATA_OF_ACTIVITIES = ("ioSpecification", *_ASSOCIATIONS)
_DRAWN = ("dataStore", "dataStoreReference", "messageFlow", "messageFlowAssociation", "conversation", "import")
_PROPERTY = f"{{{_BPMN}}}extensionElements/{{{_SPIFF}}}properties/{{{_SPIFF}}}property[@name='data'][@value='drawn']"

Element = etree._Element


def remove_drawn_only(root: Element) -> None:
    """Remove, in place, what no case ever sees."""
    _remove_other_processes(root)
    stores = {element.get("id") for element in root.iter(_tag("dataStoreReference"))}
    for element in list(root.iter(*map(_tag, _DRAWN))):
        _remove(element)
    for element in list(root.iter(*map(_tag, _DATA_OF_ACTIVITIES))):
        owner = element.getparent()
        if owner is not None and (owner.find(_PROPERTY) is not None or _concerns_store(element, stores)):
            _remove(element)


def is_drawn_only(process: Element) -> bool:
    """Whether a process says that it is not executable."""
    return process.get("isExecutable") == "false"


def _remove_other_processes(root: Element) -> None:
    processes = list(root.iter(_tag("process")))
    if all(map(is_drawn_only, processes)):
        return
    others = [process for process in processes if is_drawn_only(process)]
    removed = {process.get("id") for process in others}
    for process in others:
        _remove(process)
    for participant in list(root.iter(_tag("participant"))):
        if participant.get("processRef") in removed:
            _remove(participant)


def _concerns_store(association: Element, stores: set[str | None]) -> bool:
    """Whether an association reads from or writes to a data store."""
    if association.tag not in map(_tag, _ASSOCIATIONS):
        return False
    end = "sourceRef" if association.tag == _tag("dataInputAssociation") else "targetRef"
    return (association.findtext(_tag(end)) or "").strip() in stores


def _remove(element: Element) -> None:
    """Remove an element and keep what is written behind it."""
    parent = element.getparent()
    if parent is None:
        return
    previous = element.getprevious()
    if element.tail and element.tail.strip():
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _tag(name: str) -> str:
    return f"{{{_BPMN}}}{name}"
