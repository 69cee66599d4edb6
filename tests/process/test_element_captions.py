"""Promises of the English names of steps: read from the stored diagrams, once, and none for Vietnamese readers."""

from __future__ import annotations

from pathlib import PurePosixPath

from sqlalchemy import event

from engine.actor import SYSTEM
from engine.process import definitions, element_captions
from engine.store.db import Transaction
from tests.kit.hotline import FILES, NOW, diagram, node, user_task
from tests.paths import ROOT

DIAGRAM = PurePosixPath("workflows/handle.bpmn")


def deploy(tx: Transaction, **english: str) -> None:
    """Deploy a diagram with a task of each of these names; an empty translation is left out."""
    tasks = [user_task(name, **({"name_en": text} if text else {})) for name, text in english.items()]
    order = " > ".join(["begin", *english, "done"])
    drawn = diagram("handle", [node("startEvent", "begin"), *tasks, node("endEvent", "done")], order)
    definitions.deploy_files(tx, {**FILES, DIAGRAM: drawn}, by=SYSTEM, message="", now=NOW)


def test_the_names_of_all_deployments_are_known_and_the_newest_has_the_last_word(tx: Transaction) -> None:
    deploy(tx, open="Open", look="Look", close="")
    deploy(tx, look="Review", send="Send")
    assert element_captions.load_step_names(tx, "en") == {"open": "Open", "look": "Review", "send": "Send"}
    deploy(tx, open="Open", look="Look", close="")
    assert element_captions.load_step_names(tx, "en")["look"] == "Look"


def test_vietnamese_readers_ask_nothing_and_english_ones_one_statement(tx: Transaction) -> None:
    deploy(tx, look="Review")
    element_captions.load_step_names(tx, "en")
    statements: list[str] = []

    def note_statement(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(tx.read, "before_cursor_execute", note_statement)
    assert element_captions.load_step_names(tx, "vi") == {}
    assert statements == []
    assert element_captions.load_step_names(tx, "en") == {"look": "Review"}
    assert len(statements) == 1


def test_every_step_of_ours_has_a_name(tx: Transaction) -> None:
    definitions.deploy_files(tx, definitions.read_deployment_folder(ROOT), by=SYSTEM, message="", now=NOW)
    names = element_captions.load_step_names(tx, "en")
    assert (names["Xác minh"], names["Đôn đốc"]) == ("Verify the report", "Chase the case")
    assert len(names) > 15
