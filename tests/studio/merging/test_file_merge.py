"""Two people change one file: both changes stay, and what both changed is told and chosen."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import PurePosixPath

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.process import definitions
from engine.scenarios import deployment_check
from engine.studio.diff import deployment_diff
from engine.studio.merging.conflict import MergeConflict
from engine.studio.merging.file_merge import FileVersions, MergedFile, merge_file
from tests.bpmn.lint import draw
from tests.paths import ROOT

SHIPPED = definitions.read_deployment_folder(ROOT)
FORM, MAIL, DIAGRAM, TABLE = (
    PurePosixPath(path) for path in ("forms/a.json", "workflows/mail/a.txt", "workflows/a.bpmn", "workflows/a.dmn")
)


def merged(path: PurePosixPath, base: object, theirs: object, mine: object, **choices: str) -> MergedFile:
    versions = (one if isinstance(one, bytes) or one is None else str(one).encode() for one in (base, theirs, mine))
    return merge_file(path, FileVersions(*versions), choices)  # type: ignore[arg-type]


def places(result: MergedFile) -> list[tuple[str, str]]:
    return [(conflict.place, conflict.what) for conflict in result.conflicts]


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "after"),
    [
        ("a\nb\nc\n", "a\nB\nc\n", "a\nb\nc\n", "a\nB\nc\n"),
        ("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n"),
        ("a\nb\nc\nd\n", "a\nc\nd\n", "a\nb\nc\nd\ne\n", "a\nc\nd\ne\n"),
        ("a\nb\n", "a\nX\n", "a\nX\n", "a\nX\n"),
        ("", "them\n", "", "them\n"),
    ],
)
def test_lines_of_both_stay(base: str, theirs: str, mine: str, after: str) -> None:
    assert merged(MAIL, base, theirs, mine) == MergedFile(after.encode(), ())


def test_a_line_that_both_changed_is_chosen() -> None:
    texts = ("Nhắc việc\n\nHạn: mai\nHết\n", "Nhắc việc\n\nHạn: thứ Hai\nHết\n", "Nhắc\n\nHạn: thứ Ba\nHết\n")
    undecided = merged(MAIL, *texts)
    assert undecided.content == "Nhắc\n\nHạn: thứ Hai\nHết\n".encode()
    assert undecided.conflicts == (MergeConflict("3", "", "lines", "Hạn: thứ Ba", "Hạn: thứ Hai"),)
    (key,) = (conflict.key for conflict in undecided.conflicts)
    assert merged(MAIL, *texts, **{key: "mine"}) == MergedFile("Nhắc\n\nHạn: thứ Ba\nHết\n".encode(), ())
    assert merged(MAIL, *texts, **{key: "theirs"}) == MergedFile(undecided.content, ())


def form(*fields: tuple[str, str], title: str = "x") -> str:
    return json.dumps({"id": title, "components": [{"id": key, "key": key, "label": label} for key, label in fields]})


def labels(result: MergedFile) -> list[tuple[str, str]]:
    return [(part["id"], part["label"]) for part in json.loads(result.content or b"")["components"]]


def test_fields_of_both_stay_in_order() -> None:
    base = form(("a", "A"), ("b", "B"), ("c", "C"))
    theirs = form(("a", "A"), ("t", "Theirs"), ("b", "B"), ("c", "See"))
    mine = form(("a", "Ah"), ("b", "B"), ("m", "Mine"), ("c", "C"), title="y")
    result = merged(FORM, base, theirs, mine)
    assert result.conflicts == ()
    assert labels(result) == [("a", "Ah"), ("t", "Theirs"), ("b", "B"), ("m", "Mine"), ("c", "See")]
    assert json.loads(result.content or b"")["id"] == "y"


def test_the_order_that_only_one_changed_and_a_field_that_one_removed() -> None:
    base, turned = form(("a", "A"), ("b", "B"), ("c", "C")), form(("c", "C"), ("b", "B"), ("a", "A"))
    assert labels(merged(FORM, base, form(("a", "A"), ("c", "C")), turned)) == [("c", "C"), ("a", "A")]


def test_a_field_that_one_removed_and_the_other_changed_is_chosen() -> None:
    base, without, changed = form(("a", "A"), ("b", "B")), form(("a", "A")), form(("a", "A"), ("b", "Bee"))
    result = merged(FORM, base, without, changed)
    assert places(result) == [("b", "field")]
    assert labels(merged(FORM, base, without, changed, **{"b/field": "mine"})) == [("a", "A"), ("b", "Bee")]
    assert labels(merged(FORM, base, changed, without, **{"b/field": "mine"})) == [("a", "A")]
    assert labels(merged(FORM, base, changed, without)) == [("a", "A"), ("b", "Bee")]


def step(key: str, name: str = "", **given: str) -> str:
    return draw.user(key, **given).replace("<bpmn:userTask ", f'<bpmn:userTask name="{name or key}" ', 1)


def drawn(*steps: str, more: str = "") -> bytes:
    """Steps one after the other."""
    keys = ["begin", *(draw.key_of(one) for one in steps), "done"]
    flows = draw.flows("; ".join(f"{source} -> {target}" for source, target in pairwise(keys)))
    return draw.report(draw.start(), *steps, draw.end(), flows, more)


def names(result: MergedFile) -> dict[str, str]:
    root = etree.fromstring(result.content or b"")
    return {str(one.get("id")): str(one.get("name")) for one in root.iter("{*}userTask")}


def test_a_step_drawn_by_one_and_a_name_given_by_the_other_stay() -> None:
    result = merged(
        DIAGRAM,
        drawn(step("a"), step("b")),
        drawn(step("a", "Xác minh"), step("b")),
        drawn(step("a"), step("b"), more=step("c")),
    )
    assert result.conflicts == ()
    assert names(result) == {"a": "Xác minh", "b": "b", "c": "c"}


def test_a_name_that_both_gave_and_a_step_that_one_removed_are_chosen() -> None:
    base = drawn(step("a"), step("b"))
    result = merged(DIAGRAM, base, drawn(step("a", "Kiểm tra"), step("b")), drawn(step("a", "Xác minh"), step("b")))
    assert result.conflicts == (MergeConflict("a", "Xác minh", "name", "Xác minh", "Kiểm tra"),)
    removed = merged(DIAGRAM, base, drawn(step("a"), step("b", "Giải quyết")), drawn(step("a")))
    assert ("b", "element") in places(removed)
    restored = merged(DIAGRAM, base, drawn(step("a")), drawn(step("a"), step("b", "Giải quyết")))
    assert ("b", "element") in places(restored)
    keys = {conflict.key: "mine" for conflict in restored.conflicts}
    again = merged(DIAGRAM, base, drawn(step("a")), drawn(step("a"), step("b", "Giải quyết")), **keys)
    assert names(again) == {"a": "a", "b": "Giải quyết"}


def test_properties_and_flows_at_one_step_are_merged() -> None:
    def listed(*flows: str, role: str) -> bytes:
        inner = "".join(f"<bpmn:outgoing>{flow}</bpmn:outgoing>" for flow in flows)
        return draw.report(draw.start(), draw.user("a", inner, role=role), draw.end())

    result = merged(DIAGRAM, listed("x", role="commune"), listed("x", "t", role="police"), listed("m", role="commune"))
    assert result.conflicts == ()
    root = etree.fromstring(result.content or b"")
    assert [one.text for one in root.iter("{*}outgoing")] == ["t", "m"]
    assert "police" in (result.content or b"").decode()


def table(*rows: str) -> bytes:
    return draw.dmn(draw.table(*rows))


def test_cells_rows_and_their_order_are_merged() -> None:
    base = table('"a" | 1', '"b" | 2', '"c" | 3')
    result = merged(TABLE, base, table('"a" | 10', '"b" | 2', '"c" | 3'), table('"a" | 1', '"b" | 2', '"c" | 30'))
    assert result.conflicts == ()
    assert [one.text for one in etree.fromstring(result.content or b"").iter("{*}text")][-1] == "30"
    both = merged(TABLE, base, table('"a" | 10', '"b" | 2', '"c" | 3'), table('"a" | 11', '"b" | 2', '"c" | 3'))
    assert places(both) == [("r1o", "text")]


def test_what_cannot_be_read_or_is_new_in_both_is_chosen_as_a_whole() -> None:
    for versions in (
        (b"<a/>", b"<b>", b"<c/>"),
        (None, b"<a/>", b"<b/>"),
        (b"<a/>", None, b"<b/>"),
        (b"<a/>", b"<b/>", None),
    ):
        result = merged(DIAGRAM, *versions)
        assert places(result) == [("", "file")]
        assert result.content == versions[1]
        assert merged(DIAGRAM, *versions, **{"/file": "mine"}).content == versions[2]


NAMED = [path for path in SHIPPED if path.suffix == ".bpmn"]


@settings(deadline=None, max_examples=60 if "WALKS_LONG" in os.environ else 4)
@given(data=st.data())
def test_changes_at_different_steps_of_shipped_diagrams_never_meet(data: st.DataObject) -> None:
    """Whoever of the two is first: the result is the same, and differs from the base in both changes alone."""
    path = data.draw(st.sampled_from(NAMED))
    keys = [one.get("id") for one in etree.fromstring(SHIPPED[path]).iter("{*}userTask", "{*}serviceTask")]
    assume(len(keys) > 1)
    one, other = data.draw(st.lists(st.sampled_from(keys), min_size=2, max_size=2, unique=True))
    renamed = [_renamed(SHIPPED[path], key) for key in (one, other)]
    there, back = (merged(path, SHIPPED[path], *order) for order in (renamed, renamed[::-1]))
    assert there.conflicts == back.conflicts == ()
    (difference,) = deployment_diff.compare_files(SHIPPED, {**SHIPPED, path: there.content or b""})
    assert {(change.element, change.what) for change in difference.changes} == {(one, "name"), (other, "name")}
    assert deployment_diff.compare_files({path: there.content or b""}, {path: back.content or b""}) == []


def _renamed(content: bytes, key: str | None) -> bytes:
    root = etree.fromstring(content)
    next(one for one in root.iter() if one.get("id") == key).set("name", f"Tên mới của {key}")
    return etree.tostring(root)


def test_a_merged_deployment_is_still_one() -> None:
    path = PurePosixPath("workflows/resolution.bpmn")
    keys = [one.get("id") for one in etree.fromstring(SHIPPED[path]).iter("{*}userTask")][:2]
    result = merged(path, SHIPPED[path], *(_renamed(SHIPPED[path], key) for key in keys))
    assert deployment_check.problems_in({**SHIPPED, path: result.content or b""}) == []
