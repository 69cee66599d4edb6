"""Rules on service tasks: operators, their parameters, mails and recipients. For this package only."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.deployment import Deployment
from engine.bpmn.lint.diagram import Diagram, operator_of, parameters
from engine.bpmn.lint.finding import Element, Finding, at
from engine.bpmn.lint.references import listed
from engine.bpmn.lint.source import texts
from engine.bpmn.lint.vocabulary import CHOICES, ONE_OF


def operators(diagram: Diagram, deployment: Deployment) -> Iterator[Finding]:
    """A service task names an operator and gives it what it needs, and nothing it does not know."""
    known = deployment.vocabulary.operators
    for node in diagram.of_kind("serviceTask"):
        operator = operator_of(node.element)
        name = operator.get("id") or "" if operator is not None else ""
        if operator is None or not name:
            yield at(node.element, "operator-missing", known=listed(frozenset(known)))
        elif name not in known:
            yield at(node.element, "operator-unknown", operator=name, known=listed(frozenset(known)))
        else:
            yield from _parameters(operator, name, known[name])


def _parameters(operator: Element, name: str, table: tuple[frozenset[str], frozenset[str]]) -> Iterator[Finding]:
    required, optional = table
    given = {key for key, part in parameters(operator).items() if part.get("value") is not None}
    for missing in sorted(required - given):
        yield at(operator, "parameter-missing", operator=name, parameter=missing)
    one_of = ONE_OF.get(name, frozenset())
    if one_of and not one_of & given:
        yield at(operator, "parameter-missing", operator=name, parameter=" / ".join(sorted(one_of)))
    for key, part in parameters(operator).items():
        if key not in required | optional:
            yield at(part, "parameter-unknown", operator=name, parameter=key, known=listed(required | optional))
        yield from _choice(name, key, part)


def _choice(operator: str, parameter: str, part: Element) -> Iterator[Finding]:
    allowed = CHOICES.get((operator, parameter))
    for text in texts(part.get("value") or "") if allowed is not None else ():
        if allowed is not None and text not in allowed:
            yield at(part, "parameter-value", parameter=parameter, value=text, known=listed(allowed))


def notices(diagram: Diagram, deployment: Deployment) -> Iterator[Finding]:
    """The template and the recipients that a notice writes out exist; computed ones are left to the scenarios."""
    for node in diagram.of_kind("serviceTask"):
        operator = operator_of(node.element)
        if operator is None or operator.get("id") != "notice":
            continue
        given = parameters(operator)
        for text in _literals(given.get("template")):
            if deployment.mails is not None and text not in deployment.mails:
                yield at(given["template"], "mail-unknown", mail=text)
        for text in _literals(given.get("to")):
            if not _is_recipient(text, deployment):
                known = listed(deployment.vocabulary.recipients)
                yield at(given["to"], "recipient-unknown", recipient=text, known=known)


def _literals(part: Element | None) -> list[str]:
    return texts(part.get("value") or "") if part is not None else []


def _is_recipient(text: str, deployment: Deployment) -> bool:
    """A known word or a unit's code; where the units are not known, whatever has a digit may be a code."""
    units = deployment.vocabulary.units
    if text in deployment.vocabulary.recipients:
        return True
    return text in units if units is not None else any(letter.isdigit() for letter in text)
