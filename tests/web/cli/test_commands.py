"""Promises of the command line: what each command does, and that no mistake of its user shows a traceback."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, insert, select, update

from engine.bpmn.actions import Complete, Start
from engine.errors import StepFailed
from engine.process import definitions, incidents, instances
from engine.process.acts import Command
from engine.province.profile import find_profile
from engine.store import db, schema_migrations
from engine.store.db import transaction
from engine.store.models import Deployment, History, Incident, Instance, Outbox, Task, Timer
from engine.store.models import Unit as UnitRow
from tests.kit import hotline
from tests.kit.hotline import DATA, NOW, UNITS, WHO, WORLD
from tests.paths import ROOT
from web.cli import main

UNIT_FILES = [str(path) for path in find_profile("dong_nai_2021").unit_files]
KEY = "k" * 32
LATER = "2026-12-30T08:00+07:00"


@dataclass
class Tongdai:
    """The command line with settings of its own."""

    folder: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'var' / 'tongdai.sqlite3'}"

    def run(self, *arguments: object, **settings: str) -> Result:
        """One command, in English unless told otherwise; other settings that are not given are absent."""
        absent = dict.fromkeys(name for name in os.environ if name.startswith("TONGDAI_"))
        given = {"TONGDAI_VAR": str(self.folder / "var"), "TONGDAI_LANGUAGE": "en", **settings}
        return CliRunner().invoke(main, list(map(str, arguments)), env={**absent, **given})

    def done(self, *arguments: object, **settings: str) -> str:
        """What a command prints that must succeed."""
        result = self.run(*arguments, **settings)
        assert result.exit_code == 0, result.output
        return result.output

    def refused(self, *arguments: object, **settings: str) -> str:
        """The one sentence of a command that must fail: exit code 1 and no traceback."""
        result = self.run(*arguments, **settings)
        assert isinstance(result.exception, SystemExit), result.exc_info
        assert result.exit_code == 1
        assert result.stderr.startswith("Error: "), result.output
        assert result.stderr.count("\n") == 1, result.stderr
        assert "Traceback" not in result.output
        return result.stderr.removeprefix("Error: ").strip()


@pytest.fixture
def new(tmp_path: Path) -> Tongdai:
    """The command line before the first command."""
    return Tongdai(tmp_path)


@pytest.fixture
def tongdai(new: Tongdai, sqlite_template: Path) -> Tongdai:
    """The command line with a migrated, empty database."""
    (new.folder / "var").mkdir()
    shutil.copyfile(sqlite_template, new.folder / "var" / "tongdai.sqlite3")
    return new


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A deployment of the small process with one scenario."""
    folder = tmp_path / "root"
    files = {str(path): content for path, content in hotline.FILES.items()}
    for name, content in {**files, "workflows/tests/withdrawn.yaml": SCENARIO.encode()}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


SCENARIO = """
process: handle
name: Người dân rút phản ánh
start: {at: "2026-11-25T10:00+07:00", data: {field: health, place: "26068", outcome: ""}}
steps: [{message: withdraw}, {expect: {finished: true}}]
"""


def connect(tongdai: Tongdai) -> Engine:
    return db.engine_for(tongdai.url, durable=False)


def count(tongdai: Tongdai, table: type) -> int:
    with transaction(connect(tongdai)) as tx:
        return int(tx.read.execute(select(func.count()).select_from(table)).scalar_one())


def begin(tongdai: Tongdai) -> int:
    """A case of the small process with its province; returns its id."""
    with transaction(connect(tongdai)) as tx:
        rows = [{"code": unit.code, "name": unit.name, "kind": unit.kind, "parent_code": unit.parent} for unit in UNITS]
        tx.write().execute(insert(UnitRow), rows)
        definition = hotline.deployed(tx)
        return instances.start_instance(tx, definition, Command(Start(DATA), WHO, NOW), WORLD)[0]


def fail(tongdai: Tongdai, instance: int) -> None:
    """A step that fails: the division by the case's `zero`."""
    engine = connect(tongdai)
    with transaction(engine) as tx:
        task = tx.read.execute(select(Task.engine_id)).scalar_one()
    with pytest.raises(StepFailed):
        incidents.attempt_step(
            engine, instance, Command(Complete(task, {"outcome": "fail", "zero": 0}), WHO, NOW), WORLD
        )


# Schema, units, deployments


def test_migrate_makes_the_database_and_may_be_run_again(new: Tongdai) -> None:
    for _ in range(2):
        assert new.done("migrate") == f"The database has revision {schema_migrations.head_revision()}.\n"
    assert schema_migrations.current_revision(new.url) == schema_migrations.head_revision()


def test_units_are_loaded_and_listed(tongdai: Tongdai) -> None:
    assert "182 đơn vị thêm mới" in tongdai.done("units", "load", *UNIT_FILES, TONGDAI_LANGUAGE="vi")
    assert "0 units added" in tongdai.done("units", "load", *UNIT_FILES)
    assert count(tongdai, UnitRow) == 215
    assert "75.1022" in tongdai.done("units", "list")


def test_the_shipped_files_are_deployed_once(tongdai: Tongdai) -> None:
    assert tongdai.done("deploy", ROOT, "-m", "đầu tiên") == "Deployment 1.\n"
    assert tongdai.done("deploy", ROOT) == "Deployment 1 is there already: the same content; new cases follow it.\n"
    with transaction(connect(tongdai)) as tx:
        row = tx.read.execute(select(Deployment)).one()
        assert (row.message, row.created_by) == ("đầu tiên", "administrator")
        assert definitions.find_by_key(tx, "citizen_report").number == 1


def test_changed_files_are_the_next_deployment(tongdai: Tongdai, root: Path) -> None:
    tongdai.done("deploy", root)
    (root / "workflows/mail/reminder.txt").write_text("Nhắc việc\n\nMới.", "utf-8")
    assert "--emergency" in tongdai.refused("deploy", root)
    assert tongdai.done("deploy", root, "--emergency", "Thư cũ sai số điện thoại.") == "Deployment 2.\n"


def test_files_with_a_problem_are_not_deployed(tongdai: Tongdai, root: Path) -> None:
    (root / "workflows/handle.bpmn").write_bytes(hotline.HANDLE.replace(b'value="note"', b'value="lost"'))
    (root / "forms/note.json").write_text("{", "utf-8")
    result = tongdai.run("deploy", root)
    assert result.exit_code == 1
    assert "workflows/handle.bpmn" in result.stderr
    assert "'lost'" in result.stderr
    assert "forms/note.json" in result.stderr
    assert isinstance(result.exception, SystemExit)
    assert count(tongdai, Deployment) == 0


def test_a_deployment_needs_a_process(tongdai: Tongdai, tmp_path: Path) -> None:
    for name in ("workflows", "forms"):
        (tmp_path / "empty" / name).mkdir(parents=True)
    assert tongdai.refused("deploy", tmp_path / "empty").startswith("There is no process to deploy")
    assert count(tongdai, Deployment) == 0


def test_check_says_that_there_are_no_problems_and_that_every_process_is_proven(new: Tongdai, root: Path) -> None:
    assert new.done("check", root).startswith("No problems.\nProven: ")
    assert new.done("check", ROOT).count("\nProven: ") == len(list((ROOT / "workflows").glob("*.bpmn")))


def test_check_prints_every_problem_and_how_many_there_are(new: Tongdai, root: Path) -> None:
    (root / "forms/note.json").write_text("{", "utf-8")
    (root / "workflows/tests/withdrawn.yaml").write_text("[", "utf-8")
    result = new.run("check", root)
    assert result.exit_code == 1
    assert "forms/note.json: " in result.stdout
    assert "workflows/tests/withdrawn.yaml: " in result.stdout
    assert result.stderr == f"Error: {len(result.stdout.splitlines())} problems.\n"


def test_a_single_file_is_checked_without_what_it_refers_to(new: Tongdai, root: Path) -> None:
    assert new.done("check", ROOT / "workflows" / "citizen_report.bpmn") == "No problems.\n"
    assert new.done("check", root / "workflows/tests/withdrawn.yaml", root / "forms/note.json") == "No problems.\n"


def test_a_single_broken_file_is_told(new: Tongdai, tmp_path: Path) -> None:
    (tmp_path / "odd.bpmn").write_text("<x/>", "utf-8")
    result = new.run("check", tmp_path / "odd.bpmn")
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{tmp_path}/odd.bpmn")


def test_scenarios_are_run_and_what_they_walked_is_printed(new: Tongdai, root: Path) -> None:
    output = new.done("test", root)
    assert "1 of 1 scenarios hold." in output
    assert "handle.bpmn" in output
    assert "resolve" in output


def test_a_scenario_that_does_not_hold_fails_the_command(new: Tongdai, root: Path) -> None:
    (root / "workflows/tests/wrong.yaml").write_text(SCENARIO.replace("true", "false"), "utf-8")
    result = new.run("test", root)
    assert result.exit_code == 1
    assert "wrong.yaml: Người dân rút phản ánh: step 2: finished: expected no, found yes." in result.stdout
    assert "1 of 2 scenarios hold." in result.stdout
    assert result.stderr == "Error: 1 scenarios failed.\n"


# Timers, holidays, incidents


def test_due_timers_fire_up_to_the_instant_that_is_asked_for(tongdai: Tongdai) -> None:
    begin(tongdai)
    assert "0 timers fired, 0 failed." in tongdai.done("timers", "fire", "--until", "2026-11-25T11:00+07:00")
    assert "2 timers fired, 0 failed." in tongdai.done("timers", "fire", "--until", LATER)
    assert count(tongdai, Outbox) == 2
    assert count(tongdai, Timer) == 0


def due(tongdai: Tongdai) -> list[datetime | None]:
    with transaction(connect(tongdai)) as tx:
        return list(tx.read.execute(select(Timer.due).order_by(Timer.due)).scalars())


def test_a_holiday_moves_open_cases_and_its_clearing_moves_them_back(tongdai: Tongdai) -> None:
    begin(tongdai)
    before = due(tongdai)
    said = tongdai.done("holiday", "set", "2026-11-26", "closed", "Nghỉ bão", "--source", "12/CĐ-TTg")
    assert said == "1 open cases looked at, 1 moved, 0 failed.\n"
    assert due(tongdai) == [datetime(2026, 11, 27, 3, tzinfo=UTC), datetime(2026, 11, 30, 3, tzinfo=UTC)]
    assert "1 moved" in tongdai.done("holiday", "clear", "2026-11-26")
    assert due(tongdai) == before


def test_an_incident_is_listed_shown_retried_and_put_aside(tongdai: Tongdai) -> None:
    fail(tongdai, begin(tongdai))
    assert "division by zero" in " ".join(tongdai.done("incident", "list", COLUMNS="300").split())
    shown = tongdai.done("incident", "show", 1)
    assert "node: fail" in shown
    assert "attempts: 1" in shown
    assert "division by zero" in tongdai.refused("incident", "retry", 1)
    assert "attempts: 2" in tongdai.done("incident", "show", 1)
    assert tongdai.done("incident", "resolve", 1) == "Incident 1 is put aside.\n"
    assert "division" not in tongdai.done("incident", "list")
    assert "division" in tongdai.done("incident", "list", "--all", COLUMNS="300")
    assert tongdai.refused("incident", "resolve", 1) == "There is no open incident 1."


def test_a_retry_that_succeeds_takes_the_step_and_closes_the_incident(tongdai: Tongdai) -> None:
    fail(tongdai, begin(tongdai))
    with transaction(connect(tongdai)) as tx:
        mended = tx.read.execute(select(Incident.action)).scalar_one().replace('"zero":0', '"zero":1')
        tx.write().execute(update(Incident).values(action=mended))
    assert tongdai.done("incident", "retry", 1) == "Incident 1 is resolved: the step was taken.\n"
    with transaction(connect(tongdai)) as tx:
        assert tx.read.execute(select(Incident.resolved_by)).scalar_one() == "administrator"
        assert tx.read.execute(select(Instance.status)).scalar_one() == "finished"
    assert tongdai.refused("incident", "retry", 1) == "Incident 1 is resolved already."


# History


def test_untouched_histories_are_verified(tongdai: Tongdai) -> None:
    case = begin(tongdai)
    for arguments in ((), ("--case", case)):
        printed = tongdai.done("history", "verify", *arguments).splitlines()
        agreed = "Every history agrees with its chain, and what is stored agrees with the history."
        assert printed == ["There was no anchor to compare with.", agreed]


def test_a_changed_row_is_named(tongdai: Tongdai) -> None:
    case = begin(tongdai)
    with transaction(connect(tongdai)) as tx:
        tx.write().execute(update(History).values(actor="person:9"))
    result = tongdai.run("history", "verify")
    assert result.exit_code == 1
    assert result.stdout.startswith(f"case {case}, history row 1: its content was changed\n")
    assert result.stderr == "Error: 1 differences from the history.\n"


def test_an_anchor_is_exported_and_compared(tongdai: Tongdai) -> None:
    case = begin(tongdai)
    file = Path(tongdai.done("history", "anchor", TONGDAI_ANCHOR_KEY=KEY).strip())
    assert file.parent == tongdai.folder / "var"
    verify = ("history", "verify", "--anchor", file)
    assert "agrees" in tongdai.done(*verify, TONGDAI_ANCHOR_KEY=KEY)
    with transaction(connect(tongdai)) as tx:
        tx.write().execute(update(History).values(digest=b"x" * 32))
        tx.write().execute(update(Instance).values(history_head=b"x" * 32))
    assert f"case {case}, history row 1: its content" in tongdai.run(*verify, TONGDAI_ANCHOR_KEY=KEY).stdout
    assert "signature" in tongdai.refused(*verify, TONGDAI_ANCHOR_KEY="z" * 32)


# What users get wrong

MISTAKES: list[tuple[list[str], str]] = [
    (["deploy", "{tmp}/nowhere"], "workflows is not a folder"),
    (["deploy", "{tmp}/text.csv"], "workflows is not a folder"),
    (["check", "{tmp}/nowhere"], "is no file of a deployment"),
    (["check", "{tmp}/text.csv"], "is no file of a deployment"),
    (["check", "{tmp}/nowhere.bpmn"], "nowhere.bpmn cannot be read: No such file"),
    (["check", "{tmp}/folder.dmn", "{tmp}/nowhere.bpmn"], "folder.dmn cannot be read: Is a directory"),
    (["check", "{tmp}/nowhere.bpmn", "{tmp}/folder.dmn"], "nowhere.bpmn cannot be read"),
    (["test", "{tmp}/nowhere"], "workflows is not a folder"),
    (["units", "load", "{tmp}/nowhere"], "cannot be read"),
    (["units", "load", "{tmp}"], "Is a directory"),
    (["units", "load", "{tmp}/bytes"], "not UTF-8"),
    (["units", "load", "{tmp}/text.csv"], "text.csv"),
    (["units", "move", "--map", "{tmp}/nowhere"], "cannot be read"),
    (["units", "move", "--map", "{tmp}/text.csv"], "text.csv"),
    (["holiday", "set", "24/12/2026", "closed", "x"], "'24/12/2026' is not a date"),
    (["holiday", "set", "2026-12-24", "closed", " "], "has no name"),
    (["holiday", "set", "2200-12-24", "closed", "x"], "outside 1980–2099"),
    (["holiday", "clear", "2026-12-24"], "no override for 24/12/2026"),
    (["incident", "show", "7"], "There is no incident 7."),
    (["incident", "retry", "7"], "There is no incident 7."),
    (["incident", "resolve", "7"], "There is no open incident 7."),
    (["history", "verify", "--case", "7"], "There is no case 7."),
    (["history", "verify", "--anchor", "{tmp}/nowhere"], "nowhere: No such file"),
    (["history", "verify", "--anchor", "{tmp}"], "Is a directory"),
    (["history", "verify", "--anchor", "{tmp}/bytes"], "not UTF-8"),
    (["history", "verify", "--anchor", "{tmp}/text.csv"], "not a file of this program"),
    (["replay", "{tmp}/text.csv", "--mapping", "{tmp}/nowhere"], "nowhere"),
    (["replay", "{tmp}/text.csv", "--mapping", "{tmp}/text.csv"], "text.csv"),
    (["bench", "--root", "{tmp}/nowhere"], "workflows is not a folder"),
]


@pytest.mark.parametrize(("arguments", "said"), MISTAKES, ids=[" ".join(item[0]) for item in MISTAKES])
def test_a_mistake_is_told_in_one_sentence(tongdai: Tongdai, arguments: Iterable[str], said: str) -> None:
    (tongdai.folder / "text.csv").write_text("a,b\n1,2\n", "utf-8")
    (tongdai.folder / "bytes").write_bytes(b"\x89\xff\xfe\x00\x80")
    (tongdai.folder / "folder.dmn").mkdir()
    named = [argument.format(tmp=tongdai.folder) for argument in arguments]
    assert said in tongdai.refused(*named, TONGDAI_ANCHOR_KEY=KEY)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TONGDAI_DATABASE", "here", "TONGDAI_DATABASE is not a URL"),
        ("TONGDAI_DATABASE", "mysql://host/name", "TONGDAI_DATABASE is 'mysql://host/name'"),
        ("TONGDAI_LANGUAGE", "fr", "TONGDAI_LANGUAGE đang là 'fr'"),  # There is no language that was asked for.
        ("TONGDAI_ANCHOR_KEY", "short", "at least 32 characters"),
        ("TONGDAI_DATABSE", "x", "TONGDAI_DATABSE is not a setting; did you mean TONGDAI_DATABASE?"),
    ],
)
def test_a_wrong_setting_is_named(new: Tongdai, name: str, value: str, said: str) -> None:
    assert said in new.refused("incident", "list", **{name: value})


@pytest.mark.parametrize(
    "command",
    [["incident", "list"], ["timers", "fire"], ["units", "list"], ["history", "verify"], ["deploy", str(ROOT)]],
)
def test_a_database_that_is_not_migrated_is_said_with_the_remedy(new: Tongdai, command: list[str]) -> None:
    assert "tongdai migrate" in new.refused(*command)


@pytest.mark.parametrize("command", [["migrate"], ["incident", "list"]])
@pytest.mark.parametrize(
    ("database", "said"),
    [
        ("sqlite:///{tmp}/corrupt.sqlite3", "not a database"),
        ("sqlite:///{tmp}", "unable to open database file"),
        ("sqlite:///{tmp}/corrupt.sqlite3/below/it", "Not a directory"),
        ("postgresql://nobody@127.0.0.1:1/hotline", "Connection refused"),
    ],
)
def test_a_database_that_cannot_be_used_is_said(new: Tongdai, command: list[str], database: str, said: str) -> None:
    (new.folder / "corrupt.sqlite3").write_bytes(b"no database " * 100)
    assert said in new.refused(*command, TONGDAI_DATABASE=database.format(tmp=new.folder))


def test_the_password_of_a_database_is_not_shown(new: Tongdai) -> None:
    assert "geheim" not in new.refused("migrate", TONGDAI_DATABASE="postgresql://a:geheim@127.0.0.1:1/hotline")


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999", "one"])
def test_what_cannot_be_a_number_of_an_incident_is_a_mistake_of_usage(tongdai: Tongdai, number: str) -> None:
    result = tongdai.run("incident", "show", "--", number)
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
