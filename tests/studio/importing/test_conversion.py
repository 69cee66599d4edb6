"""Promises of the conversion of foreign diagrams: what is converted, what is said to stay open, and nothing dropped."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.bpmn.actions import Start
from engine.bpmn.parser import parse_processes
from engine.bpmn.step import advance
from engine.errors import BadInput
from engine.process import definitions
from engine.scenarios import deployment_check
from engine.studio.importing.choices import ImportChoices
from engine.studio.importing.conversion import (
    Conversion,
    ConvertedDiagram,
    OpenPoint,
    convert_vendor_diagram,
)
from engine.studio.importing.decision_files import convert_decision_file
from engine.studio.importing.source_file import IMPORT_PATH
from engine.studio.importing.words import CONVERSION_TEXTS, OPEN_POINT_TEXTS
from tests.bpmn.lint import draw
from tests.kit import hotline
from tests.paths import TEST_DATA
from tests.studio.importing.rewritten import with_rare_elements
from tests.studio.importing.test_calls import EVERYTHING, calling
from tests.studio.importing.test_shared_events import waiting_for_shared

FOLDER = TEST_DATA / "foreign"
CORPUS = {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.bpmn"))}
EXPECTED: dict[str, dict[str, list[list[str]]]] = yaml.safe_load((FOLDER / "expected.yaml").read_text(encoding="utf-8"))
RUNS = ("camunda7_invoice.bpmn", "camunda8_order.bpmn", "flowable_leave.bpmn", "prefix_taken.bpmn")
SHIPPED = definitions.read_deployment_folder(FOLDER.parent.parent.parent)
MAPPING = {
    "clerks": "commune",
    "managers": "leadership",
    "demo_manager": "leadership",
    "mary": "police",
    "ghosts": "ghost",
    "send-letter": 'notice(template="overdue", rung="overdue", to=["unit"])',
    "archiveDelegate": 'mark(status="archived")',
    "NotifyDelegate": 'notice(template="reminder", rung="reminder", to=["unit"])',
    "RocketDelegate": "launch(rockets)",
}


# What a rewriting changes: it says so among the conversions.
REWRITTEN = {"sourceRef", "targetRef", "default", "isExecutable", "messageRef", "errorRef", "x", "y"}
REWRITTEN |= {"language", "expressionLanguage", "scriptFormat"}
REWRITTEN_KINDS = {("task", "userTask"), ("manualTask", "userTask"), ("sendTask", "serviceTask")}
REWRITTEN_KINDS |= {("businessRuleTask", "serviceTask"), ("intermediateCatchEvent", "intermediateThrowEvent")}
FOLLOWING = {"incoming", "outgoing", "linkEventDefinition"}


def require_nothing_dropped(before: bytes, result: ConvertedDiagram) -> None:
    """Fail unless every element, attribute, comment and text of the original is in the result, in the same order."""
    texts = {(note.before.strip(), note.after) for note in result.conversions}
    renamed = {note.before for note in result.conversions if note.rule == "id-renamed"}
    _require_inside(etree.fromstring(before), etree.fromstring(result.content), texts, renamed)


def _require_inside(old: Any, new: Any, texts: set[tuple[str, str]], renamed: set[str]) -> None:
    assert _same(old, new, renamed)
    before, after = (old.text or "").strip(), (new.text or "").strip()
    assert before == after or (before, after) in texts
    rest = iter(new)
    for part in old:
        if _local(part) in FOLLOWING or ((part.text or "").strip(), "") in texts:
            continue
        _require_inside(part, next(found for found in rest if _same(part, found, renamed)), texts, renamed)


def _same(old: Any, new: Any, renamed: set[str]) -> bool:
    if not isinstance(old.tag, str):
        return old.tag is new.tag and old.text == new.text
    is_kind = old.tag == new.tag or (_local(old), _local(new)) in REWRITTEN_KINDS
    kept = {name: value for name, value in old.attrib.items() if name not in REWRITTEN and value not in renamed | {""}}
    return bool(is_kind and kept.items() <= dict(new.attrib).items())


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def require_all_said(result: ConvertedDiagram) -> None:
    """Fail unless every problem that the checker still has is among the open points."""
    told = {(point.element, rule) for point in result.open_points for rule in (point.rule, *point.supersedes)}
    for problem in deployment_check.problems_in({IMPORT_PATH: result.content}, alone=True):
        assert (problem.element, problem.rule) in told, problem


@pytest.mark.parametrize("name", CORPUS)
def test_each_file_says_what_was_converted_and_what_stays_open(name: str) -> None:
    result = convert_vendor_diagram(CORPUS[name], MAPPING)
    assert [[note.element, note.rule, note.after] for note in result.conversions] == EXPECTED[name]["conversions"]
    assert [[point.element, point.rule] for point in result.open_points] == EXPECTED[name]["open"]


@pytest.mark.parametrize("name", CORPUS)
def test_nothing_of_a_file_is_dropped_and_every_problem_is_said(name: str) -> None:
    result = convert_vendor_diagram(CORPUS[name], MAPPING)
    require_nothing_dropped(CORPUS[name], result)
    require_all_said(result)


def test_what_stands_around_the_diagram_stays_too() -> None:
    content = convert_vendor_diagram(CORPUS["camunda7_nasty.bpmn"], MAPPING).content
    assert content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- Written by hand')
    assert content.rstrip().endswith(b"<!-- The end. -->")


@pytest.mark.parametrize("name", CORPUS)
def test_what_was_converted_is_not_converted_again(name: str) -> None:
    once = convert_vendor_diagram(CORPUS[name], MAPPING)
    twice = convert_vendor_diagram(once.content, MAPPING)
    assert twice.conversions == ()
    assert twice.content == once.content


@pytest.mark.parametrize("name", RUNS)
def test_a_diagram_that_can_be_converted_whole_passes_the_check(name: str) -> None:
    result = convert_vendor_diagram(CORPUS[name], MAPPING)
    assert result.open_points == ()
    assert deployment_check.problems_in({IMPORT_PATH: result.content}, alone=True) == []
    assert deployment_check.problems_in({IMPORT_PATH: CORPUS[name]}, alone=True) != []


@pytest.mark.parametrize("name", CORPUS)
def test_notes_stand_at_the_line_of_the_converted_file(name: str) -> None:
    result = convert_vendor_diagram(CORPUS[name], MAPPING)
    elements: list[Any] = list(etree.fromstring(result.content).iter("*"))
    notes: list[Conversion | OpenPoint] = [*result.conversions, *result.open_points]
    for note in notes:
        there = [element for element in elements if element.sourceline == note.line]
        assert not note.element or note.element in {key for element in there for key in _ids_around(element)}, note


def _ids_around(element: Any) -> list[str]:
    return [str(part.get("id")) for part in (element, *element.iterancestors()) if part.get("id")]


def test_every_sentence_is_said_somewhere_in_both_languages() -> None:
    results = [convert_vendor_diagram(content, MAPPING) for content in CORPUS.values()]
    results.append(
        convert_vendor_diagram(CORPUS["bpmnio_sketch.bpmn"], MAPPING, choices=ImportChoices(plain_tasks="pass"))
    )
    results.append(
        convert_vendor_diagram(CORPUS["camunda7_listeners.bpmn"], MAPPING, choices=ImportChoices(accept_all=True))
    )
    drawn = (waiting_for_shared(), with_rare_elements(), calling(EVERYTHING))
    results += [convert_vendor_diagram(content, MAPPING) for content in drawn]
    results.append(convert_decision_file(draw.dmn(draw.table("- | 1"))))
    conversions = [note for result in results for note in (*result.conversions, *result.drawn_only)]
    points = [point for result in results for point in result.open_points]
    assert {note.rule for note in conversions} == CONVERSION_TEXTS.keys()
    assert {point.rule for point in points} >= OPEN_POINT_TEXTS.keys()
    notes: list[Conversion | OpenPoint] = [*conversions, *points]
    for note in notes:
        assert note.sentence("vi") != note.sentence("en")
        assert "{" not in note.sentence("vi").replace("${", "")
        assert note.sentence() == note.sentence("vi")


@pytest.mark.parametrize("path", sorted(path for path in SHIPPED if path.suffix == ".bpmn"), ids=str)
def test_our_own_diagrams_stay_as_they_are(path: Any) -> None:
    assert convert_vendor_diagram(SHIPPED[path], MAPPING) == ConvertedDiagram(SHIPPED[path], (), ())


def test_without_a_table_every_name_is_an_open_point() -> None:
    result = convert_vendor_diagram(CORPUS["camunda7_invoice.bpmn"], {})
    assert [(point.element, point.rule) for point in result.open_points] == [
        ("Activity_check", "group"),
        ("Activity_remind", "service"),
        ("Activity_approve", "group"),
        ("Activity_archive", "service"),
    ]
    assert "“clerks”" in result.open_points[0].sentence("en")


def test_the_table_may_name_forms_too() -> None:
    result = convert_vendor_diagram(CORPUS["prefix_taken.bpmn"], {**MAPPING, "handle": "resolve"})
    assert [note.after for note in result.conversions if note.rule == "form"] == ["resolve"]


@pytest.mark.parametrize(
    "meant",
    [
        "",
        "mark",
        "mark()",
        "mark(status)",
        'mark("x")',
        'mark(status="x", more=1)',
        "mark(**status)",
        'mark(status=__import__("os"))',
        "mark(status=",
        "mark.status",
        "(" * 3_000,
        "mark(status=[x for x in y])",
        "\0",
    ],
)
def test_an_odd_operator_in_the_table_is_an_open_point(meant: str) -> None:
    result = convert_vendor_diagram(CORPUS["camunda7_invoice.bpmn"], {**MAPPING, "archiveDelegate": meant})
    assert {(point.element, point.rule) for point in result.open_points} == {
        ("Activity_archive", "parameter-missing" if meant in ("mark", "mark()") else "service-operator")
    }


def with_inside(piece: bytes) -> bytes:
    """A small diagram with something more in its process."""
    return CORPUS["prefix_taken.bpmn"].replace(b"<spiffworkflow:endEvent", piece + b"<spiffworkflow:endEvent")


def foreign_problems(content: bytes) -> list[str]:
    problems = deployment_check.problems_in({IMPORT_PATH: content}, "en", alone=True)
    return [problem.element for problem in problems if problem.rule == "foreign-setting"]


def test_a_setting_that_would_change_the_case_blocks_until_each_is_accepted() -> None:
    content = CORPUS["camunda7_listeners.bpmn"]
    offered = [point.setting for point in convert_vendor_diagram(content, MAPPING).open_points if point.setting]
    assert len(offered) == len(set(offered)) > 2
    assert foreign_problems(convert_vendor_diagram(content, MAPPING).content)
    some = ImportChoices(accepted=frozenset(offered[1:]))
    (left,) = foreign_problems(convert_vendor_diagram(content, MAPPING, choices=some).content)
    assert offered[0].startswith(f"{left}:")
    accepted = convert_vendor_diagram(content, MAPPING, choices=ImportChoices(accepted=frozenset(offered)))
    assert foreign_problems(accepted.content) == []
    assert [note.before for note in accepted.conversions if note.rule == "without"]
    assert not [point.setting for point in accepted.open_points if point.setting]


def test_a_setting_that_was_converted_is_not_asked_for() -> None:
    assert foreign_problems(convert_vendor_diagram(CORPUS["repeats.bpmn"], MAPPING).content) == []


SUBSCRIBED = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d"><message id="m" name="paid"><extensionElements>
  <zeebe:subscription correlationKey="%s"/></extensionElements></message><process id="p" isExecutable="true">
  <startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="r"/><receiveTask id="r" messageRef="m"/>
  <sequenceFlow id="g" sourceRef="r" targetRef="e"/><endEvent id="e"/></process></definitions>"""


@pytest.mark.parametrize(("key", "name"), [(b"=code", "code"), (b"=case.code", "key_m")])
def test_a_correlation_key_of_zeebe_finds_the_case_with_its_value(key: bytes, name: str) -> None:
    result = convert_vendor_diagram(SUBSCRIBED % key, {})
    assert deployment_check.problems_in({IMPORT_PATH: result.content}, alone=True) == []
    (process,) = parse_processes({"x.bpmn": result.content}).values()
    data = {**hotline.DATA, "case": {"code": hotline.DATA["code"]}}
    step = advance(process, None, Start(data), hotline.NOW, hotline.WORLD)
    (subscription,) = step.new_subscriptions
    assert (subscription.name, subscription.correlations) == ("paid", {name: {f"Key_{name}": hotline.DATA["code"]}})


def test_a_correlation_key_that_cannot_be_read_blocks() -> None:
    result = convert_vendor_diagram(SUBSCRIBED % b"=substring(code", {})
    assert foreign_problems(result.content) == ["m"]


HOSTILE = {
    "nothing": b"",
    "no XML": b"\x89PNG\r\n",
    "cut off": CORPUS["camunda7_invoice.bpmn"][:900],
    "other root": b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>',
    "entity": b'<!DOCTYPE a [<!ENTITY b "c">]>' + CORPUS["prefix_taken.bpmn"].partition(b"?>\n")[2],
    "entity after a comment": b'<!-- --><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "inclusion": with_inside(b'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="a"/>'),
    "instruction": with_inside(b'<?xml-stylesheet href="http://example.org/"?>'),
    "deep": with_inside(b"<a>" * 200 + b"</a>" * 200),
    "many": with_inside(b"<a/>" * 6_000),
    "long": with_inside(b"<a>" + b"x" * 30_000 + b"</a>"),
    "huge": CORPUS["prefix_taken.bpmn"] + b" " * 2_000_000,
    "other encoding": "<?xml version='1.0' encoding='utf-16'?><a/>".encode("utf-16"),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_with_one_sentence(content: bytes) -> None:
    with pytest.raises(BadInput) as vietnamese:
        convert_vendor_diagram(content, MAPPING)
    with pytest.raises(BadInput) as english:
        convert_vendor_diagram(content, MAPPING, "en")
    assert str(vietnamese.value) != str(english.value)
    assert "\n" not in str(english.value)


SPOT = re.compile(r'(?<==")[^"]*(?=")|(?<=>)[^<>]+(?=<)')
ODD = [
    *("", "${", "${}", "=", "==", "#{x}", "= ", "=a.b.c", "${a ? b}", "PT", "P1D", "R/", "R0/P1D", "0 0 0 0 0"),
    *('="x"', '=["a", "b"]', "=[", "${'\\\\x'}", "=-1", "= 1..2", "x" * 300, "\u202e", "2026-13-01", "none", "a b c"),
    *("=" + "(" * 99, "${" + "!" * 99 + "a}", "clerks", "clerks,,managers", "=null", "=true", "${1}"),
    *('=duration("x")', '=date and time("x")'),
]


@st.composite
def mutations(pick: st.DrawFn) -> bytes:
    """A file of the corpus with some attributes and texts replaced by odd ones."""
    text = CORPUS[pick(st.sampled_from(sorted(CORPUS)))].decode().replace("<![CDATA[", "").replace("]]>", "")
    for _ in range(pick(st.integers(1, 4))):
        spots = list(SPOT.finditer(text, text.index("?>")))
        spot = spots[pick(st.integers(0, len(spots) - 1))]
        odd = pick(st.sampled_from(ODD)).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        text = text[: spot.start()] + odd + text[spot.end() :]
    return text.encode()


@settings(deadline=None, max_examples=60)
@given(mutations())
def test_no_content_breaks_the_promises(content: bytes) -> None:
    try:
        result = convert_vendor_diagram(content, MAPPING)
    except BadInput:
        return
    require_nothing_dropped(content, result)
    require_all_said(result)
    assert convert_vendor_diagram(result.content, MAPPING).conversions == ()
