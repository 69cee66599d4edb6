"""A process of an analyst's own, not about a citizen's report: an officer asks, the head decides, the asker reads.

Officers and heads of communes may begin it; its codes begin with TR, and lists show the answer to `reason`.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Any

from engine.actor import SYSTEM
from engine.process import definitions
from tests.kit.hotline import diagram, node, service, user_task
from tests.kit.site import NOW, Site, deployment

BEGIN = {
    "name_en": "Request a trip",
    "form": "trip",
    "start_roles": "commune unit_head",
    "start_units": "commune",
    "code": "TR",
    "matter": "reason",
}
TRIP = {"reason": "Họp tại Biên Hòa", "days": "2"}


def start_event(name: str, label: str, properties: dict[str, str], trigger: str = "") -> str:
    """A start event with properties, and the definition of what begins it."""
    inner = "".join(f'<spiffworkflow:property name="{key}" value="{value}"/>' for key, value in properties.items())
    body = f"<spiffworkflow:properties>{inner}</spiffworkflow:properties>" if inner else ""
    told = "<spiffworkflow:instructionsForEndUser>Ghi lý do và số ngày.</spiffworkflow:instructionsForEndUser>"
    extended = f"<bpmn:extensionElements>{body}{told}</bpmn:extensionElements>"
    return f'<bpmn:startEvent id="{name}" name="{label}">{extended}{trigger}</bpmn:startEvent>'


def errand(**changed: str) -> bytes:
    """The diagram, with other properties of its start event."""
    return diagram(
        "errand",
        [
            start_event("ask", "Xin đi công tác", BEGIN | changed),
            service("set_deadline", "deadline", hours="8"),
            user_task("decide", role="unit_head", form="decide_trip"),
            user_task("read", role="starter", form="read_trip"),
            node("endEvent", "done"),
        ],
        "ask > set_deadline > decide > read > done",
    )


def _form(key: str, *components: dict[str, Any]) -> bytes:
    return json.dumps({"type": "default", "id": key, "components": list(components)}).encode()


FILES = {
    PurePosixPath("workflows/errand.bpmn"): errand(),
    PurePosixPath("forms/trip.json"): _form(
        "trip",
        {"type": "textarea", "key": "reason", "label": "Lý do", "validate": {"required": True}},
        {"type": "number", "key": "days", "label": "Số ngày", "properties": {"store": "process"}},
        {"type": "textfield", "key": "papers", "label": "Giấy tờ", "properties": {"kind": "file", "multiple": True}},
    ),
    PurePosixPath("forms/decide_trip.json"): _form(
        "decide_trip",
        {"type": "textarea", "key": "words", "label": "Ý kiến", "validate": {"required": True}},
    ),
    PurePosixPath("forms/read_trip.json"): _form("read_trip", {"type": "textfield", "key": "note", "label": "Ghi chú"}),
}


def deploy_errand(site: Site) -> None:
    """Deploy the process beside the shipped ones."""
    site.write(definitions.deploy_files, deployment() | FILES, by=SYSTEM, message="", now=NOW)
