"""Runs every rule over a set of files and says what it found. The package's entry point."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from engine.bpmn.lint import (
    decisions,
    diagram,
    elements,
    events,
    expressions,
    flow,
    gateways,
    mails,
    references,
    repeats,
    services,
    table,
    throwing,
    timers,
)
from engine.bpmn.lint.deployment import Deployment, is_mail
from engine.bpmn.lint.diagram import Diagram
from engine.bpmn.lint.document import Refused, decode, read
from engine.bpmn.lint.finding import Finding
from engine.bpmn.lint.table import Decision
from engine.bpmn.lint.trial import Placed, trial
from engine.bpmn.lint.vocabulary import Vocabulary
from engine.bpmn.lint.wording import LANGUAGES, sentence
from engine.errors import BadInput, Problem

DIAGRAM_RULES: tuple[Callable[[Diagram], Iterator[Finding]], ...] = (
    elements.ids,
    elements.refused_elements,
    elements.unsupported_elements,
    elements.attributes,
    elements.comments,
    elements.layout,
    elements.processes,
    elements.starts_and_ends,
    flow.flow_ends,
    flow.several_outgoing,
    flow.unreachable,
    flow.dead_ends,
    flow.no_way_to_end,
    flow.joins_in_loops,
    gateways.defaults,
    gateways.conditions,
    gateways.event_gateways,
    repeats.inputs,
    repeats.loops,
    events.allowed_triggers,
    events.boundary_hosts,
    events.interrupted_repeats,
    events.event_sub_processes,
    throwing.references,
    throwing.payload_places,
    throwing.participants,
    timers.timer_texts,
    timers.cycle_places,
    timers.missed,
    references.lane_roles,
    references.ladders,
    expressions.in_language,
    expressions.script_tasks,
    expressions.variables,
)
"""The rules that need one diagram."""

DEPLOYMENT_RULES: tuple[Callable[[Diagram, Deployment], Iterator[Finding]], ...] = (
    elements.doubled_scopes,
    repeats.outputs,
    events.event_sub_process_places,
    throwing.unsent_messages,
    throwing.uncaught_errors,
    throwing.uncaught_errors_of_calls,
    references.roles,
    references.lanes,
    references.forms,
    references.decisions,
    references.calls,
    services.operators,
    services.notices,
    expressions.known_names,
)
"""The rules that need the other files or the vocabulary as well."""

DECISION_RULES: tuple[Callable[[Decision], Iterator[Finding]], ...] = (
    decisions.shape,
    decisions.parts,
    decisions.hit_policy,
    decisions.columns,
    decisions.outputs,
    expressions.tables_in_language,
    decisions.rows,
)
DECISION_SET_RULES: tuple[Callable[[Decision, Deployment], Iterator[Finding]], ...] = (
    decisions.doubled,
    expressions.known_names_of_tables,
)


def check(files: Mapping[PurePosixPath, bytes], vocabulary: Vocabulary, language: str = "vi") -> list[Problem]:
    """Everything wrong with the files of a deployment, ordered by file and line; empty when they can be deployed.

    `files` are paths like `workflows/x.bpmn`, `workflows/y.dmn`, `workflows/mail/z.txt`, `forms/f.json`; of forms and
    of files of other kinds only the names are used. To check one file alone, pass `vocabulary.for_one_file()`.
    Sentences are in `language`: vi or en (BadInput for another). No content makes it raise.
    """
    if language not in LANGUAGES:
        raise BadInput(f"The checker speaks {' and '.join(LANGUAGES)}, not {language!r}.")
    problems = {
        Problem(path, finding.line, finding.element, finding.rule, sentence(finding, language))
        for path, finding in _findings(files, vocabulary)
    }
    return sorted(problems)


def _findings(files: Mapping[PurePosixPath, bytes], vocabulary: Vocabulary) -> Iterator[Placed]:
    pile = _Pile()
    for path, content in sorted(files.items()):
        try:
            pile.add(path, content)
        except Refused as refusal:
            pile.refused.append((path, refusal.finding))
    # What a file that cannot be read would have declared is not known; others must not be blamed for naming it.
    known = vocabulary.for_one_file() if pile.refused else vocabulary
    deployment = Deployment(tuple(pile.diagrams), tuple(pile.decisions), frozenset(files), known)
    found = [*pile.refused, *_of_diagrams(deployment), *_of_decisions(deployment)]
    for mail in pile.mails:
        found.extend((mail.path, finding) for finding in mails.check_mail(mail, deployment))
    yield from found or trial(deployment)


@dataclass(slots=True)
class _Pile:
    """The files that could be read, by kind, and why the others could not."""

    diagrams: list[Diagram] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    mails: list[mails.Mail] = field(default_factory=list)
    refused: list[Placed] = field(default_factory=list)

    def add(self, path: PurePosixPath, content: bytes) -> None:
        """Read a file onto the list of its kind. Raises Refused."""
        if path.suffix == ".bpmn":
            self.diagrams.append(diagram.build(read(path, content, (diagram.ROOT,))))
        elif path.suffix == ".dmn":
            self.decisions.extend(table.decisions(read(path, content, table.ROOTS)))
        elif is_mail(path):
            self.mails.append(mails.Mail(path, decode(content)))


def _of_diagrams(deployment: Deployment) -> Iterator[Placed]:
    for one in deployment.diagrams:
        for rule in DIAGRAM_RULES:
            yield from ((one.path, finding) for finding in rule(one))
        for set_rule in DEPLOYMENT_RULES:
            yield from ((one.path, finding) for finding in set_rule(one, deployment))


def _of_decisions(deployment: Deployment) -> Iterator[Placed]:
    for one in deployment.decisions:
        for rule in DECISION_RULES:
            yield from ((one.path, finding) for finding in rule(one))
        for set_rule in DECISION_SET_RULES:
            yield from ((one.path, finding) for finding in set_rule(one, deployment))
