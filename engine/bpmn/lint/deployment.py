"""All files of one check together: facts from one file that the rules for another need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from pathlib import PurePosixPath

from engine.bpmn.feel_kinds import script_types
from engine.bpmn.lint import graph
from engine.bpmn.lint.asked import asked_texts, read_names
from engine.bpmn.lint.diagram import CONTAINERS, Diagram, FlowNode
from engine.bpmn.lint.domains import domains_of, fixed_domains
from engine.bpmn.lint.event_facts import ErrorCode, catches_error, error_end_events, is_caught_by_scope, sent_messages
from engine.bpmn.lint.table import Decision
from engine.bpmn.lint.typed import names_set
from engine.bpmn.lint.value_domain import ValueDomain
from engine.bpmn.lint.vocabulary import Vocabulary
from engine.feel.values import FeelType


@dataclass(frozen=True)
class DeploymentIndex:
    """The diagrams and decisions that could be read, the paths of all files, and the vocabulary."""

    diagrams: tuple[Diagram, ...]
    decisions: tuple[Decision, ...]
    paths: frozenset[PurePosixPath]
    vocabulary: Vocabulary

    @cached_property
    def diagrams_by_process(self) -> dict[str, Diagram]:
        """The file of each process; the first one for a duplicate id."""
        by_process: dict[str, Diagram] = {}
        for diagram in self.diagrams:
            for process in diagram.processes:
                by_process.setdefault(process.get("id") or "", diagram)
        return by_process

    @cached_property
    def diagrams_by_scope(self) -> dict[str, Diagram]:
        """The file of each process and embedded sub-process; the first one for a duplicate id."""
        by_scope = dict(self.diagrams_by_process)
        for diagram in self.diagrams:
            for node in diagram.nodes_of_kind(*(CONTAINERS - {"callActivity"})):
                by_scope.setdefault(node.id, diagram)
        return by_scope

    @cached_property
    def decisions_by_id(self) -> dict[str, Decision]:
        """The decisions by id; the first one for a duplicate id."""
        by_id: dict[str, Decision] = {}
        for decision in self.decisions:
            by_id.setdefault(decision.id, decision)
        return by_id

    @cached_property
    def form_keys(self) -> frozenset[str] | None:
        """The keys of all forms, including those in the files; None when the forms are unknown."""
        if self.vocabulary.forms is None:
            return None
        return frozenset(self.vocabulary.forms) | set(map(_stem, filter(is_form_file, self.paths)))

    @cached_property
    def mail_templates(self) -> frozenset[str] | None:
        """The names of all mail templates, including those in the files; None when the mails are unknown."""
        if self.vocabulary.mails is None:
            return None
        return self.vocabulary.mails | {path.stem for path in self.paths if is_mail_template(path)}

    @cached_property
    def call_sites(self) -> dict[str, list[tuple[Diagram, FlowNode]]]:
        """The call activities of all files, by the process they call."""
        by_process: dict[str, list[tuple[Diagram, FlowNode]]] = {}
        for diagram in self.diagrams:
            for node in diagram.nodes_of_kind("callActivity"):
                by_process.setdefault(node.element.get("calledElement") or "", []).append((diagram, node))
        return by_process

    @cached_property
    def call_graph(self) -> Mapping[str, list[str]]:
        """The processes that each process calls."""
        callees: dict[str, list[str]] = {}
        for called, sites in self.call_sites.items():
            for diagram, node in sites:
                callees.setdefault(diagram.process_of(node), []).append(called)
        return callees

    @cached_property
    def recursive_processes(self) -> set[str]:
        """The processes that call themselves, directly or through others."""
        return graph.nodes_on_cycles(self.call_graph)

    @cached_property
    def repeatable_processes(self) -> set[str]:
        """The processes that one case may run more than once: called in a loop, or from two places in a process."""
        sites = [
            (d.process_of(n), called, d, n) for called, call_sites in self.call_sites.items() for d, n in call_sites
        ]
        call_counts = Counter((process, called) for process, called, _, _ in sites)
        starts = [called for process, called, d, n in sites if call_counts[process, called] > 1 or is_in_loop(d, n)]
        return graph.reachable_nodes(self.call_graph, starts)

    @cached_property
    def sent_messages(self) -> set[str]:
        """The names of the messages that the diagrams send."""
        return set().union(*map(sent_messages, self.diagrams))

    @cached_property
    def escaping_errors(self) -> dict[str, set[ErrorCode]]:
        """The codes of the errors with which each process can end, including those of the processes it calls."""
        by_process: dict[str, set[ErrorCode]] = {}
        pending: list[tuple[str, ErrorCode]] = []
        for diagram in self.diagrams:
            ends = ((diagram.process_of(node), code, node) for node, code in error_end_events(diagram))
            pending.extend(
                (process, code) for process, code, node in ends if not is_caught_by_scope(diagram, node, code)
            )
        while pending:
            process, code = pending.pop()
            if code in by_process.setdefault(process, set()):
                continue
            by_process[process].add(code)
            for diagram, call in self.call_sites.get(process, ()):
                if not (catches_error(diagram, call, code) or is_caught_by_scope(diagram, call, code)):
                    pending.append((diagram.process_of(call), code))
        return by_process

    def is_outermost(self, process: str) -> bool:
        """Whether no known process calls this one."""
        return process not in self.call_sites and self.vocabulary.processes is not None

    @cached_property
    def data_names(self) -> frozenset[str] | None:
        """The names of all process data that is set somewhere; None when not every source of names is known."""
        forms = self.vocabulary.forms
        if self.vocabulary.names is None or forms is None or self.form_keys != frozenset(forms):
            return None
        return self.vocabulary.names.union(self.computed_names, *forms.values())

    @cached_property
    def computed_names(self) -> frozenset[str]:
        """The names of process data that the files set, besides forms."""
        return self.names_set_by_diagrams | self._outputs()

    @cached_property
    def names_set_by_diagrams(self) -> frozenset[str]:
        """The names of process data that diagrams set, besides forms and tables."""
        return frozenset().union(*map(names_set, self.diagrams))

    def _outputs(self) -> set[str]:
        return {column.text for decision in self.decisions for column in decision.outputs}

    @cached_property
    def name_types(self) -> dict[str, FeelType]:
        """The FEEL types of process data, where all that writes it agrees."""
        asked = self.vocabulary.name_types
        roots = [diagram.root for diagram in self.diagrams]
        computed = script_types(roots, {name: kind for name, kind in asked.items() if name not in self.computed_names})
        otherwise = set().union(*(names_set(diagram, feel=False) for diagram in self.diagrams), self._outputs())
        types = {name: kind for name, kind in asked.items() if computed.get(name, kind) == kind} | {
            name: kind for name, kind in computed.items() if asked.get(name, kind) == kind
        }
        return {name: FeelType(kind) for name, kind in types.items() if kind and name not in otherwise}

    @cached_property
    def domains(self) -> Mapping[str, ValueDomain]:
        """The values that each name may have of which all writers are known; empty when some file is not."""
        return {} if self.data_names is None else domains_of(self.diagrams, self.decisions, self.vocabulary)

    @cached_property
    def fixed_domains(self) -> Mapping[str, ValueDomain]:
        """The names that nothing may set to any other value: units, and what a report begins with."""
        return {} if self.data_names is None else fixed_domains(self.diagrams, self.vocabulary)

    @cached_property
    def asked_texts(self) -> Mapping[str, frozenset[str]]:
        """The texts that each name is compared with anywhere; empty when some file is not known."""
        return {} if self.data_names is None else asked_texts(self.diagrams, self.decisions)

    @cached_property
    def read_names(self) -> frozenset[str]:
        """The names of process data that something reads."""
        return read_names(self.diagrams, self.decisions)

    @cached_property
    def form_domains(self) -> Mapping[str, ValueDomain]:
        """What the forms together let each name be."""
        return {name: reduce(ValueDomain.united, known) for name, known in self.vocabulary.domains.items()}

    def may_repeat(self, diagram: Diagram, node: FlowNode) -> bool:
        """Whether one case may reach a node more than once."""
        return is_in_loop(diagram, node) or diagram.process_of(node) in self.repeatable_processes


def is_in_loop(diagram: Diagram, node: FlowNode) -> bool:
    """Whether a node or an enclosing sub-process lies on a loop, is repeated or starts again with each message."""
    if node.id in diagram.nodes_in_loops:
        return True
    return any(
        host.is_repeated or host.is_event_sub_process or host.id in diagram.nodes_in_loops
        for host in diagram.enclosing_sub_processes(node)
    )


def _stem(path: PurePosixPath) -> str:
    return path.stem


def is_form_file(path: PurePosixPath) -> bool:
    """Whether a file is a form; its name is that of the file, whatever the folder."""
    return path.suffix == ".json" and path.parts[0] == "forms"


def is_mail_template(path: PurePosixPath) -> bool:
    """Whether a file is a mail template."""
    return path.parent.name == "mail"
