"""Promises of imported calls: data that is handed over as it is here needs no word, less than that is asked about."""

from __future__ import annotations

import pytest

from engine.studio.importing.choices import ImportChoices
from engine.studio.importing.conversion import convert_vendor_diagram
from tests.bpmn.lint import draw

EVERYTHING = '<camunda:in variables="all"/><camunda:out variables="all"/>'
BUSINESS_KEY = '<camunda:in businessKey="#{execution.processBusinessKey}"/>'
NAMESPACES = b'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '


def calling(inner: str) -> bytes:
    """A diagram that calls another process, with what another tool says of the call's data."""
    call = (
        f'<bpmn:callActivity id="sub" calledElement="paying"><bpmn:extensionElements>{inner}</bpmn:extensionElements>'
    )
    return draw.line(f"{call}</bpmn:callActivity>").replace(
        b"<bpmn:definitions ", b"<bpmn:definitions " + NAMESPACES, 1
    )


def asked(inner: str, choices: ImportChoices | None = None) -> list[str]:
    """The settings that the analyst is asked about."""
    points = convert_vendor_diagram(calling(inner), {}, choices=choices).open_points
    return [point.setting for point in points if point.setting]


@pytest.mark.parametrize("inner", [EVERYTHING, EVERYTHING + BUSINESS_KEY])
def test_a_call_that_hands_over_everything_needs_no_word(inner: str) -> None:
    assert asked(inner) == []
    rules = [note.rule for note in convert_vendor_diagram(calling(inner), {}).conversions]
    assert "call-data" in rules


@pytest.mark.parametrize(
    "inner",
    [
        '<camunda:in variables="all"/>',
        '<camunda:out variables="all"/>',
        '<camunda:in variables="all"/><camunda:out source="a" target="b"/>',
        '<camunda:in variables="all" local="true"/><camunda:out variables="all"/>',
        BUSINESS_KEY,
    ],
)
def test_a_call_that_hands_over_less_is_asked_about(inner: str) -> None:
    assert {setting.partition(":")[0] for setting in asked(inner)} == {"sub"}
    assert asked(inner, ImportChoices(accept_all=True)) == []


@pytest.mark.parametrize("family", ["Child", "Parent"])
def test_a_call_of_camunda_8_that_keeps_data_back_is_asked_about(family: str) -> None:
    setting = f"propagateAll{family}Variables"
    called = '<zeebe:calledElement processId="paying" {}="{}"/>'
    assert asked(called.format(setting, "true")) == []
    assert asked(called.format(setting, "false")) == [f"sub:zeebe:{setting}"]
    assert asked(called.format(setting, "false"), ImportChoices(accepted=frozenset({f"sub:zeebe:{setting}"}))) == []
