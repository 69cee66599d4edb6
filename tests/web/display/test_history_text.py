"""The history in words: every act and every mark that the program knows has words of its own."""

from __future__ import annotations

import re

from engine.bpmn.lint.vocabulary import OUTSIDE_MESSAGES
from engine.cases import calls
from engine.process import acts, past_acts
from engine.reorganisation import moves
from engine.statistics import public_answers
from tests.paths import ROOT
from web.display import history_text

STATUS = re.compile(r"""id="status" type="any" value='([^']*)'""")
SAID = re.compile(r"""(?<!== )"(\w+)\"""")
VERB = re.compile(r"""Entry\([^()]*?, "(\w+)",|_assign_task\([^\n]*?, "(\w+)"[,)]""")


def test_every_mark_of_the_diagrams_has_words() -> None:
    values = [
        value for file in (ROOT / "workflows").glob("*.bpmn") for value in STATUS.findall(file.read_text("utf-8"))
    ]
    marks = {mark for value in values for mark in SAID.findall(value)}
    assert len(marks) > 10
    assert marks == set(history_text.MARK_CAPTIONS)


def test_every_act_of_the_history_has_words() -> None:
    source = "\n".join(file.read_text("utf-8") for file in (ROOT / "engine").rglob("*.py"))
    verbs = {one or other for one, other in VERB.findall(source)} | set(acts._EVENT_TYPES.values())
    assert verbs | {
        moves.MOVE_ACTION,
        calls.REPEAT,
        *public_answers.RECORDED_ACTS,
        "reveal",
        "split",
        "directive",
        past_acts.UNREADABLE,
    } == set(history_text.ACT_SENTENCES)


def test_every_message_from_outside_has_words() -> None:
    assert set(history_text.MESSAGE_CAPTIONS) == OUTSIDE_MESSAGES
