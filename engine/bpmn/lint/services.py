"""Rules on service tasks: operators, their parameters, mails and recipients."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import Diagram, operator_of, operator_parameters
from engine.bpmn.lint.finding import Element, Finding, finding_at
from engine.bpmn.lint.references import join_names
from engine.bpmn.lint.source import literal_texts
from engine.bpmn.lint.vocabulary import ONE_OF_PARAMETERS, PARAMETER_CHOICES


def check_operators(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """A service task names an operator, passes its required parameters and no unknown ones."""
    known = deployment.vocabulary.operators
    for node in diagram.nodes_of_kind("serviceTask"):
        operator = operator_of(node.element)
        name = operator.get("id") or "" if operator is not None else ""
        if operator is None or not name:
            yield finding_at(node.element, "operator-missing", known=join_names(frozenset(known)))
        elif name not in known:
            yield finding_at(node.element, "operator-unknown", operator=name, known=join_names(frozenset(known)))
        else:
            yield from _check_parameters(operator, name, known[name])


def _check_parameters(
    operator: Element, name: str, signature: tuple[frozenset[str], frozenset[str]]
) -> Iterator[Finding]:
    required, optional = signature
    argument_names = {
        key for key, argument in operator_parameters(operator).items() if argument.get("value") is not None
    }
    for missing in sorted(required - argument_names):
        yield finding_at(operator, "parameter-missing", operator=name, parameter=missing)
    one_of = ONE_OF_PARAMETERS.get(name, frozenset())
    if one_of and not one_of & argument_names:
        yield finding_at(operator, "parameter-missing", operator=name, parameter=" / ".join(sorted(one_of)))
    for key, argument in operator_parameters(operator).items():
        if key not in required | optional:
            yield finding_at(
                argument, "parameter-unknown", operator=name, parameter=key, known=join_names(required | optional)
            )
        yield from _check_choice(name, key, argument)


def _check_choice(operator: str, parameter: str, argument: Element) -> Iterator[Finding]:
    allowed = PARAMETER_CHOICES.get((operator, parameter))
    for text in literal_texts(argument.get("value") or "") if allowed is not None else ():
        if allowed is not None and text not in allowed:
            yield finding_at(argument, "parameter-value", parameter=parameter, value=text, known=join_names(allowed))


def check_notices(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """The template and recipients of a notice exist if they are literals; the scenarios test computed ones."""
    for node in diagram.nodes_of_kind("serviceTask"):
        operator = operator_of(node.element)
        if operator is None or operator.get("id") != "notice":
            continue
        arguments = operator_parameters(operator)
        for text in _parameter_texts(arguments.get("template")):
            if deployment.mail_templates is not None and text not in deployment.mail_templates:
                yield finding_at(arguments["template"], "mail-unknown", mail=text)
        for text in _parameter_texts(arguments.get("to")):
            if not _is_recipient(text, deployment):
                known = join_names(deployment.vocabulary.recipients)
                yield finding_at(arguments["to"], "recipient-unknown", recipient=text, known=known)


def _parameter_texts(argument: Element | None) -> list[str]:
    return literal_texts(argument.get("value") or "") if argument is not None else []


def _is_recipient(text: str, deployment: DeploymentIndex) -> bool:
    """A known word or a unit's code; when the units are unknown, any text with a digit may be a code."""
    units = deployment.vocabulary.units
    if text in deployment.vocabulary.recipients:
        return True
    return text in units if units is not None else any(letter.isdigit() for letter in text)
