"""Paths of one scope share its data; what BPMN keeps apart stays apart; events and gateways take each token once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from engine.bpmn.scopes import OwnData
from engine.bpmn.scripts import ExpressionLanguage
from engine.bpmn.stored_state import data_difference, is_same_value
from tests.walks import drawing as d
from tests.walks.drawing import Files, body, documents, process
from tests.walks.flows import diagram, users
from tests.walks.sides import DONE, ROOT, Broadcast, Complete, Deliver, Fire, Step
from tests.walks.stored import PLACE, Stored
from tests.walks.walker import BEGIN


def begun(files: Files, *steps: Step, **data: Any) -> Stored:
    """A case after these steps, stored and restored between them."""
    case = Stored.of(files)
    assert case.begin({"place": PLACE, **data}, BEGIN) == DONE
    for step in steps:
        assert case.take(step, BEGIN) == DONE, step
    return case


def answer(element: str, rank: int = 0, **data: Any) -> Complete:
    return Complete(element, rank, data)


def opened(case: Stored) -> list[str]:
    return [element for element, _ in case.view().open]


def seen_by(case: Stored, element: str) -> dict[str, Any]:
    """What an open task sees, the first of its element."""
    data: dict[str, Any] = json.loads(next(text for name, text in case.view().open if name == element))
    return data


def over_items(*, sequential: bool) -> Files:
    each = d.user("each", d.multi_instance("items", sequential=sequential, output=("results", "v")))
    return diagram(each, *users("after"), flows="begin -> each -> after -> done")


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("items", [[], [None], ["a", None, "a"], [0, False], {"p": None, "q": 1}])
def test_each_item_has_an_instance_whatever_it_is(items: Any, sequential: bool) -> None:
    case = begun(over_items(sequential=sequential), items=items)
    for number in range(len(items)):
        assert case.take(answer("each", v=number), BEGIN) == DONE
    assert opened(case) == ["after"]
    numbers = list(range(len(items)))
    assert seen_by(case, "after")["results"] == (
        dict(zip(items, numbers, strict=True)) if isinstance(items, dict) else numbers
    )


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("items", [None, "abc", 5, True])
def test_what_is_no_list_is_not_repeated_over(items: Any, sequential: bool) -> None:
    case = Stored.of(over_items(sequential=sequential))
    case.begin({"place": PLACE, "items": items}, BEGIN)
    assert case.failure is not None
    assert (case.failure.rule, case.failure.facts["name"]) == ("running-collection", "items")


DECIDED = diagram(
    d.script("begin_so", "approved = False"),
    *users("a", "b", "granted", "refused"),
    d.parallel("fork"),
    d.parallel("join"),
    d.script("set_it", 'approved = decision == "yes"'),
    d.exclusive("decide"),
    flows="begin -> begin_so -> fork; fork -> a -> set_it -> join; fork -> b -> join; join -> decide;"
    "decide -> granted if approved; decide -> refused else; granted -> done; refused -> done",
)


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_a_yes_holds_in_whatever_order_the_branches_end(order: str) -> None:
    steps = {"a": answer("a", decision="yes"), "b": answer("b", word="xong")}
    assert opened(begun(DECIDED, *(steps[name] for name in order))) == ["granted"]


def test_the_main_path_sees_what_the_path_of_an_event_has_written() -> None:
    files = diagram(
        *users("work", "after"),
        d.boundary("late", "work", d.timer(), interrupting=False),
        d.script("count", "reminded = reminded + 1"),
        d.end("counted"),
        flows="begin -> work -> after -> done; late -> count -> counted",
    )
    case = begun(files, Fire("late", 0), reminded=0)
    assert seen_by(case, "work")["reminded"] == 1
    case.take(answer("work"), BEGIN)
    assert seen_by(case, "after")["reminded"] == 1


def test_a_sub_process_works_on_the_data_around_it() -> None:
    inner = body(d.start("i"), d.user("p"), d.user("q"), d.end("j"), flows="i -> p -> q -> j")
    files = diagram(
        d.parallel("fork"),
        d.parallel("join"),
        d.sub_process("sub", inner),
        *users("beside"),
        flows="begin -> fork; fork -> sub -> join; fork -> beside -> join; join -> done",
    )
    assert seen_by(begun(files, answer("sub/p", found=1)), "beside")["found"] == 1


def calling(declared: str = "") -> Files:
    """A case that calls a process which doubles the price and scribbles; what it declares stands before its start."""
    inner = body(d.start("i"), d.user("p"), d.script("calc", 'level = "scratch"\ntotal = price * 2'), d.end("j"),
                 flows="i -> p -> calc -> j")  # fmt: skip
    called = process("called", inner).replace("<bpmn:startEvent", declared + "<bpmn:startEvent", 1)
    main = process(
        ROOT,
        body(
            d.start(),
            d.parallel("fork"),
            d.parallel("join"),
            d.call("call", "called"),
            *users("beside", "after"),
            d.end(),
            flows="begin -> fork; fork -> call -> join; fork -> beside -> join; join -> after -> done",
        ),
    )
    return documents({ROOT: main, "called": called})


DECLARED = (
    '<bpmn:ioSpecification><bpmn:dataInput id="price" name="price"/><bpmn:dataInput id="place" name="place"/>'
    '<bpmn:dataOutput id="total" name="total"/>'
    "<bpmn:inputSet><bpmn:dataInputRefs>price</bpmn:dataInputRefs><bpmn:dataInputRefs>place</bpmn:dataInputRefs></bpmn:inputSet>"
    "<bpmn:outputSet><bpmn:dataOutputRefs>total</bpmn:dataOutputRefs></bpmn:outputSet></bpmn:ioSpecification>"
)


def test_a_called_process_gives_back_what_it_declares() -> None:
    case = begun(calling(DECLARED), answer("beside"), price=21, level="province")
    assert set(seen_by(case, "call/p")) == {"price", "place"}
    case.take(answer("call/p"), BEGIN)
    assert (seen_by(case, "after")["total"], seen_by(case, "after")["level"]) == (42, "province")


def test_a_called_process_that_declares_nothing_gives_back_what_it_wrote_and_no_old_copy() -> None:
    case = begun(calling(), answer("call/p", note="x"), price=21, level="province", seen=0)
    case = begun(calling(), answer("beside", seen=1), answer("call/p"), price=21, level="province", seen=0)
    after = seen_by(case, "after")
    assert (after["total"], after["level"], after["seen"]) == (42, "scratch", 1)


def repeated(sequential: bool, output: bool = True) -> Files:
    loop = d.multi_instance(
        items="things", sequential=sequential, output=("answers", "verdict") if output else None
    )  # fmt: skip
    return diagram(
        d.script("set_up", 'things = ["a", "b"]'),
        d.user("ask", loop),
        *users("after"),
        flows="begin -> set_up -> ask -> after -> done",
    )


@pytest.mark.parametrize("things", [["a"], ["a", "b", "c"]], ids=["shrunk", "grown"])
@pytest.mark.parametrize("sequential", [False, True], ids=["at once", "in turn"])
def test_a_collection_is_read_once(sequential: bool, things: list[str]) -> None:
    given = (answer("ask", verdict=verdict, things=things) for verdict in ("mot", "hai"))
    assert seen_by(begun(repeated(sequential), *given), "after")["answers"] == ["mot", "hai"]


def test_an_instance_sees_its_own_item_and_answers_only() -> None:
    case = begun(repeated(sequential=False), answer("ask", verdict="mot", mine=1))
    seen = seen_by(case, "ask")
    assert (seen["things_item"], seen["answers"], "mine" in seen) == ("b", [], False)


def test_without_a_collection_the_answers_come_back_and_the_item_does_not() -> None:
    case = begun(repeated(sequential=True, output=False), answer("ask", first=1), answer("ask", second=2))
    seen = seen_by(case, "after")
    assert (seen["first"], seen["second"], "things_item" in seen) == (1, 2, False)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (0, False, False),
        (1, True, False),
        (1, 1.0, False),
        ([1], [True], False),
        ({"a": [0]}, {"a": [False]}, False),
        ({"a": [0, None]}, {"a": [0, None]}, True),
        ("x", "x", True),
    ],
)
def test_values_of_different_kinds_are_different(left: object, right: object, same: bool) -> None:
    assert is_same_value(left, right) == same
    assert data_difference({"v": left}, {"v": right}) == ({} if same else {"v": right}, [])


def test_a_change_of_kind_alone_is_kept() -> None:
    files = diagram(
        d.script("set_up", "things = [False]"),
        d.user("ask", d.multi_instance(items="things")),
        flows="begin -> set_up -> ask -> done",
    )
    case = begun(files, answer("ask", code=0), code=False)
    assert json.loads(case.view().data)["code"] is not False


def test_tasks_that_a_repeating_timer_opened_stay_when_its_host_ends() -> None:
    files = diagram(
        *users("work", "chase", "after"),
        d.boundary("urge", "work", d.timer('"R3/PT1H"', "timeCycle"), interrupting=False),
        d.end("urged"),
        flows="begin -> work -> after -> done; urge -> chase -> urged",
    )
    case = begun(files, Fire("urge", 0), Fire("urge", 0), answer("work"))
    assert opened(case) == ["after", "chase", "chase"]
    assert case.view().waiting == ()
    for element in ("after", "chase", "chase"):
        assert case.take(answer(element), BEGIN) == DONE
    assert case.view().completed


@pytest.mark.parametrize("trigger", ["message", "signal"])
def test_an_event_that_does_not_interrupt_fires_each_time(trigger: str) -> None:
    event, step = (d.message("m1"), Deliver("m1", {})) if trigger == "message" else (d.signal("s1"), Broadcast("s1"))
    files = diagram(
        *users("work", "read"),
        d.boundary("heard", "work", event, interrupting=False),
        d.end("noted"),
        flows="begin -> work -> done; heard -> read -> noted",
    )
    assert opened(begun(files, step, step)) == ["read", "read", "work"]


def test_what_is_interrupted_sends_nothing_more() -> None:
    inner = body(
        d.start("i"),
        d.user("p"),
        d.throw("cry", d.escalation("c1")),
        d.send("tell", d.message("m2", "{}")),
        d.end("j"),
        flows="i -> p -> cry -> tell -> j",
    )
    files = diagram(
        d.sub_process("sub", inner),
        d.boundary("stop", "sub", d.escalation("c1")),
        *users("after"),
        flows="begin -> sub -> done; stop -> after -> done",
    )
    case = begun(files, answer("sub/p"))
    assert (opened(case), case.view().thrown) == (["after"], ())


def test_an_error_stops_the_activity_that_it_comes_out_of_and_no_other() -> None:
    def inner(side: str) -> d.Body:
        return body(
            d.start(f"i{side}"), d.user(f"p{side}"), d.end(f"j{side}", d.error("e1")),
            flows=f"i{side} -> p{side} -> j{side}",
        )  # fmt: skip

    files = diagram(
        d.parallel("fork"),
        d.parallel("join"),
        *(d.sub_process(f"sub{side}", inner(side)) for side in "ab"),
        *(d.boundary(f"wrong{side}", f"sub{side}", d.error("e1")) for side in "ab"),
        *(d.exclusive(f"merge{side}") for side in "ab"),
        flows="begin -> fork; fork -> suba -> mergea; wronga -> mergea -> join; fork -> subb -> mergeb;"
        "wrongb -> mergeb -> join; join -> done",
    )
    assert opened(begun(files, answer("suba/pa"))) == ["subb/pb"]


def test_a_fork_may_lead_back_to_an_earlier_task() -> None:
    files = diagram(*users("a", "b"), d.parallel("g"), flows="begin -> a -> g; g -> a; g -> b -> done")
    case = begun(files, answer("a"), answer("a"))
    assert opened(case) == ["a", "b", "b"]


TURNING = diagram(
    *users("a", "b", "c"),
    d.exclusive("merge"),
    d.parallel("fork"),
    d.parallel("join"),
    d.exclusive("again"),
    flows="begin -> merge -> fork; fork -> a -> join; fork -> b -> join; join -> c -> again;"
    "again -> merge if x > 1; again -> done else",
)


def test_a_join_in_a_loop_waits_for_the_branches_of_its_own_turn() -> None:
    turn: Mapping[str, int] = {"a": 0, "b": 0, "c": 2}
    case = begun(TURNING, *(answer(name, x=value) for name, value in turn.items()), answer("a"))
    assert opened(case) == ["b"]
    assert case.take(answer("b"), BEGIN) == DONE
    assert opened(case) == ["c"]


def test_what_a_branch_not_taken_would_write_is_not_given_back() -> None:
    """A called process returns what it has written, not what its scripts might have written."""
    data = OwnData({"x": 1, "doc": {"n": 0}})
    ExpressionLanguage({}).execute('if x > 2:\n    doc["n"] = x\nelse:\n    few = [x]', data)
    assert data.written_values() == {"few": [1]}
    ExpressionLanguage({}).execute('x = 1\ndoc["n"] = 0', data)
    assert data.written_values() == {"few": [1], "x": 1, "doc": {"n": 0}}


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_path_back_to_its_own_task_ends_with_it(interrupting: bool) -> None:
    """Each turn has events of its own, which end with that turn; nothing fires after the end."""
    files = diagram(
        *users("a"), d.boundary("late", "a", d.timer(), interrupting), flows="begin -> a -> done; late -> a"
    )
    case = begun(files, Fire("late", 0), Fire("late", 0))
    expected = ["a"] if interrupting else ["a", "a", "a"]
    assert opened(case) == expected
    for _ in expected:
        assert not case.view().completed
        assert case.take(answer("a"), BEGIN) == DONE
    assert case.view().completed
    assert case.view().waiting == ()
    assert case.rows["timers"] == set()


def test_an_inclusive_join_takes_the_tokens_of_several_flows_from_one_gateway_together() -> None:
    files = diagram(
        *users("z"),
        d.inclusive("split"),
        d.inclusive("join"),
        flows="begin -> split; split -> join if x > 1; split -> join if x > 2; split -> join else; join -> z -> done",
    )
    assert opened(begun(files, x=3)) == ["z"]
