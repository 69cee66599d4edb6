"""What the editors keep of a file: everything that nobody changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

from tests.kit.foreign_diagrams import FOREIGN, foreign
from tests.kit.sample import part_of_today
from tests.kit.studio_desk import Studio, choose, go_unsaved, saved, shipped


@pytest.fixture(autouse=True)
def unchecked(studio: Studio) -> None:
    """What the checker says of each stored file is not asked here, and would take most of the time."""
    studio.drafts.problems = []


def meaning(text: str) -> list[str]:
    """What an XML file says, line by line: elements, attributes, texts, comments, not its layout and prefixes."""
    root = etree.fromstring(text.encode())
    around = [*root.itersiblings(preceding=True), *root.itersiblings()]
    return [line for node in (*around, root) for line in _meaning(node, "")]


def _meaning(node: Any, indent: str) -> Iterator[str]:
    if not isinstance(node.tag, str):
        yield f"{indent}{str(node).removesuffix(node.tail or '')}"
        return
    yield indent + " ".join([node.tag, *(f"{name}={value!r}" for name, value in sorted(node.attrib.items()))])
    texts = [node.text or "", *(child.tail or "" for child in node)]
    if len(node) == 0 or any(text.strip() for text in texts):
        yield f"{indent}  {texts}"
    for child in node:
        yield from _meaning(child, f"{indent}  ")


def test_a_foreign_diagram_loses_nothing(studio: Studio) -> None:
    before = {f"workflows/{name}.bpmn": foreign(name) for name in FOREIGN}
    for path, text in before.items():
        studio.drafts.write(path, text)
    page = studio.open("workflows/routing.dmn")
    for path, text in before.items():
        go_unsaved(page, path, "work")
        page.locator("[data-entry-id=name] .bio-properties-panel-input").fill("Mới")
        saved(page)
        assert meaning(studio.drafts.files[path]) == meaning(text.replace('name="Xem"', 'name="Mới"'))


def test_a_shipped_diagram_changes_only_where_somebody_changed_it(studio: Studio) -> None:
    page = studio.open("workflows/routing.dmn")
    wanted = {}
    diagrams = [(path, text) for path, text in shipped().items() if path.endswith(".bpmn")]
    for path, before in part_of_today(diagrams, 3, "BROWSER_LONG"):
        task = re.findall(r'<bpmn:userTask id="(\w+)"', before)[0]
        drawn = before.index(f'<bpmn:userTask id="{task}"')  # A start with a form has instructions as well.
        old = re.findall(r"instructionsForEndUser>(.*?)</", before[drawn:])[0]
        go_unsaved(page, path, task)
        page.locator("[data-entry-id=studio-instructions] textarea").fill("Làm theo quy định <mới> & đủ.")
        wanted[path] = before[:drawn] + before[drawn:].replace(old, "Làm theo quy định &lt;mới&gt; &amp; đủ.", 1)
    choose(page, "workflows/routing.dmn")  # Leaving a file stores it at once, with what was typed last.
    assert {path: studio.drafts.files[path] for path in wanted} == wanted


def test_a_file_that_nobody_changed_is_stored_as_it_was(studio: Studio) -> None:
    page = studio.open("workflows/resolution.bpmn")
    for path in part_of_today(studio.drafts.files, 3, "BROWSER_LONG"):
        choose(page, path)
    for path in ("workflows/resolution.bpmn", "workflows/routing.dmn", "forms/verify.json", "workflows/mail/chase.txt"):
        choose(page, path)
        with page.expect_download() as download:
            page.get_by_role("button", name="Tải tệp về").click()
        assert download.value.path().read_text(encoding="utf-8") == studio.drafts.files[path]
    assert studio.drafts.writes == []


def test_a_shipped_form_changes_only_where_somebody_changed_it(studio: Studio) -> None:
    page = studio.open("workflows/routing.dmn")
    wanted = {}
    forms = sorted(path for path in studio.drafts.files if path.startswith("forms/"))
    for path in part_of_today(forms, 3, "BROWSER_LONG"):
        expected = json.loads(studio.drafts.files[path])
        choose(page, path)
        place, field = next((place, one) for place, one in enumerate(expected["components"]) if one.get("label"))
        page.locator(f".fjs-element[data-id={field['id']}]").first.click(position={"x": 5, "y": 5})
        page.get_by_label("Tên ô", exact=True).fill("Nhãn mới")
        page.keyboard.press("Tab")
        expected["components"][place]["label"] = "Nhãn mới"
        wanted[path] = expected
    choose(page, "workflows/routing.dmn")  # Leaving a file stores it at once.
    assert {path: json.loads(studio.drafts.files[path]) for path in wanted} == wanted


def test_a_shipped_table_changes_only_where_somebody_changed_it(studio: Studio) -> None:
    page = studio.open("workflows/deadlines.dmn")
    for path in ("workflows/deadlines.dmn", "workflows/routing.dmn"):
        before = studio.drafts.files[path]
        choose(page, path)
        old = re.findall(r"<description>(.*?)</description>", before)[0]
        page.locator("td.annotation", has_text=old).click()
        page.keyboard.press("Control+a")
        page.keyboard.type("Ghi chú mới")
        saved(page)
        assert meaning(studio.drafts.files[path]) == meaning(before.replace(old, "Ghi chú mới"))


def test_a_copied_or_converted_task_keeps_what_other_programs_said(studio: Studio) -> None:
    path = "workflows/foreign.bpmn"
    studio.drafts.write(path, foreign("camunda7"))
    page = studio.open(path, "work")
    page.locator(".djs-context-pad .entry[data-action=replace]").click()
    page.locator(".djs-popup .entry[data-id=replace-with-service-task]").click()
    saved(page)
    after = studio.drafts.files[path]
    assert "<bpmn:serviceTask" in after
    for kept in (
        "camunda:inputOutput",
        "return a &lt; b &amp;&amp; c",
        'camunda:assignee="${initiator}"',
        "camunda:taskListener",
    ):
        assert kept in after


def test_a_moved_element_moves_alone(studio: Studio) -> None:
    path = "workflows/foreign.bpmn"
    before = foreign("strange")
    studio.drafts.write(path, before)
    page = studio.open(path, "work")
    box = page.locator(".djs-element[data-element-id=work] .djs-hit").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + 12 * step, y + 8 * step)
    page.mouse.up()
    saved(page)
    assert undrawn(studio.drafts.files[path]) == undrawn(before)
    assert meaning(studio.drafts.files[path]) != meaning(before)


def undrawn(text: str) -> list[str]:
    """What a diagram says apart from where things are drawn."""
    return [
        line for line in meaning(text) if "}Bounds" not in line and "}waypoint" not in line and line.strip() != "['']"
    ]


def test_an_old_drawing_of_a_collapsed_sub_process_stays_whole(studio: Studio) -> None:
    path, before = "workflows/old.bpmn", foreign("camunda8").replace("bpmn:serviceTask", "bpmn:subProcess")
    inner = '<bpmn:task id="inner" name="Trong" /><!-- Ở trong --></bpmn:subProcess>'
    before = before.replace("</bpmn:subProcess>", inner).replace(
        "</bpmndi:BPMNPlane>",
        '<bpmndi:BPMNShape id="inner_di" bpmnElement="inner"><dc:Bounds x="310" y="170" width="60" height="40" />'
        "</bpmndi:BPMNShape></bpmndi:BPMNPlane>",
    )
    studio.drafts.write(path, before)
    page = studio.open(path, "begin")
    page.get_by_label("Mã phần tử", exact=True).fill("start_here")
    saved(page)
    after = studio.drafts.files[path]
    for key in ("inner", "inner_di", "work", "work_di", "f1_di", "start_here"):
        assert len(re.findall(f'id="{key}"', after)) == 1, key
    assert "<!-- Ở trong -->" in after
    assert 'sourceRef="start_here"' in after
    assert 'bpmnElement="start_here"' in after


def test_a_form_without_ids_changes_only_where_somebody_changed_it(studio: Studio) -> None:
    path = "forms/bare.json"
    bare = json.loads(studio.drafts.files["forms/verify.json"])
    for component in bare["components"]:
        del component["id"]
    studio.drafts.write(path, json.dumps(bare))
    page = studio.open(path)
    page.locator(".fjs-element").filter(has_text="Nội dung xác minh và đề xuất").last.click(position={"x": 5, "y": 5})
    page.get_by_label("Tên ô", exact=True).fill("Nhãn mới")
    page.keyboard.press("Tab")
    saved(page)
    bare["components"][6]["label"] = "Nhãn mới"
    assert json.loads(studio.drafts.files[path]) == bare
