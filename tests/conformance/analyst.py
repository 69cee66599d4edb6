"""What an analyst adds to a foreign diagram without changing its flow: names, roles, forms, operators, scripts.

Groups, people, forms and implementations are mapped on import; what then lacks a role, a form or an operator gets one.
betsy writes placeholders where an engine's own script belongs (`SCRIPT_task1`); each becomes a line in our language
that adds to a list what betsy would have logged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.lint.namespaces import BPMN, SPIFF
from engine.studio.importing.choices import ImportChoices
from engine.studio.importing.conversion import convert_each_process
from tests.conformance.written import extensions_of, write_what_is_empty

ROLE, FORM, OPERATOR = "operator", "answer", 'mark(status="resolved")'
_ASSIGNMENTS = ("candidateGroups", "assignee", "candidateUsers")
_FORM_KEYS = ("formKey", "formRef", "formId", "externalReference")
_IMPLEMENTATIONS = ("topic", "class", "delegateExpression", "expression", "type")
_PLACEHOLDERS: tuple[tuple[str, str], ...] = (
    (r"CREATE_LOG_FILE", "log = []"),
    (r"SCRIPT_(\w+)", r'log = log + ["\1"]'),
    (r"INCREMENT_INTEGER_VARIABLE_AND_LOG", 'integerVariable = integerVariable + 1\nlog = log + ["turn"]'),
    (r"INCREMENT_INTEGER_VARIABLE", "integerVariable = integerVariable + 1"),
    (r"SET_STRING_DATA", 'data = "String"'),
    (r"LOG_DATA", "log = log + [data]"),
    (r"\w+", r'log = log + ["\g<0>"]'),
)
_CONTAINS = re.compile(r'(!?)\s*(\w+)\.contains\(("\w+")\)')


def complete(content: bytes, *, written: bool = False) -> list[bytes]:
    """The diagram as an analyst would hand it in, a file for each process; with `written`, what it leaves empty is too.

    Settings without an effect here are done without. Raises BadInput for a file that cannot be read.
    """
    prepared = _without_placeholders(content)
    choices = ImportChoices(accept_all=True)
    converted = convert_each_process(prepared, dict(_mapping(prepared)), choices, "en")
    return [_completed(diagram.content, written=written) for diagram in converted]


def _completed(content: bytes, *, written: bool) -> bytes:
    root = etree.fromstring(content)
    if written:
        write_what_is_empty(root)
    for task in root.iter(f"{{{BPMN}}}userTask"):
        _add_property(task, "role", ROLE)
        _add_property(task, "form", FORM)
    for task in root.iter(f"{{{BPMN}}}serviceTask"):
        _add_operator(task)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _without_placeholders(content: bytes) -> bytes:
    """The file with betsy's placeholders replaced; any other file unchanged."""
    if b"http://dsg.wiai.uniba.de/betsy" not in content:
        return content
    root = etree.fromstring(content)
    for script in root.iter(f"{{{BPMN}}}script"):
        text = (script.text or "").strip()
        script.text = next(
            re.sub(known, ours, text) for known, ours in _PLACEHOLDERS if re.fullmatch(known, text) or known == r"\w+"
        )
    for expression in root.iter(f"{{{BPMN}}}conditionExpression", f"{{{BPMN}}}condition"):
        expression.text = _CONTAINS.sub(lambda m: f"{m[3]} {'not ' if m[1] else ''}in {m[2]}", expression.text or "")
    return bytes(etree.tostring(root))


def _mapping(content: bytes) -> Iterator[tuple[str, str]]:
    """A role, a form or an operator for every foreign name that an import asks for."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return
    for element in root.iter(etree.Element):
        for name, value in element.attrib.items():
            local = etree.QName(str(name)).localname
            if local in _ASSIGNMENTS:
                yield str(value), ROLE
                yield from ((part.strip(), ROLE) for part in str(value).split(","))
            elif local in _FORM_KEYS:
                yield str(value), FORM
            elif local == "name" and element.tag == f"{{{BPMN}}}lane":
                yield str(value).strip(), ROLE
            elif local in _IMPLEMENTATIONS and local != "type":
                yield str(value), OPERATOR


def _add_property(task: etree._Element, name: str, value: str) -> None:
    holder = extensions_of(task)
    properties = holder.find(f"{{{SPIFF}}}properties")
    if properties is None:
        properties = etree.SubElement(holder, f"{{{SPIFF}}}properties")
    if not any(item.get("name") == name for item in properties):
        etree.SubElement(properties, f"{{{SPIFF}}}property", name=name, value=value)


def _add_operator(task: etree._Element) -> None:
    holder = extensions_of(task)
    if holder.find(f"{{{SPIFF}}}serviceTaskOperator") is None:
        operator = etree.SubElement(holder, f"{{{SPIFF}}}serviceTaskOperator", id="mark", resultVariable="_mark")
        parameters = etree.SubElement(operator, f"{{{SPIFF}}}parameters")
        etree.SubElement(parameters, f"{{{SPIFF}}}parameter", id="status", type="str", value='"resolved"')
