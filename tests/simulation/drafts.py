"""Drafts of this repository's diagrams, each with one change that an analyst could make."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Engine

from engine.simulation import simulation
from engine.simulation.simulation import SimulationRequest
from tests.kit.site import deployment

Files = Mapping[PurePosixPath, bytes]

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)  # A Tuesday morning in office hours.
CHASE_CAP = 10
ALL = 100_000

MAIN = PurePosixPath("workflows/citizen_report.bpmn")
LOCAL = PurePosixPath("workflows/resolution.bpmn")
DEADLINES = PurePosixPath("workflows/deadlines.dmn")
ROUTING = PurePosixPath("workflows/routing.dmn")

APPROVAL = """
    <bpmn:userTask id="approve" name="Duyệt kết quả">
      <bpmn:extensionElements>
        <spiffworkflow:properties>
          <spiffworkflow:property name="role" value="tier2_focal" />
          <spiffworkflow:property name="form" value="check" />
        </spiffworkflow:properties>
        <spiffworkflow:instructionsForEndUser>Duyệt trước khi kiểm tra.</spiffworkflow:instructionsForEndUser>
      </bpmn:extensionElements>
      <bpmn:incoming>resolve_to_approve</bpmn:incoming>
      <bpmn:outgoing>resolve_to_check</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="resolve_to_approve" sourceRef="resolve" targetRef="approve" />
    <bpmn:sequenceFlow id="resolve_to_check" sourceRef="approve" targetRef="check" />"""
APPROVAL_DRAWN = """
      <bpmndi:BPMNShape id="approve_di" bpmnElement="approve">
        <dc:Bounds x="1380" y="620" width="120" height="80" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="resolve_to_approve_di" bpmnElement="resolve_to_approve">
        <di:waypoint x="1230" y="660" />
        <di:waypoint x="1380" y="660" />
      </bpmndi:BPMNEdge>
      <bpmndi:BPMNShape id="check_di" """


def changed(path: PurePosixPath, *edits: tuple[str, str]) -> Files:
    """This repository's files with edits in one of them; each text that is replaced has to be there once."""
    text = deployment()[path].decode()
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        text = text.replace(old, new)
    return {**deployment(), path: text.encode()}


def hours(rule: str, before: str, after: str) -> Files:
    """Another number of hours in a rule of the table of deadlines."""
    entry = '<outputEntry id="deadlines_{}_hours">\n          <text>{}</text>'
    return changed(DEADLINES, (entry.format(rule, before), entry.format(rule, after)))


def routed() -> Files:
    """Education goes to the localities, as everything else."""
    department = '<outputEntry id="routing_education_{}">\n          <text>"{}"</text>'
    return changed(
        ROUTING,
        (department.format("level", "department"), department.format("level", "commune")),
        (department.format("department", "75.SGDDT"), department.format("department", "")),
    )


def with_approval() -> Files:
    """A new step `approve` between resolving and checking."""
    old = '\n    <bpmn:sequenceFlow id="resolve_to_check" sourceRef="resolve" targetRef="check" />'
    lane = "<bpmn:flowNodeRef>check</bpmn:flowNodeRef>"
    return changed(
        LOCAL,
        ("<bpmn:outgoing>resolve_to_check</bpmn:outgoing>", "<bpmn:outgoing>resolve_to_approve</bpmn:outgoing>"),
        (old, APPROVAL),
        (lane, f"{lane}\n        <bpmn:flowNodeRef>approve</bpmn:flowNodeRef>"),
        ('\n      <bpmndi:BPMNShape id="check_di" ', APPROVAL_DRAWN),
    )


def noted() -> Files:
    """A script that changes nothing, before everything that people do."""
    flow = '<bpmn:sequenceFlow id="prepare_to_choose_intake_time" sourceRef="prepare" targetRef="choose_intake_time" />'
    task = """<bpmn:scriptTask id="note" name="Ghi chú">
      <bpmn:incoming>prepare_to_note</bpmn:incoming>
      <bpmn:outgoing>prepare_to_choose_intake_time</bpmn:outgoing>
      <bpmn:script>step = step + 0</bpmn:script>
    </bpmn:scriptTask>
    <bpmn:sequenceFlow id="prepare_to_note" sourceRef="prepare" targetRef="note" />"""
    shape = """
      <bpmndi:BPMNShape id="note_di" bpmnElement="note">
        <dc:Bounds x="300" y="60" width="120" height="80" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="prepare_to_note_di" bpmnElement="prepare_to_note">
        <di:waypoint x="300" y="100" />
        <di:waypoint x="330" y="100" />
      </bpmndi:BPMNEdge>
      <bpmndi:BPMNShape id="prepare_di" """
    lane = "<bpmn:flowNodeRef>prepare</bpmn:flowNodeRef>"
    return changed(
        MAIN,
        (
            "<bpmn:outgoing>prepare_to_choose_intake_time</bpmn:outgoing>",
            "<bpmn:outgoing>prepare_to_note</bpmn:outgoing>",
        ),
        (flow, task + flow.replace('"prepare" ', '"note" ')),
        (lane, f"{lane}\n        <bpmn:flowNodeRef>note</bpmn:flowNodeRef>"),
        ('\n      <bpmndi:BPMNShape id="prepare_di" ', shape),
    )


def write(files: Files, folder: Path) -> Path:
    """The files of a draft below a folder."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def simulated(engine: Engine, draft: Files, number: int = ALL, **more: Any) -> dict[str, Any]:
    """The newest cases of a database run through a draft, as JSON tells it, without the time it took."""
    result = simulation.result_document(
        simulation.simulate_draft(engine, SimulationRequest(draft, number, **more), CHASE_CAP)
    )
    del result["wall_s"]
    return result


def codes(result: Mapping[str, Any], kind: str) -> set[str]:
    """The cases that differ in a way."""
    return {change["code"] for change in result["differences"] if kind in change["kinds"]}


def reasons(change: Mapping[str, Any]) -> dict[str, Any]:
    """What a change says, by code."""
    return {reason["code"]: reason["args"] for reason in change["reasons"]}
