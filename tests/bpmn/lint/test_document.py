"""Files that must not even be read: too large, not UTF-8, not XML, with a DTD, or pointing outside themselves."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from engine.bpmn.lint.document import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, MAX_NODES, MAX_TEXT
from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import Case

FINE = draw.line(draw.user())
BOMB = (
    b'<?xml version="1.0"?>\n<!-- first -->\n<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>\n'
    b"<x>&b;</x>"
)
OUTSIDE = b'<!DOCTYPE x SYSTEM "file:///etc/passwd">\n<x/>'


def with_line(text: str) -> bytes:
    """A fine file with one more line after the declarations."""
    return FINE.replace(b"<bpmn:process ", f"{text}\n<bpmn:process ".encode(), 1)


def nested(depth: int) -> str:
    return "\n".join(["<x>"] * depth + ["</x>"] * depth)


CASES = [
    Case("file-size", FINE + b" " * MAX_BYTES, FINE),
    Case("file-encoding", b'<?xml version="1.0" encoding="UTF-16"?>\n' + FINE, FINE, line="encoding"),
    Case("xml-broken", FINE.replace(b"</bpmn:process>", b"</bpmn:proces>"), FINE, line="</bpmn:proces>"),
    Case("xml-doctype", BOMB, FINE, line="<!DOCTYPE"),
    Case("xml-doctype", OUTSIDE, FINE, line="<!DOCTYPE"),
    Case("xml-external", with_line('<?xml-stylesheet href="http://x"?>'), FINE, line="<?xml-stylesheet"),
    Case(
        "xml-external",
        with_line('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'),
        FINE,
        "file",
        "<xi:include",
    ),
    Case("xml-elements", with_line("<bpmn:category/>" * MAX_ELEMENTS), FINE, "file", "<bpmn:definitions"),
    Case("xml-text", with_line(f'<bpmn:category name="{"x" * (MAX_TEXT + 1)}"/>'), FINE, "file", "<bpmn:category"),
    Case("xml-text", with_line(f"<x>{'x' * (MAX_TEXT + 1)}</x>"), FINE, "file", "<x>"),
    Case("xml-root", draw.dmn(draw.table("- | 1")), FINE, "tables", "<definitions"),
    Case("xml-root", FINE.replace(b"20100524/MODEL", b"20100524/OTHER"), FINE, "file", "<bpmn:definitions"),
]


@pytest.mark.parametrize("case", CASES, ids=draw.names(CASES))
def test_a_file_that_must_not_be_read_is_refused_with_one_problem(case: Case) -> None:
    case.check()


def test_bytes_outside_utf_8_are_reported_with_their_line() -> None:
    broken = FINE.replace(b'id="work"', b'id="work" name="\xe1\xbb"')
    (problem,) = draw.problems(broken)
    assert (problem.rule, problem.line) == ("file-encoding", broken[: broken.index(b"\xe1\xbb")].count(b"\n") + 1)


def test_a_byte_order_mark_and_a_declaration_of_utf_8_are_fine() -> None:
    assert draw.problems(b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn -->' + FINE) == []


def test_depth_is_limited() -> None:
    assert draw.problems(with_line(nested(MAX_DEPTH - 2))) == []
    (problem,) = draw.problems(with_line(nested(MAX_DEPTH)))
    assert problem.rule == "xml-depth"


def test_layout_does_not_count_as_model_but_has_a_limit_of_its_own() -> None:
    shapes = '<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI">{}</d:BPMNDiagram>'
    assert draw.problems(with_line(shapes.format("<d:x/>" * MAX_ELEMENTS))) == []
    (problem,) = draw.problems(with_line(shapes.format("<d:x/>" * MAX_NODES)))
    assert problem.rule == "xml-elements"


def test_a_file_that_cannot_be_read_is_not_held_against_those_that_name_it() -> None:
    other = PurePosixPath("workflows/resolution.bpmn")
    found = draw.problems({draw.REPORT: draw.line(draw.call("resolution")), other: b"<"})
    assert [(problem.file, problem.rule) for problem in found] == [(other, "xml-broken")]


def test_files_of_other_kinds_are_left_alone() -> None:
    assert (
        draw.problems({PurePosixPath("workflows/tests/walk.yaml"): b"\xff", PurePosixPath("forms/verify.json"): b"{"})
        == []
    )
