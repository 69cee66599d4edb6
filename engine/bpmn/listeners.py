"""Event sub-processes (BPMN 2.0, 10.5.6 and 13.5.4): their start events listen while the scope they are drawn in runs.

SpiffWorkflow starts one that waits for an error or an escalation with its process, keeps a process open for one that
waits for a timer, and never interrupts. Here the start event of each stands as a listener in the scope itself, like an
event on the scope's border: a firing begins the sub-process. One that does not interrupt listens on; one that
interrupts ends everything else in the scope, and the scope ends with it. Listeners end with their scope, and do not
keep it open.
"""

from __future__ import annotations

from collections.abc import Iterator

from SpiffWorkflow.bpmn.specs.control import _EndJoin
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity, SubWorkflowTask
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.library_types import SpiffProcess, SpiffSpec, SpiffTask, SpiffWorkflow

INTERRUPTED = "interrupted"
"""Noted at the root of a scope in which nothing listens any more."""
KEYS = "keys"
"""Noted at a firing: the correlation keys of the message, which are those of the sub-process that begins."""


class ScopeListener(BoundaryEvent):
    """The start event of an event sub-process, as it waits in the scope around it."""


def listen_in_scopes(spec: SpiffProcess, contents: dict[str, SpiffProcess]) -> None:
    """Let the event sub-processes of a specification begin by listeners; `contents` has what stands in each."""
    drawn = [item for item in spec.task_specs.values() if isinstance(item, SubWorkflowTask)]
    for sub_process in [item for item in drawn if not isinstance(item, CallActivity)]:
        (start,) = contents[sub_process.spec].bpmn_start_events
        if isinstance(start.event_definition, NoneEventDefinition):
            continue
        _unlink(spec, sub_process)
        listener = ScopeListener(spec, start.name, start.event_definition, start.is_interrupting)
        listener.extensions = getattr(start, "extensions", {})
        listener.connect(sub_process)
        sub_process.connect(spec.end)
        spec.start.connect(listener)
        start.event_definition = NoneEventDefinition()
    spec.start.trigger_specs = []


def _unlink(spec: SpiffProcess, sub_process: SpiffSpec) -> None:
    """Undo what the library's parser has connected, which depends on the kind of event."""
    spec.start._outputs = [name for name in spec.start._outputs if name != sub_process.name]
    spec.end._inputs = [name for name in spec.end._inputs if name != sub_process.name]
    sub_process._inputs, sub_process._outputs = [], []


def listeners_in(part: SpiffWorkflow) -> Iterator[SpiffTask]:
    """The listeners that wait in a process or sub-process."""
    for task in part.task_tree.children:
        if task._state == TaskState.WAITING and isinstance(task.task_spec, ScopeListener):
            yield task


def interrupt_scope(listener: SpiffTask) -> None:
    """End everything in a listener's scope but the listener itself, which begins its sub-process."""
    root = listener.workflow.task_tree
    root.internal_data[INTERRUPTED] = True
    for task in list(root.children):
        if task is not listener:
            task.cancel()


def resume_listening(workflow: SpiffWorkflow) -> None:
    """Let a case listen that was stored before listeners were tasks, or by a version without this one.

    Only those that last as long as their scope are begun: of another nobody knows whether it has fired.
    """
    for part in (workflow, *workflow.subprocesses.values()):
        root = part.task_tree
        if not listens(part):
            continue
        lasting = [spec for spec in root.task_spec.outputs if isinstance(spec, ScopeListener) and _is_lasting(spec)]
        present = {task.task_spec.name for task in root.children if task._state == TaskState.WAITING}
        for spec in lasting:
            if spec.name not in present:
                _begin_listening(root, spec)


def listens(part: SpiffWorkflow) -> bool:
    """Whether a process or sub-process has begun, goes on and was not interrupted."""
    root = part.task_tree
    return not part.completed and root._state == TaskState.COMPLETED and INTERRUPTED not in root.internal_data


def _is_lasting(spec: SpiffSpec) -> bool:
    return not spec.cancel_activity and not isinstance(spec.event_definition, TimerEventDefinition)


def _begin_listening(root: SpiffTask, spec: SpiffSpec) -> None:
    listener = root._add_child(spec, TaskState.WAITING)
    spec._predict(listener, mask=TaskState.NOT_FINISHED_MASK)
    spec._update(listener)


def may_end(spec: SpiffSpec, join: SpiffSpec) -> bool:
    """Whether nothing goes on in a scope, apart from what comes behind its end; its listeners then end."""
    pending = [join.workflow.task_tree]
    while pending:
        task = pending.pop()
        if isinstance(task.task_spec, ScopeListener) and task._state == TaskState.WAITING:
            continue
        if task is not join and task._state & TaskState.NOT_FINISHED_MASK:
            return False
        if task.task_spec is not spec:
            pending += task.children
    for listener in list(listeners_in(join.workflow)):
        listener.cancel()
    return True


_EndJoin._check_threshold_unstructured = may_end
