"""Rules on the English texts beside the Vietnamese ones."""

from __future__ import annotations

import pytest

from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import Case, extended

TOLD = "<spiffworkflow:instructionsForEndUser>Đọc kỹ.</spiffworkflow:instructionsForEndUser>"


def named(kind: str, key: str, *, name: str = "Tên", told: str = "", **properties: str) -> str:
    """An element with a name and these properties, also empty ones."""
    drawn = "".join(f'<spiffworkflow:property name="{one}" value="{value}"/>' for one, value in properties.items())
    inner = extended(f"<spiffworkflow:properties>{drawn}</spiffworkflow:properties>{told}")
    return draw.node(kind, key, inner, f'name="{name}"')


def work(told: str = TOLD, **properties: str) -> bytes:
    return draw.line(named("userTask", "work", told=told, role="commune", form="verify", **properties))


def ended(**properties: str) -> bytes:
    """A file whose end event has these properties."""
    plain = draw.line(draw.user())
    return plain.replace(draw.end().encode(), named("endEvent", "done", **properties).encode())


CASES = [
    Case("english-empty", work(name_en=" "), work(name_en="Work"), "work", 'id="work"'),
    Case("english-empty", work(instructions_en=""), work(instructions_en="Read it."), "work", 'id="work"'),
    Case("english-alone", work(told="", instructions_en="Read it."), work(), "work", 'id="work"'),
    Case("english-empty", ended(name_en=""), ended(name_en="Done"), "done", 'id="done"'),
    Case("english-alone", ended(name="", name_en="Done"), ended(name_en="Done"), "done", 'id="done"'),
    Case("english-alone", ended(instructions_en="Read it."), ended(), "done", 'id="done"'),
]


@pytest.mark.parametrize("case", CASES, ids=draw.names(CASES))
def test_an_english_text_is_there_and_stands_beside_a_vietnamese_one(case: Case) -> None:
    case.check()


def test_the_sentence_names_the_property() -> None:
    (problem,) = draw.problems(work(name_en=""), language="vi")
    assert problem.message == "Thuộc tính name_en để trống; hãy ghi nội dung tiếng Anh hoặc xóa thuộc tính."
