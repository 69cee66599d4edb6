"""Promises of the facts of history: their text stays what it was; what cannot be read says which format it has."""

from __future__ import annotations

import pytest

from engine.errors import BadInput
from engine.process.act_detail import (
    NO_DETAIL,
    ActDetail,
    ChangedTask,
    SentNotice,
    TaskOpening,
    TaskTransfer,
    TimerSetting,
    decode_detail,
    encode_detail,
)

# Rows as the first version wrote them: their digests are computed over exactly these texts.
STORED = {
    '{"closed":[3],"data":{"b":1,"outcome":"đúng"},"deadline":"2026-11-27T03:00:00+00:00","for":"person:4",'
    '"notices":[["reminder",1,"26188","731"]],"opened":[[7,"resolve","26188","731"]],"path":["verify","resolve"],'
    '"personal":{"note":"ab"},"roles":["commune"],"state":"cd","task":3,'
    '"timers":[[8,"half_time","2026-11-26T03:00:00+00:00"],[9,"too_late",null]],"world":"12345678"}': ActDetail(
        closed=(3,),
        data={"outcome": "đúng", "b": 1},
        deadline="2026-11-27T03:00:00+00:00",
        absent="person:4",
        notices=(("reminder", 1, "26188", "731"),),
        opened=((7, "resolve", "26188", "731"),),
        path=("verify", "resolve"),
        personal={"note": "ab"},
        roles=("commune",),
        state="cd",
        task=3,
        timers=(TimerSetting(8, "half_time", "2026-11-26T03:00:00+00:00"), TimerSetting(9, "too_late", None)),
        world="12345678",
    ),
    '{"means":"phone","note":"","reached":false}': ActDetail(means="phone", note="", reached=False),
    '{"from":12,"message":"asked_again"}': ActDetail(origin=12, message="asked_again"),
    '{"changed":[[7,"approve","731"]],"deployment":2,"names":{"a":"b"}}': ActDetail(
        changed=(ChangedTask(7, "approve", "731"),), deployment=2, names={"a": "b"}
    ),
    '{"begun_for":[null,"731"],"place":["26188","26200"],"tasks":[[7,"26188","26200","731"]]}': ActDetail(
        begun_for=(None, "731"), place=("26188", "26200"), tasks=((7, "26188", "26200", "731"),)
    ),
    '{"data":{"n":1180591620717411303424}}': ActDetail(data={"n": 2**70}),
    '{"messages":[null,"asked_again"]}': ActDetail(messages=(None, "asked_again")),
    "{}": NO_DETAIL,
}


@pytest.mark.parametrize("text", STORED)
def test_facts_are_written_and_read_as_they_always_were(text: str) -> None:
    assert encode_detail(STORED[text]) == text
    assert decode_detail(text) == STORED[text]


def test_rows_of_varying_length_are_read_by_name() -> None:
    detail = next(iter(STORED.values()))
    assert detail.openings == [TaskOpening(7, "resolve", "26188", ("731",))]
    assert detail.sent_notices == [SentNotice("reminder", 1, ("26188", "731"))]
    assert ActDetail(tasks=((7, "a", "b", "c"),)).transfers == [TaskTransfer(7, "a", "b", ("c",))]


def test_what_stands_as_null_or_is_not_known_any_more_states_nothing() -> None:
    assert decode_detail('{"reason":null,"forgotten":1}') == NO_DETAIL


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('{"format":2,"path":[]}', "history-format-unknown"),
        *((text, "history-row-unreadable") for text in ('{"path":"verify"}', "{{{", "[]", "null", "7", "")),
    ],
)
def test_a_row_that_cannot_be_read_says_which_format_it_has(text: str, rule: str) -> None:
    with pytest.raises(BadInput) as caught:
        decode_detail(text)
    assert caught.value.rule == rule
    assert caught.value.facts["format"] in ("1", "2")
