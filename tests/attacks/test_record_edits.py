"""Somebody edits the database behind the program's back: `tongdai history verify` names what differs, and where.

One database is filled over HTTP; every attack edits a copy of it with plain SQL. What the history itself has always
shown (edited and deleted rows of its own) is tested in tests/process/test_history.py.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.records.verifying import HistoryVerifier
from engine.store.models import Report
from tests.kit.filled import BEGUN, FilledCopy
from tests.kit.site import OFFICE
from tests.web.pages.test_task import RECEIVE


def test_what_the_program_wrote_is_what_its_history_says(filled: FilledCopy) -> None:
    output = filled.tongdai.done("history", "verify")
    assert "what is stored agrees with the history" in output
    assert "older version" not in output
    with closing(sqlite3.connect(filled.file)) as connection:
        for table in ("report", "submission", "look", "contact", "mark", "report_link", "data_hold", "outbox"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0], table


ANSWERS, REPORT, TASK = "the content of a form", "the content of the report", "a task"
ROW, CONTACT, LOOK = "the case's own row", "a contact with the citizen", "the log of looks"
ADD_SUBMISSION = (
    "INSERT INTO submission (instance_id, task_engine_id, at, actor, form, content, salt)"
    " SELECT instance_id, 99, at, actor, form, content, salt FROM submission WHERE form = 'verify'"
)
FEIGN_ERASURE = (
    "UPDATE report SET anonymised_at = received_at, reporter_name = '', phone = '', address = '', email = '',"
    " content = '', salt = NULL WHERE id = 4"
)
EDITS = [
    # Forms.
    ("UPDATE submission SET content = '{}'", [ANSWERS, "is not what", "findings"]),
    ("UPDATE submission SET content = ''", [ANSWERS, "is not what", "findings"]),
    ("UPDATE submission SET content = replace(content, 'Đúng như', 'Trái với')", [ANSWERS, "fields findings)"]),
    ("UPDATE submission SET salt = x''", [ANSWERS, "is not what"]),
    ("UPDATE submission SET actor = 'person:3'", [ANSWERS, "is gone"]),
    ("DELETE FROM submission WHERE form = 'verify'", [ANSWERS, "is gone", "row "]),
    (ADD_SUBMISSION, [ANSWERS, "is there", "“verify”"]),
    # The report.
    ("UPDATE report SET content = 'Không có gì.' WHERE id = 1", [REPORT, "column content"]),
    ("UPDATE report SET place = '26008' WHERE id = 3", [REPORT, "column place"]),
    ("UPDATE report SET reporter_name = 'Ai đó', folded = 'ai do' WHERE id = 2", [REPORT, "column reporter_name"]),
    ("UPDATE report SET phone = '' WHERE id = 1", [REPORT, "column phone"]),
    ("UPDATE report SET received_at = '2026-11-01 00:00:00' WHERE id = 1", [REPORT, "column received_at"]),
    ("UPDATE report SET channel = 'web' WHERE id = 1", [REPORT, "column channel"]),
    ("UPDATE report SET content = 'Không có gì.' WHERE id = 4", [REPORT, "report DN-26-000004"]),
    # Made to look as if it had been erased.
    ("UPDATE report SET anonymised_at = received_at WHERE id = 1", ["the note of erasure"]),
    (FEIGN_ERASURE, ["the note of erasure", "report DN-26-000004"]),
    # Deadlines and what became of the case.
    ("UPDATE instance SET due_at = '2027-01-01 00:00:00' WHERE id = 3", ["the case's deadline", "column due_at"]),
    ("UPDATE task SET due_at = '2027-01-01 00:00:00' WHERE state = 'open'", [TASK, "column due_at"]),
    ("UPDATE instance SET overdue_at = started_at WHERE id = 3", [ROW, "column overdue_at"]),
    ("UPDATE instance SET resolved_at = NULL WHERE id = 1", [ROW, "column resolved_at"]),
    ("UPDATE instance SET status = 'finished' WHERE id = 3", [ROW, "column status"]),
    ("UPDATE instance SET finished_at = started_at WHERE id = 1", [ROW, "column finished_at"]),
    ("UPDATE instance SET state = x'00' WHERE id = 3", ["the process data"]),
    # Tasks.
    ("UPDATE task SET closed_by = 'person:3' WHERE node = 'verify' AND instance_id = 1", [TASK, "column closed_by"]),
    ("UPDATE task SET closed_at = opened_at WHERE node = 'check'", [TASK, "“check”"]),
    ("UPDATE task SET unit_code = '26008' WHERE node = 'verify' AND instance_id = 3", [TASK, "column unit_code"]),
    ("UPDATE task SET role = 'tier2_focal' WHERE node = 'verify' AND instance_id = 3", [TASK, "column role"]),
    ("UPDATE task SET assignee_id = 3 WHERE node = 'verify' AND instance_id = 3", [TASK, "column assignee_id"]),
    ("DELETE FROM task WHERE node = 'check'", [TASK, "is gone"]),
    # Marks, contacts, notices, links, holds.
    ("DELETE FROM mark", ["a mark", "is gone", "“resolved”"]),
    ("UPDATE mark SET at = '2026-11-26 00:00:00' WHERE status = 'resolved'", ["a mark", "is gone"]),
    ("UPDATE mark SET due_at = '2027-01-01 00:00:00' WHERE status = 'resolved'", ["a mark", "is not what"]),
    ("INSERT INTO mark (instance_id, status, at) VALUES (3, 'overdue', '2026-11-26 00:00:00')", ["a mark", "is there"]),
    ("DELETE FROM contact", [CONTACT, "is gone"]),
    ("UPDATE contact SET reached = 1", [CONTACT, "is gone"]),
    ("UPDATE contact SET note = 'Đã gặp.' WHERE note != ''", [CONTACT, "is not what"]),
    ("UPDATE contact SET recorded_by = 'person:3'", [CONTACT, "is gone"]),
    ("DELETE FROM outbox WHERE kind = 'notice'", ["a notice", "is gone"]),
    ("DELETE FROM report_link WHERE kind = 'merged'", ["a link between reports", "is gone"]),
    ("UPDATE report_link SET undone_at = created_at WHERE kind = 'merged'", ["a link between reports", "is not what"]),
    ("DELETE FROM report_link WHERE kind = 'repeat'", ["a link between reports", "is gone"]),
    ("DELETE FROM data_hold", ["a hold on the data", "is gone"]),
    ("UPDATE data_hold SET reason = 'Khác'", ["a hold on the data", "is not what"]),
    # Looks.
    ("DELETE FROM look WHERE report_id = 1", [LOOK, "among looks 1 to"]),
    ("DELETE FROM look WHERE report_id = 1 AND seq = (SELECT max(seq) FROM look WHERE report_id = 1)", [LOOK]),
    ("UPDATE look SET viewer = 'person:3' WHERE report_id = 1 AND purpose = 'task'", [LOOK]),
    ("UPDATE look SET seq = NULL WHERE report_id = 1 AND purpose = 'task'", [LOOK]),
    ("UPDATE look SET at = '2026-11-01 00:00:00' WHERE report_id = 1 AND purpose = 'task'", [LOOK]),
    ("DELETE FROM look_head WHERE report_id = 1", [LOOK]),
]


@pytest.mark.parametrize(("statement", "words"), EDITS, ids=[statement[:70] for statement, _words in EDITS])
def test_an_edit_is_named_with_its_case_and_place_and_without_personal_data(
    filled: FilledCopy, statement: str, words: list[str]
) -> None:
    filled.edit("PRAGMA foreign_keys = OFF", statement)
    lines = filled.differences()
    named = [line for line in lines if all(word in line for word in words)]
    assert named, lines
    assert all(line.startswith("case DN-26-00000") for line in named)
    for personal in (RECEIVE["reporter_name"], "0912345678", RECEIVE["content"], "Không có gì", "Máy bận"):
        assert personal not in "".join(lines)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM journal WHERE chain = 'sign_in' AND seq = 1", "row 1: it is missing"),
        ("UPDATE journal SET actor = 'person:3' WHERE chain = 'sign_in' AND seq = 1", "row 1: its content"),
        ("UPDATE journal_chain SET length = length - 1 WHERE name = 'sign_in'", "rows were written"),
    ],
)
def test_an_edit_of_what_was_done_outside_cases_is_named(filled: FilledCopy, statement: str, what: str) -> None:
    filled.edit(statement)
    result = filled.tongdai.run("history", "verify")
    assert result.exit_code == 1
    assert re.search(rf"^journal, chain sign_in, .*{what}", result.stdout, flags=re.MULTILINE)


GIVE_ROLE = (
    "INSERT INTO role_assignment (person_id, unit_code, role)"
    " SELECT id, '75.VP', 'administrator' FROM person WHERE login = 'canbo.26008'"
)


LEND_ROLES = (
    "INSERT INTO substitute (person_id, substitute_id, unit_code, roles, starts_at, ends_at, arranged_by)"
    " SELECT a.id, b.id, '75.VP', 'provincial_office', '2026-11-25 00:00:00', '2026-12-25 00:00:00', 'system'"
    " FROM person a, person b WHERE a.login = 'canbo.75.vp' AND b.login = 'canbo.26008'"
)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (
            LEND_ROLES,
            "canbo.26008 stands in for canbo.75.vp in the unit 75.VP, which the journal says nobody arranged",
        ),
        (
            GIVE_ROLE,
            "canbo.26008 holds the role administrator in the unit 75.VP, which the journal says nobody granted",
        ),
        (
            "DELETE FROM role_assignment WHERE unit_code = '26008' AND role = 'commune'",
            "canbo.26008 has lost the role commune in the unit 26008, which the journal says nobody revoked",
        ),
        (
            "UPDATE person SET active = false WHERE login = 'canbo.26008'",
            "the account canbo.26008 is closed, which the journal says nobody closed",
        ),
    ],
)
def test_a_role_or_an_account_changed_by_hand_is_named(filled: FilledCopy, statement: str, what: str) -> None:
    filled.edit(statement)
    result = filled.tongdai.run("history", "verify")
    assert result.exit_code == 1
    assert what in result.stdout


def test_a_row_that_cannot_be_read_hides_no_other(filled: FilledCopy) -> None:
    filled.edit("UPDATE contact SET at = 'yesterday'", "UPDATE report SET content = 'x' WHERE id = 3")
    lines = filled.differences()
    assert any("a contact with the citizen is gone" in line and "DN-26-000001" in line for line in lines)
    assert any("column content" in line and "DN-26-000003" in line for line in lines)


def test_diagrams_that_are_not_those_deployed_are_named(filled: FilledCopy) -> None:
    filled.edit("UPDATE deployment_file SET content = replace(content, 'verify', 'xerify') WHERE path LIKE '%.bpmn'")
    result = filled.tongdai.run("history", "verify")
    assert result.exit_code == 1
    assert "The stored files of deployment 1 are not those that were deployed." in result.stdout


def test_a_case_that_is_moved_to_another_deployment_is_named(filled: FilledCopy) -> None:
    filled.edit(
        "INSERT INTO deployment (number, digest, created_at, created_by, message, turn)"
        " SELECT 2, 'forged', created_at, created_by, message, 2 FROM deployment",
        "INSERT INTO process_definition (deployment_id, key, name) SELECT 2, key, name FROM process_definition",
        "UPDATE instance SET definition_id = (SELECT max(id) FROM process_definition) WHERE id = 3",
    )
    assert any("column deployment" in line for line in filled.differences())


def test_one_case_is_checked_by_its_number_and_on_its_page(filled: FilledCopy) -> None:
    filled.edit("UPDATE report SET content = 'x' WHERE id IN (1, 3)")
    result = filled.tongdai.run("history", "verify", "--case", BEGUN)
    assert result.exit_code == 1
    assert [line[:17] for line in result.stdout.splitlines() if line.startswith("case")] == ["case DN-26-000003"]
    with filled.site() as site:
        code = site.read(select(Report.code).where(Report.id == BEGUN))[0].code
        page = site.browser(OFFICE).post("/records/verify", {"code": code}, follow_redirects=True).text
    assert "nội dung của phản ánh khác với nhật ký đã ghi (cột content)" in page


def test_the_night_finds_the_same_and_makes_one_incident_for_each_case(filled: FilledCopy) -> None:
    filled.edit(
        "UPDATE submission SET content = '{}'", "UPDATE report SET content = 'x' WHERE id = 3", "DELETE FROM mark"
    )
    filled.edit(
        "INSERT INTO sweep (kind, by, started_at, after, looked_at, found, first, beside)"
        " VALUES ('history', 'person:1', '2026-11-25 03:00:00', 0, 0, 0, '', '')"
    )
    with filled.site() as site:
        while HistoryVerifier(site.engine, site.var, ()).verify_slice(site.now):
            pass
    listed = filled.tongdai.done("incident", "list", COLUMNS="400")
    assert listed.count("is not what the history recorded") + listed.count("is gone that the history") == 3
    assert "more of this case" in listed
    assert RECEIVE["reporter_name"] not in listed


# What only an anchor shows


def anchored(filled: FilledCopy) -> None:
    """The anchor of the day, made as it is by default: without a setting."""
    assert "anchor_2" in filled.tongdai.done("history", "anchor")
    assert (filled.file.parent / "anchor_key").stat().st_mode & 0o777 == 0o600


def cut_tail(instance_id: int) -> list[str]:
    """Remove the last row of a history and make its head agree."""
    of_case = f"instance_id = {instance_id}"
    last = f"(SELECT digest FROM history WHERE {of_case} ORDER BY seq DESC LIMIT 1)"
    return [
        f"DELETE FROM history WHERE {of_case} AND seq = (SELECT max(seq) FROM history WHERE {of_case})",
        f"UPDATE instance SET history_count = history_count - 1, history_head = {last} WHERE id = {instance_id}",
    ]


def remove_case(instance_id: int) -> list[str]:
    """Remove a case with everything that hangs on it."""
    tables = ("history", "task", "timer", "mark", "submission", "outbox", "spell")
    statements = [f"DELETE FROM {table} WHERE instance_id = {instance_id} OR 1 = 0" for table in tables]
    return [*statements, f"DELETE FROM instance WHERE id = {instance_id}"]


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (cut_tail(BEGUN), "the anchor knows this row; it is gone"),
        (remove_case(BEGUN), "the anchor knows this row; it is gone"),
        (["UPDATE history SET digest = x'00' WHERE instance_id = 1"], "its content was changed"),
        (["DELETE FROM look WHERE report_id = 1", "DELETE FROM look_head WHERE report_id = 1"], LOOK),
    ],
    ids=["tail cut with its head", "whole case gone", "digest", "looks with their seal"],
)
def test_with_the_anchors_that_are_made_by_default_it_shows(
    filled: FilledCopy, statements: list[str], words: str
) -> None:
    anchored(filled)
    filled.edit("PRAGMA foreign_keys = OFF", *[statement for statement in statements if _touches(filled, statement)])
    assert any(words in line for line in filled.differences()), filled.differences()


def _touches(filled: FilledCopy, statement: str) -> bool:
    """Whether a DELETE has something to delete: a case need not have rows in every table."""
    if not statement.endswith("OR 1 = 0"):
        return True
    with closing(sqlite3.connect(filled.file)) as connection:
        return bool(connection.execute(statement.replace("DELETE", "SELECT count(*)", 1)).fetchone()[0])


def test_an_older_copy_of_the_database_shows_against_the_anchor(filled: FilledCopy, filled_template: Path) -> None:
    with filled.site() as site:
        site.file()
    anchored(filled)
    assert filled.differences() == []
    shutil.copyfile(filled_template, filled.file)
    assert any("the anchor knows this row; it is gone" in line for line in filled.differences())


def test_an_anchor_signed_by_nobody_here_is_refused(filled: FilledCopy) -> None:
    anchored(filled)
    (file,) = filled.file.parent.glob("anchor_2*.json")
    file.write_text(file.read_text("utf-8").replace('"at": "20', '"at": "21'), encoding="utf-8")
    assert "signature" in filled.tongdai.refused("history", "verify")
