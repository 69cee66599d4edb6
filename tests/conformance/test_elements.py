"""The table of elements in the documentation is what the checker and the engine do today."""

from __future__ import annotations

import pytest

from tests.conformance import report
from tests.conformance.elements import ELEMENT_WALKS, ElementCase, element_cases
from tests.conformance.judge import Verdict, judge_file


@pytest.fixture(scope="module")
def judged() -> list[tuple[ElementCase, Verdict]]:
    return [(case, judge_file(case.name, case.content, ELEMENT_WALKS)) for case in element_cases()]


def test_the_document_says_what_each_element_is(judged: list[tuple[ElementCase, Verdict]]) -> None:
    """After a change of the checker or the engine: `make conformance` writes the table anew."""
    assert report.written_elements().strip() == report.elements_part(judged).strip()


def test_an_element_has_one_diagram(judged: list[tuple[ElementCase, Verdict]]) -> None:
    names = [(case.part, case.name) for case, _ in judged]
    assert len(set(names)) == len(names)
