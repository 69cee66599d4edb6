"""Judges diagrams: collections of others, and families that grow block by block and are sound by construction."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lxml import etree

from engine.bpmn.lint import diagram
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.document import XmlDocument
from engine.bpmn.lint.proof_notes import note_proofs
from engine.bpmn.lint.proving import DeploymentProver
from engine.bpmn.lint.vocabulary import Vocabulary
from engine.bpmn.lint.wording import render_finding
from engine.safe_xml import parse_xml
from engine.soundness.search import NetVerdict
from tests.bpmn.lint import draw
from tests.conformance.corpora import Corpus, read_corpus

ANYTHING = Vocabulary(forms=None, mails=None, messages=None, signals=None, names=None, processes=None, decisions=None)
BLOCKS = (10, 50, 100, 200, 300, 400, 500)


@dataclass(frozen=True, slots=True)
class DiagramJudgement:
    """What the proof says of all processes in a file: verdicts, seconds of processor time, faults in sentences."""

    name: str
    nodes: int
    verdicts: frozenset[NetVerdict]
    seconds: float
    faults: tuple[str, ...] = ()


def judge_diagram(name: str, content: bytes) -> DiagramJudgement:
    """The judgement of one file. Raises XMLSyntaxError for what is no XML."""
    path = PurePosixPath("workflows/judged.bpmn")
    drawn = diagram.from_document(XmlDocument(path, parse_xml(content)))
    deployment = DeploymentIndex((drawn,), (), frozenset({path}), ANYTHING)
    begin = time.process_time()
    proofs = DeploymentProver(deployment).prove_process(drawn)
    seconds = time.process_time() - begin
    verdicts = frozenset(proof.verdict for proof in proofs)
    notes = note_proofs(deployment) if verdicts - {NetVerdict.PROVEN} else ()
    faults = tuple(render_finding(finding, "en") for _path, finding in notes)
    return DiagramJudgement(name, len(drawn.nodes), verdicts, seconds, faults)


def judge_collection(place: Path) -> Iterator[DiagramJudgement]:
    """The judgements of all diagrams in an archive, a folder or a git directory."""
    for name, content in read_corpus(Corpus("any", "", "", 0), place):
        with suppress(etree.XMLSyntaxError):
            yield judge_diagram(name, content)


def judge_families() -> Iterator[DiagramJudgement]:
    """Diagrams of more and more blocks in a row, each a step, a choice or a fork."""
    for number in BLOCKS:
        yield judge_diagram(f"{number} blocks", draw_blocks(number))


def draw_blocks(number: int) -> bytes:
    """A diagram of that many blocks."""
    nodes, ways, last = [draw.start(), draw.end()], [], "begin"
    for block in range(number):
        kind = ("parallel", "exclusive", "")[block % 3]
        if not kind:
            nodes.append(draw.user(f"t{block}"))
            ways.append(f"{last} -> t{block}")
            last = f"t{block}"
            continue
        nodes += [draw.gateway(kind, f"s{block}"), draw.gateway(kind, f"j{block}")]
        nodes += [draw.user(f"l{block}"), draw.user(f"r{block}")]
        ways += [f"{last} -> s{block} -> l{block} -> j{block}", f"s{block} -> r{block} -> j{block}"]
        last = f"j{block}"
    return draw.report(*nodes, draw.flows("; ".join([*ways, f"{last} -> done"])))
