"""Small diagrams and decision tables, one element per line, so that a test can say in which line a problem stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import PurePosixPath
from xml.sax.saxutils import escape, quoteattr

from engine.bpmn.lint import SENTENCES, Vocabulary, check_files
from engine.errors import FileProblem
from engine.translation.catalogue import Language

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
)
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
REPORT = PurePosixPath("workflows/report.bpmn")
TABLE = PurePosixPath("workflows/routing.dmn")
MAIL = PurePosixPath("workflows/mail/take_up.txt")
VOCABULARY = Vocabulary(
    signals=None,
    forms={"verify": frozenset({"outcome", "level", "things", "answer"})},
    mails=frozenset({"reminder"}),
    lane_labels={"commune": frozenset({"Cán bộ xã"}), "police": frozenset({"Công an"})},
)
DECLARED = """
<bpmn:message id="message_withdraw" name="withdraw"/>
<bpmn:signal id="signal_stop" name="stop"/>
<bpmn:error id="error_false" name="false" errorCode="false"/>
<bpmn:error id="error_other" name="other" errorCode="other"/>
<bpmn:escalation id="escalation_late" name="late" escalationCode="late"/>
"""
Files = dict[PurePosixPath, bytes]


def problems(files: bytes | Files, vocabulary: Vocabulary = VOCABULARY, language: Language = "en") -> list[FileProblem]:
    """What the checker says of a diagram, or of several files."""
    return check_files({REPORT: files} if isinstance(files, bytes) else files, vocabulary, language)


@dataclass(frozen=True)
class Case:
    """A rule, files that break it once, the same files mended, and where it must be reported.

    `line` is a piece of the line the problem stands in; empty for a problem of the whole file.
    """

    rule: str
    broken: bytes | Files
    mended: bytes | Files
    element: str = ""
    line: str = ""
    file: PurePosixPath = REPORT
    vocabulary: Vocabulary = VOCABULARY

    def check(self) -> None:
        """Fail unless exactly this problem is found, in both languages, and nothing in the mended files."""
        found = problems(self.broken, self.vocabulary)
        assert [(problem.rule, problem.file, problem.element) for problem in found] == [
            (self.rule, self.file, self.element)
        ], found
        assert found[0].line == self._number(), found
        vietnamese = problems(self.broken, self.vocabulary, "vi")
        assert vietnamese == [replace(found[0], message=vietnamese[0].message)]
        assert found[0].message != vietnamese[0].message
        assert found[0].message.endswith((".", "…"))
        assert found[0].rule in SENTENCES
        assert problems(self.mended, self.vocabulary) == []

    def _number(self) -> int:
        content = self.broken if isinstance(self.broken, bytes) else self.broken[self.file]
        lines = content.decode().splitlines()
        numbers = [number for number, line in enumerate(lines, 1) if self.line in line]
        return numbers[0] if self.line else 0


def names(cases: Sequence[Case]) -> list[str]:
    """The ids of parametrized cases: their rules, numbered where one has several."""
    return [f"{case.rule}-{number}" for number, case in enumerate(cases)]


# Files


def definitions(*parts: str) -> bytes:
    """A BPMN file of these parts."""
    text = "\n".join([f'<bpmn:definitions {NAMESPACES} id="file" targetNamespace="http://example.org/">', *parts])
    return f"{text}\n</bpmn:definitions>\n".encode()


def process(*parts: str, key: str = "report", attributes: str = 'isExecutable="true"') -> str:
    """A process of these nodes and flows."""
    return "\n".join([f'<bpmn:process id="{key}" {attributes}>', *parts, "</bpmn:process>"])


def report(*parts: str, key: str = "report", declared: str = DECLARED) -> bytes:
    """A file with one process of these nodes and flows, and everything events may name."""
    return definitions(declared.strip(), process(*parts, key=key))


def line(*nodes: str, key: str = "report", declared: str = DECLARED) -> bytes:
    """A file with one process of these nodes, one after the other between a start and an end."""
    order = ["begin", *(key_of(node) for node in nodes if "boundaryEvent" not in node), "done"]
    return report(start(), *nodes, end(), flows(" -> ".join(order)), key=key, declared=declared)


def key_of(drawn: str) -> str:
    """The id of a drawn element."""
    return drawn.partition('id="')[2].partition('"')[0]


def flows(text: str) -> str:
    """Flows written as `a -> b -> c; b -> d if level == 2`; the flow from a to b has the id `a_b`."""
    drawn: list[str] = []
    for chain in filter(None, map(str.strip, text.split(";"))):
        path, _, condition = chain.partition(" if ")
        stops = path.split(" -> ")
        drawn.extend(flow(*pair, condition=condition) for pair in pairwise(stops))
    return "\n".join(drawn)


def flow(source: str, target: str, condition: str = "", key: str = "") -> str:
    """One flow, with a condition if there is one."""
    inner = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>" if condition else ""
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<bpmn:sequenceFlow id="{key or f"{source}_{target}"}" {ends}>{inner}</bpmn:sequenceFlow>'


# Nodes


def node(tag: str, key: str, inner: str = "", attributes: str = "") -> str:
    """Any element with an id."""
    return f'<bpmn:{tag} id="{key}" {attributes}>{inner}</bpmn:{tag}>'


def start(key: str = "begin", event: str = "", attributes: str = "") -> str:
    return node("startEvent", key, event, attributes)


def end(key: str = "done", event: str = "") -> str:
    return node("endEvent", key, event)


def user(key: str = "work", inner: str = "", **given: str) -> str:
    """A user task; `given` are its properties beside role and form, an empty one is left out."""
    values = {"role": "commune", "form": "verify", **given}
    drawn = "".join(
        f'<spiffworkflow:property name="{name}" value={quoteattr(value)}/>' for name, value in values.items() if value
    )
    return node("userTask", key, f"{extended(f'<spiffworkflow:properties>{drawn}</spiffworkflow:properties>')}{inner}")


def service(operator: str, key: str = "serve", **given: str) -> str:
    """A service task of an operator with these parameters."""
    drawn = "".join(
        f'<spiffworkflow:parameter id="{name}" type="any" value={quoteattr(value)}/>' for name, value in given.items()
    )
    inner = f"<spiffworkflow:parameters>{drawn}</spiffworkflow:parameters>"
    tag = "spiffworkflow:serviceTaskOperator"
    return node("serviceTask", key, extended(f'<{tag} id="{operator}" resultVariable="_{key}">{inner}</{tag}>'))


def script(text: str, key: str = "compute") -> str:
    return node("scriptTask", key, f"<bpmn:script>{escape(text)}</bpmn:script>")


def rule_task(decision: str, key: str = "decide") -> str:
    inner = extended(f"<spiffworkflow:calledDecisionId>{decision}</spiffworkflow:calledDecisionId>") if decision else ""
    return node("businessRuleTask", key, inner)


def call(called: str, key: str = "called", inner: str = "") -> str:
    return node("callActivity", key, inner, f'calledElement="{called}"' if called else "")


def sub(key: str, *parts: str, attributes: str = "") -> str:
    """A sub-process, over several lines."""
    return "\n".join([f'<bpmn:subProcess id="{key}" {attributes}>', *parts, "</bpmn:subProcess>"])


def inside(key: str = "inner", *nodes: str, loop: str = "") -> str:
    """A sub-process of one user task, or of these nodes in a row."""
    drawn = nodes or (user(f"{key}_work"),)
    keys = [f"{key}_first", *map(key_of, drawn), f"{key}_last"]
    return sub(key, loop, start(keys[0]), *drawn, end(keys[-1]), flows(" -> ".join(keys)))


def boundary(key: str, host: str, event: str, interrupting: bool = True) -> str:
    flag = "true" if interrupting else "false"
    return node("boundaryEvent", key, event, f'attachedToRef="{host}" cancelActivity="{flag}"')


def catch(key: str, event: str) -> str:
    return node("intermediateCatchEvent", key, event)


def throw(key: str, event: str) -> str:
    return node("intermediateThrowEvent", key, event)


def gateway(kind: str, key: str, default: str = "") -> str:
    return node(f"{kind}Gateway", key, "", f'default="{default}"' if default else "")


def extended(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


# Events and loops


def event(kind: str, key: str = "", inner: str = "") -> str:
    """An event definition; `key` is what it refers to."""
    reference = f'{kind}Ref="{key}"' if key else ""
    return f"<bpmn:{kind}EventDefinition {reference}>{inner}</bpmn:{kind}EventDefinition>"


def timer(text: str, kind: str = "timeDuration") -> str:
    return event("timer", inner=f"<bpmn:{kind}>{escape(text)}</bpmn:{kind}>")


MESSAGE, SIGNAL = event("message", "message_withdraw"), event("signal", "signal_stop")
ERROR, ESCALATION = event("error", "error_false"), event("escalation", "escalation_late")
DAY = timer('"P1D"')


def multi(
    items: str = "",
    item: str = "",
    cardinality: str = "",
    output: tuple[str, str] | None = None,
    sequential: bool = False,
) -> str:
    """Multi-instance characteristics."""
    parts = [
        f"<bpmn:loopCardinality>{cardinality}</bpmn:loopCardinality>" if cardinality else "",
        f"<bpmn:loopDataInputRef>{items}</bpmn:loopDataInputRef>" if items else "",
        f"<bpmn:loopDataOutputRef>{output[0]}</bpmn:loopDataOutputRef>" if output else "",
        f'<bpmn:inputDataItem id="{item}"/>' if item else "",
        f'<bpmn:outputDataItem id="{output[1]}"/>' if output and output[1] else "",
    ]
    flag = "true" if sequential else "false"
    tag = "bpmn:multiInstanceLoopCharacteristics"
    return f'<{tag} isSequential="{flag}">{"".join(parts)}</{tag}>'


# Decision tables


def table(*rows: str, inputs: Sequence[tuple[str, str]] = (("field", "string"),), policy: str = "FIRST") -> str:
    """A decision `routing` with the output `level`; a row is written as `"health" | 2`, its output last."""
    columns = [
        f'<input id="in{number}"><inputExpression id="ex{number}" typeRef="{kind}"><text>{escape(text)}</text>'
        "</inputExpression></input>"
        for number, (text, kind) in enumerate(inputs)
    ]
    drawn = [row(f"r{number}", text) for number, text in enumerate(rows, 1)]
    head = f'<decision id="routing">\n<decisionTable id="table" hitPolicy="{policy}">'
    output = '<output id="out" name="level"/>'
    return "\n".join([head, *columns, output, *drawn, "</decisionTable>\n</decision>"])


def row(key: str, text: str) -> str:
    """One row, in one line."""
    *cells, output = map(str.strip, text.split(" | "))
    entries = [
        f'<inputEntry id="{key}c{number}"><text>{escape(cell)}</text></inputEntry>' for number, cell in enumerate(cells)
    ]
    last = f'<outputEntry id="{key}o"><text>{escape(output)}</text></outputEntry>'
    return f'<rule id="{key}">{"".join(entries)}{last}</rule>'


def dmn(*decisions: str) -> bytes:
    """A DMN file of these decisions."""
    return "\n".join([f'<definitions xmlns="{DMN}" id="tables">', *decisions, "</definitions>"]).encode()
