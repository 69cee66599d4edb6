"""Proves each process of a deployment: scope by scope, what is called before what calls it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from engine.bpmn.lint.catching import is_interrupted_by
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import Diagram, FlowNode, event_definitions
from engine.bpmn.lint.event_facts import event_references, is_throwing
from engine.bpmn.lint.events import event_triggers, is_interrupting
from engine.bpmn.lint.finding import nearest_id
from engine.bpmn.lint.known_values import known_values
from engine.bpmn.lint.scope_net import ScopeNet, ScopeOutcome, TooWide
from engine.soundness.search import NetProof, NetVerdict, SearchLimit, prove_net

LIMIT = SearchLimit(markings=20_000, firings=400_000)
_UNDECIDED = NetProof(NetVerdict.UNDECIDED)


@dataclass(frozen=True, slots=True)
class ScopeProof:
    """The answer for one process or sub-process.

    `waiting`: where tokens stay or meet, the elements themselves. `dead`: elements that no way reaches.
    """

    diagram: Diagram
    scope: str
    proof: NetProof
    waiting: tuple[FlowNode, ...]
    dead: tuple[FlowNode, ...]
    outcome: ScopeOutcome

    @property
    def verdict(self) -> NetVerdict:
        """That of the net; what nothing leads to is no step of it, and still drawn."""
        is_idle = self.proof.verdict is NetVerdict.PROVEN and self.dead
        return NetVerdict.DEAD if is_idle else self.proof.verdict


@dataclass(slots=True)
class DeploymentProver:
    """Proves the scopes of a deployment, each once."""

    deployment: DeploymentIndex
    limit: SearchLimit = LIMIT
    proofs: dict[str, ScopeProof] = field(default_factory=dict)
    coming: set[tuple[str, str]] = field(default_factory=set)
    """The messages and signals, by kind and name, that some way throws as far as is known."""
    _begun: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Let come what is thrown where something leads to, until that is all: what waits for itself never comes."""
        while not self.coming >= (thrown := set(self._thrown_alive())):
            self.coming |= thrown
            self.proofs.clear()
            self._begun.clear()

    def _thrown_alive(self) -> Iterator[tuple[str, str]]:
        for diagram in self.deployment.diagrams:
            dead = {node.id for proof in self.prove_process(diagram) for node in proof.dead}
            for element, kind, key in event_references(diagram):
                declared = diagram.root_elements.get(kind, {}).get(key)
                owner = diagram.nodes.get(nearest_id(element))
                if declared is None or owner is None or not is_throwing(element):
                    continue
                if not dead & {owner.id, *(host.id for host in diagram.enclosing_sub_processes(owner))}:
                    yield kind, declared.get("name") or ""

    def prove_process(self, diagram: Diagram) -> list[ScopeProof]:
        """The answers for a file's processes and the sub-processes in them, outermost first."""
        return [self._prove(diagram, scope, diagram, diagram.nodes.get(scope)) for scope in _scopes_in(diagram)]

    def _prove(self, diagram: Diagram, scope: str, outside: Diagram, host: FlowNode | None) -> ScopeProof:
        """The answer for a scope; within an activity of `outside`, for what may interrupt it there."""
        stops = partial(is_interrupted_by, outside, host) if host is not None else lambda _code: False
        key = _proof_key(scope, outside, host)
        if key not in self.proofs:
            self._begun.add(key)
            outcome_of, may_come = partial(self._outcome_of, diagram), partial(self._may_come, diagram)
            known = known_values(diagram, scope, self.deployment)
            drawn = ScopeNet(diagram, scope, outcome_of, may_come, stops, known)
            self.proofs[key] = _read_proof(drawn, self.limit)
        return self.proofs[key]

    def _outcome_of(self, diagram: Diagram, node: FlowNode) -> ScopeOutcome:
        """How an activity ends; what calls itself is taken to end by itself."""
        inner, scope = diagram, node.id
        if node.kind == "callActivity":
            scope = node.element.get("calledElement") or ""
            inner = self.deployment.diagrams_by_process.get(scope, diagram)
        key = _proof_key(scope, diagram, node)
        if not inner.scopes.get(scope) or (key in self._begun and key not in self.proofs):
            return ScopeOutcome()
        return self._prove(inner, scope, diagram, node).outcome

    def _may_come(self, diagram: Diagram, event: FlowNode) -> bool:
        """Whether a message or signal comes from somewhere; all else comes."""
        kind = next(iter(event_triggers(event)), "")
        known = {"message": self.deployment.vocabulary.messages, "signal": self.deployment.vocabulary.signals}.get(kind)
        if known is None:
            return True
        reference = next((part.get(f"{kind}Ref") for part in (*event_definitions(event.element), event.element)), None)
        declared = diagram.root_elements.get(kind, {}).get(reference or "")
        name = (declared.get("name") if declared is not None else None) or ""
        return not name or name in known or (kind, name) in self.coming


def _scopes_in(diagram: Diagram) -> list[str]:
    return [scope for scope, nodes in diagram.scopes.items() if nodes]


def _proof_key(scope: str, outside: Diagram, host: FlowNode | None) -> str:
    """A called process has an answer of its own for each call that its escalations may interrupt."""
    if host is None or host.kind != "callActivity":
        return scope
    events = outside.boundary_events.get(host.id, ())
    may_stop = any(event_triggers(event) == ["escalation"] and is_interrupting(event) for event in events)
    return f"{scope} {outside.path} {host.id}" if may_stop else scope


def _read_proof(drawn: ScopeNet, limit: SearchLimit) -> ScopeProof:
    """The answer for one scope, in its elements."""
    try:
        proof = prove_net(drawn.build_net(), limit)
    except TooWide:
        return ScopeProof(drawn.diagram, drawn.scope, _UNDECIDED, (), (), ScopeOutcome())
    waiting = tuple(dict.fromkeys(drawn.places[name] for name in proof.places if name in drawn.places))
    is_whole = proof.verdict in {NetVerdict.PROVEN, NetVerdict.DEAD}
    is_explored = is_whole or proof.verdict is NetVerdict.STUCK
    dead = tuple(node for node in drawn.nodes if node.id not in proof.alive) if is_explored else ()
    escalations = frozenset(code for code, steps in drawn.escalations.items() if proof.alive & {*steps})
    ends = {marking & ~drawn.knowledge for marking in proof.ends}
    errors = frozenset(code for code, place in drawn.errors.items() if not is_whole or place in ends)
    outcome = ScopeOutcome(not is_whole or 0 in ends, errors, escalations)
    return ScopeProof(drawn.diagram, drawn.scope, proof, waiting, dead, outcome)
