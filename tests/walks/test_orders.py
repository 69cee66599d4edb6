"""Which of two tokens moves first in a step the standard leaves open: the oracle accepts each order, and no more."""

from __future__ import annotations

import pytest

from tests.walks import drawing as d
from tests.walks.drawing import Files, body
from tests.walks.flows import diagram, users
from tests.walks.sides import Complete
from tests.walks.stored import PLACE, Stored
from tests.walks.walker import Walk, replay


def answered(files: Files, **data: object) -> Walk:
    """The case behind its first task, beside the oracle."""
    return replay(files, Stored.of(files), {"place": PLACE}, [Complete("ask", 0, data)])


def test_an_inclusive_join_waits_for_no_message_that_begins_an_event_sub_process() -> None:
    """The task behind the join copies its data when it opens, perhaps before the message has arrived."""
    listening = d.event_sub_process(
        "beside",
        body(
            d.start("heard", d.message("m1", variable="got"), interrupting=False), d.catch("later", d.timer()),
            d.end("over"), flows="heard -> later -> over",
        ),
    )  # fmt: skip
    files = diagram(
        *d.data_object("obj"), *users("ask"), d.inclusive("split"), d.send("tell", d.message("m1", '{"n": x}')),
        d.script("work", "y = 1"), d.inclusive("join"), d.user("read", d.reads("obj", "read")), listening,
        flows="begin -> ask -> split; split -> tell if x > 0; split -> work else; tell -> join; work -> join;"
        "join -> read -> done",
    )  # fmt: skip
    assert answered(files, x=1).difference == []


@pytest.mark.parametrize("turns", [1, 5])
def test_what_has_received_a_message_may_be_ended_before_it_goes_on(turns: int) -> None:
    turn = body(
        d.start("i"), d.parallel("both"), d.throw("tell", d.message("m2", '{"n": 1}')), d.end("stop", d.terminate()),
        d.receive("hear", d.message("m2", variable="got")), d.end("over"),
        flows="i -> both; both -> tell -> stop; both -> hear -> over",
    )  # fmt: skip
    files = diagram(
        *users("ask", "look"), d.sub_process("turn", turn, d.standard_loop(maximum=turns)),
        flows="begin -> ask -> turn -> look -> done",
    )  # fmt: skip
    assert answered(files).difference == []
