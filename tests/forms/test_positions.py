"""A point on the map is read as people write and paste it; what is none is refused."""

from __future__ import annotations

import pytest

from forms.positions import position_text
from forms.schema import Form, InvalidAnswers, compile_form


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("10.951234, 106.821345", "10.95123, 106.82134"),
        ("10.95 106.82", "10.95000, 106.82000"),
        ("10,95; 106,82", "10.95000, 106.82000"),
        ("10,95, 106,82", "10.95000, 106.82000"),
        ("(10.95,106.82)", "10.95000, 106.82000"),
        ("geo:10.95,106.82", "10.95000, 106.82000"),
        ("106.82, 10.95", "10.95000, 106.82000"),
        ("10°57'04.4\"N 106°49'16.8\"E", "10.95122, 106.82133"),
        ("10", None),
        ("10.95", None),
        ("48.85, 2.35", None),
        ("10.95, 106.82, 5", None),
        ("chợ Biên Hòa", None),
        ("1" * 400 + ", " + "1" * 400, None),
    ],
)
def test_points_are_stored_in_one_way(written: str, stored: str | None) -> None:
    assert position_text(written) == stored


def test_what_is_no_text_is_no_point() -> None:
    assert position_text(False) is None


def position_form() -> Form:
    field = {"type": "textfield", "id": "f", "key": "position", "label": "Vị trí", "properties": {"kind": "position"}}
    return compile_form({"type": "default", "id": "here", "schemaVersion": 18, "components": [field]})


def test_a_form_asks_for_a_point_and_keeps_it_out_of_the_process() -> None:
    answers = position_form().load({"position": " 10.95, 106.82 "})
    assert (answers.case, answers.process) == ({"position": "10.95000, 106.82000"}, {})
    with pytest.raises(InvalidAnswers) as refused:
        position_form().load({"position": "ở gần chợ"})
    assert [problem.rule for problem in refused.value.errors["position"]] == ["form-answer-position"]
