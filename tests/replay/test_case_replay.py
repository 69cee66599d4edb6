"""Promises of a replay: every row is told of, acts are at the file's instants, late is strictly after the deadline."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, func, select

from engine.actor import Actor
from engine.errors import BadInput
from engine.process import definitions, signals
from engine.process.signals import SignalTotals
from engine.province import snapshot
from engine.replay import demo, parallel, runner
from engine.replay.actors import load_actor_table
from engine.replay.csv_files import RejectedRow, parse_mapping, read_mapping
from engine.replay.runner import ReplayRequest, ReplayResult, replay_document
from engine.store import db, schema_migrations
from engine.store.db import transaction
from engine.store.models import Instance, Mark, Outbox, Report, SignalBroadcast, Task, Timer
from engine.translation.plain_faults import PlainFault
from engine.world.world import World
from tests.kit.record import differences
from tests.kit.reports import MAPPING, row, write
from tests.paths import PROVINCE_DATA, ROOT
from web.cli import main

BALTIMORE = ROOT.parent / "shared" / "data" / "baltimore_311_sample_2014_2019.csv"
BALTIMORE_MAPPING = PROVINCE_DATA / "replay_baltimore.yaml"
NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)

SHIPPED = definitions.read_deployment_folder(ROOT)
DIAGRAM = PurePosixPath("workflows/citizen_report.bpmn")

Go = Callable[..., ReplayResult]


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the province, its people and this checkout's deployment, without cases."""
    file = tmp_path_factory.mktemp("province") / "province.sqlite3"
    url = f"sqlite:///{file}"
    schema_migrations.upgrade(url)
    engine = db.engine_for(url, durable=False)
    demo.set_up_province(engine, "three_level", definitions.read_deployment_folder(ROOT), NOW)
    engine.dispose()
    return file


@pytest.fixture
def filled(province: Path, tmp_path: Path) -> Iterator[Engine]:
    """An engine of a copy of `province`, to be filled by `go`."""
    shutil.copyfile(province, tmp_path / "replay.sqlite3")
    engine = db.engine_for(f"sqlite:///{tmp_path / 'replay.sqlite3'}", durable=False)
    yield engine
    engine.dispose()


@pytest.fixture
def go(filled: Engine, tmp_path: Path) -> Go:
    """Replays rows, told by column, into `filled`."""

    def run(
        *rows: dict[str, str],
        mapping: str = MAPPING,
        workers: int = 1,
        files: demo.DeploymentFiles = SHIPPED,
    ) -> ReplayResult:
        file = write(tmp_path / "reports.csv", *rows)
        order = ReplayRequest(file, parse_mapping(mapping), files, 10, workers)
        return runner.replay_file(filled.url.render_as_string(), order, NOW, lambda _done, _total: None)

    return run


def overdue(engine: Engine) -> list[tuple[int, int]]:
    """For each case that is marked overdue its number and how many overdue notices it has."""
    with transaction(engine) as tx:
        marked = tx.read.execute(select(Mark.instance_id).where(Mark.status == "overdue").order_by(Mark.id)).scalars()
        notices = select(func.count()).select_from(Outbox).where(Outbox.rung == "overdue")
        return [(case, tx.read.execute(notices.where(Outbox.instance_id == case)).scalar_one()) for case in marked]


@pytest.mark.parametrize(
    ("received", "closed", "due", "late"),
    [
        ("2026-03-02 08:00:00", "2026-03-04 08:00:00", "2026-03-04 08:00:01", False),
        ("2026-03-02 08:00:00", "2026-03-04 08:00:00", "2026-03-04 08:00:00", False),
        ("2026-03-02 08:00:00", "2026-03-04 08:00:01", "2026-03-04 08:00:00", True),
        ("2026-03-02 08:00:00", "2026-03-02 08:00:00", "2026-03-02 08:00:00", False),
        ("2026-03-02 08:00:00", "2026-03-02 08:00:00", "2026-03-04 08:00:00", False),
        ("2026-03-02 08:00:00", "2026-03-02 08:00:00", "2026-03-01 08:00:00", True),
        ("2026-03-02 08:00:00", "2026-03-02 08:00:01", "2026-03-02 08:00:00", True),
        ("2026-03-02 08:00:00", "2026-05-02 08:00:00", "2026-02-02 08:00:00", True),
    ],
)
def test_a_case_is_overdue_when_it_closes_strictly_after_its_deadline(
    go: Go, filled: Engine, received: str, closed: str, due: str, late: bool
) -> None:
    result = go(row(received, closed, due))
    assert (result.overdue_with_due, overdue(filled)) == (int(late), [(1, 1)] if late else [])
    with transaction(filled) as tx:
        finished = tx.read.execute(select(Instance.finished_at)).scalar_one()
    assert finished == datetime.fromisoformat(f"{closed}+07:00")


def test_an_open_case_is_overdue_when_its_deadline_lies_strictly_before_the_end(go: Go, filled: Engine) -> None:
    last = row("2026-03-02 08:00:00", "2026-03-09 08:00:00")
    dues = ("2026-03-09 07:59:59", "2026-03-09 08:00:00", "2026-03-09 08:00:01")
    result = go(last, *(row("2026-03-02 08:00:00", due=due) for due in dues))
    assert (result.overdue_with_due, result.totals.open) == (1, 3)
    assert [case for case in overdue(filled) if case != (1, 1)] == [(2, 1)]


def test_without_a_due_column_the_decision_table_sets_the_deadline(go: Go, filled: Engine) -> None:
    """Environment has 5 working days: Monday morning to the next Monday morning."""
    assert go(row("2026-03-02 08:00", "2026-03-09 07:50"), row("2026-03-02 08:00", "2026-03-13 16:00")).totals.done == 2
    assert [case for case, _ in overdue(filled)] == [2]


def test_nothing_outlives_a_closed_case(go: Go, filled: Engine) -> None:
    days = ("2026-03-03 09:00", "2026-03-20 09:00", "2026-05-20 09:00")
    go(*(row("2026-03-02 08:00", day, "2026-03-05 08:00", id=f"{n}{day}", course="") for day in days for n in range(4)))
    with transaction(filled) as tx:
        assert tx.read.execute(select(func.count()).select_from(Task).where(Task.state == "open")).scalar_one() == 0
        assert tx.read.execute(select(func.count()).select_from(Timer)).scalar_one() == 0


MARKED = {
    "false": "false_report",
    "suspicion_rejected": "rejected",
    "unreachable": "unreachable",
    "outside": "transferred",
    "returned_to_commune": "returned",
    "dissatisfied": "reopened",
    "dissatisfied_thrice": "decided",
    "directive": "directive",
    "followed": "chased",
    "recalled": "recalled",
    "transferred": "transferred",
    "diverted": "diverted",
    "withdrawn": "withdrawn",
}


@pytest.mark.parametrize("course", sorted(set(load_actor_table().courses) - {"silent"}))
def test_every_course_ends_at_the_closing_time_and_leaves_its_mark(go: Go, filled: Engine, course: str) -> None:
    result = go(row("2026-03-02 08:00", "2026-05-29 16:00", course=course))
    with transaction(filled) as tx:
        finished = tx.read.execute(select(Instance.finished_at)).scalar_one()
        marks = set(tx.read.execute(select(Mark.status)).scalars())
    assert (result.failed, result.rejected) == ([], [])
    assert finished == datetime(2026, 5, 29, 9, tzinfo=UTC)
    assert marks >= {MARKED.get(course, "resolved")}


def test_a_silent_citizen_leaves_the_case_to_its_timer(go: Go, filled: Engine) -> None:
    later = row("2026-03-02 08:00", "2026-05-29 16:00")
    assert go(row("2026-03-02 08:00", "2026-03-06 16:00", course="silent"), later).totals.done == 2
    with transaction(filled) as tx:
        marks = tx.read.execute(select(Mark.status).where(Mark.instance_id == 1).order_by(Mark.id)).scalars().all()
    assert marks[-2:] == ["resolved", "no_response"]


@pytest.mark.parametrize(("stage", "node"), [("0", "receive"), ("1", "assign"), ("2", "verify"), ("3", "resolve")])
def test_an_open_case_is_worked_on_up_to_its_stage(go: Go, filled: Engine, stage: str, node: str) -> None:
    go(row("2026-03-02 08:00", stage=stage, course="plain"), row("2026-03-02 08:00", "2026-03-06 16:00"))
    with transaction(filled) as tx:
        assert tx.read.execute(select(Task.node).where(Task.state == "open")).scalars().all() == [node]


def test_claimed_tasks_are_nobodys_delay(go: Go) -> None:
    slow = row("2026-03-02 08:00", "2026-03-06 16:00")
    left = go(slow, mapping=MAPPING.replace("dates:", "claims: 1\ndates:")).totals.notices
    assert "take_up" not in left
    assert left["answered"] == 1


def test_unclaimed_tasks_are_told_to_the_unit_above(go: Go) -> None:
    assert go(row("2026-03-02 08:00", "2026-03-06 16:00")).totals.notices["take_up"] > 0


def test_what_intake_refuses_is_told(go: Go) -> None:
    nobody = MAPPING.replace('phone: "0900 000 001"', "phone: {column: course, table: {plain: 0900 000 001}}")
    result = go(row("2026-03-02 08:00"), row("2026-03-02 08:00", "2026-03-06 16:00"), mapping=nobody)
    assert result.totals.cases == 1
    assert [(refused.number, refused.reason.rule) for refused in result.rejected] == [(2, "report-incomplete")]


def test_a_course_or_a_stage_that_nobody_knows_is_told(go: Go) -> None:
    result = go(row("2026-03-02 08:00", course="astray"), row("2026-03-02 08:00", stage="far"), row("2026-03-02 08:00"))
    assert result.totals.cases == 1
    assert result.rejected == [
        RejectedRow(2, PlainFault("row-course-unknown", {"course": "astray"})),
        RejectedRow(3, PlainFault("row-stage-no-number", {"stage": "far"})),
    ]


def test_a_database_with_cases_is_refused(go: Go) -> None:
    go(row("2026-03-02 08:00"))
    with pytest.raises(BadInput, match="holds cases already"):
        go(row("2026-03-02 08:00"))


def test_a_file_without_a_usable_row_is_refused(go: Go) -> None:
    with pytest.raises(BadInput, match="no row can be replayed; row 2: the date of receipt is missing"):
        go(row(""))


def many() -> list[dict[str, str]]:
    """Rows of many lengths and courses."""
    days = [datetime(2026, 3, 2, 8) + timedelta(hours=7 * n) for n in range(24)]  # noqa: DTZ001 - the zone is the mapping's.
    closed = [(day + timedelta(days=n % 9, minutes=n)).isoformat() if n % 8 else "" for n, day in enumerate(days)]
    return [
        row(day.isoformat(), at, course="", id=str(n)) for n, (day, at) in enumerate(zip(days, closed, strict=True))
    ]


def without_time(result: ReplayResult) -> dict[str, Any]:
    return {key: value for key, value in replay_document(result).items() if key not in {"wall_s", "cases_per_s"}}


def with_signal() -> demo.DeploymentFiles:
    """The deployment where a case whose citizen is satisfied tells all that are open, which listen beside."""
    diagram = SHIPPED[DIAGRAM].decode()
    flow = 'targetRef="closed_satisfied"'
    assert diagram.count(flow) == 1
    event = '<bpmn:signalEventDefinition signalRef="gladness"/>'
    beside = f"""
      <bpmn:intermediateThrowEvent id="glad" name="glad">{event}</bpmn:intermediateThrowEvent>
      <bpmn:sequenceFlow id="glad_on" sourceRef="glad" targetRef="closed_satisfied"/>
      <bpmn:subProcess id="beside" name="beside" triggeredByEvent="true">
        <bpmn:startEvent id="heard" name="heard" isInterrupting="false">{event}</bpmn:startEvent>
        <bpmn:endEvent id="noted" name="noted"/>
        <bpmn:sequenceFlow id="heard_on" sourceRef="heard" targetRef="noted"/>
      </bpmn:subProcess></bpmn:process>"""
    diagram = diagram.replace(flow, 'targetRef="glad"').replace("</bpmn:process>", beside, 1)
    named = '<bpmn:signal id="gladness" name="gladness"/><bpmn:process'
    return {**SHIPPED, DIAGRAM: diagram.replace("<bpmn:process", named, 1).encode()}


def heard(engine: Engine) -> list[Any]:
    """What became of the signals: who waited, and who has got each once they are delivered."""
    totals, world = SignalTotals(), load_world(engine)
    with transaction(engine) as tx:
        query = select(SignalBroadcast).order_by(SignalBroadcast.id)
        thrown = [(row.name, row.sender_id, row.thrown_at, row.waiting) for row in tx.read.execute(query)]
    while signals.deliver_signals(engine, lambda: NOW, world, totals):
        pass
    with transaction(engine) as tx:
        assert differences(tx) == []
    return [thrown, totals.receivers, (totals.delivered, totals.missed, totals.failed)]


def load_world(engine: Engine) -> World:
    with transaction(engine) as tx:
        return snapshot.load_world(tx, 10)


def content(engine: Engine) -> list[Any]:
    """All that a replay wrote, but for the salts of personal values and what hangs on them."""
    wanted = (
        select(Report.id, Report.code, Report.content).order_by(Report.id),
        select(Instance.id, Instance.report_id, Instance.status, Instance.version, Instance.due_at).order_by(
            Instance.id
        ),
        select(Task.id, Task.instance_id, Task.node, Task.closed_at, Task.closed_by).order_by(Task.id),
        select(Mark.id, Mark.instance_id, Mark.status, Mark.at).order_by(Mark.id),
        select(Outbox.id, Outbox.instance_id, Outbox.rung, Outbox.created_at).order_by(Outbox.id),
    )
    with transaction(engine) as tx:
        assert differences(tx) == []
        return [tuple(found) for query in wanted for found in tx.read.execute(query)]


@pytest.mark.slow
def test_the_outcome_is_the_same_each_time_and_with_several_processes(
    go: Go, filled: Engine, province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = with_signal()
    deploy_without_check(filled, files)
    first, rows, signalled = without_time(go(*many(), files=files)), content(filled), heard(filled)
    assert len(signalled[0]) > 1
    assert len(set(signalled[1])) > 1
    filled.dispose()
    shutil.copyfile(province, tmp_path / "replay.sqlite3")
    deploy_without_check(filled, files)
    monkeypatch.setattr(parallel, "CHUNK", 5)
    monkeypatch.setattr(runner, "WORTHWHILE", 1)
    assert without_time(go(*many(), files=files, workers=2)) == first
    assert content(filled) == rows
    assert heard(filled) == signalled


def deploy_without_check(engine: Engine, files: demo.DeploymentFiles) -> None:
    with transaction(engine) as tx:
        definitions.deploy_files(tx, files, by=Actor("demo", "demo"), message="", now=NOW)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_replay_fills_a_database_of_postgresql_too(database: str, tmp_path: Path) -> None:
    order = ReplayRequest(
        write(tmp_path / "r.csv", *many()), parse_mapping(MAPPING), definitions.read_deployment_folder(ROOT), 10, 2
    )
    result = runner.replay_file(database, order, NOW, lambda _done, _total: None)
    assert (result.totals.cases, result.totals.open, result.failed) == (24, 3, [])


def test_the_command_tells_the_figures_and_writes_them_down(tmp_path: Path, province: Path) -> None:
    database = f"sqlite:///{shutil.copyfile(province, tmp_path / 'replay.sqlite3')}"
    file = write(tmp_path / "reports.csv", row("2026-03-02 08:00", "2026-03-20 16:00"), row("never"))
    (tmp_path / "mapping.yaml").write_text(MAPPING, "utf-8")
    wanted = ["replay", str(file), "--mapping", str(tmp_path / "mapping.yaml"), "--json", str(tmp_path / "out.json")]
    environ = {"TONGDAI_DATABASE": database, "TONGDAI_LANGUAGE": "en"}
    result = CliRunner().invoke(main, [*wanted, "--deployment", "1", "--database", database], env=environ)
    assert result.exit_code == 0, result.output
    assert "received: “never” is no date of the format iso." in result.output
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))
    keys = ("cases", "done", "open", "overdue", "overdue_with_due", "rejected")
    assert {key: found[key] for key in keys} == dict(zip(keys, (1, 1, 0, 1, 0, 1), strict=True))
    assert found["notices"]["overdue"] == 1
    assert found["wall_s"] > 0


# The file of Baltimore


def independent(rows: list[dict[str, str]]) -> set[str]:
    """The late rows of the file, found without the program: closed, or open at the end, strictly after the due date."""

    def at(text: str) -> datetime | None:
        return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p") if text else None  # noqa: DTZ007 - as the file has it.

    times = [(line["SRRecordID"], at(line["CreatedDate"]), at(line["CloseDate"]), at(line["DueDate"])) for line in rows]
    end = max(instant for _, created, closed, _ in times for instant in (created, closed) if instant)
    return {name for name, _, closed, due in times if due and (closed or end) > due}


@pytest.mark.slow
@pytest.mark.skipif(not BALTIMORE.exists(), reason="the folder ../shared/data with the file of Baltimore is not here")
@pytest.mark.timeout(1800)
def test_the_overdue_cases_of_baltimore_are_those_an_independent_script_finds(filled: Engine, tmp_path: Path) -> None:
    count = None if os.environ.get("REPLAY_ALL") else 100
    with BALTIMORE.open(encoding="utf-8-sig", newline="") as source:
        rows = list(islice(csv.DictReader(source), count))
    file = tmp_path / "baltimore.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    order = ReplayRequest(file, read_mapping(BALTIMORE_MAPPING), definitions.read_deployment_folder(ROOT), 10, 2)
    result = runner.replay_file(filled.url.render_as_string(), order, NOW, lambda _done, _total: None)
    assert (result.totals.cases, result.rejected, result.failed) == (len(rows), [], [])
    with_due = {number for number, line in enumerate(rows, start=1) if line["DueDate"]}
    late = [(case, notices) for case, notices in overdue(filled) if case in with_due]
    assert {rows[case - 1]["SRRecordID"] for case, _ in late} == independent(rows)
    assert [notices for _, notices in late] == [1] * result.overdue_with_due
    with transaction(filled) as tx:
        closed = select(Instance.id).where(Instance.finished_at.is_not(None))
        assert tx.read.execute(select(func.count()).select_from(closed.subquery())).scalar_one() == result.totals.done
        assert result.totals.done == sum(1 for line in rows if line["CloseDate"])
        for left in (
            select(Task.id).where(Task.state == "open", Task.instance_id.in_(closed)),
            select(Timer.id).where(Timer.instance_id.in_(closed)),
        ):
            assert tx.read.execute(left).all() == []
