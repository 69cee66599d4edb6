"""All files of one check together: what one file says that another one's rules need. For this package only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from engine.bpmn.lint import graph
from engine.bpmn.lint.diagram import CONTAINERS, Diagram, Node
from engine.bpmn.lint.event_facts import Code, catches, caught_around, error_ends, sent_messages
from engine.bpmn.lint.table import Decision
from engine.bpmn.lint.typed import names_set
from engine.bpmn.lint.vocabulary import Vocabulary


@dataclass(frozen=True)
class Deployment:
    """The diagrams and decisions that could be read, the paths of all files, and the vocabulary."""

    diagrams: tuple[Diagram, ...]
    decisions: tuple[Decision, ...]
    paths: frozenset[PurePosixPath]
    vocabulary: Vocabulary

    @cached_property
    def processes(self) -> dict[str, Diagram]:
        """The file of each process; of a doubled one, the first."""
        found: dict[str, Diagram] = {}
        for diagram in self.diagrams:
            for process in diagram.processes:
                found.setdefault(process.get("id") or "", diagram)
        return found

    @cached_property
    def scope_files(self) -> dict[str, Diagram]:
        """The file of each process and embedded sub-process; of a doubled one, the first."""
        found = dict(self.processes)
        for diagram in self.diagrams:
            for node in diagram.of_kind(*(CONTAINERS - {"callActivity"})):
                found.setdefault(node.id, diagram)
        return found

    @cached_property
    def decision_ids(self) -> dict[str, Decision]:
        """The decisions by id; of a doubled one, the first."""
        found: dict[str, Decision] = {}
        for decision in self.decisions:
            found.setdefault(decision.id, decision)
        return found

    @cached_property
    def forms(self) -> frozenset[str] | None:
        """The keys of all forms, those in the files included; None when forms are not known."""
        if self.vocabulary.forms is None:
            return None
        return frozenset(self.vocabulary.forms) | {path.stem for path in self.paths if path.suffix == ".json"}

    @cached_property
    def mails(self) -> frozenset[str] | None:
        """The names of all mail templates, those in the files included; None when mails are not known."""
        if self.vocabulary.mails is None:
            return None
        return self.vocabulary.mails | {path.stem for path in self.paths if is_mail(path)}

    @cached_property
    def callers(self) -> dict[str, list[tuple[Diagram, Node]]]:
        """The call activities of all files by the process they call."""
        found: dict[str, list[tuple[Diagram, Node]]] = {}
        for diagram in self.diagrams:
            for node in diagram.of_kind("callActivity"):
                found.setdefault(node.element.get("calledElement") or "", []).append((diagram, node))
        return found

    @cached_property
    def calls(self) -> Mapping[str, list[str]]:
        """Which processes call which."""
        found: dict[str, list[str]] = {}
        for called, sites in self.callers.items():
            for diagram, node in sites:
                found.setdefault(diagram.process_of(node), []).append(called)
        return found

    @cached_property
    def recursive(self) -> set[str]:
        """The processes that call themselves, directly or through others."""
        return graph.on_cycles(self.calls)

    @cached_property
    def repeated(self) -> set[str]:
        """The processes that one case may run more than once: called in a loop, or from two places of a process."""
        sites = [(d.process_of(n), called, d, n) for called, found in self.callers.items() for d, n in found]
        often = Counter((process, called) for process, called, _, _ in sites)
        starts = [called for process, called, d, n in sites if often[process, called] > 1 or in_loop(d, n)]
        return graph.reachable(self.calls, starts)

    @cached_property
    def sent_messages(self) -> set[str]:
        """The names of the messages that the diagrams send."""
        return set().union(*map(sent_messages, self.diagrams))

    @cached_property
    def leaving(self) -> dict[str, set[Code]]:
        """The codes of the errors with which each process can end, those of the processes it calls included."""
        found: dict[str, set[Code]] = {}
        rest: list[tuple[str, Code]] = []
        for diagram in self.diagrams:
            ends = ((diagram.process_of(node), code, node) for node, code in error_ends(diagram))
            rest.extend((process, code) for process, code, node in ends if not caught_around(diagram, node, code))
        while rest:
            process, code = rest.pop()
            if code in found.setdefault(process, set()):
                continue
            found[process].add(code)
            for diagram, call in self.callers.get(process, ()):
                if not (catches(diagram, call, code) or caught_around(diagram, call, code)):
                    rest.append((diagram.process_of(call), code))
        return found

    def is_outermost(self, process: str) -> bool:
        """Whether nobody calls a process, as far as is known."""
        return process not in self.callers and self.vocabulary.processes is not None

    @cached_property
    def names(self) -> frozenset[str] | None:
        """The names of process data that something sets; None when not everything that sets names is known."""
        forms = self.vocabulary.forms
        if self.vocabulary.names is None or forms is None or self.forms != frozenset(forms):
            return None
        outputs = {column.text for decision in self.decisions for column in decision.outputs}
        return self.vocabulary.names.union(outputs, *forms.values(), *map(names_set, self.diagrams))

    def may_repeat(self, diagram: Diagram, node: Node) -> bool:
        """Whether one case may come to a node more than once."""
        return in_loop(diagram, node) or diagram.process_of(node) in self.repeated


def in_loop(diagram: Diagram, node: Node) -> bool:
    """Whether a node, or a sub-process around it, lies on a loop, is repeated or starts anew with each message."""
    if node.id in diagram.on_cycles:
        return True
    return any(host.repeats or host.on_event or host.id in diagram.on_cycles for host in diagram.hosts(node))


def is_mail(path: PurePosixPath) -> bool:
    """Whether a file is a mail template."""
    return path.parent.name == "mail"
