"""What a diagram says, read from its XML: levels (processes and sub-processes) with their nodes and flows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
_DRAWN_DATA = f"{_BPMN}extensionElements/{_SPIFF}properties/{_SPIFF}property[@name='data'][@value='drawn']"
"""What an activity says whose data is documentation."""
_TIMERS = tuple(f"{_BPMN}{name}" for name in ("timeDate", "timeDuration", "timeCycle"))
_CODES = {"error": "errorCode", "escalation": "escalationCode"}
_NO_NODES = frozenset({"dataObject", "dataObjectReference", "sequenceFlow", "incoming", "outgoing", "ioSpecification"})
_NOT_IN_FLOW = frozenset({"extensionElements", "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"})


@dataclass(frozen=True)
class Trigger:
    """An event definition: its kind, the name that must match, and its expressions."""

    kind: str
    name: str = ""
    payload: str | None = None
    variable: str | None = None
    timer_kind: str = ""
    timer: str = ""
    keys: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Correlation key -> its properties by id, each with the path to its value in the payload."""
    own: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """The same for what the case that begins to wait has itself, with expressions over its data."""


@dataclass(frozen=True)
class Repeats:
    """Loop characteristics of either kind."""

    is_loop: bool
    sequential: bool = False
    items: str | None = None
    item: str | None = None
    number: str | None = None
    results: str | None = None
    result: str | None = None
    until: str | None = None
    maximum: int | None = None
    condition: str | None = None
    before: bool = False


@dataclass(frozen=True)
class Flow:
    """A sequence flow; `condition` is None where there is none."""

    id: str
    source: str
    target: str
    condition: str | None


@dataclass
class Node:
    """One node of a level."""

    id: str
    kind: str
    trigger: Trigger | None = None
    host: str = ""
    interrupting: bool = True
    drawn_at: int = 0
    script: str = ""
    called: str = ""
    default: str = ""
    repeats: Repeats | None = None
    inner: Level | None = None
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    into: list[Flow] = field(default_factory=list)
    out: list[Flow] = field(default_factory=list)


@dataclass
class Level:
    """A process or a sub-process; `beside` are its event sub-processes."""

    id: str
    nodes: dict[str, Node] = field(default_factory=dict)
    objects: tuple[str, ...] = ()
    beside: list[Node] = field(default_factory=list)
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()

    def starts(self) -> list[Node]:
        """The start events."""
        return [node for node in self.nodes.values() if node.kind == "startEvent"]

    def boundaries(self, host: str) -> list[Node]:
        """The events on the border of an activity."""
        return [node for node in self.nodes.values() if node.kind == "boundaryEvent" and node.host == host]


def read_processes(files: Mapping[str, bytes]) -> dict[str, Level]:
    """All processes of the files by id."""
    levels: dict[str, Level] = {}
    for name, content in files.items():
        if name.endswith(".dmn"):
            continue
        root = etree.fromstring(content)
        reader = _Reader(root)
        for element in root.iterchildren(f"{_BPMN}process"):
            if element.get("isExecutable") == "false":
                continue
            levels[element.get("id", "")] = reader.level(element)
    return levels


class _Reader:
    def __init__(self, root: etree._Element) -> None:
        self.names = {
            str(item.get("id")): str(item.get(_CODES.get(tag, "name")) or "")
            for tag in ("message", "signal", "error", "escalation")
            for item in root.iterchildren(f"{_BPMN}{tag}")
        }
        self.places = {str(item.get("id")): number for number, item in enumerate(root.iter(etree.Element))}
        keys = list(root.iter(f"{_BPMN}correlationKey"))
        self.keys_of_property = {
            str(property_id.text): str(key.get("name"))
            for key in keys
            for property_id in key.iter(f"{_BPMN}correlationPropertyRef")
        }
        self.paths: dict[str, list[tuple[str, str, str]]] = {}
        for item in root.iterchildren(f"{_BPMN}correlationProperty"):
            for retrieval in item.iterchildren(f"{_BPMN}correlationPropertyRetrievalExpression"):
                path = retrieval.findtext(f"{_BPMN}messagePath") or ""
                entry = (self.keys_of_property[str(item.get("id"))], str(item.get("id")), path)
                self.paths.setdefault(str(retrieval.get("messageRef")), []).append(entry)

    def level(self, element: etree._Element) -> Level:
        """A process or sub-process with all that stands in it."""
        level = Level(str(element.get("id")))
        flows: list[Flow] = []
        objects: list[str] = []
        for child in element.iterchildren(tag=etree.Element):
            kind = str(child.tag).removeprefix(_BPMN)
            if kind == "sequenceFlow":
                flows.append(self._flow(child))
            elif kind == "dataObject":
                objects.append(str(child.get("id")))
            elif kind not in _NO_NODES | _NOT_IN_FLOW:
                self._add_node(level, child, kind)
        for flow in flows:
            level.nodes[flow.source].out.append(flow)
            level.nodes[flow.target].into.append(flow)
        level.objects = tuple(objects)
        level.inputs = tuple(
            str(item.get("id")) for item in element.iterfind(f"{_BPMN}ioSpecification/{_BPMN}dataInput")
        )
        level.outputs = tuple(
            str(item.get("id")) for item in element.iterfind(f"{_BPMN}ioSpecification/{_BPMN}dataOutput")
        )
        return level

    def _flow(self, element: etree._Element) -> Flow:
        condition = (element.findtext(f"{_BPMN}conditionExpression") or "").strip() or None
        return Flow(str(element.get("id")), str(element.get("sourceRef")), str(element.get("targetRef")), condition)

    def _add_node(self, level: Level, element: etree._Element, kind: str) -> None:
        node = Node(str(element.get("id")), kind, self._trigger(element))
        node.host, node.drawn_at = element.get("attachedToRef", ""), self.places[node.id]
        node.interrupting = element.get("cancelActivity", element.get("isInterrupting", "true")) == "true"
        node.script = element.findtext(f"{_BPMN}script") or ""
        node.called = element.get("calledElement", "")
        operator = element.find(f"{_BPMN}extensionElements/{_SPIFF}serviceTaskOperator")
        if operator is not None:
            node.called = operator.get("resultVariable") or f"_{operator.get('id')}"
        node.default = element.get("default", "")
        node.repeats = self._repeats(element)
        if element.find(_DRAWN_DATA) is None:
            node.reads = tuple(self._objects(element, "dataInputAssociation", "sourceRef"))
            node.writes = tuple(self._objects(element, "dataOutputAssociation", "targetRef"))
        if kind == "subProcess":
            node.inner = self.level(element)
        if element.get("triggeredByEvent") == "true":
            level.beside.append(node)
        else:
            level.nodes[node.id] = node

    def _objects(self, element: etree._Element, association: str, end: str) -> Iterator[str]:
        for item in element.iterchildren(f"{_BPMN}{association}"):
            name = (item.findtext(f"{_BPMN}{end}") or "").removesuffix("_ref")
            if name:
                yield name

    def _trigger(self, element: etree._Element) -> Trigger | None:
        for child in element.iterchildren(tag=etree.Element):
            kind = str(child.tag).removeprefix(_BPMN)
            if kind.endswith("EventDefinition"):
                return self._definition(child, kind.removesuffix("EventDefinition"))
        return self._definition(element, "message") if element.get("messageRef") else None

    def _definition(self, element: etree._Element, kind: str) -> Trigger:
        if kind == "timer":
            timers = (child for child in element.iterchildren(*_TIMERS))
            timer = next(timers, etree.Element(f"{_BPMN}timeDate"))
            return Trigger(kind, timer_kind=str(timer.tag).removeprefix(_BPMN), timer=timer.text or "")
        if kind == "conditional":
            return Trigger(kind, payload=element.findtext(f"{_BPMN}condition") or "")
        reference = element.get(f"{kind}Ref", "")
        keys: dict[str, tuple[tuple[str, str], ...]] = {}
        for key, name, path in self.paths.get(reference, ()) if kind == "message" else ():
            keys[key] = (*keys.get(key, ()), (name, path))
        extensions = f"{_BPMN}extensionElements/{_SPIFF}"
        return Trigger(
            kind,
            self.names.get(reference, ""),
            element.findtext(f"{extensions}messagePayload"),
            element.findtext(f"{extensions}messageVariable"),
            keys=keys,
            own=self._own_values(element),
        )

    def _own_values(self, element: etree._Element) -> dict[str, tuple[tuple[str, str], ...]]:
        own: dict[str, tuple[tuple[str, str], ...]] = {}
        for item in element.iterfind(f"{_BPMN}extensionElements/{_SPIFF}processVariableCorrelation"):
            property_id = (item.findtext(f"{_SPIFF}propertyId") or "").strip()
            key = self.keys_of_property[property_id]
            own[key] = (*own.get(key, ()), (property_id, item.findtext(f"{_SPIFF}expression") or ""))
        return own

    def _repeats(self, element: etree._Element) -> Repeats | None:
        loop = element.find(f"{_BPMN}standardLoopCharacteristics")
        if loop is not None:
            maximum = loop.get("loopMaximum")
            return Repeats(
                True,
                maximum=int(maximum) if maximum else None,
                condition=loop.findtext(f"{_BPMN}loopCondition"),
                before=loop.get("testBefore") == "true",
            )
        many = element.find(f"{_BPMN}multiInstanceLoopCharacteristics")
        if many is None:
            return None
        item, result = many.find(f"{_BPMN}inputDataItem"), many.find(f"{_BPMN}outputDataItem")
        return Repeats(
            False,
            sequential=many.get("isSequential") == "true",
            items=many.findtext(f"{_BPMN}loopDataInputRef"),
            item=None if item is None else item.get("id"),
            number=many.findtext(f"{_BPMN}loopCardinality"),
            results=many.findtext(f"{_BPMN}loopDataOutputRef"),
            result=None if result is None else result.get("id"),
            until=many.findtext(f"{_BPMN}completionCondition"),
        )
