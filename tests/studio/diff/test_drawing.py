"""Promises of the places of what is not drawn any more."""

from __future__ import annotations

import pytest

from engine.studio.diff.drawing import ElementOutline, outlines_of
from tests.kit.foreign_diagrams import foreign


def test_a_box_and_a_line_are_found_where_they_were_drawn() -> None:
    found = outlines_of(foreign("camunda8").encode(), {"work", "f1", "nothing"})
    assert set(found) == {"work", "f1"}
    assert found["work"].line is False
    assert len(found["work"].points) == 2
    assert found["f1"].line is True
    assert len(found["f1"].points) >= 2


SHAPE = (
    '<d xmlns:i="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:c="http://www.omg.org/spec/DD/20100524/DC">'
    '<i:BPMNShape bpmnElement="a">{}</i:BPMNShape></d>'
)


@pytest.mark.parametrize(
    "content",
    [b"", b"no XML", SHAPE.format("").encode(), SHAPE.format('<c:Bounds x="1" y="two" width="3"/>').encode()],
)
def test_what_is_not_readably_drawn_has_no_place(content: bytes) -> None:
    assert outlines_of(content, {"a"}) == {}


def test_a_box_is_told_by_its_corners() -> None:
    content = SHAPE.format('<c:Bounds x="10" y="20" width="30" height="5.5"/>').encode()
    assert outlines_of(content, {"a"}) == {"a": ElementOutline(((10.0, 20.0), (40.0, 25.5)), line=False)}
