"""Plain SpiffWorkflow with its own serializer: the whole case as JSON, diagrams included, at every step.

The product does not use it; the benchmark compares the product's store with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.functions import ExpressionContext
from engine.bpmn.library_types import SpiffWorkflow
from engine.bpmn.operators import Operators
from engine.bpmn.scripts import ExpressionLanguage, script_engine
from engine.bpmn.spiff import InstanceCounter, use_counter
from engine.world.world import World


class _UuidCounter(InstanceCounter):
    """Generates ids in the form SpiffWorkflow's serializer expects."""

    __slots__ = ()

    def next_id(self) -> UUID:
        """The next number as a UUID."""
        return UUID(int=self.next_number())


class PlainCase:
    """A process run the way SpiffWorkflow's documentation does: load everything, step, store everything."""

    def __init__(self, files: Mapping[str, bytes], key: str, now: datetime, world: World) -> None:
        parser = SpiffBpmnParser()
        for path, content in sorted(files.items()):
            (parser.add_dmn_str if path.endswith(".dmn") else parser.add_bpmn_str)(content, filename=path)
        self.spec, self.subs = parser.get_spec(key), parser.get_subprocess_specs(key)
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
        self.now, self.world = now, world
        self.clock: Any = None

    def start(self, data: Mapping[str, Any]) -> str:
        """The JSON of a new case."""
        with use_counter(_UuidCounter(0)):
            engine, operators = self._script_engine(None)
            workflow = BpmnWorkflow(self.spec, self.subs, script_engine=engine)
            operators.workflow = workflow
            workflow.task_tree.data.update(data)
            workflow.do_engine_steps()
            self.clock = operators.context.clock
            return self._serialize(workflow)

    def complete(self, text: str, node: str, data: Mapping[str, Any]) -> str:
        """Complete the open task of that element; return the JSON after it."""
        content = json.loads(text)
        with use_counter(_UuidCounter(content["counter"])):
            workflow = self.serializer.from_dict(content["workflow"])
            workflow.script_engine, operators = self._script_engine(workflow)
            tasks = workflow.get_tasks(state=TaskState.READY, manual=True)
            task = next(task for task in tasks if task.task_spec.bpmn_id == node)
            task.set_data(**data)
            task.run()
            workflow.do_engine_steps()
            self.clock = operators.context.clock
            return self._serialize(workflow)

    def _script_engine(self, workflow: SpiffWorkflow) -> tuple[Any, Operators]:
        context = ExpressionContext(self.now, self.world, self.clock)
        operators = Operators(context, frozenset(), workflow)
        return script_engine(ExpressionLanguage(context.functions()), operators.run_operator), operators

    def _serialize(self, workflow: SpiffWorkflow) -> str:
        # A step inside a sub-process may leave the outermost part untouched; ids must not restart then.
        parts = (workflow, *workflow.subprocesses.values())
        highest = max(int(task.last_state_change) for part in parts for task in part.tasks.values())
        return json.dumps({"counter": highest + 10_000, "workflow": self.serializer.to_dict(workflow)})
