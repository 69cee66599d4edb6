"""Activities that repeat: what an instance begins with, what it leaves, and what cannot be repeated."""

from __future__ import annotations

from typing import Any

import pytest

from tests.walks import drawing as d
from tests.walks.flows import diagram, users
from tests.walks.oracle.side import Oracle
from tests.walks.sides import DONE, FAILED
from tests.walks.stored import PLACE, Stored
from tests.walks.test_reported_kinds import answer, called, opened, taken
from tests.walks.walker import BEGIN


@pytest.mark.parametrize("number", [0, 2.0, 200, 1.5, -1, 201, True, None, "2", [1]])
def test_what_is_repeated_a_number_of_times_needs_a_whole_number(number: Any) -> None:
    files = diagram(d.user("each", d.multi_instance(cardinality="k")), *users("z"), flows="begin -> each -> z -> done")
    is_fine = number in (0, 2, 200) and not isinstance(number, str)
    for side in (Stored.of(files), Oracle(files)):
        assert side.begin({"place": PLACE, "k": number}, BEGIN) == (DONE if is_fine else FAILED)


@pytest.mark.parametrize("sequential", [True, False])
def test_item_and_result_of_an_instance_hide_what_has_their_names_outside(sequential: bool) -> None:
    each = d.user("each", d.multi_instance("items", output=("results", "v"), sequential=sequential))
    files = diagram(each, *users("z"), flows="begin -> each -> z -> done")
    outside = {"items": ["a", "b"], "items_item": "mine", "v": "old"}
    case = taken(files, [answer("each", v="A"), answer("each", v="B"), answer("z")], outside)
    assert case.view().data == (
        f'{{"items": ["a", "b"], "items_item": "mine", "place": "{PLACE}", "results": ["A", "B"], "v": "old"}}'
    )


@pytest.mark.parametrize("before", [None, 5, [1], {"k": 1}])
@pytest.mark.parametrize("items", [[], {}, {"a": 1}, ["a"]])
def test_results_are_by_name_when_the_items_or_the_results_before_are(items: Any, before: Any) -> None:
    each = d.user("each", d.multi_instance("items", output=("results", "v")))
    files = diagram(each, *users("z"), flows="begin -> each -> z -> done")
    steps = [answer("each", v="A")] * len(items)
    taken(files, [*steps, answer("z")], {"items": items, "results": before})


def test_what_is_called_for_each_item_may_itself_go_through_the_items() -> None:
    within = called(d.user("p", d.multi_instance("items")), flows="i -> p -> ok")
    files = diagram(
        d.call("call", "called", d.multi_instance("items")), *users("z"), flows="begin -> call -> z -> done",
        called=within,
    )  # fmt: skip
    assert opened(taken(files, [answer("call[0]/p")] * 2, {"items": [1, 2]})) == ["call[1]/p"] * 2


@pytest.mark.parametrize("outside", [{}, {"v": "old"}])
def test_an_instance_that_leaves_no_result_stops_the_step_with_a_sentence(outside: dict[str, Any]) -> None:
    each = d.user("each", d.multi_instance("items", output=("results", "v")))
    files = diagram(each, flows="begin -> each -> done")
    case, oracle = Stored.of(files), Oracle(files)
    for side in (case, oracle):
        side.begin({"place": PLACE, "items": [1], **outside}, BEGIN)
        assert side.take(answer("each"), BEGIN) == FAILED
    assert case.failure is not None
    assert (case.failure.rule, case.failure.facts) == ("running-result-missing", {"name": "v"})


@pytest.mark.parametrize(("way", "rule"), [("input", "running-input-missing"), ("output", "running-output-missing")])
def test_what_a_called_process_declares_and_has_not_stops_the_step_with_a_sentence(way: str, rule: str) -> None:
    named = f"<bpmn:data{way.title()}Refs>price</bpmn:data{way.title()}Refs>"
    inner = f'<bpmn:data{way.title()} id="price" name="price"/><bpmn:{way}Set>{named}</bpmn:{way}Set>'
    declared = d.Node("ioSpecification", "io", (), inner)
    within = called(declared, d.script("s", "y = 1"), flows="i -> s -> ok")
    files = diagram(*users("a"), d.call("call", "called"), flows="begin -> a -> call -> done", called=within)
    case, oracle = Stored.of(files), Oracle(files)
    for side in (case, oracle):
        side.begin({"place": PLACE}, BEGIN)
        assert side.take(answer("a"), BEGIN) == FAILED
    assert case.failure is not None
    assert (case.failure.rule, case.failure.facts) == (rule, {"name": "price"})
