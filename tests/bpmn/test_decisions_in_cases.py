"""Decisions that diagrams ask: any DMN model, in FEEL, in the older language, or in both, over the data of a case."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import pytest

from engine.bpmn.actions import Start
from engine.bpmn.parser import Process, parse_processes
from engine.bpmn.step import advance, process_data_of
from engine.errors import StepFailed
from tests.bpmn.lint import draw
from tests.kit.hotline import DATA, NOW, WORLD, diagram, node, user_task

FEEL = "https://www.omg.org/spec/DMN/20230324/FEEL/"
VERSION = "https://www.omg.org/spec/DMN/20230324/MODEL/"
FEES = f"""<definitions xmlns="{VERSION}" id="fees" name="fees" namespace="fees" expressionLanguage="{FEEL}">
<inputData id="in_days" name="days"><variable name="days" typeRef="number"/></inputData>
<businessKnowledgeModel id="bkm" name="doubled fee"><encapsulatedLogic>
<formalParameter name="fee" typeRef="number"/><literalExpression><text>2 * fee</text></literalExpression>
</encapsulatedLogic></businessKnowledgeModel>
<decision id="daily" name="Daily fee">
<informationRequirement><requiredInput href="#in_days"/></informationRequirement>
<decisionTable id="t" hitPolicy="UNIQUE"><input id="i"><inputExpression id="e" typeRef="number"><text>days</text>
</inputExpression></input><output id="o" name="fee" typeRef="number"/>
<rule id="r1"><inputEntry id="c1"><text>[1..3]</text></inputEntry>
<outputEntry id="o1"><text>0.1</text></outputEntry></rule>
<rule id="r2"><inputEntry id="c2"><text>&gt; 3</text></inputEntry>
<outputEntry id="o2"><text>0.2</text></outputEntry></rule>
</decisionTable></decision>
<decision id="routing" name="total"><variable name="total" typeRef="number"/>
<informationRequirement><requiredDecision href="#daily"/></informationRequirement>
<informationRequirement><requiredInput href="#in_days"/></informationRequirement>
<knowledgeRequirement><requiredKnowledge href="#bkm"/></knowledgeRequirement>
<literalExpression id="l"><text>doubled fee(Daily fee) * days + 0.1</text></literalExpression></decision>
</definitions>"""


def asking(table: bytes, kinds: dict[str, str] | None = None) -> Process:
    """A process whose first step asks the decision `routing`."""
    called = "<spiffworkflow:calledDecisionId>routing</spiffworkflow:calledDecisionId>"
    inner = f"<bpmn:extensionElements>{called}</bpmn:extensionElements>"
    rule = f'<bpmn:businessRuleTask id="rule" name="rule">{inner}</bpmn:businessRuleTask>'
    drawn = diagram("handle", [node("startEvent", "begin"), rule, user_task("work"), node("endEvent", "done")],
                    "begin > rule > work > done")  # fmt: skip
    return parse_processes({"handle.bpmn": drawn, "routing.dmn": table}, kinds)["handle"]


def decided(table: bytes | str, kinds: dict[str, str] | None = None, **data: Any) -> dict[str, Any]:
    """The data of a case that has asked."""
    process = asking(table.encode() if isinstance(table, str) else table, kinds)
    return process_data_of(process, advance(process, None, Start({**DATA, **data}), NOW, WORLD).state)


def rows(*lines: str, policy: str = "FIRST", inputs: tuple[tuple[str, str], ...] = (("kind", "string"),)) -> bytes:
    return draw.dmn(draw.table(*lines, inputs=inputs, policy=policy))


def in_feel(table: bytes) -> bytes:
    return table.replace(b'id="tables"', f'id="tables" expressionLanguage="{FEEL}"'.encode())


def test_requirements_knowledge_and_literal_expressions_are_decided_exactly() -> None:
    assert decided(FEES, days=3)["total"] == 0.7
    assert decided(FEES, days=4)["total"] == 1.7
    assert decided(FEES, days=None)["total"] is None


@pytest.mark.parametrize(
    ("cell", "hits", "misses"),
    [
        ('"a","b"', ["a", "b"], ["c", None]),
        ('not("a")', ["b"], ["a"]),
        ("[60..80)", [60, 79.5], [80, None]),
        ("true", [True], [False, 1, "true"]),
        ("null", [None], ["a"]),
        ('starts with(?, "a")', ["ab"], ["ba"]),
        ('? in ("a", "b")', ["a"], ["c"]),
        ("60 <= ? < 80", [60], [80, None]),
        ('? == "a" or ? is None', ["a", None], ["b"]),
        ("True", [True], [False]),
        ("!= 'a'", ["b", None], ["a"]),
        ('in ("a", "b")', ["a"], ["c"]),
    ],
)
def test_cells_of_both_languages_hold_for_what_they_say(cell: str, hits: list[Any], misses: list[Any]) -> None:
    table = rows(f"{cell} | 1", "- | 2")
    assert [decided(table, kind=value)["level"] for value in hits] == [1] * len(hits)
    assert [decided(table, kind=value)["level"] for value in misses] == [2] * len(misses)


@pytest.mark.parametrize(
    ("policy", "answer"),
    [("COLLECT", [1, 2, 4]), ("RULE ORDER", [1, 2, 4]), ('COLLECT" aggregation="SUM', 7),
     ('COLLECT" aggregation="MAX', 4), ('COLLECT" aggregation="COUNT', 3)],
)  # fmt: skip
def test_every_hit_policy_is_followed(policy: str, answer: object) -> None:
    assert decided(rows("> 0 | 1", "> 1 | 2", "> 9 | 3", "- | 4", policy=policy), kind=5)["level"] == answer


def test_rows_that_contradict_each_other_stop_the_step_and_are_named() -> None:
    with pytest.raises(StepFailed) as caught:
        decided(rows("> 0 | 1", "> 1 | 2", policy="ANY"), kind=5)
    assert (caught.value.rule, caught.value.facts["rows"]) == ("table-rows-match", ["1", "2"])
    assert decided(rows("> 0 | 1", "> 1 | 1", policy="ANY"), kind=5)["level"] == 1


def test_a_table_in_feel_means_its_types_and_one_that_says_nothing_does_not() -> None:
    table = rows('> 3 | "many"', '- | "few"', inputs=(("kind", "string"),))
    assert decided(table, kind=5)["level"] == "many"
    assert decided(in_feel(table), kind=5)["level"] == "few"


def test_cells_know_days_and_the_functions_about_cases() -> None:
    table = in_feel(rows('< date("2026-06-01") | 1', '> now() - duration("P1D") | 2', inputs=(("day", "Any"),)))
    assert decided(table, {"day": "date"}, day="2026-05-31")["level"] == 1
    assert decided(table, {"day": "date and time"}, day="2026-11-25T09:00+07:00")["level"] == 2


def test_what_costs_too_much_stops_the_step_with_a_sentence() -> None:
    with pytest.raises(StepFailed, match="takes more than 100,000 steps"):
        decided(in_feel(rows("count(for a in 1..1000, b in 1..1000 return a) > ? | 1", "- | 2")), kind=5)


def checked(*files: tuple[str, bytes]) -> list[tuple[str, str, str]]:
    """What the checker says: rule, element, sentence."""
    found = draw.problems({PurePosixPath("workflows") / name: content for name, content in files})
    return [(problem.rule, problem.element, problem.message) for problem in found]


def test_the_checker_reads_models_and_tells_at_the_cell() -> None:
    known = FEES.replace("days", "case").encode()
    assert checked(("fees.dmn", known)) == []
    ((rule, element, sentence),) = checked(("fees.dmn", known.replace(b"[1..3]", b"[1..")))
    assert (rule, element) == ("expression", "c1")
    assert "ends too early" in sentence
    told = checked(("fees.dmn", known.replace(b"* case", b"* nothing")))
    assert [(rule, element) for rule, element, _ in told] == [("name-unknown", "l")]
    told = checked(("fees.dmn", known.replace(b"#bkm", b"#bkn")))
    assert ("model-problem", "routing") in {(rule, element) for rule, element, _ in told}


def test_the_checker_tells_what_is_wrong_with_tables_in_feel() -> None:
    table = in_feel(rows("[1..5] | 1", "> 4 | 2", policy="UNIQUE", inputs=(("case", "number"),)))
    ((rule, element, sentence),) = checked(("routing.dmn", table))
    assert (rule, element) == ("table-flaw", "r2")
    assert "Rows 1 and 2 both match" in sentence


MAY = ('< "2026-05-01" | 1', '>= "2026-05-01" | 2')


@pytest.mark.parametrize(
    ("cells", "kind", "before", "since"),
    [
        (MAY, "date", "2026-04-30", "2026-05-01"),
        (MAY, "", "2026-04-30", "2026-05-01"),
        (('< "2026-05-01T07:30" | 1', '"2026-05-01T07:30" | 2'), "date and time",
         "2026-05-01T07:29", "2026-05-01T07:30"),
        (('< "2026-05-01T07:00+07:00" | 1', '? == "2026-05-01T07:00+07:00" | 2'), "date and time",
         "2026-05-01T06:59+07:00", "2026-05-01T07:00+07:00"),
        (('"07:29" | 1', '> "07:30" | 2'), "time", "07:29", "07:31"),
    ],
)  # fmt: skip
def test_a_day_that_a_form_asks_is_compared_with_its_text(
    cells: tuple[str, ...], kind: str, before: str, since: str
) -> None:
    table = rows(*cells, inputs=(("day", "string"),))
    assert [decided(table, {"day": kind}, day=day)["level"] for day in (before, since, None)] == [1, 2, None]


@pytest.mark.parametrize("cell", ['"2026-05-01","2026-05-02"', 'not("2026-05-01")'])
def test_in_feel_a_day_is_no_text_and_the_checker_says_so(cell: str) -> None:
    files = {draw.TABLE: rows(f"{cell} | 1", "- | 2", inputs=(("outcome", "string"),))}
    known = replace(draw.VOCABULARY, name_types={"outcome": "date"})
    (problem,) = draw.problems(files, known)
    assert (problem.rule, problem.element) == ("expression-types", "r1c0")
    stated = {draw.TABLE: in_feel(rows('"2026-05-01" | 1', "- | 2", inputs=(("outcome", "string"),)))}
    assert "expression-types" in {problem.rule for problem in draw.problems(stated, known)}
    assert draw.problems(files, replace(known, name_types={"outcome": "string"})) == []
