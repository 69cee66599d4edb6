"""Promises of the difference between decision tables: rows by id, else by content; cells by their column."""

from __future__ import annotations

from copy import deepcopy
from pathlib import PurePosixPath
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.studio.diff.deployment_diff import ADDED, CHANGED, MOVED, REMOVED
from tests.bpmn.lint import draw
from tests.studio.diff.test_deployment_diff import SHIPPED, of_file, said

TABLES = [path for path in sorted(SHIPPED) if path.suffix == ".dmn"]
TABLE = PurePosixPath("workflows/deadlines.dmn")
DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"


def parsed(path: PurePosixPath = TABLE) -> Any:
    return etree.fromstring(SHIPPED[path])


def rules(root: Any) -> list[Any]:
    return list(root.iter(f"{DMN}rule"))


def against_shipped(root: Any, path: PurePosixPath = TABLE) -> list[tuple[str, str, str, str | None, str | None]]:
    return said(of_file(path, SHIPPED[path], etree.tostring(root)))


def without_ids(root: Any, place: int) -> None:
    """Every row and cell gets another id, as when a table is drawn anew."""
    for number, rule in enumerate(rules(root)):
        for part in rule.iter("*"):
            if part.get("id"):
                part.set("id", f"{part.get('id')}_{place}_{number}")


@settings(deadline=None, max_examples=20)
@given(path=st.sampled_from(TABLES), data=st.data())
def test_an_inserted_row_is_one_added_row(path: PurePosixPath, data: st.DataObject) -> None:
    root = parsed(path)
    if data.draw(st.booleans()):
        without_ids(root, 1)
    rule = deepcopy(data.draw(st.sampled_from(rules(root))))
    rule.set("id", "quite_new")
    rule.find(f"{DMN}outputEntry/{DMN}text").text = '"quite new"'
    table = next(root.iter(f"{DMN}decisionTable"))
    first = len(table) - len(rules(root))
    table.insert(data.draw(st.integers(first, len(table))), rule)
    new = etree.tostring(root)
    assert said(of_file(path, SHIPPED[path], new)) == [(ADDED, "quite_new", "row", None, None)]
    assert said(of_file(path, new, SHIPPED[path])) == [(REMOVED, "quite_new", "row", None, None)]


@settings(deadline=None, max_examples=20)
@given(path=st.sampled_from(TABLES), data=st.data())
def test_a_changed_cell_is_one_change_named_after_its_column(path: PurePosixPath, data: st.DataObject) -> None:
    root = parsed(path)
    rule = data.draw(st.sampled_from(rules(root)))
    kind = data.draw(st.sampled_from(["input", "output"]))
    entries = rule.findall(f"{DMN}{kind}Entry")
    place = data.draw(st.integers(0, len(entries) - 1))
    text = entries[place].find(f"{DMN}text")
    before, text.text = text.text, "99"
    label = list(root.iter(f"{DMN}{kind}"))[place].get("label")
    assert against_shipped(root, path) == [(CHANGED, rule.get("id"), f"cell:{label}", before, "99")]


@settings(deadline=None, max_examples=20)
@given(path=st.sampled_from(TABLES), data=st.data())
def test_rows_in_another_order_are_moved_as_few_as_possible(path: PurePosixPath, data: st.DataObject) -> None:
    root = parsed(path)
    table = next(root.iter(f"{DMN}decisionTable"))
    rows = rules(root)
    place = data.draw(st.integers(0, len(rows) - 1))
    target = data.draw(st.integers(0, len(rows) - 1))
    first = len(table) - len(rows)
    table.remove(rows[place])
    table.insert(first + target, rows[place])
    found = against_shipped(root, path)
    assert len(found) == (place != target)
    if abs(place - target) > 1:
        assert found == [(MOVED, rows[place].get("id"), "row", str(place + 1), str(target + 1))]


def test_rows_drawn_anew_with_the_same_content_are_the_same_rows() -> None:
    root = parsed()
    without_ids(root, 7)
    assert against_shipped(root) == []


def test_a_row_drawn_anew_with_another_content_is_another_row() -> None:
    root = parsed()
    without_ids(root, 7)
    rules(root)[0].find(f"{DMN}outputEntry/{DMN}text").text = "99"
    assert [(kind, what) for kind, _, what, _, _ in against_shipped(root)] == [(REMOVED, "row"), (ADDED, "row")]


def test_a_new_column_is_one_change_whatever_stands_in_it() -> None:
    root = parsed()
    table = next(root.iter(f"{DMN}decisionTable"))
    column = etree.Element(f"{DMN}input", id="channel", label="Kênh")
    table.insert(1, column)
    for rule in rules(root):
        entry = etree.Element(f"{DMN}inputEntry", id=f"{rule.get('id')}_channel")
        etree.SubElement(entry, f"{DMN}text").text = '"phone"'
        rule.insert(list(rule).index(rule.find(f"{DMN}inputEntry")) + 1, entry)
    assert against_shipped(root) == [(ADDED, "channel", "input", None, None)]


def test_a_column_in_another_place_takes_its_cells_along() -> None:
    root = parsed()
    table = next(root.iter(f"{DMN}decisionTable"))
    table.insert(0, table.findall(f"{DMN}input")[1])
    for rule in rules(root):
        first, second = rule.findall(f"{DMN}inputEntry")
        first.addprevious(second)
    assert [(kind, what) for kind, _, what, _, _ in against_shipped(root)] == [(MOVED, "input")]


def test_columns_with_the_same_name_are_told_apart() -> None:
    old = draw.dmn(draw.table("1 | 2 | 3", inputs=(("a", "number"), ("b", "number"))))
    found = said(of_file(TABLE, old, old.replace(b"<text>2</text>", b"<text>9</text>")))
    assert found == [(CHANGED, "r1", "cell:in1", "2", "9")]
    labelled = old.replace(b'<input id="in', b'<input label="x" id="in')
    found = said(of_file(TABLE, labelled, labelled.replace(b"<text>2</text>", b"<text>9</text>")))
    assert found == [(CHANGED, "r1", "cell:x (inputEntry:in1)", "2", "9")]


def test_an_empty_input_is_a_dash() -> None:
    old = draw.dmn(draw.table("- | 1"))
    assert of_file(TABLE, old, old.replace(b"<text>-</text>", b"<text></text>")) == []


def test_columns_policy_description_and_place_are_compared() -> None:
    root = parsed()
    next(root.iter(f"{DMN}decisionTable")).set("hitPolicy", "UNIQUE")
    next(root.iter(f"{DMN}inputExpression")).find(f"{DMN}text").text = "urgency"
    next(root.iter(f"{DMN}output")).set("name", "days")
    next(root.iter(f"{DMN}description")).text = "Khác"
    next(root.iter("{*}Bounds")).set("x", "900")
    assert [(what, before, after) for _, _, what, before, after in against_shipped(root)][:4] == [
        ("hit_policy", "FIRST", "UNIQUE"),
        ("expression", "field", "urgency"),
        ("name", "hours", "days"),
        ("description", "Y tế khẩn cấp: 2 giờ, tính 24/7", "Khác"),
    ]
    assert [(kind, element) for kind, element, *_ in against_shipped(root)][4:] == [(MOVED, "deadlines")]


def test_a_decision_that_came_is_one_change() -> None:
    old, new = draw.dmn(draw.table("- | 1")), draw.dmn(draw.table("- | 1").replace("routing", "other"))
    assert said(of_file(TABLE, old, new)) == [
        (REMOVED, "routing", "decision", None, None),
        (ADDED, "other", "decision", None, None),
    ]
