"""Parses BPMN and DMN files into process specifications, once per version.

All instances of a process share its specifications. Some of SpiffWorkflow's wiring happens only while a case runs;
`_wire_spec` does it beforehand, so that a stored case finds it and the next case does not inherit it. SpiffWorkflow
reads the properties of tasks and events but not those of gateways; our gateway parsers add them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.parser.event_parsers import (
    CONDITIONAL_EVENT_XPATH,
    ERROR_EVENT_XPATH,
    ESCALATION_EVENT_XPATH,
    MESSAGE_EVENT_XPATH,
    SIGNAL_EVENT_XPATH,
    TERMINATION_EVENT_XPATH,
    TIMER_EVENT_XPATH,
    EventBasedGatewayParser,
)
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.defaults import (
    EndEvent,
    EventBasedGateway,
    ExclusiveGateway,
    InclusiveGateway,
    ParallelGateway,
    StartEvent,
)
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.spiff.parser.event_parsers import SpiffEndEventParser, SpiffStartEventParser
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.parser.task_spec import SpiffTaskParser
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask

from engine.bpmn import message_keys  # noqa: F401 - it replaces functions of the library
from engine.bpmn.boundaries import complete_code, unlink_joins
from engine.bpmn.conditions import replace_condition
from engine.bpmn.decision_tables import compile_decisions
from engine.bpmn.drawn_only import remove_drawn_only
from engine.bpmn.event_gateways import GatewayEvents
from engine.bpmn.feel_kinds import moments_in
from engine.bpmn.feel_marks import mark_feel
from engine.bpmn.feel_values import NameKinds
from engine.bpmn.joins import prepare_joins
from engine.bpmn.library_types import SpiffProcess
from engine.bpmn.listeners import listen_in_scopes
from engine.bpmn.repetitions import compute_collection
from engine.bpmn.timers import replace_timers
from engine.bpmn.waiting_order import place_elements, places_in
from engine.safe_xml import parse_xml

_START_DEFINITIONS = [
    MESSAGE_EVENT_XPATH, SIGNAL_EVENT_XPATH, TIMER_EVENT_XPATH, CONDITIONAL_EVENT_XPATH, ERROR_EVENT_XPATH,
    ESCALATION_EVENT_XPATH,
]  # fmt: skip
_END_DEFINITIONS = [
    MESSAGE_EVENT_XPATH, SIGNAL_EVENT_XPATH, ERROR_EVENT_XPATH, ESCALATION_EVENT_XPATH, TERMINATION_EVENT_XPATH,
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Process:
    """One executable process: its key and name, its specification and those of everything it calls or contains.

    `kinds` are the FEEL types of names of its data that are days, times or moments.
    """

    key: str
    name: str
    spec: SpiffProcess
    subprocess_specs: dict[str, Any]
    kinds: NameKinds = field(default_factory=dict)


class _PlainGatewayParser(GatewayParser):
    parse_extensions = SpiffTaskParser.parse_extensions


class _ConditionalGatewayParser(ConditionalGatewayParser):
    parse_extensions = SpiffTaskParser.parse_extensions


class _EventGatewayParser(EventBasedGatewayParser):
    parse_extensions = SpiffTaskParser.parse_extensions

    def create_task(self) -> Any:
        """The gateway, with events that take the case's own keys."""
        return self._create_task(GatewayEvents())


class PassedTask(SpiffBpmnTask):
    """A task without a kind that its drawing says is passed at once; SpiffWorkflow would wait for somebody."""


class _StartParser(SpiffStartEventParser):
    """Also reads what may start an event sub-process: an error, an escalation; and whether the start interrupts."""

    def create_task(self) -> Any:
        """The start event, linked to the start of its process."""
        task = self._create_task(self.get_event_definition(_START_DEFINITIONS))
        task.is_interrupting = self.node.get("isInterrupting", "true") == "true"
        self.spec.start.connect(task)
        return task


class _EndParser(SpiffEndEventParser):
    """Also reads signals."""

    def create_task(self) -> Any:
        """The end event, linked to the end of its process."""
        task = self._create_task(self.get_event_definition(_END_DEFINITIONS))
        task.connect(self.spec.end)
        return task


class DiagramParser(SpiffBpmnParser):
    """SpiffWorkflow's parser, with our decisions, properties of gateways, more events, and tasks that are passed."""

    OVERRIDE_PARSER_CLASSES: Mapping[str, Any] = {
        **SpiffBpmnParser.OVERRIDE_PARSER_CLASSES,
        full_tag("exclusiveGateway"): (_ConditionalGatewayParser, ExclusiveGateway),
        full_tag("inclusiveGateway"): (_ConditionalGatewayParser, InclusiveGateway),
        full_tag("parallelGateway"): (_PlainGatewayParser, ParallelGateway),
        full_tag("eventBasedGateway"): (_EventGatewayParser, EventBasedGateway),
        full_tag("startEvent"): (_StartParser, StartEvent),
        full_tag("endEvent"): (_EndParser, EndEvent),
        full_tag("task"): (SpiffTaskParser, PassedTask),
        full_tag("manualTask"): (SpiffTaskParser, PassedTask),
    }
    decisions: Mapping[str, Any]
    """The engine of each decision, by its id."""

    def get_engine(self, decision_ref: str, _node: Any) -> Any:
        """The engine that a business rule task asks."""
        return self.decisions[decision_ref]


def parse_processes(files: Mapping[str, bytes], kinds: NameKinds | None = None) -> dict[str, Process]:
    """The executable processes in `.bpmn` and `.dmn` files by key. The files must have passed the checker.

    `kinds` are the FEEL types of what forms write that is a day, a time or a moment.
    """
    parser, places, roots = DiagramParser(), {}, []
    parser.decisions = compile_decisions({path: text for path, text in files.items() if path.endswith(".dmn")})
    for path, content in sorted(files.items()):
        if not path.endswith(".dmn"):
            root = parse_xml(content)
            remove_drawn_only(root)
            mark_feel(root)
            roots.append(root)
            places[path] = places_in(root)
            parser.add_bpmn_xml(root, filename=path)
    keys, moments = list(parser.get_process_ids()), moments_in(roots, kinds or {})
    specs = {key: parser.get_spec(key) for key in keys}
    subprocess_specs: dict[str, Any] = {}
    for key in keys:
        subprocess_specs.update(parser.get_subprocess_specs(key))
    for spec in {id(spec): spec for spec in [*specs.values(), *subprocess_specs.values()]}.values():
        unlink_joins(spec)
        listen_in_scopes(spec, subprocess_specs)
        place_elements(spec, places)
        _wire_spec(spec)
    return {
        key: Process(key, spec.description or key, spec, _reachable_specs(spec, subprocess_specs), moments)
        for key, spec in specs.items()
    }


def _reachable_specs(spec: SpiffProcess, all_specs: dict[str, SpiffProcess]) -> dict[str, SpiffProcess]:
    """The specifications that `spec` reaches through calls and sub-processes."""
    reachable: dict[str, Any] = {}
    pending = [spec]
    while pending:
        for task_spec in pending.pop().task_specs.values():
            name = getattr(task_spec, "spec", None) if isinstance(task_spec, SubWorkflowTask) else None
            if name is not None and name not in reachable:
                reachable[name] = all_specs[name]
                pending.append(all_specs[name])
    return reachable


def _wire_spec(spec: SpiffProcess) -> None:
    """Wire what SpiffWorkflow would wire into the shared specification while one case runs.

    Loop instances report to their loop; timers and the engines of decision tables become ours; inclusive joins learn
    which elements lie before them.
    """
    for task_spec in list(spec.task_specs.values()):
        if isinstance(task_spec, LoopTask):
            child = spec.task_specs[task_spec.task_spec]
            if not child.completed_event.is_connected(task_spec.merge_child):
                child.completed_event.connect(task_spec.merge_child)
        compute_collection(task_spec)
        if hasattr(task_spec, "event_definition"):
            task_spec.event_definition = replace_condition(replace_timers(task_spec.event_definition))
            complete_code(task_spec.event_definition)
    prepare_joins(spec)
