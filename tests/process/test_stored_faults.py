"""Promises of faults in a text column: said later in the reader's language, whatever the program has become since."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from engine.actor import SYSTEM
from engine.bpmn.actions import Fire
from engine.errors import BadInput, EngineError, NotFound, StepFailed
from engine.process import incidents
from engine.process.acts import Command
from engine.process.history import ChainBreak
from engine.process.stored_faults import encode_fault, stored_sentence
from engine.store.db import Transaction
from engine.store.models import Incident
from engine.translation.catalogue import LANGUAGES, N_
from engine.translation.wording import Term, say
from tests.kit.hotline import NOW
from tests.kit.province import add_case, load_year

INCIDENT = NotFound("incident-unknown", number="7")


@pytest.mark.parametrize(
    "fault",
    [
        StepFailed(),
        INCIDENT,
        StepFailed("case-unreadable", node="x", kind=INCIDENT),
        BadInput("setting-refused", name="A", value=1234.5, allowed=Term(N_("một thư mục"))),
        BadInput("row-kind-unknown", value=None, allowed=["a", "b", INCIDENT]),
        BadInput("row-kind-unknown", value=True, allowed={"a", "b"}),
        BadInput("override-unknown", day=datetime(2026, 11, 25, 8, tzinfo=UTC)),
        BadInput("unit-file-empty", path=Path("a/b.csv")),
        ChainBreak(3, 4, "history-rows-lost", {"written": 4, "left": 3}),
    ],
)
def test_a_stored_fault_says_what_the_fault_said(fault: EngineError) -> None:
    for language in LANGUAGES:
        assert stored_sentence(encode_fault(fault), language) == say(fault, language)


@given(st.text() | st.sampled_from(["[]", "{}", "7", '"x"', "null", '{"rule": 1, "facts": {}}', "The step failed."]))
def test_a_text_that_is_no_fault_is_shown_as_it_is(text: str) -> None:
    assert stored_sentence(text, "vi") == text


def test_a_fault_whose_rule_has_other_facts_by_now_is_shown_by_its_rule() -> None:
    assert stored_sentence(encode_fault(NotFound("incident-unknown", id="7")), "vi") == "incident-unknown"


def test_equal_failures_count_as_one_incident_and_are_said_in_both_languages(tx: Transaction) -> None:
    load_year(tx, 2021)
    case = add_case(tx, "26026", ("26026", "commune"))
    command = Command(Fire((1,)), SYSTEM, NOW)
    for _ in range(2):
        incidents.report_failure(tx, case, command, StepFailed("case-unreadable", node="x", kind="ValueError"))
    (row,) = incidents.list_oldest_first(tx)
    assert (row.attempts, row.node) == (2, "x")
    assert incidents.incident_sentence(row, "en") == "The case cannot be read or moved (ValueError)."
    assert incidents.incident_sentence(row, "vi") == (
        "Không đọc được hồ sơ hoặc không chuyển được bước tiếp theo (ValueError)."
    )


def test_a_break_is_reported_once_also_beside_the_sentence_of_an_older_program(tx: Transaction) -> None:
    load_year(tx, 2021)
    case = add_case(tx, "26026", ("26026", "commune"))
    chain_break = ChainBreak(case, 2, "history-row-changed")
    for _ in range(2):
        incidents.report_chain_break(tx, case, chain_break, NOW, chain=True)
    (row,) = incidents.list_oldest_first(tx)
    tx.write().execute(update(Incident).where(Incident.id == row.id).values(message=str(chain_break)))
    incidents.report_chain_break(tx, case, chain_break, NOW, chain=True)
    assert [item.message for item in incidents.list_oldest_first(tx)] == [
        f"case {case}, history row 2: its content was changed"
    ]
