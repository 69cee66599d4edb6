"""A process or sub-process as a net: what may happen in it, with everything inside its activities as their outcome.

Timers and messages that can come are free choices, and conditions but for what is known of their names. A token stands
at an element, or on a flow into a gateway that joins. Scopes meet only in outcomes (BPMN 2.0, 13.3 to 13.5): an
activity ends, throws an error or an escalation; so each scope is a net of its own and small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from engine.bpmn.lint import graph
from engine.bpmn.lint.catching import catching_event, catching_listener, thrown_code
from engine.bpmn.lint.diagram import CONTAINERS, JOINING, Diagram, FlowNode, SequenceFlow, event_definitions
from engine.bpmn.lint.event_facts import ErrorCode
from engine.bpmn.lint.events import event_triggers, is_interrupting, is_interrupting_start
from engine.bpmn.lint.known_values import KnownValues
from engine.soundness.net import EVERYWHERE, Net, NetBuilder, Places

WIDEST = 8
"""Paths of an inclusive gateway; each choice of them is a transition."""
_THROWN = ("error", "escalation")


class TooWide(Exception):
    """An inclusive gateway has more paths than are told apart."""


@dataclass(frozen=True, slots=True)
class ScopeOutcome:
    """How an activity may come to its end: by itself, with errors, and the escalations it may throw before."""

    ends: bool = True
    errors: frozenset[ErrorCode] = frozenset()
    escalations: frozenset[ErrorCode] = frozenset()


@dataclass(frozen=True, slots=True)
class _Entry:
    """What follows a flow or several: steps, tokens, and whether all else in the scope ends with it."""

    steps: tuple[str, ...] = ()
    puts: Places = 0
    empties: Places = 0


@dataclass(slots=True)
class ScopeNet:
    """Builds the net of one scope.

    `outcome_of` an activity with contents; `may_come`: whether what an event waits for can come; `stops`: whether an
    escalation of a code that leaves the scope ends it; `known`: what gateways have in common, for which a token stands
    at what is known of each name. After `build_net`: `places` has the element that each place stands for, `errors` the
    place of each error that leaves the scope, `escalations` the step after which each escalation leaves it.
    """

    diagram: Diagram
    scope: str
    outcome_of: Callable[[FlowNode], ScopeOutcome]
    may_come: Callable[[FlowNode], bool]
    stops: Callable[[ErrorCode], bool] = lambda _code: False
    known: KnownValues = field(default_factory=KnownValues)
    builder: NetBuilder = field(default_factory=NetBuilder)
    places: dict[str, FlowNode] = field(default_factory=dict)
    errors: dict[ErrorCode, Places] = field(default_factory=dict)
    escalations: dict[ErrorCode, list[str]] = field(default_factory=dict)

    @property
    def nodes(self) -> list[FlowNode]:
        """The elements of the scope."""
        return self.diagram.scopes.get(self.scope, [])

    def build_net(self) -> Net:
        """The net. Raises TooWide."""
        start, knowledge = self.builder.place("start"), self.knowledge
        alive = self.builder.place("alive") if any(node.is_event_sub_process for node in self.nodes) else 0
        for node in self.nodes:
            if node.kind == "startEvent":
                entry = self._follow(node)
                self._add((node.id, *entry.steps), start, entry, alive)
            elif node.is_event_sub_process:
                self._add_listener(node, alive)
            elif node.kind not in {"endEvent", "boundaryEvent"}:
                self._add_node(node)
        if alive:
            self.builder.add_transition((), alive, 0, needs_empty=~(alive | knowledge))
        self._forget_what_is_written()
        unknown = sum(self._kind(name) for name in self.known.kinds)
        interrupted = sum(self.builder.place(f"interrupted {code}") for code in self.escalations if self.stops(code))
        final = sum(self.errors.values()) | interrupted | knowledge
        return self.builder.build_net(start | unknown, final, self._gathering(), self._momentary())

    # What is known of names

    @property
    def knowledge(self) -> Places:
        """The places that say what is known of names."""
        numbers = self.known.kinds.items()
        return sum(self._kind(name, kind) for name, count in numbers for kind in range(-1, count))

    def _kind(self, name: str, kind: int = -1) -> Places:
        """The place of a kind of values of a name; of none, when nothing is known."""
        return self.builder.place(f"known {name} {kind}")

    def _kinds(self, name: str) -> Places:
        return sum(self._kind(name, kind) for kind in range(-1, self.known.kinds[name]))

    def _forget_what_is_written(self) -> None:
        """Let every transition that comes to or leaves a node forget what the node writes."""
        if not self.known.kinds:
            return
        nodes_at = {self.builder.place(name): node.id for name, node in self.places.items()}
        made, self.builder.transitions = self.builder.transitions, []
        for each in made:
            touched = {*each.steps, *(node for place, node in nodes_at.items() if place & each.takes)}
            names = frozenset[str]().union(*(self.known.writers.get(node, frozenset()) for node in touched))
            empties, puts = each.empties, each.puts
            for name in names if empties != EVERYWHERE else ():
                empties |= self._kinds(name)
                puts = puts & ~self._kinds(name) | self._kind(name)
            self.builder.add_transition(each.steps, each.takes, puts, each.needs_empty, empties)

    def _add(self, steps: tuple[str, ...], takes: Places, entry: _Entry, also_puts: Places = 0) -> None:
        puts = entry.puts if entry.empties == EVERYWHERE else entry.puts | also_puts
        self.builder.add_transition(steps, takes, puts, empties=entry.empties)

    def _place(self, name: str, node: FlowNode) -> Places:
        self.places[name] = node
        return self.builder.place(name)

    # What follows a flow

    def _outgoing(self, node: FlowNode) -> list[SequenceFlow]:
        flows = self.diagram.outgoing_flows.get(node.id, ())
        return [flow for flow in flows if self.diagram.stays_in_scope(flow)]

    def _incoming(self, node: FlowNode) -> list[SequenceFlow]:
        flows = self.diagram.incoming_flows.get(node.id, ())
        return [flow for flow in flows if self.diagram.stays_in_scope(flow)]

    def _follow(self, node: FlowNode) -> _Entry:
        return _together([self._enter(flow) for flow in self._outgoing(node)])

    def _enter(self, flow: SequenceFlow) -> _Entry:
        node = self.diagram.nodes[flow.target]
        if node.kind == "endEvent":
            return self._end(node)
        if node.kind in JOINING and len(self._incoming(node)) > 1:
            return _Entry((), self._place(flow.id, node))
        puts = self._place(node.id, node)
        for event in self.diagram.boundary_events.get(node.id, ()):
            puts |= self._armed(event)
        return _Entry((node.id,), puts)

    def _end(self, node: FlowNode) -> _Entry:
        trigger = next(iter(event_triggers(node)), "")
        if trigger == "terminate":
            return _Entry((node.id,), 0, EVERYWHERE)
        if trigger not in _THROWN:
            return _Entry((node.id,))
        thrown = self._throw(trigger, thrown_code(self.diagram, node, trigger), node.id)
        return _Entry((node.id, *thrown.steps), thrown.puts, thrown.empties)

    def _throw(self, kind: str, code: ErrorCode, step: str, within: str = "") -> _Entry:
        """What an error or escalation does that nothing on a border in this scope catches."""
        listener = catching_listener(self.diagram, self.nodes, kind, code, within)
        if listener is not None:
            node, start = listener
            empties = EVERYWHERE if is_interrupting_start(start) else 0
            return _Entry((node.id,), self._place(node.id, node), empties)
        if kind == "escalation":
            self.escalations.setdefault(code, []).append(step)
            return _Entry((), self.builder.place(f"interrupted {code}"), EVERYWHERE) if self.stops(code) else _Entry()
        self.errors[code] = self.builder.place(f"error {code}")
        return _Entry((), self.errors[code], EVERYWHERE)

    # What happens at an element

    def _add_node(self, node: FlowNode) -> None:
        if node.kind in JOINING and len(self._incoming(node)) > 1:
            self._add_join(node)
        elif node.kind in {"exclusiveGateway", "inclusiveGateway", "complexGateway"}:
            self._add_choices(node, self._place(node.id, node))
        elif node.kind == "eventBasedGateway":
            self._add_race(node)
        elif node.kind in CONTAINERS or self.diagram.boundary_events.get(node.id):
            self._add_activity(node)
        elif node.kind == "intermediateThrowEvent" and event_triggers(node) == ["escalation"]:
            thrown = self._throw("escalation", thrown_code(self.diagram, node, "escalation"), node.id)
            entry = _together([thrown, self._follow(node)])
            self._add(entry.steps, self._place(node.id, node), entry)
        elif self._can_go_on(node):
            entry = self._follow(node)
            self._add(entry.steps, self._place(node.id, node), entry)

    def _can_go_on(self, node: FlowNode) -> bool:
        return node.kind not in {"intermediateCatchEvent", "receiveTask"} or self.may_come(node)

    def _add_choices(self, node: FlowNode, takes: Places, steps: tuple[str, ...] = (), empty: Places = 0) -> None:
        if node.id in self.known.gateways:
            self._add_known_choices(node, takes, steps, empty)
            return
        for flows in self._choices(node):
            entry = _together([self._enter(flow) for flow in flows])
            self.builder.add_transition((*steps, *entry.steps), takes, entry.puts, empty, entry.empties)

    def _add_known_choices(self, node: FlowNode, takes: Places, steps: tuple[str, ...], empty: Places) -> None:
        """The ways of each kind of values: of the one that is known, or of any, which is known from then on."""
        name, ways_of_kinds = self.known.gateways[node.id]
        for kind, ways in enumerate(ways_of_kinds):
            for flows in ways:
                entry = _together([self._enter(flow) for flow in flows])
                puts = entry.puts if entry.empties == EVERYWHERE else entry.puts | self._kind(name, kind)
                for before in (self._kind(name), self._kind(name, kind)):
                    self.builder.add_transition((*steps, *entry.steps), takes | before, puts, empty, entry.empties)

    def _choices(self, node: FlowNode) -> Iterable[tuple[SequenceFlow, ...]]:
        flows, default = self._outgoing(node), node.element.get("default")
        if node.kind == "parallelGateway":
            return [tuple(flows)]
        if node.kind != "inclusiveGateway":
            return [(flow,) for flow in flows]
        chosen = [flow for flow in flows if flow.id != default]
        return [*_subsets(chosen), *((flow,) for flow in flows if flow.id == default)]

    def _add_race(self, node: FlowNode) -> None:
        place = self._place(node.id, node)
        for flow in self._outgoing(node):
            event = self.diagram.nodes[flow.target]
            if self.may_come(event):
                entry = self._follow(event)
                self._add((event.id, *entry.steps), place, entry)

    def _add_join(self, node: FlowNode) -> None:
        flows = self._incoming(node)
        if node.kind == "parallelGateway":
            takes = sum(self._place(flow.id, node) for flow in flows)
            self._add_choices(node, takes, (node.id,))
            return
        ahead = self._flows_ahead(node, flows)
        for arrived in _subsets(flows):
            names = {flow.id for flow in arrived}
            empty = sum(self._place(flow.id, node) for flow in flows if flow.id not in names)
            for other, reached in ahead.items():
                if reached - names and not reached & names:
                    empty |= self._places_at(other)
            self._add_choices(node, sum(self._place(flow.id, node) for flow in arrived), (node.id,), empty)

    def _flows_ahead(self, join: FlowNode, flows: list[SequenceFlow]) -> dict[str, set[str]]:
        """For each other element of the scope, the flows into the join that a token there may come to.

        An event on a border waits for itself, beside its activity.
        """
        ways = {node.id: [flow.target for flow in self._outgoing(node)] for node in self.nodes if node.id != join.id}
        ahead: dict[str, set[str]] = {}
        for flow in flows:
            for name in graph.reachable_nodes(graph.reverse_edges(ways), [flow.source]):
                if name != join.id:
                    ahead.setdefault(name, set()).add(flow.id)
        return ahead

    def _places_at(self, name: str) -> Places:
        """The places whose tokens stand at an element; an event on a border waits while its activity is open."""
        node = self.diagram.nodes[name]
        if node.kind == "boundaryEvent":
            host = self.diagram.nodes.get(node.element.get("attachedToRef") or "")
            return self._armed(node) or (self._place(host.id, host) if host else 0)
        if node.kind in JOINING and len(self._incoming(node)) > 1:
            return sum(self._place(flow.id, node) for flow in self._incoming(node))
        return self._place(name, node)

    # Activities with contents or events on their border

    def _armed(self, event: FlowNode) -> Places:
        """The place that says that a timer has not fired yet; none for what happens as often as it is triggered."""
        is_cycle = any(definition.find("{*}timeCycle") is not None for definition in event_definitions(event.element))
        fires_once = event_triggers(event) == ["timer"] and not is_cycle and not is_interrupting(event)
        return self._place(f"armed {event.id}", event) if fires_once else 0

    def _add_activity(self, node: FlowNode) -> None:
        place, events = self._place(node.id, node), self.diagram.boundary_events.get(node.id, [])
        armed = sum(map(self._armed, events))
        has_contents = node.kind in CONTAINERS
        outcome = self.outcome_of(node) if has_contents else ScopeOutcome()
        if (outcome.ends or node.is_repeated) and self._can_go_on(node):
            self._leave(node, place, armed)
        for event in events:
            comes_from_inside = has_contents and event_triggers(event)[:1] in (["error"], ["escalation"])
            if not comes_from_inside and self.may_come(event):
                self._fire(event, place, armed)
        for kind, codes in zip(_THROWN, (outcome.errors, outcome.escalations), strict=True):
            for code in sorted(codes, key=str):
                self._raise(node, kind, code, place, armed)

    def _leave(self, node: FlowNode, place: Places, armed: Places, steps: tuple[str, ...] = ()) -> None:
        entry = self._follow(node)
        empties = entry.empties if entry.empties == EVERYWHERE else entry.empties | armed
        self.builder.add_transition((*steps, *entry.steps), place, entry.puts, empties=empties)

    def _fire(self, event: FlowNode, place: Places, armed: Places) -> None:
        if is_interrupting(event):
            self._leave(event, place, armed, (event.id,))
            return
        entry, empty = self._follow(event), self._places_beside(event)
        puts = entry.puts if entry.empties == EVERYWHERE else entry.puts | place
        self.builder.add_transition(
            (event.id, *entry.steps), place | self._armed(event), puts, needs_empty=empty, empties=entry.empties
        )

    def _places_beside(self, event: FlowNode) -> Places:
        """The places of the path that an event begins. Its firings do not meet, so that one at a time will do."""
        path = graph.reachable_nodes(self.diagram.successors, [event.id]) - self._main_path()
        places = 0
        for name in path - {event.id}:
            if self.diagram.nodes[name].kind not in {"endEvent", "boundaryEvent"}:
                places |= self._places_at(name)
        return places

    def _raise(self, node: FlowNode, kind: str, code: ErrorCode, place: Places, armed: Places) -> None:
        event = catching_event(self.diagram, self.diagram.boundary_events.get(node.id, ()), kind, code)
        if event is not None:
            self._fire(event, place, armed)
            return
        entry = self._throw(kind, code, node.id)
        self._add(entry.steps, place, entry, place if kind == "escalation" else 0)

    # Event sub-processes

    def _add_listener(self, node: FlowNode, alive: Places) -> None:
        place = self._place(node.id, node)
        for start in (each for each in self.diagram.scopes.get(node.id, ()) if each.kind == "startEvent"):
            if event_triggers(start)[:1] not in [["error"], ["escalation"]] and self.may_come(start):
                if is_interrupting_start(start):
                    self._add((node.id,), alive, _Entry((), place, EVERYWHERE))
                else:
                    self.builder.add_transition((node.id,), alive, place | alive, needs_empty=place)
        outcome = self.outcome_of(node)
        if outcome.ends:
            self.builder.add_transition((), place, 0)
        for code in sorted(outcome.errors, key=str):
            entry = self._throw("error", code, node.id, within=node.id)
            self._add(entry.steps, place, entry)
        for code in sorted(outcome.escalations, key=str):
            entry = self._throw("escalation", code, node.id, within=node.id)
            self._add(entry.steps, place, entry, place)

    # What may come about several times at once

    def _gathering(self) -> Places:
        """The places of paths that an event beside an activity begins, as often as it fires."""
        main = self._main_path()
        places = self.builder.place("alive") if "alive" in self.builder.numbers else 0
        for name, node in self.places.items():
            if node.id not in main or name.startswith("armed ") or node.is_event_sub_process:
                places |= self.builder.place(name)
        return places

    def _momentary(self) -> Places:
        """The places of gateways that only choose a way: two tokens that come to one do not do anything twice there."""
        chosen = (name for name, node in self.places.items() if node.kind == "exclusiveGateway")
        return sum(self.builder.place(name) for name in chosen)

    def _main_path(self) -> set[str]:
        ways = {node.id: list(self._ways_on(node)) for node in self.nodes}
        return graph.reachable_nodes(ways, [node.id for node in self.nodes if node.kind == "startEvent"])

    def _ways_on(self, node: FlowNode) -> Iterator[str]:
        yield from (flow.target for flow in self._outgoing(node))
        yield from (event.id for event in self.diagram.boundary_events.get(node.id, ()) if is_interrupting(event))


def _together(entries: list[_Entry]) -> _Entry:
    """What happens at once; where one ends all else, only that stays."""
    final = [entry for entry in entries if entry.empties == EVERYWHERE]
    steps = tuple(step for entry in entries for step in entry.steps)
    puts = 0
    for entry in final[:1] or entries:
        puts |= entry.puts
    return _Entry(steps, puts, EVERYWHERE if final else 0)


def _subsets(flows: list[SequenceFlow]) -> Iterator[tuple[SequenceFlow, ...]]:
    if len(flows) > WIDEST:
        raise TooWide
    for size in range(1, len(flows) + 1):
        yield from combinations(flows, size)
