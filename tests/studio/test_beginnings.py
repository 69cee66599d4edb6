"""What new files of the studio begin with: they say that they are in FEEL, and have no problems of their own."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from engine.bpmn.decision_tables import compile_decisions
from engine.bpmn.feel_marks import is_feel_language
from engine.safe_xml import parse_xml
from engine.scenarios import deployment_check
from tests.paths import ROOT

BEGINNINGS = ROOT / "web/frontend/studio/beginnings"


@pytest.mark.parametrize("name", ["diagram.bpmn", "decision.dmn"])
def test_a_new_file_is_in_feel(name: str) -> None:
    content = (BEGINNINGS / name).read_text(encoding="utf-8").replace("NAME", "fees").encode()
    assert is_feel_language(parse_xml(content).get("expressionLanguage"))
    path = PurePosixPath("workflows") / f"fees{PurePosixPath(name).suffix}"
    rules = {problem.rule for problem in deployment_check.problems_in({path: content}, alone=True)}
    assert rules <= {"end-missing", "dead-end"}  # A diagram that has only begun.
    if path.suffix == ".dmn":
        assert list(compile_decisions({str(path): content})) == ["fees"]
