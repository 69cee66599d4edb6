"""Texts in FEEL in diagrams: how a diagram says so, what they do in a case, how values pass both ways."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.bpmn.clockwork import DueInstant
from engine.bpmn.feel_marks import FEEL_URI, is_feel_language
from engine.bpmn.functions import ExpressionContext
from engine.bpmn.inspection import snapshot_of
from engine.bpmn.scripts import ExpressionLanguage
from engine.bpmn.state import load_live_case
from engine.errors import ScriptError
from tests.bpmn.lint import draw
from tests.kit import hotline
from tests.walks import drawing as d
from tests.walks.drawing import Files
from tests.walks.flows import diagram, users
from tests.walks.sides import DONE, FAILED, Complete
from tests.walks.stored import PLACE, Stored
from tests.walks.walker import BEGIN

KINDS = {"contact_at": "date and time", "day": "date"}
LANGUAGE = ExpressionLanguage(ExpressionContext(hotline.NOW, hotline.WORLD, None).functions(), KINDS)


def stated(files: Files, language: str = FEEL_URI) -> Files:
    """The same files, said to be in FEEL."""
    word = f'<bpmn:definitions expressionLanguage="{language}"'.encode()
    return {name: content.replace(b"<bpmn:definitions", word) for name, content in files.items()}


def begun(files: Files, **data: Any) -> Stored:
    case = Stored.of(files)
    assert case.begin({"place": PLACE, **data}, BEGIN) == DONE
    return case


def opened(case: Stored) -> list[str]:
    return [element for element, _ in case.view().open]


def choice(condition: str) -> Files:
    """A gateway whose first way has a condition."""
    return diagram(
        *users("yes", "no"),
        d.exclusive("which"),
        flows=f"begin -> which; which -> yes if {condition}; which -> no else; yes -> done; no -> done",
    )


@pytest.mark.parametrize(
    "language",
    [
        "feel",
        "FEEL",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/",
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "http://www.omg.org/spec/FEEL/20140401",
    ],
)
def test_a_file_says_in_every_version_that_it_is_in_feel(language: str) -> None:
    assert is_feel_language(language)
    files = stated(choice('kind in ("a", "b") and level >= 2'), language)
    assert opened(begun(files, kind="b", level=2)) == ["yes"]
    assert opened(begun(files, kind="c", level=2)) == ["no"]


@pytest.mark.parametrize("language", ["python", "groovy", "", None, "feelings", "http://www.omg.org/spec/DMN/FEEL"])
def test_nothing_else_is_feel(language: str | None) -> None:
    assert not is_feel_language(language)


def test_an_expression_says_it_by_itself() -> None:
    (content,) = choice('kind = "a"').values()
    own = re.sub(rb"<bpmn:conditionExpression", b'<bpmn:conditionExpression language="feel"', content)
    for files in ({"root.bpmn": own}, choice('=kind = "a"')):
        assert opened(begun(files, kind="a")) == ["yes"]


@pytest.mark.parametrize("value", [None, "true", 1, [True]])
def test_only_true_is_true(value: object) -> None:
    assert opened(begun(stated(choice("value")), value=value)) == ["no"]


@pytest.mark.parametrize("condition", ["1 / 0 > 2", "not(missing)", 'unit_kind("nowhere") = "commune"', "level > 1"])
def test_null_holds_no_condition(condition: str) -> None:
    assert opened(begun(stated(choice(condition)))) == ["no"]


def test_what_costs_too_much_stops_the_step_with_a_sentence() -> None:
    case = Stored.of(stated(choice("count(for a in 1..1000, b in 1..1000 return a) > 1")))
    assert case.begin({"place": PLACE}, BEGIN) == FAILED
    with pytest.raises(ScriptError) as refused:
        LANGUAGE.evaluate("=count(for a in 1..1000, b in 1..1000 return a)", {})
    assert str(refused.value).endswith("The evaluation takes more than 100,000 steps.")


def test_a_conditional_event_waits_in_feel() -> None:
    files = diagram(
        *users("a", "b", "z"),
        d.parallel("fork"),
        d.catch("big", d.condition("some level in levels satisfies level > 5")),
        flows="begin -> fork; fork -> big -> z -> done; fork -> a -> b -> done",
    )
    case = begun(stated(files), levels=[1])
    assert case.take(Complete("a", 0, {"levels": [1, 3]}), BEGIN) == DONE
    assert opened(case) == ["b"]
    assert case.take(Complete("b", 0, {"levels": [1, 9]}), BEGIN) == DONE
    assert opened(case) == ["z"]


@pytest.mark.parametrize(
    ("kind", "text", "hours"),
    [
        ("timeDuration", 'duration("PT2H")', 2),
        ("timeDuration", '@"P1D" * 2', 48),
        ("timeDuration", '"PT3H"', 3),
        ("timeDate", 'now() + duration("PT5H")', 5),
        ("timeDate", "if urgent then clock_hours(1) else clock_hours(9)", 9),
        ("timeCycle", 'cycle(3, duration("PT4H"))', 4),
    ],
)
def test_timers_are_computed_in_feel(kind: str, text: str, hours: int) -> None:
    files = stated(
        diagram(
            *users("a", "z"),
            d.boundary("late", "a", d.timer(text, kind), interrupting=False),
            d.end("over"),
            flows="begin -> a -> done; late -> z -> over",
        )
    )
    case = begun(files, urgent=False)
    assert case.blob is not None
    (timer,) = snapshot_of(load_live_case(case.blob, case.process, None).workflow).timers.values()
    assert timer.due == BEGIN + timedelta(hours=hours)


def test_a_moment_made_from_working_time_remembers_how() -> None:
    value = LANGUAGE.evaluate("=if true then working_hours(2) else now()", {})
    assert isinstance(value, DueInstant)
    assert value.basis.seconds == 7200
    assert type(LANGUAGE.evaluate('=working_hours(2) + duration("PT0S")', {})) is str


def test_a_repeated_activity_computes_its_collection_once_and_its_end() -> None:
    loop = d.multi_instance("things", until="thing.size > 4").replace(">things<", ">=things[size > 1]<")
    loop = loop.replace("things_item", "thing").replace(">thing.", "> =thing.")
    activity = d.call("each", "called", loop)
    called = d.body(d.start("begin_in"), d.user("do"), d.end("done_in"), flows="begin_in -> do -> done_in")
    root = d.body(d.start(), *users("z"), activity, d.end(), flows="begin -> each -> z -> done")
    files = d.documents({"main": d.process("main", root), "called": d.process("called", called)})
    case = begun(files, things=[{"size": 1}, {"size": 2}, {"size": 5}, {"size": 3}])
    assert opened(case) == ["each[0]/do", "each[1]/do", "each[2]/do"]
    assert case.take(Complete("each[0]/do", 0, {"things": []}), BEGIN) == DONE
    assert opened(case) == ["each[1]/do", "each[2]/do"]
    assert case.take(Complete("each[1]/do", 0, {}), BEGIN) == DONE
    assert opened(case) == ["z"]


def test_scripts_are_contexts_whose_entries_are_set() -> None:
    data: dict[str, Any] = {"n": 2, "kept": 1}
    LANGUAGE.execute("={a: n + 1, b: a * 2, list: [a, null], inner: {k: b}}", data)
    assert data == {"n": 2, "kept": 1, "a": 3, "b": 6, "list": [3, None], "inner": {"k": 6}}
    LANGUAGE.execute("=if n > 9 then {a: 0} else {c: a}", data)
    assert (data["a"], data["c"]) == (3, 3)
    with pytest.raises(ScriptError, match="no value that can be stored"):
        LANGUAGE.execute("={f: function(x) x}", data)
    with pytest.raises(ScriptError, match="is a context"):
        LANGUAGE.execute("=n + 1", data)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("0.1 + 0.2", 0.3),
        ("123456789.123456", 123456789.123456),
        ("10 ** 14", 10**14),
        ('date("2026-11-30")', "2026-11-30"),
        ('time("08:00:00+07:00")', "08:00:00+07:00"),
        ('date and time("2026-11-30T08:00:00+07:00")', "2026-11-30T08:00:00+07:00"),
        ('date and time("2026-11-30T08:00:00@Asia/Ho_Chi_Minh")', "2026-11-30T08:00:00@Asia/Ho_Chi_Minh"),
        ('duration("P1DT2H3.5S")', "P1DT2H3.5S"),
        ('duration("P1Y2M")', "P1Y2M"),
        ("working_hours(2)", "2026-11-23T10:00:00+07:00"),
    ],
)
def test_values_pass_both_ways_without_loss(text: str, stored: object) -> None:
    """A script stores it, the next one reads the same value: nothing has been rounded and no zone lost."""
    one = replace(d.script("one", f"{{v: {text}}}"), attributes=(("scriptFormat", "feel"),))
    two = d.script("two", f"={{same: is(v, {text})}}")
    files = diagram(one, two, *users("a"), flows="begin -> one -> two -> a -> done")
    case = begun(files)
    ((_element, data),) = case.view().open
    assert f'"v":{stored!r}'.replace("'", '"') in data.replace(" ", "")
    assert '"same":true' in data.replace(" ", "")


def test_moments_of_forms_are_moments() -> None:
    data = {"contact_at": "2026-11-24T08:00+07:00", "day": "2026-11-24", "note": "2026-11-24"}
    assert LANGUAGE.evaluate('≟contact_at < now() and day = date("2026-11-24")', data) is True
    assert LANGUAGE.evaluate("=contact_at.hour + day.day", data) == 32
    assert LANGUAGE.evaluate('=note + "!"', data) == "2026-11-24!"
    assert LANGUAGE.evaluate("=day", {"day": "someday"}) == "someday"


def test_what_is_null_by_an_error_is_told_where_a_value_is_needed() -> None:
    with pytest.raises(ScriptError, match="no unit with the code 'nowhere'"):
        LANGUAGE.evaluate('=unit_above("nowhere")', {})
    with pytest.raises(ScriptError, match="no deadline"):
        LANGUAGE.evaluate("=deadline()", {})
    assert LANGUAGE.evaluate("=if x = null then null else 1", {}) is None


def checked(condition: str) -> list[tuple[str, str]]:
    """What the checker says of a condition: the rule, and the sentence."""
    drawn = draw.report(
        draw.start(),
        draw.gateway("exclusive", "pick", "pick_done"),
        draw.end(),
        draw.end("other"),
        draw.script("other_level = 1"),
        draw.flows(f"begin -> compute -> pick -> done; pick -> other if {condition}"),
    )
    vocabulary = replace(
        draw.VOCABULARY, name_types={"outcome": "string", "level": "number", "contact_at": "date and time"}
    )
    return [(problem.rule, problem.message) for problem in draw.problems(drawn, vocabulary)]


@pytest.mark.parametrize(
    ("condition", "rule", "piece"),
    [
        ("=level >", "expression", "ends too early"),
        ('=levle = "x"', "name-unknown", "levle"),
        ("=working_hour(2) > now()", "expression", "no function working_hour"),
        ('=level = "2"', "expression-types", "= does not go with number and string"),
        ("=outcome + 1 > 2", "expression-types", "string and number"),
        ("=level", "condition-type", "number"),
        ("=working_hours(outcome) > now()", "expression-types", "needs a number"),
        ('=date("2026-02-30") = today()', "expression-types", "date"),
        ("=upper case(level) = outcome", "expression-types", "upper case does not take number"),
    ],
)
def test_the_checker_reads_feel(condition: str, rule: str, piece: str) -> None:
    ((told, sentence),) = checked(condition)
    assert told == rule
    assert piece in sentence


@pytest.mark.parametrize(
    "condition",
    [
        '=outcome in ("a", "b") or level > 2',
        "=level + 1 > 2 and not(level = null)",
        '=things[kind = "x"][1].size > 2',
        "=some thing in things satisfies thing > level",
        "=working_hours(level) > now()",
        '=if level > 2 then outcome = "a" else other_level = 1',
    ],
)
def test_the_checker_says_nothing_of_what_may_have_a_value(condition: str) -> None:
    assert checked(condition) == []
