"""A draft in memory, and browsers on its editors. For the tests of the studio in Chromium."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from flask import Response, jsonify, render_template, request
from playwright.sync_api import Page, expect

from engine.errors import FileProblem
from engine.scenarios import deployment_check
from tests.kit.chromium import Desk
from tests.kit.site import OFFICE
from tests.paths import ROOT

API = "/studio/drafts/7"


# What the page says before the first check of the draft has come.
CHECKING = "Đang kiểm tra bản nháp…"


WIDE = {"width": 1500, "height": 950}


ROLES = {"operator": "Tổng đài viên 1022", "commune": "Cán bộ xã, phường", "provincial_office": "Văn phòng UBND tỉnh"}


def shipped() -> dict[str, str]:
    """The files of this repository's deployment by path."""
    paths = [*ROOT.glob("workflows/*.*"), *ROOT.glob("workflows/mail/*"), *ROOT.glob("forms/*.json")]
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in sorted(paths)}


@dataclass
class Drafts:
    """A draft in memory, served as the editor expects; it stands before the application's own pages."""

    files: dict[str, str]
    versions: dict[str, int] = field(default_factory=dict)
    others: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] | None = None
    notes: list[dict[str, Any]] = field(default_factory=list)
    names: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    map: dict[str, Any] | None = None
    places: list[dict[str, Any]] = field(default_factory=list)

    def answer(self) -> Any:
        """The answer to a request below the draft's address, None for every other one."""
        if not request.path.startswith(API):
            return None
        rest = request.path.removeprefix(API)
        if rest.startswith("/files/"):
            return self._file(rest.removeprefix("/files/"))
        if rest.startswith("/uses/"):
            return jsonify([])
        if rest.startswith("/names/"):
            return jsonify(self.names)
        pages = {"/edit": self._page, "/files": self._list, "/problems": self._check, "/catalogue": self._catalogue}
        known: dict[str, Callable[[], Any]] = {
            **pages,
            "/comments": lambda: jsonify(self.comments),
            "/others": lambda: jsonify(self.others),
            "/mail-preview": self._mail,
            "/map": lambda: jsonify(self.map),
            "/search": lambda: jsonify(self.places),
        }
        return known[rest]() if rest in known else self._panel(rest.removeprefix("/panel/"))

    def write(self, path: str, text: str) -> None:
        """Store a file as somebody else would."""
        self.files[path] = text
        self.versions[path] = self.versions.get(path, 1) + 1

    def check(self) -> list[FileProblem]:
        """What the checker says of the files."""
        return deployment_check.problems_in({PurePosixPath(path): text.encode() for path, text in self.files.items()})

    def _page(self) -> str:
        return render_template("studio/editor.html", draft={"id": 7, "title": "Bản nháp thử", "may_edit": True})

    def _list(self) -> Response:
        return jsonify([{"path": path, "version": self._version(path), "changed": False} for path in self.files])

    def _version(self, path: str) -> int:
        return self.versions.setdefault(path, 1)

    def _file(self, path: str) -> Response:
        if request.method == "GET":
            return self._marked(path, Response(self.files[path], mimetype="text/plain"))
        wanted = "" if path not in self.files else f'"{self._version(path)}"'
        if request.headers.get("If-Match", "") != wanted or not request.headers.get("X-CSRFToken"):
            return Response(
                json.dumps({"sentence": "Tệp vừa được lưu.", "who": "Trần Thị Bình"}), 409, mimetype="application/json"
            )
        if request.method == "DELETE":
            del self.files[path]
            return Response(status=204)
        self.write(path, request.get_data(as_text=True))
        self.writes.append(path)
        return self._marked(path, Response(status=204))

    def _marked(self, path: str, response: Response) -> Response:
        response.headers["ETag"] = f'"{self._version(path)}"'
        return response

    def _check(self) -> Response:
        found = self.problems
        if found is None:
            found = [
                {"path": str(one.file), "element": one.element, "line": one.line, "sentence": one.message}
                for one in self.check()
            ]
        return jsonify({"problems": found, "notes": self.notes})

    def _catalogue(self) -> Response:
        def named(names: Any) -> list[dict[str, str]]:
            return [{"value": name, "label": f"{name} (nhãn)"} for name in names]

        stems = {
            folder: sorted(Path(path).stem for path in self.files if path.startswith(folder)) for folder in FOLDERS
        }
        return jsonify(
            roles=[{"value": key, "label": label} for key, label in ROLES.items()],
            start_roles=named(["commune", "unit_head", "anybody"]),
            unit_kinds=named(["commune", "district"]),
            answers=[{"value": "content", "label": "Nội dung", "form": "receive"}],
            forms=named(stems["forms/"]),
            mails=named(stems["workflows/mail/"]),
            decisions=named(["routing", "deadlines"]),
            processes=named(["resolution", "false_report"]),
            messages=named(["withdraw", "recall"]),
            recipients=named(["unit", "unit_above", "citizen"]),
            field_kinds=[{"value": "phone", "label": "Số điện thoại"}],
        )

    def _panel(self, step: str) -> Response:
        return Response(
            f'<p data-step-done="{step}">{step}</p>'
            '<p data-path="workflows/resolution.bpmn" data-element="assign">Sửa</p>'
            '<p data-walked="assign verify">Đã đi</p><button data-open-file="forms/verify.json">Mở</button>',
            mimetype="text/html",
        )

    def _mail(self) -> Response:
        sent = request.get_json()
        if sent["case"] != "DN-26-000460-V":
            return Response('{"sentence": "Không có hồ sơ này."}', 422, mimetype="application/json")
        return jsonify(subject="[1022] DN-26-000460-V", text=f"Thư thử: {len(sent['text'])}")


FOLDERS = ("forms/", "workflows/mail/")


@dataclass
class Studio:
    """The draft and browsers on it."""

    drafts: Drafts
    desk: Desk

    def open(self, path: str, element: str = "") -> Page:
        """A visitor's page with a file open, and an element of it chosen."""
        page = self.desk.visit(OFFICE, WIDE)
        page.goto(f"{API}/edit#{path}" + (f"~{element}" if element else ""))
        expect(page.locator("#studio")).to_have_attribute("data-open", path)
        expect(page.locator("[data-problems]")).not_to_have_text(CHECKING)
        if element:
            expect(page.locator(f".djs-element.selected[data-element-id={element}]")).to_be_visible()
        return page


def shown(page: Page, element: str) -> None:
    """Wait until an element is chosen and the panel is about it."""
    expect(page.locator(f".djs-element.selected[data-element-id={element}]")).to_be_attached()
    expect(page.locator("[data-entry-id=id] input")).to_have_value(element)


def choose(page: Page, path: str) -> None:
    """Open another file of the draft."""
    page.select_option("#studio-file", path)
    expect(page.locator("#studio")).to_have_attribute("data-open", path)


def go(page: Page, path: str, element: str) -> None:
    """Choose another element of the open diagram and wait until what was typed about the last one is stored."""
    go_unsaved(page, path, element)
    saved(page)


def go_unsaved(page: Page, path: str, element: str) -> None:
    """Choose an element of the open diagram."""
    page.evaluate("place => { location.hash = place; }", f"{path}~{element}")
    shown(page, element)


def saved(page: Page) -> None:
    """Wait until everything is stored."""
    expect(page.locator("[data-state]")).to_contain_text("Đã lưu lúc")


EMPTY = (
    ("startEvent", "begin"),
    ("userTask", "work"),
    ("exclusiveGateway", "which"),
    ("serviceTask", "tell"),
    ("businessRuleTask", "table"),
    ("callActivity", "call"),
    ("intermediateCatchEvent", "wait"),
    ("endEvent", "end"),
    ("boundaryEvent", "late"),
    ("endEvent", "late_end"),
)


INSIDE = {
    "wait": '<bpmn:messageEventDefinition id="wait_message"/>',
    "late": '<bpmn:timerEventDefinition id="late_timer"/>',
}


FLOWS = (
    *(("begin", "work"), ("work", "which"), ("which", "tell"), ("which", "table"), ("tell", "end"), ("table", "call")),
    *(("call", "wait"), ("wait", "end"), ("late", "late_end")),
)


def empty_diagram() -> str:
    """A diagram of every kind of element that the panel asks about, with nothing filled in."""
    nodes = "".join(f'<bpmn:{kind} id="{key}" name="{key}">{INSIDE.get(key, "")}</bpmn:{kind}>' for kind, key in EMPTY)
    nodes = nodes.replace('name="late"', 'name="late" attachedToRef="work" cancelActivity="false"')
    flows = "".join(f'<bpmn:sequenceFlow id="{a}_to_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in FLOWS)
    places = {key: 100 + 150 * place for place, (_kind, key) in enumerate(EMPTY)} | {"late": 300}
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{key}_di" bpmnElement="{key}">'
        f'<dc:Bounds x="{x}" y="{178 if key == "late" else 100}" width="90" height="60"/></bpmndi:BPMNShape>'
        for key, x in places.items()
    )
    edges = "".join(
        f'<bpmndi:BPMNEdge id="{a}_to_{b}_di" bpmnElement="{a}_to_{b}"><di:waypoint x="{places[a]}" y="130"/>'
        f'<di:waypoint x="{places[b]}" y="130"/></bpmndi:BPMNEdge>'
        for a, b in FLOWS
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
    xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="d" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="fresh" name="Mới" isExecutable="true">{nodes}{flows}</bpmn:process>
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane"
      bpmnElement="fresh">{shapes}{edges}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
