"""What a foreign diagram calls and its collection has elsewhere: small processes and tables in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from engine.bpmn.lint.namespaces import BPMN, SPIFF
from tests.conformance.analyst import FORM, ROLE
from tests.walks import drawing as d
from tests.walks.drawing import Files, body, documents, process

DECIDED: Mapping[str, Any] = {"decided": "yes"}
"""What every table in place of another says."""
_PROPERTIES = (
    f'<bpmn:extensionElements><spiffworkflow:properties><spiffworkflow:property name="role" value="{ROLE}"/>'
    f'<spiffworkflow:property name="form" value="{FORM}"/></spiffworkflow:properties></bpmn:extensionElements>'
)
_TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d_{key}" name="d" namespace="n">
<decision id="{key}" name="{key}"><decisionTable id="t_{key}" hitPolicy="UNIQUE">
<input id="i_{key}"><inputExpression id="e_{key}" typeRef="string"><text>place</text></inputExpression></input>
<output id="o_{key}" name="decided" typeRef="string"/>
<rule id="r_{key}"><inputEntry id="c_{key}"><text></text></inputEntry>
<outputEntry id="v_{key}"><text>"yes"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def files_with_stubs(contents: Sequence[bytes]) -> Files:
    """The diagrams with a stub for each process and decision that they call and do not have."""
    roots = [etree.fromstring(content) for content in contents]
    processes = [element for root in roots for element in root.iter(f"{{{BPMN}}}process")]
    own = {element.get("id") for element in processes if element.get("isExecutable") != "false"}
    called = {str(call.get("calledElement")) for root in roots for call in root.iter(f"{{{BPMN}}}callActivity")} - own
    decided = {str(item.text).strip() for root in roots for item in root.iter(f"{{{SPIFF}}}calledDecisionId")}
    stubs = {f"stub_{number}": process(key, _stub_body(number)) for number, key in enumerate(sorted(called))}
    tables = {f"stub_{number}.dmn": _TABLE.format(key=key).encode() for number, key in enumerate(sorted(decided))}
    drawn = {f"import_{number}.bpmn": content for number, content in enumerate(contents)}
    return {**documents(stubs), **tables, **drawn}


def _stub_body(number: int) -> d.Body:
    first, task, last = f"stub_{number}_begin", f"stub_{number}_task", f"stub_{number}_done"
    nodes = d.start(first), d.Node("userTask", task, inner=_PROPERTIES), d.end(last)
    return body(*nodes, flows=f"{first} -> {task} -> {last}")
