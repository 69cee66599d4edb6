"""Promises of the difference between two versions of a deployment's files, whatever the files are."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.process import definitions
from engine.studio.diff.deployment_diff import ADDED, CHANGED, REMOVED, ElementChange, FileDifference, compare_files
from tests.paths import ROOT

SHIPPED = definitions.read_deployment_folder(ROOT)
DIAGRAM = PurePosixPath("workflows/report.bpmn")
MAIL = PurePosixPath("workflows/mail/late.txt")
XML = [path for path in sorted(SHIPPED) if path.suffix in (".bpmn", ".dmn")]
TURNED = {ADDED: REMOVED, REMOVED: ADDED}


def of_file(path: PurePosixPath, old: bytes, new: bytes) -> list[ElementChange]:
    """The changes of one file."""
    found = compare_files({path: old}, {path: new})
    assert [(item.path, item.kind) for item in found] in ([], [(path, CHANGED)])
    return [change for item in found for change in item.changes]


def said(changes: list[ElementChange]) -> list[tuple[str, str, str, str | None, str | None]]:
    return [(change.kind, change.element, change.what, change.before, change.after) for change in changes]


def test_nothing_differs_from_itself() -> None:
    assert compare_files(SHIPPED, SHIPPED) == []
    documents = {path: content for path, content in SHIPPED.items() if path.suffix in (".bpmn", ".dmn", ".json")}
    assert compare_files(documents, {path: content + b"\n" for path, content in documents.items()}) == []


def test_files_come_and_go() -> None:
    one, other = PurePosixPath("workflows/mail/a.txt"), PurePosixPath("forms/b.json")
    found = compare_files({one: b"Subject"}, {other: b"{}"})
    assert found == [FileDifference(other, ADDED), FileDifference(one, REMOVED)]


def rewritten(content: bytes, names: list[str], nudge: float, *, turn: bool) -> bytes:
    """The same file as another editor writes it: other prefixes, indentation, order of attributes, decimals."""
    root = etree.fromstring(content)
    prefixes: dict[str, str] = {}
    for place, uri in enumerate(sorted({str(uri) for element in root.iter("*") for uri in element.nsmap.values()})):
        prefixes[f"{names[place % len(names)]}{place}"] = uri
    copy = _copied(root, prefixes, turn=turn)
    for box in copy.iter("{*}Bounds", "{*}waypoint"):
        for side, value in box.attrib.items():
            box.set(side, str(float(value) + nudge))
    etree.indent(copy, space=" " * (len(names) % 4))
    return etree.tostring(copy, encoding="UTF-8", xml_declaration=not turn)


def _copied(element: Any, prefixes: dict[str, str], *, turn: bool) -> Any:
    copy = etree.Element(element.tag, nsmap=prefixes)
    pairs = list(element.attrib.items())
    for name, value in reversed(pairs) if turn else pairs:
        copy.set(name, value)
    copy.text = element.text
    copy.extend(_copied(part, prefixes, turn=turn) for part in element.iterchildren("*"))
    return copy


@settings(deadline=None, max_examples=25)
@given(
    path=st.sampled_from(XML),
    names=st.lists(st.sampled_from(["a", "bpmn", "ns", "x", "semantic"]), min_size=1, max_size=4, unique=True),
    nudge=st.floats(-0.9, 0.9, allow_nan=False),
    turn=st.booleans(),
)
def test_how_xml_is_written_says_nothing(path: PurePosixPath, names: list[str], nudge: float, turn: bool) -> None:
    other = rewritten(SHIPPED[path], names, nudge, turn=turn)
    assert other != SHIPPED[path]
    assert of_file(path, SHIPPED[path], other) == []


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(XML), st.sampled_from(XML))
def test_backwards_is_the_same_with_coming_and_going_swapped(one: PurePosixPath, other: PurePosixPath) -> None:
    path = PurePosixPath("workflows/any.bpmn" if one.suffix == other.suffix == ".bpmn" else "workflows/any.dmn")
    there, back = of_file(path, SHIPPED[one], SHIPPED[other]), of_file(path, SHIPPED[other], SHIPPED[one])
    assert Counter(change.kind for change in there) == Counter(TURNED.get(change.kind, change.kind) for change in back)


LINES = st.lists(st.sampled_from(["Kính gửi", "", "Hạn: {{ case.deadline }}", "Trân trọng", "x"]), max_size=12)


@settings(deadline=None)
@given(LINES, LINES)
def test_lines_of_a_text_are_told_so_that_the_new_text_follows_from_the_old(old: list[str], new: list[str]) -> None:
    there = of_file(MAIL, "\n".join(old).encode(), "\n".join(new).encode())
    back = of_file(MAIL, "\n".join(new).encode(), "\n".join(old).encode())
    assert (there == []) == ("\n".join(old).splitlines() == "\n".join(new).splitlines())
    assert Counter(change.kind for change in there) == Counter(TURNED.get(change.kind, change.kind) for change in back)
    before, after = "\n".join(old).splitlines(), "\n".join(new).splitlines()
    came = {int(change.element) for change in there if change.kind == ADDED}
    went = {int(change.element) for change in there if change.kind == REMOVED}
    changed = {int(change.element): change.after for change in there if change.kind == CHANGED}
    kept = [line for place, line in enumerate(before, 1) if place not in went]
    rest = [place for place in range(1, len(after) + 1) if place not in came]
    assert len(kept) == len(rest)
    assert [changed.get(place, line) for place, line in zip(rest, kept, strict=True)] == [after[p - 1] for p in rest]


def test_a_line_that_came_is_one_change() -> None:
    old, new = b"Subject\n\nOne\nTwo\n", "Subject\r\n\r\nMột\r\nOne\r\nTwo".encode()
    assert said(of_file(MAIL, old, new)) == [(ADDED, "3", "line", None, "Một")]


def test_scenarios_are_texts() -> None:
    path = next(path for path in SHIPPED if path.parent.name == "tests")
    changed = SHIPPED[path].replace(b"finished: true", b"finished: false")
    assert [change.kind for change in of_file(path, SHIPPED[path], changed)] == [CHANGED]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"<definitions",
        b"\xff\xfe\x00",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b"<a>" * 200 + b"</a>" * 200,
        b"[" * 500,
        b"\0" * 3_000_000,
        b"a\n" * 5_000,
    ],
    ids=["empty", "cut off", "no text", "entity", "deep", "brackets", "huge", "many lines"],
)
@pytest.mark.parametrize(
    "path", [DIAGRAM, PurePosixPath("workflows/x.dmn"), PurePosixPath("forms/x.json"), MAIL], ids=str
)
def test_what_cannot_be_read_is_compared_by_its_lines(path: PurePosixPath, broken: bytes) -> None:
    good = next((SHIPPED[known] for known in sorted(SHIPPED) if known.suffix == path.suffix), b"")
    there, back = of_file(path, good, broken), of_file(path, broken, good)
    assert there
    assert {change.what for change in there} <= {"line", "content"}
    assert Counter(change.kind for change in there) == Counter(TURNED.get(change.kind, change.kind) for change in back)
    assert of_file(path, broken, broken) == []
