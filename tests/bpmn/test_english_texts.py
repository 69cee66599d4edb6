"""Promises of the English texts of a diagram: English readers get them, everybody else the Vietnamese ones."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from lxml import etree

from engine.bpmn import explain
from engine.bpmn.english_texts import english_task_names, with_english_names
from engine.bpmn.lint.diagram import NODES, bpmn_tag, element_kind, extension_properties, extension_text
from engine.bpmn.parser import Process, parse_processes
from engine.translation.wording import Caption
from tests.paths import ROOT

DIAGRAMS = {path.name: path.read_bytes() for path in sorted((ROOT / "workflows").glob("*.bpmn"))}
TABLES = {path.name: path.read_bytes() for path in (ROOT / "workflows").glob("*.dmn")}
VIETNAMESE = re.compile(r"[À-ỹđĐ]")
DRAWN = NODES | {"lane", "participant"}


def shipped_process(key: str, old: str = "", new: str = "") -> Process:
    """A shipped process, with one text of its file replaced."""
    file = f"{key}.bpmn"
    return parse_processes({**DIAGRAMS, **TABLES, file: DIAGRAMS[file].replace(old.encode(), new.encode())})[key]


def drawn_elements() -> Iterator[tuple[str, etree._Element]]:
    """Every element of the shipped diagrams that has a name on the drawing, flows excepted."""
    for file, content in DIAGRAMS.items():
        for element in etree.fromstring(content).iter("{*}*"):
            if element_kind(element) in DRAWN and element.get("name"):
                yield f"{file}: {element.get('id')}", element


def test_every_element_of_ours_has_an_english_name() -> None:
    names = {place: extension_properties(element).get("name_en", "") for place, element in drawn_elements()}
    assert len(names) > 250
    assert [place for place, name in names.items() if not name.strip() or VIETNAMESE.search(name)] == []


def test_every_instruction_of_ours_has_an_english_one() -> None:
    tasks = [(place, element) for place, element in drawn_elements() if element_kind(element) == "userTask"]
    texts = {place: extension_properties(element).get("instructions_en", "") for place, element in tasks}
    assert all(extension_text(element, "instructionsForEndUser") for _place, element in tasks)
    assert [place for place, text in texts.items() if not text.endswith(".") or VIETNAMESE.search(text)] == []


@pytest.mark.parametrize("kind", ["name", "instructions"])
def test_the_same_vietnamese_text_has_one_english_text(kind: str) -> None:
    english = defaultdict(set)
    for _place, element in drawn_elements():
        text = element.get("name") if kind == "name" else extension_text(element, "instructionsForEndUser")
        if text:
            english[text].add(extension_properties(element)[f"{kind}_en"])
    assert {text: names for text, names in english.items() if len(names) > 1} == {}


@pytest.mark.parametrize("key", [name.removesuffix(".bpmn") for name in DIAGRAMS])
def test_tasks_events_and_gateways_are_named_in_english(key: str) -> None:
    vietnamese, english = (explain.names_by_element(shipped_process(key), language) for language in ("vi", "en"))
    assert list(vietnamese) == list(english)
    assert [node for node, name in english.items() if VIETNAMESE.search(name)] == []


def test_the_reader_gets_the_texts_of_their_language() -> None:
    process = shipped_process("resolution")
    assert explain.names_by_element(process)["check_outcome"] == "Chấp nhận?"
    assert explain.names_by_element(process, "en")["check_outcome"] == "Accepted?"
    assert explain.captions_by_element(process)["verify"] == Caption("Xác minh", "Verify the report")
    assert explain.task_instructions(process, "resolve").startswith("Giải quyết phản ánh theo quy định")
    assert explain.task_instructions(process, "resolve", "en").startswith("Resolve the report")
    tasks = {task.node: task.name for task in explain.list_user_tasks(process, "en")}
    assert (tasks["check"], explain.list_user_tasks(process)[0].name) == ("Check the result", "Phân công")


def test_an_english_reader_gets_the_vietnamese_text_where_there_is_no_other() -> None:
    plain = shipped_process("resolution", '"name_en" value="Verify the report"', '"other" value="x"')
    assert explain.names_by_element(plain, "en")["verify"] == "Xác minh"
    assert {task.name for task in explain.list_user_tasks(plain, "en")} >= {"Xác minh", "Resolve the case"}
    silent = shipped_process("resolution", '"instructions_en"', '"other"')
    assert explain.task_instructions(silent, "resolve", "en").startswith("Giải quyết phản ánh theo quy định")


def test_a_repeated_task_has_its_texts_too() -> None:
    loop = "<bpmn:standardLoopCharacteristics loopMaximum='2'/></bpmn:userTask>"
    process = shipped_process("directive", "</bpmn:userTask>", loop)
    assert explain.names_by_element(process, "en")["review_directive"] == "Review the answer"
    assert explain.task_instructions(process, "review_directive").startswith("Đọc báo cáo của đơn vị.")
    assert explain.task_instructions(process, "review_directive", "en").startswith("Read the answer of the unit.")


def test_a_drawing_for_english_readers_shows_english_names_and_keeps_the_rest() -> None:
    text = DIAGRAMS["directive.bpmn"].decode()
    drawn = etree.fromstring(with_english_names(text))
    names = {str(element.get("id")): element.get("name") for element in drawn.iter("{*}*")}
    assert (names["review_result"], names["lane_unit_head"]) == ("Accepted?", "Unit addressed")
    assert names["review_result_to_ask_again"] == "yêu cầu báo cáo lại"
    before = etree.fromstring(text.encode())
    for element in (*drawn.iter(*map(bpmn_tag, DRAWN)), *before.iter(*map(bpmn_tag, DRAWN))):
        element.set("name", "")
    assert etree.tostring(drawn) == etree.tostring(before)


def test_what_is_no_diagram_has_no_names() -> None:
    assert english_task_names(b"no diagram") == {}
    assert with_english_names("no diagram") == "no diagram"
    assert english_task_names(DIAGRAMS["false_report.bpmn"]) == {
        "Nghi thông tin ảo": "Suspected false report",
        "Xem xét": "Review the suspicion",
        "Xác minh của Công an": "Investigate",
    }
