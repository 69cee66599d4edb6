"""The checker as a whole: sentences, order, the engine's own parser, speed, and the shipped files."""

from __future__ import annotations

import ast
import json
import time
from pathlib import Path, PurePosixPath
from string import Formatter

import pytest

from engine.bpmn import lint
from engine.bpmn.lint import SENTENCES, Vocabulary, check_files
from engine.errors import BadInput
from engine.translation.catalogue import LANGUAGES, translate
from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import catch, end, flows, gateway, line, report, start, user
from tests.paths import ROOT

RULES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in Path(str(lint.__file__)).parent.glob("*.py")}


# Sentences


@pytest.mark.parametrize("rule", SENTENCES)
def test_both_sentences_of_a_rule_say_the_same_facts(rule: str) -> None:
    texts = [translate(SENTENCES[rule], language) for language in LANGUAGES]
    assert texts[0] != texts[1]
    vietnamese, english = ({name for _, name, _, _ in Formatter().parse(text) if name} for text in texts)
    assert vietnamese == english


def test_every_rule_that_is_reported_has_a_sentence_and_every_sentence_a_rule() -> None:
    written = {
        node.value
        for path, tree in RULES.items()
        if not path.stem.startswith("wording")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert SENTENCES.keys() <= written


def test_problems_come_in_order_and_know_their_language() -> None:
    broken = report(start(), user("b", form=""), user("a", role=""), end(), flows("begin -> b -> a -> done"))
    found = draw.problems(broken)
    assert [problem.rule for problem in found] == ["form-missing", "role-missing"]
    assert str(found[0]) == "workflows/report.bpmn:9: b: This task has no form; choose one under “Form”. [form-missing]"
    with pytest.raises(BadInput, match="'fr'"):
        check_files({}, draw.VOCABULARY, "fr")  # type: ignore[arg-type]


def test_what_a_sentence_names_is_in_its_language() -> None:
    broken = line(catch("odd", draw.event("message", "lost")))
    assert [draw.problems(broken, language=language)[0].message for language in LANGUAGES] == [
        "Không có tin nhắn nào với id 'lost' trong tệp; hãy khai báo hoặc chọn lại.",
        "There is no message with the id 'lost' in the file; declare it or choose another.",
    ]


def test_what_is_wrong_with_an_expression_is_said_in_its_language() -> None:
    broken = line(draw.script("level = lambda"))
    vietnamese, english = (draw.problems(broken, language=language)[0].message for language in LANGUAGES)
    assert vietnamese.endswith("Dòng 1, cột 9 của `level = lambda`: 'lambda' không thuộc ngôn ngữ biểu thức.")
    assert english.endswith("Line 1, column 9 of `level = lambda`: 'lambda' is not part of the language.")


# The engine's parser


def test_what_only_the_engine_refuses_is_a_problem_of_its_file() -> None:
    lost = '<bpmn:dataInputAssociation id="i"><bpmn:sourceRef>lost</bpmn:sourceRef></bpmn:dataInputAssociation>'
    (problem,) = draw.problems(line(user("work", lost)))
    assert (problem.rule, problem.file, problem.element) == ("engine-refuses", draw.REPORT, "work")
    assert "dataInputAssociation" in problem.message


def test_a_chain_too_long_for_the_engine_is_refused() -> None:
    (problem,) = draw.problems(line(*(draw.throw(f"t{number}", "") for number in range(1200))))
    assert problem.rule == "path-too-long"


# Speed and the shipped files


def processor_time(branches: int) -> float:
    """Seconds of processor that the check of a diagram with so many parallel branches takes."""
    keys = range(branches)
    nodes = (part for key in keys for part in (draw.throw(f"t{key}", ""), end(f"e{key}")))
    paths = "; ".join(f"fork -> t{key} -> e{key}" for key in keys)
    large = report(start(), gateway("parallel", "fork"), *nodes, flows(f"begin -> fork; {paths}"))
    before = time.process_time()
    assert draw.problems(large) == []
    return time.process_time() - before


def test_the_check_of_two_thousand_nodes_grows_with_them_and_not_with_their_square() -> None:
    small, large = (min(processor_time(nodes) for _try in range(3)) for nodes in (124, 998))
    assert large < 24 * small


def test_the_shipped_files_have_no_problems() -> None:
    paths = [path for folder in ("workflows", "forms") for path in (ROOT / folder).rglob("*")]
    kinds = {".bpmn", ".dmn", ".txt", ".json"}
    files = {PurePosixPath(path.relative_to(ROOT)): path.read_bytes() for path in paths if path.suffix in kinds}
    assert sum(path.suffix == ".bpmn" for path in files) >= 5
    forms = {path.stem: fields(content) for path, content in files.items() if path.suffix == ".json"}
    assert check_files(files, Vocabulary(forms=forms)) == []


def fields(form: bytes) -> frozenset[str]:
    """The keys of the fields that a form stores in process data."""
    components = json.loads(form)["components"]
    return frozenset(part["key"] for part in components if part.get("properties", {}).get("store") == "process")
