"""Promises of the demonstration: a staffed province, reports in every state up to now, a second run that goes on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, func, select

from engine.actor import Actor, ActStamp
from engine.cases import report_keys
from engine.config import environment
from engine.config.environment import Settings
from engine.config.secret_key import load_own_key
from engine.errors import BadInput
from engine.process import definitions
from engine.process.report_fields import shipped_fields
from engine.province import snapshot, units
from engine.province.profile import find_profile
from engine.province.unit_files import read_unit_file
from engine.replay import demo, demo_reports
from engine.replay.csv_files import ReportFile, parse_mapping
from engine.replay.demo import DemoStatus
from engine.staff import people
from engine.staff.people import NewPerson
from engine.store import db, schema_migrations
from engine.store.db import Transaction, transaction
from engine.store.models import Instance, Person, Report, RoleAssignment, Task
from engine.world.roles import SERVED_BY
from forms.texts import national_number
from tests.kit.province import DATA, YEARS, load_year
from tests.kit.record import differences
from tests.paths import ROOT
from web.cli import main

FIELDS = tuple(field.key for field in shipped_fields())

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)  # A Tuesday morning in office hours.
BY = ActStamp(Actor("demo", "demo"), NOW)
LEVELS = {"three_level": 2021, "two_level": 2025}


def read(province: str, now: datetime = NOW) -> ReportFile:
    """The reports that come with the program, as the demonstration reads them."""
    chosen = find_profile(province)
    mapping = parse_mapping((chosen.folder / chosen.reports).read_text("utf-8"))
    rows = read_unit_file(DATA / YEARS[LEVELS[province]][0]).rows
    return demo.read_demo(mapping, [row.code for row in rows if row.kind == "commune"], now)


@pytest.mark.parametrize("province", LEVELS)
@pytest.mark.parametrize("hour", range(0, 24, 5))
def test_every_report_can_be_replayed_at_any_time_of_day(province: str, hour: int) -> None:
    reports = read(province, NOW.replace(hour=hour))
    assert reports.rejected == []
    assert all(row.received <= (row.closed or row.received) <= NOW.replace(hour=hour) for row in reports.rows)
    assert len(reports.rows) > 450


def test_reports_are_varied_and_belong_to_nobody() -> None:
    rows = read("three_level").rows
    assert len({row.values["content"] for row in rows}) >= 120
    assert {row.values["field"] for row in rows} == set(FIELDS)
    assert len({row.values["place"] for row in rows}) > 60
    for row in rows:
        number = row.values["phone"]
        assert re.fullmatch(r"0900 000 \d{3}", number)
        assert national_number(number) == number.replace(" ", "")


# People


@pytest.mark.parametrize("year", LEVELS.values())
def test_every_unit_is_staffed_so_that_nothing_is_passed_on(tx: Transaction, year: int) -> None:
    load_year(tx, year)
    created = people.staff_units(tx, units.load_unit_tree(tx.read).units, BY)
    tree = units.load_unit_tree(tx.read)
    assert created == 2 * len(tree.units)
    for unit in tree.units:
        for role, kind in SERVED_BY.items():
            if kind == unit.kind:
                assert tree.placement_of(role, unit.code).passed_from == ()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_staffing_twice_is_staffing_once(tx: Transaction) -> None:
    load_year(tx, 2025)
    everybody = units.load_unit_tree(tx.read).units
    people.staff_units(tx, everybody, BY)
    assert people.staff_units(tx, everybody, BY) == 0


def test_people_are_created_in_order_with_their_roles(tx: Transaction) -> None:
    load_year(tx, 2025)
    new = [
        NewPerson("b.second", "Trần Thị Bình", (("75.1022", "operator"), ("75.VP", "analyst"))),
        NewPerson("a.first", "Lê Văn An", ()),
    ]
    second, first = people.create_many(tx, new, BY)
    assert people.create_many(tx, [], BY) == []
    names = dict(tx.read.execute(select(Person.id, Person.name)).all())
    assert (names[second], names[first]) == ("Trần Thị Bình", "Lê Văn An")
    held = tx.read.execute(select(RoleAssignment.unit_code, RoleAssignment.role)).all()
    assert sorted(tuple(row) for row in held) == [("75.1022", "operator"), ("75.VP", "analyst")]


def test_invented_names_differ() -> None:
    names = [people.invented_name(number) for number in range(430)]
    assert len(set(names)) > 400


# The demonstration


@pytest.fixture(scope="session", params=list(LEVELS))
def first_run(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, DemoStatus]]:
    """The demonstration after its first run, with every fourth report."""
    folder = tmp_path_factory.mktemp("demo")
    engine = db.engine_for(f"sqlite:///{folder / 'demo.sqlite3'}", durable=False)
    schema_migrations.upgrade(engine.url.render_as_string())
    with pytest.MonkeyPatch.context() as patch:
        everything = demo.read_demo
        patch.setattr(demo, "read_demo", lambda *given: every_fourth(everything(*given)))
        chosen = settings(request.param, folder)
        shown = demo.make_or_resume(engine, chosen, definitions.read_deployment_folder(ROOT), NOW)
    yield engine, shown
    engine.dispose()


def every_fourth(reports: ReportFile) -> ReportFile:
    return ReportFile([row for row in reports.rows if row.number % 4 == 0])


def settings(province: str, folder: Path) -> Settings:
    return replace(environment.load_settings({"TONGDAI_VAR": str(folder)}), province=province)


def folder_of(engine: Engine) -> Path:
    """Where the database lies, and everything else that the demonstration writes."""
    return Path(str(engine.url.database)).parent


@pytest.mark.slow
def test_every_report_of_the_demonstration_is_followed_with_the_shared_key(
    first_run: tuple[Engine, DemoStatus],
) -> None:
    engine, shown = first_run
    with transaction(engine) as tx:
        codes = tx.read.execute(select(Report.code)).scalars().all()
        offered = demo_reports.list_offered(tx)
        secret = load_own_key(folder_of(engine))
        opened = [report_keys.find_by_key(tx, secret, str(code), demo_reports.KEY) for code in codes]
    assert len([number for number in opened if number is not None]) == shown.totals.cases
    assert {row.node for row in offered} == {"answer", *demo_reports.OFFERED_STAGES}
    assert {row.code for row in offered} <= set(codes)


@pytest.mark.slow
def test_the_demonstration_has_cases_in_every_state(first_run: tuple[Engine, DemoStatus]) -> None:
    _, shown = first_run
    assert shown.replayed is not None
    assert (shown.replayed.rejected, shown.replayed.failed) == ([], [])
    assert shown.totals.cases == shown.replayed.cases > 110
    assert shown.totals.open > 20
    assert set(shown.marks) >= {"resolved", "overdue", "reopened", "false_report", "transferred", "withdrawn"}
    assert set(shown.waiting) >= {"Tiếp nhận", "Xác minh", "Giải quyết", "Đôn đốc", "Đánh giá kết quả"}
    assert {"take_up", "reminder", "overdue", "chase", "answered"} <= set(shown.totals.notices)


def test_nothing_happened_after_now_and_everything_is_on_record(first_run: tuple[Engine, DemoStatus]) -> None:
    engine, _ = first_run
    with transaction(engine) as tx:
        assert differences(tx) == []
        assert tx.read.execute(select(func.max(Instance.started_at))).scalar_one() <= NOW
        assert tx.read.execute(select(func.max(Task.opened_at))).scalar_one() <= NOW
        assert tx.read.execute(select(func.count()).where(Task.assignee_id.is_not(None))).scalar_one() > 0


def test_a_second_run_goes_on_where_the_first_stopped(first_run: tuple[Engine, DemoStatus], tmp_path: Path) -> None:
    first, before = first_run
    with transaction(first) as tx:
        province = "three_level" if snapshot.load_world(tx, 10).units.has_districts else "two_level"
    first.dispose()
    assert first.url.database is not None
    shutil.copyfile(first.url.database, tmp_path / "again.sqlite3")
    engine = db.engine_for(f"sqlite:///{tmp_path / 'again.sqlite3'}", durable=False)
    again = demo.make_or_resume(
        engine, settings(province, folder_of(engine)), definitions.read_deployment_folder(ROOT), NOW + timedelta(days=3)
    )
    engine.dispose()
    assert again.replayed is None
    assert (again.totals.cases, again.people) == (before.totals.cases, before.people)
    assert again.fired > 0
    assert again.totals.overdue >= before.totals.overdue


@pytest.mark.slow
def test_a_database_of_the_other_kind_of_province_is_refused(first_run: tuple[Engine, DemoStatus]) -> None:
    engine, _ = first_run
    with transaction(engine) as tx:
        other = "two_level" if snapshot.load_world(tx, 10).units.has_districts else "three_level"
    with pytest.raises(BadInput, match="holds another province"):
        demo.make_or_resume(engine, settings(other, folder_of(engine)), definitions.read_deployment_folder(ROOT), NOW)


@pytest.mark.slow
def test_the_command_says_what_is_there_and_what_comes_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = demo.read_demo
    monkeypatch.setattr(demo, "read_demo", lambda *given: ReportFile(everything(*given).rows[::60]))
    environ = {"TONGDAI_DATABASE": f"sqlite:///{tmp_path / 'demo.sqlite3'}", "TONGDAI_LANGUAGE": "en"}
    environ["TONGDAI_VAR"] = str(tmp_path)
    first = CliRunner().invoke(main, ["demo", "--root", str(ROOT)], env=environ)
    assert first.exit_code == 0, first.output
    assert "10 reports were replayed; 430 invented people staff the province." in first.output
    assert "demo.sqlite3" in first.output
    again = CliRunner().invoke(main, ["demo", "--root", str(ROOT)], env=environ)
    assert "was there already" in again.output
