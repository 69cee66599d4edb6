"""Files of a draft, of any kind and shape, are judged at once: an analyst cannot stop the server by saving one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any

import pytest

from engine.errors import BadInput
from engine.scenarios import deployment_check
from engine.scenarios.deployment_check import Files
from engine.studio import feel_rewriting
from engine.studio.catalogue import collect_choices
from engine.studio.condition_names import list_condition_names
from engine.studio.diff import deployment_diff
from engine.studio.importing import conversion
from tests.kit.site import Site
from tests.web.studio.test_studio import Studio

SECONDS = 2.0  # Of processor time; the worst of these takes 0.3.
BPMN = 'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
DMN = 'xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"'
TEXTS = {
    "brackets": "(" * 5_000,
    "signs": "-" * 9_000 + "1",
    "negations": "not " * 5_000 + "a",
    "quotation marks": "'" * 9_001,
    "texts": "'a' " * 4_000,
    "lists": "[" * 9_000,
    "powers": "9**9**9",
    "digits": "9" * 9_000,
    "question marks": "?" * 9_000,
    "question marks and quotation marks": "? '" * 3_000,
    "comparisons": "a &lt; " * 4_000 + "a",
    "attributes": "a" + ".b" * 4_000,
    "choices": "a if b else " * 1_500 + "c",
    "words": "a and " * 80_000 + "a",
    "intervals": "[1..2]," * 2_000,
}


def process(inner: str) -> str:
    inner = f'<bpmn:process id="p" isExecutable="true">{inner}</bpmn:process>'
    return f'<bpmn:definitions {BPMN} id="d">{inner}</bpmn:definitions>'


def condition(text: str) -> str:
    inner = f"<bpmn:conditionExpression>{text}</bpmn:conditionExpression>"
    return process(f'<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="e">{inner}</bpmn:sequenceFlow>')


def table(text: str) -> str:
    cells = f"<inputEntry><text>{text}</text></inputEntry><outputEntry><text>1</text></outputEntry>"
    head = '<input id="i"><inputExpression id="x"><text>a</text></inputExpression></input><output id="o" name="o"/>'
    rows = "".join(f'<rule id="r{number}">{cells}</rule>' for number in range(3))
    inner = f'<decision id="k"><decisionTable id="t">{head}{rows}</decisionTable></decision>'
    return f'<definitions {DMN} id="d">{inner}</definitions>'


def form(**part: Any) -> str:
    return json.dumps({"components": [{"type": "textfield", "key": "k", "label": "x", **part}]})


FLOW = '<bpmn:task id="t{0}"/><bpmn:sequenceFlow id="f{0}" sourceRef="t{0}" targetRef="t{0}"/>'
DIAGRAMS = {
    "sub-processes in each other": process("<bpmn:subProcess>" * 250 + "</bpmn:subProcess>" * 250),
    "thousands of elements": process("".join(FLOW.format(number) for number in range(4_000))),
    "comments without end": "<!--" * 100_000,
    "instructions": "<?x?>" * 100_000 + "<a/>",
    **{name: condition(text) for name, text in TEXTS.items()},
}
FORMS = {
    "deep list": "[" * 100_000,
    "deep parts": '{"components":' * 900 + "1" + "}" * 900,
    "digits": "9" * 1_000_000,
    "no parts": '{"components": [1]}',
    "thousands of fields": json.dumps({"components": [{"type": "textfield", "key": f"k{n}"} for n in range(9_000)]}),
    "pattern that searches for ever": form(validate={"pattern": "(a|a)*(a*)*(a*)*b"}),
    "pattern in brackets": form(validate={"pattern": "(" * 3_000 + ")" * 3_000}),
    "condition in brackets": form(conditional={"hide": "=" + "(" * 5_000}),
}
FILES = {
    **{(name, "workflows/a.bpmn"): text for name, text in DIAGRAMS.items()},
    **{(name, "workflows/a.dmn"): table(text) for name, text in TEXTS.items()},
    **{(name, "forms/a.json"): text for name, text in FORMS.items()},
    ("open braces", "workflows/mail/a.txt"): "{{" * 9_000,
    ("open comments", "workflows/mail/b.txt"): "{#" * 9_000,
}


def within_time(name: object, act: Callable[..., Any], *arguments: object) -> Any:
    start = time.process_time()
    result = act(*arguments)
    assert time.process_time() - start < SECONDS, name
    return result


def compare(old: Files, new: Files) -> list[Any]:
    return list(deployment_diff.compare_files(old, new))


def convert(foreign: bytes) -> None:
    with suppress(BadInput):
        conversion.convert_vendor_diagram(foreign, {}, "vi")


def rewrite(files: Files) -> None:
    with suppress(BadInput):
        feel_rewriting.rewrite_files(files)


def test_texts_are_rewritten_in_feel_and_names_listed_or_refused_in_time() -> None:
    for (name, path), text in FILES.items():
        files = {PurePosixPath(path): text.encode()}
        within_time(name, rewrite, files)
        within_time(name, list_condition_names, files, PurePosixPath(path), None, "en")


@pytest.mark.slow
def test_the_check_finds_a_problem_in_time() -> None:
    for (name, path), text in FILES.items():
        files = {PurePosixPath(path): text.encode()}
        assert within_time(name, deployment_check.problems_in, files), (name, path)


def test_the_choices_and_the_differences_are_shown_in_time() -> None:
    for (name, path), text in FILES.items():
        old, new = ({PurePosixPath(path): one.encode()} for one in (text, text.replace("a", "b")))
        within_time(name, collect_choices, old)
        within_time(name, compare, old, new)


def test_a_foreign_diagram_is_converted_or_refused_in_time() -> None:
    for name, text in DIAGRAMS.items():
        foreign = text.replace("conditionExpression>", "conditionExpression>${", 1).encode()
        within_time(name, convert, foreign)


def test_the_studio_answers_for_a_draft_with_such_a_file(site: Site) -> None:
    studio = Studio(site)
    for name in ("deep list", "no parts"):
        path = f"/files/forms/{name.replace(' ', '_')}.json"
        assert studio.ask("PUT", path, FORMS[name].encode(), If_None_Match="*").status_code == 204
    for page in ("/problems", "/catalogue", "/panel/difference", "/names/workflows/citizen_report.bpmn", "/feel"):
        assert studio.ask("GET", page).status_code == 200, page
