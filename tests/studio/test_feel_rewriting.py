"""Diagrams rewritten in FEEL: they mean the same, in texts, in the shipped scenarios, over past cases."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import Engine

from engine.bpmn.actions import Start
from engine.bpmn.feel_conversion import feel_expression, feel_script
from engine.bpmn.feel_marks import TEST, VALUE
from engine.bpmn.functions import ExpressionContext
from engine.bpmn.scripts import ExpressionLanguage
from engine.errors import ScriptError
from engine.process import definitions, instances
from engine.process.acts import Command
from engine.scenarios import deployment_check, runner
from engine.scenarios.files import read_scenario
from engine.shipped import ROOT
from engine.store.db import transaction
from engine.studio.feel_comparison import compare_answers
from engine.studio.feel_rewriting import rewrite_files
from tests.kit import hotline
from tests.kit.hotline import DATA, NOW, WHO, WORLD

TYPES = {"name": "string", "level": "number", "flag": "boolean", "many": "list", "day": "date"}
LANGUAGE = ExpressionLanguage(ExpressionContext(NOW, WORLD, None).functions(), {"day": "date"})
NAMES = ("", "a", "b", None)
LEVELS = (None, 0, 2, 2.5)
TESTS = [
    'name == "a"', 'name != "a"', "name is None", 'name in ["a", "b"]', 'name not in ("a", "b")', "level >= 2",
    "not (level > 2)", "1 <= level < 3", 'flag and name == "a"', "not flag", "name", "level", "many",
    "name and not level",
    '"a" in many', '"a" not in many', "x == level", "x != level", 'name == "a" if level > 1 else flag', "len(many) > 1",
    'day < "2026-06-01"', "True", "many[0] == name or level % 2 == 0", "level // 2 == 1",
]  # fmt: skip


@pytest.mark.parametrize("source", TESTS)
def test_a_condition_holds_in_feel_where_it_held(source: str) -> None:
    feel = feel_expression(source, TYPES, is_test=True)
    for name, level, flag, many in product(NAMES, LEVELS, (True, False), (["a"], ["b", "a"])):
        data = {"name": name, "level": level, "flag": flag, "many": many, "day": "2026-05-31", "x": 2}
        try:
            before = bool(LANGUAGE.evaluate(source, data))
        except ScriptError:
            before = False
        assert LANGUAGE.evaluate(TEST + feel, data) is before, (feel, data)


@pytest.mark.parametrize(
    "source",
    ["working_hours(level) if flag else clock_hours(3)", '"PT2H"', "[unit_above(place), name]", "1000 * level + x",
     'name == "a"', "not flag", "many[0]", '{"k": level}["k"]', "many + [1]", "-level", "max(level, x)"],
)  # fmt: skip
def test_a_value_is_the_same_in_feel(source: str) -> None:
    data = {"name": "a", "level": 2, "flag": True, "many": ["p"], "place": hotline.PLACE, "x": 5}
    feel = feel_expression(source, TYPES, is_test=False)
    before, after = LANGUAGE.evaluate(source, data), LANGUAGE.evaluate(VALUE + feel, data)
    assert (after, type(after)) == (before, type(before))


@pytest.mark.parametrize(
    "source",
    ["a = 1\nb = a + level", "level += 1", "if level > 1:\n    a = 1\nelif flag:\n    b = 2\nelse:\n    c = name"],
)
def test_a_script_sets_the_same_in_feel(source: str) -> None:
    for level, flag in product((1, 2), (True, False)):
        before = {"level": level, "flag": flag, "name": "n"}
        after = dict(before)
        LANGUAGE.execute(source, before)
        LANGUAGE.execute(VALUE + feel_script(source, TYPES), after)
        assert after == before


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("unknown", "conversion-truth"),
        ("x in y", "conversion-truth"),
        ("a + b > 1", "conversion-sum"),
        ("count > 1", "conversion-name"),
        ("sorted(many)[0] == 1", "conversion-piece"),
        ("many[level] == 1", "conversion-piece"),
        ("day < now()", "conversion-moment"),
    ],
)
def test_what_has_no_exact_equal_is_refused_with_the_reason(source: str, rule: str) -> None:
    with pytest.raises(ScriptError) as refused:
        feel_expression(source, TYPES, is_test=True)
    assert refused.value.rule == rule


@pytest.mark.parametrize("source", ["a = 1\na = 2", 'd["k"] = 1', "a = 1\nif a:\n    b = 1", "count = unknown()"])
def test_what_a_context_cannot_say_is_refused(source: str) -> None:
    with pytest.raises(ScriptError):
        feel_script(source, TYPES)


def test_the_shipped_deployment_runs_in_feel() -> None:
    files = definitions.read_deployment_folder(ROOT)
    rewritten, texts = rewrite_files(files)
    refused = {text.element for text in texts if text.refusal is not None}
    assert (refused, len(texts) > 300) == ({"apply_correction", "note_recall"}, True)
    assert deployment_check.problems_in(rewritten) == []
    content = definitions.compile_files(rewritten)
    chosen = [path for path in runner.scenario_paths(rewritten) if "leave" in path.name or "ladder" in path.name]
    outcomes = [runner.run_scenario(content, read_scenario(path, rewritten[path])) for path in chosen]
    assert len(outcomes) > 3
    assert [outcome.failure for outcome in outcomes if outcome.failure] == []


def test_both_are_shown_side_by_side_over_past_cases(engine_db: Engine) -> None:
    files = dict(hotline.FILES)
    _rewritten, texts = rewrite_files(files)
    assert {text.after for text in texts if text.is_test} == {'outcome = "fail"'}
    with transaction(engine_db) as tx:
        hotline.deployed(tx)
        definition = definitions.find_by_key(tx, "handle", 1)
        for outcome in ("fail", "correct"):
            start = Start({**DATA, "outcome": outcome})
            instances.start_instance(tx, definition, Command(start, WHO, NOW), WORLD)
    with transaction(engine_db) as tx:
        answers = compare_answers(tx, texts, WORLD, NOW, 10)
    differing = {text.before: answer.results[0] for text, answer in zip(texts, answers, strict=True) if answer.differ}
    assert list(differing) == ["x = 1 / zero"]  # It stops a case; in FEEL it would be nothing, which is shown.
    result = differing["x = 1 / zero"]
    assert (result.before, result.after, result.number) == ("—", "x = không có giá trị", 2)
    assert [answer.same for answer in answers].count(2) == len(texts) - 1
