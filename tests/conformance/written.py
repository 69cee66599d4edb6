"""What an analyst writes where a diagram says nothing: conditions, times, names, called processes.

Many diagrams are drawn to be read and leave these empty. What a file does say stays, right or wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from lxml import etree

from engine.bpmn.lint.namespaces import BPMN, SPIFF

_SPLITS = ("exclusiveGateway", "inclusiveGateway")
_TIMES = ("timeDate", "timeDuration", "timeCycle")
_CONTENTS = ("Task", "task", "Event", "Gateway", "Process", "callActivity")
_NAMED = ("message", "signal", "error", "escalation")
_LANGUAGE = "python"
"""What the texts that are added say of themselves, whatever the language of the file."""
_TEXTS = {"timeDate": '"2031-01-01T00:00:00Z"', "timeDuration": '"P1D"', "timeCycle": '"R3/P1D"'}


def write_what_is_empty(root: etree._Element) -> None:
    """Complete a diagram in place."""
    _write_contents(root)
    _write_triggers(root)
    _write_conditions(root)
    _write_times(root)
    _write_references(root)
    _write_repetitions(root)
    for number, call in enumerate(root.iter(_tag("callActivity"))):
        if not call.get("calledElement"):
            call.set("calledElement", f"called_{number}")
    for number, task in enumerate(root.iter(_tag("businessRuleTask"))):
        if task.find(f"{_tag('extensionElements')}/{{{SPIFF}}}calledDecisionId") is None:
            holder = extensions_of(task)
            etree.SubElement(holder, f"{{{SPIFF}}}calledDecisionId").text = f"decided_{number}"


def _write_contents(root: etree._Element) -> None:
    """What is drawn closed and has nothing inside is one task."""
    for number, scope in enumerate(root.iter(_tag("subProcess"), _tag("process"))):
        runs = scope.get("isExecutable", "true") == "true" and scope.get("triggeredByEvent") != "true"
        if not runs or any(str(child.tag).endswith(_CONTENTS) for child in scope):
            continue
        keys = [f"inside_{number}_{part}" for part in ("begin", "task", "done")]
        for tag, key in zip(("startEvent", "userTask", "endEvent"), keys, strict=True):
            etree.SubElement(scope, _tag(tag), id=key, name=key)
        for first, second in pairwise(keys):
            flow = etree.SubElement(scope, _tag("sequenceFlow"), id=f"{first}_to_{second}")
            flow.attrib.update({"sourceRef": first, "targetRef": second})


def _write_triggers(root: etree._Element) -> None:
    """An event on a border or on the way that waits for nothing waits for a message."""
    for event in root.iter(_tag("boundaryEvent"), _tag("intermediateCatchEvent")):
        if not any(str(child.tag).endswith(("EventDefinition", "EventDefinitionRef")) for child in event):
            etree.SubElement(event, _tag("messageEventDefinition"))


def _write_conditions(root: etree._Element) -> None:
    """A flow out of a choice is taken when the officer chose it; the last one, where none is the default, otherwise."""
    flows = list(root.iter(_tag("sequenceFlow")))
    for gateway in root.iter(*map(_tag, _SPLITS)):
        outgoing = [flow for flow in flows if flow.get("sourceRef") == gateway.get("id")]
        for flow in outgoing:
            if not _says_condition(flow):
                for empty in flow.findall(_tag("conditionExpression")):
                    flow.remove(empty)
        if len(outgoing) < 2:
            continue
        silent = [flow for flow in outgoing if not _says_condition(flow) and flow.get("id") != gateway.get("default")]
        if silent and gateway.get("default") is None:
            gateway.set("default", silent.pop().get("id", ""))
        for number, flow in enumerate(silent):
            condition = etree.SubElement(flow, _tag("conditionExpression"), language=_LANGUAGE)
            condition.text = f"choice == {number}"


def _says_condition(flow: etree._Element) -> bool:
    condition = flow.find(_tag("conditionExpression"))
    return condition is not None and bool((condition.text or "").strip())


def _write_times(root: etree._Element) -> None:
    for definition in root.iter(_tag("timerEventDefinition")):
        times = [child for child in definition if child.tag in map(_tag, _TIMES)]
        if not times:
            times = [etree.SubElement(definition, _tag("timeDuration"))]
        for time in times:
            if not (time.text or "").strip():
                time.text = _TEXTS[etree.QName(time).localname]
                time.set("language", _LANGUAGE)


def _write_references(root: etree._Element) -> None:
    """An event that names nothing gets a message, signal, error or escalation of its own caption."""
    declared = list(_declarations(root))
    for kind in _NAMED:
        for definition in root.iter(_tag(f"{kind}EventDefinition")):
            if not definition.get(f"{kind}Ref") and definition.getparent() is not root:
                definition.set(f"{kind}Ref", _declare(root, kind, _caption(definition)))
    for task in root.iter(_tag("sendTask"), _tag("receiveTask")):
        has_event = any(str(child.tag).endswith("EventDefinition") for child in task)
        if not task.get("messageRef") and not has_event:
            task.set("messageRef", _declare(root, "message", task.get("name") or task.get("id") or ""))
    for element in declared:
        if not element.get("name"):
            element.set("name", element.get("id", ""))


def _declarations(root: etree._Element) -> Iterator[etree._Element]:
    for kind in _NAMED:
        yield from root.iterchildren(_tag(kind))


def _caption(definition: etree._Element) -> str:
    owner = definition.getparent()
    return (owner.get("name") or owner.get("id") or "") if owner is not None else ""


def _declare(root: etree._Element, kind: str, name: str) -> str:
    caption = " ".join(name.split()) or kind
    for element in root.iterchildren(_tag(kind)):
        if element.get("name") == caption and element.get("id"):
            return str(element.get("id"))
    number = sum(1 for _ in root.iterchildren(_tag(kind)))
    element = etree.Element(_tag(kind), id=f"written_{kind}_{number}", name=caption)
    if kind in ("error", "escalation"):
        element.set(f"{kind}Code", f"{kind}_{number}")
    root.insert(0, element)
    return f"written_{kind}_{number}"


def _write_repetitions(root: etree._Element) -> None:
    """An activity that is only marked as repeated is done twice."""
    for loop in root.iter(_tag("multiInstanceLoopCharacteristics")):
        if not any(loop.find(_tag(name)) is not None for name in ("loopCardinality", "loopDataInputRef")):
            loop.insert(0, etree.Element(_tag("loopCardinality"), language=_LANGUAGE))
            loop[0].text = "2"
    for loop in root.iter(_tag("standardLoopCharacteristics")):
        if loop.get("loopMaximum") is None and loop.find(_tag("loopCondition")) is None:
            loop.set("loopMaximum", "2")


def extensions_of(element: etree._Element) -> etree._Element:
    """The extensions of an element, made if there are none."""
    holder = element.find(_tag("extensionElements"))
    if holder is None:
        holder = etree.Element(_tag("extensionElements"))
        documented = element.find(_tag("documentation"))
        element.insert(0 if documented is None else element.index(documented) + 1, holder)
    return holder


def _tag(name: str) -> str:
    return f"{{{BPMN}}}{name}"
