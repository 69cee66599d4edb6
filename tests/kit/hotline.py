"""A small province and a small process for tests of the step, the store and the use cases.

The process `handle`: set a deadline of 16 working hours → `verify` [commune], reminded at half of the time, overdue
at its end → `resolve` [commune] → end. A message `withdraw` ends it; the outcome "fail" leads to a failing script.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import PurePosixPath

from sqlalchemy import insert

from engine.actor import SYSTEM, Actor, ActStamp
from engine.bpmn.parser import Process, parse_processes
from engine.cases.intake import NewReport
from engine.cases.tasks import Desk
from engine.process import definitions
from engine.staff import account_seals, people
from engine.staff.access import Officer
from engine.store.db import Transaction
from engine.store.models import Person
from engine.store.models import Unit as UnitRow
from engine.world.unit_tree import OrgUnit, UnitTree
from engine.world.work_calendar import build_calendar
from engine.world.world import World

# A Wednesday morning in office hours: 10:00 in Vietnam.
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
WHO = Actor("person:1", "test")
PLACE = "26068"
DATA = {
    "outcome": "",
    "case": 1,
    "code": "DN-26-000001-B",
    "field": "health",
    "urgency": "normal",
    "place": PLACE,
    "channel": "phone",
}

NEW = NewReport(
    received_at=NOW,
    channel="phone",
    field="health",
    urgency="normal",
    place=PLACE,
    reporter_name="Nguyễn Thị Hồng Đào",
    phone="+84 912 345 678",
    address="12/3 Bùi Hữu Nghĩa",
    email="hongdao@example.org",
    content="Trạm y tế đóng cửa giờ hành chính.",
)

UNITS = (
    OrgUnit("75", "Đồng Nai", "province"),
    OrgUnit("75.VP", "Văn phòng UBND tỉnh", "office", "75"),
    OrgUnit("75.1022", "Tổng đài 1022", "hotline", "75"),
    OrgUnit("731", "Biên Hòa", "district", "75"),
    OrgUnit(PLACE, "Trảng Dài", "commune", "731"),
)
WORLD = World(build_calendar(), UnitTree(UNITS, None))

_NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="test"'
)


def user_task(name: str, **properties: str) -> str:
    """A user task of the commune with the form `note`."""
    wanted = {"role": "commune", "form": "note", **properties}
    inner = "".join(f'<spiffworkflow:property name="{key}" value="{value}"/>' for key, value in wanted.items())
    body = f"<spiffworkflow:properties>{inner}</spiffworkflow:properties>"
    return f'<bpmn:userTask id="{name}" name="{name}">{_extended(body)}</bpmn:userTask>'


def service(name: str, operator: str, **params: str) -> str:
    """A service task that runs an operator; parameters are expressions."""
    inner = "".join(f'<spiffworkflow:parameter id="{k}" type="any" value="{v}"/>' for k, v in params.items())
    body = (
        f'<spiffworkflow:serviceTaskOperator id="{operator}" resultVariable="_{operator}">'
        f"<spiffworkflow:parameters>{inner}</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
    )
    return f'<bpmn:serviceTask id="{name}" name="{name}">{_extended(body)}</bpmn:serviceTask>'


def script(name: str, text: str) -> str:
    """A script task."""
    return f'<bpmn:scriptTask id="{name}" name="{name}"><bpmn:script>{text}</bpmn:script></bpmn:scriptTask>'


def timer(name: str, host: str, expression: str) -> str:
    """A non-interrupting timer on `host`."""
    inner = f'<bpmn:timeDate xsi:type="bpmn:tFormalExpression">{expression}</bpmn:timeDate>'
    return _boundary(name, host, "false", f"<bpmn:timerEventDefinition>{inner}</bpmn:timerEventDefinition>")


def message(name: str, host: str) -> str:
    """An interrupting message event on `host`; message and event have one name."""
    variable = _extended(f"<spiffworkflow:messageVariable>{name}_said</spiffworkflow:messageVariable>")
    inner = f'<bpmn:messageEventDefinition messageRef="{name}_message">{variable}</bpmn:messageEventDefinition>'
    return _boundary(name, host, "true", inner)


def catch_timer(name: str, expression: str) -> str:
    """An intermediate timer."""
    inner = f'<bpmn:timeDate xsi:type="bpmn:tFormalExpression">{expression}</bpmn:timeDate>'
    body = f"<bpmn:timerEventDefinition>{inner}</bpmn:timerEventDefinition>"
    return f'<bpmn:intermediateCatchEvent id="{name}" name="{name}">{body}</bpmn:intermediateCatchEvent>'


def node(kind: str, name: str) -> str:
    """Any element without a body."""
    return f'<bpmn:{kind} id="{name}" name="{name}"/>'


def diagram(key: str, nodes: list[str], *chains: str, messages: tuple[str, ...] = ()) -> bytes:
    """A BPMN file; a chain is "a > b > c", and "g > c [x == 1]" has a condition."""
    flows = "".join(_flows(chain) for chain in chains)
    declared = "".join(f'<bpmn:message id="{name}_message" name="{name}"/>' for name in messages)
    process = f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{"".join(nodes)}{flows}</bpmn:process>'
    return f"<bpmn:definitions {_NAMESPACES}>{declared}{process}</bpmn:definitions>".encode()


def _flows(chain: str) -> str:
    path, _, condition = chain.partition("[")
    names = [name.strip() for name in path.split(">")]
    inner = ""
    if condition:
        inner = (
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition[:-1]}</bpmn:conditionExpression>'
        )
    return "".join(
        f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}">{inner}</bpmn:sequenceFlow>'
        for a, b in pairwise(names)
    )


def _extended(body: str) -> str:
    return f"<bpmn:extensionElements>{body}</bpmn:extensionElements>"


def _boundary(name: str, host: str, cancels: str, body: str) -> str:
    return (
        f'<bpmn:boundaryEvent id="{name}" attachedToRef="{host}" cancelActivity="{cancels}">{body}</bpmn:boundaryEvent>'
    )


HANDLE = diagram(
    "handle",
    [
        node("startEvent", "begin"),
        service("set_deadline", "deadline", hours="16"),
        user_task("verify"),
        timer("half_time", "verify", "reminder(0.5)"),
        timer("too_late", "verify", "deadline()"),
        message("withdraw", "verify"),
        service("remind", "notice", template="'reminder'", rung="'reminder'", to="['unit', 'unit_above']"),
        service("mark_overdue", "mark", status="'overdue'"),
        service("tell_overdue", "notice", template="'overdue'", rung="'overdue'", to="'unit_above'"),
        node("endEvent", "reminded"),
        node("endEvent", "told"),
        node("endEvent", "withdrawn"),
        '<bpmn:exclusiveGateway id="which" default="which_resolve"/>',
        script("fail", "x = 1 / zero"),
        user_task("resolve"),
        node("endEvent", "done"),
    ],
    "begin > set_deadline > verify > which",
    "which > resolve > done",
    "which > fail [outcome == 'fail']",
    "fail > done",
    "half_time > remind > reminded",
    "too_late > mark_overdue > tell_overdue > told",
    "withdraw > withdrawn",
    messages=("withdraw",),
)
NOTE = {
    "type": "default",
    "id": "note",
    "components": [
        {"type": "textfield", "key": "note", "label": "Ghi chú", "validate": {"required": True}},
        {
            "type": "select",
            "key": "outcome",
            "label": "Kết quả",
            "values": [{"label": "Đúng", "value": "correct"}, {"label": "Lỗi", "value": "fail"}],
            "properties": {"store": "process"},
        },
        {"type": "number", "key": "zero", "label": "Số", "properties": {"store": "process"}},
    ],
}
FILES = {
    PurePosixPath("workflows/handle.bpmn"): HANDLE,
    PurePosixPath("workflows/mail/reminder.txt"): "Nhắc việc\n\nHồ sơ {{ case.code }}.".encode(),
    PurePosixPath("workflows/mail/overdue.txt"): "Quá hạn\n\nHồ sơ {{ case.code }}.".encode(),
    PurePosixPath("forms/note.json"): json.dumps(NOTE).encode(),
}


def process(content: bytes = HANDLE, key: str = "handle") -> Process:
    """The parsed process of one diagram."""
    return parse_processes({f"{key}.bpmn": content})[key]


def deployed(tx: Transaction) -> definitions.DefinitionRef:
    """The process `handle`, deployed."""
    definitions.deploy_files(tx, FILES, by=SYSTEM, message="", now=NOW)
    return definitions.find_by_key(tx, "handle")


def desk(tx: Transaction, *roles: tuple[str, str], person: int = 1) -> Desk:
    """An officer at work at NOW who holds these roles; the province and the person are stored."""
    connection = tx.write()
    if person == 1:
        connection.execute(
            insert(UnitRow), [{"code": u.code, "name": u.name, "kind": u.kind, "parent_code": u.parent} for u in UNITS]
        )
    login = {"id": person, "login": f"officer{person}", "name": f"Officer {person}", "active": True}
    connection.execute(insert(Person), login)
    by = ActStamp(SYSTEM, NOW)
    account_seals.adopt_accounts(tx, by, [person])
    for unit, role in roles:
        people.grant_role(tx, person, unit, role, by)
    return Desk(Officer(person, frozenset(roles)), "test", NOW, WORLD)
