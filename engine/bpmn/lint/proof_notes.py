"""What a proof says to an analyst: the fault, the way to it by the captions of its steps, and what to draw instead.

Conditions are free in a proof but for what gateways have in common, so a way may be one that no case takes: faults are
notes, never a refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import JOINING, Diagram, FlowNode
from engine.bpmn.lint.finding import Finding, caption_of, finding_at
from engine.bpmn.lint.proving import DeploymentProver, ScopeProof
from engine.bpmn.lint.trial import FileFinding
from engine.soundness.search import NetVerdict
from engine.translation.wording import Caption

LONGEST_WAY = 8
"""Steps of a way that a sentence names, the last ones."""


def note_proofs(deployment: DeploymentIndex) -> Iterator[FileFinding]:
    """The faults that the proofs have found, at the elements where they show."""
    prover = DeploymentProver(deployment)
    for diagram in deployment.diagrams:
        for proof in prover.prove_process(diagram):
            yield from ((diagram.path, finding) for finding in _note_scope(proof))


def tell_verdicts(deployment: DeploymentIndex) -> Iterator[FileFinding]:
    """One verdict for each process: proven, not sound, or not decided within the limit."""
    prover = DeploymentProver(deployment)
    for diagram in deployment.diagrams:
        verdicts = {proof.verdict for proof in prover.prove_process(diagram)}
        rule = "proof-flawed"
        if verdicts == {NetVerdict.PROVEN}:
            rule = "proof-proven"
        elif verdicts <= {NetVerdict.PROVEN, NetVerdict.UNDECIDED}:
            rule = "proof-undecided"
        for process in diagram.processes[:1]:
            name = caption_of(process) or process.get("id") or ""
            yield diagram.path, finding_at(process, rule, name=name)


def _note_scope(proof: ScopeProof) -> Iterator[Finding]:
    verdict, steps = proof.verdict, _named_way(proof.diagram, proof.proof.steps)
    where = proof.waiting[0] if proof.waiting else None
    if verdict is NetVerdict.TWICE and where is not None:
        yield finding_at(where.element, "proof-twice", way=steps)
    elif verdict is NetVerdict.STUCK and where is not None:
        yield finding_at(where.element, _stuck_rule(where), way=steps)
    elif verdict is NetVerdict.DEAD:
        for node in proof.dead:
            yield finding_at(node.element, "proof-dead")


def _stuck_rule(node: FlowNode) -> str:
    if node.kind in JOINING:
        return "proof-join"
    is_waiting = node.kind in {"intermediateCatchEvent", "receiveTask", "eventBasedGateway"}
    return "proof-message" if is_waiting else "proof-stuck"


def _named_way(diagram: Diagram, steps: Iterable[str]) -> Caption:
    nodes = [diagram.nodes[step] for step in steps if step in diagram.nodes]
    names = [caption_of(node.element) or Caption(node.id, node.id) for node in nodes]
    dots = ["…"] if len(names) > LONGEST_WAY else []
    last = names[-LONGEST_WAY:]
    return Caption(
        " → ".join([*dots, *(name.vietnamese for name in last)]), " → ".join([*dots, *(name.english for name in last)])
    )
