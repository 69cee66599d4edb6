"""Foreign diagrams rewritten, and cases of the result."""

from __future__ import annotations

from engine.bpmn.actions import Complete, Message, Signal, Start
from engine.bpmn.parser import parse_processes
from engine.bpmn.step import advance
from engine.studio.importing.choices import ImportChoices
from engine.studio.importing.normalise import NormalisedDiagram, normalise_diagram
from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import process
from tests.kit.hotline import DATA, NOW, WORLD

PASS = ImportChoices(plain_tasks="pass")
BEGIN = draw.start()
DONE = draw.end()
MESSAGE = '<bpmn:messageEventDefinition messageRef="message_withdraw"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="signal_stop"/>'


def report(*parts: str, declared: str = "") -> bytes:
    """A file with one process of these parts."""
    return draw.definitions(declared, process(*parts))


def rules(result: NormalisedDiagram) -> list[str]:
    return [change.rule for change in result.changes]


class Walk:
    """A case of the rewritten file that has begun."""

    def __init__(self, content: bytes, choices: ImportChoices | None = None, **data: object) -> None:
        self.result = normalise_diagram(content, choices)
        assert draw.problems(self.result.content) == []
        (self.process,) = parse_processes({"workflows/report.bpmn": self.result.content}).values()
        self.step = advance(self.process, None, Start({**DATA, **data}), NOW, WORLD)
        self.open = {task.node: task.task_id for task in self.step.opened_tasks}

    def complete(self, name: str, **answers: object) -> Walk:
        return self._take(Complete(self.open.pop(name), answers))

    def hear(self, name: str) -> Walk:
        return self._take(Message(name))

    def signal(self, name: str) -> Walk:
        return self._take(Signal(name))

    def _take(self, action: Complete | Message | Signal) -> Walk:
        self.step = advance(self.process, self.step.state, action, NOW, WORLD)
        self.open |= {task.node: task.task_id for task in self.step.opened_tasks}
        return self


def with_rare_elements() -> bytes:
    """A file with a global task, an event with two triggers, a transaction that undoes nothing, and a text in FEEL."""
    deal = draw.inside("deal").replace("bpmn:subProcess", "bpmn:transaction")
    tell = draw.node("intermediateThrowEvent", "tell", MESSAGE + SIGNAL)
    common = '<bpmn:globalTask id="common" name="Chung"/>'
    which = draw.gateway("exclusive", "which", "which_done")
    wait = draw.node("intermediateCatchEvent", "wait", draw.timer("${wait.until()}", "timeDuration"))
    path = draw.flows("begin -> tell -> deal -> wait -> which -> done; which -> over if level > 1")
    path = path.replace("<bpmn:conditionExpression>", '<bpmn:conditionExpression language="feel">')
    return report(BEGIN, tell, deal, wait, which, DONE, draw.end("over"), path, declared=draw.DECLARED + common)
