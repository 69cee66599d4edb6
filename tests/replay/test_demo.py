"""Promises of the demonstration: a staffed province, reports in every state up to now, a second run that goes on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, func, select

from engine.actor import Actor, ActStamp
from engine.cases import report_keys
from engine.config.secret_key import load_own_key
from engine.errors import BadInput
from engine.process.report_fields import shipped_fields
from engine.province import units
from engine.province.profile import find_profile
from engine.province.unit_files import read_unit_file
from engine.replay import demo, demo_accounts, demo_reports
from engine.replay.csv_files import ReportFile, parse_mapping
from engine.staff import people
from engine.staff.people import NewPerson
from engine.store.db import Transaction, transaction
from engine.store.models import Instance, Person, Report, RoleAssignment, Task
from engine.world.roles import SERVED_BY, STAFF_ROLES
from forms.texts import national_number
from tests.kit.demonstration import NOW, Demonstration
from tests.kit.province import DATA, YEARS, load_year
from tests.kit.record import differences
from tests.kit.site import deployment
from tests.paths import ROOT
from web.cli import main

FIELDS = tuple(field.key for field in shipped_fields())
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
def shown(request: pytest.FixtureRequest, demonstrations: Callable[[str], Demonstration]) -> Demonstration:
    """The demonstration after its first run."""
    return demonstrations(request.param)


@pytest.fixture
def first_run(shown: Demonstration) -> Iterator[Engine]:
    """An engine of its database."""
    engine = shown.open()
    yield engine
    engine.dispose()


@pytest.mark.slow
def test_every_report_of_the_demonstration_is_followed_with_the_shared_key(
    shown: Demonstration, first_run: Engine
) -> None:
    with transaction(first_run) as tx:
        codes = tx.read.execute(select(Report.code)).scalars().all()
        offered = demo_reports.list_offered(tx)
        secret = load_own_key(shown.folder)
        opened = [report_keys.find_by_key(tx, secret, str(code), demo_reports.KEY) for code in codes]
    assert len([number for number in opened if number is not None]) == shown.status.totals.cases
    assert {row.node for row in offered} == {"answer", *demo_reports.OFFERED_STAGES}
    assert {row.code for row in offered} <= set(codes)


@pytest.mark.slow
def test_two_people_of_each_role_sign_in_for_two_units_or_for_the_only_one(first_run: Engine) -> None:
    with transaction(first_run) as tx:
        offered = demo_accounts.list_usable_accounts(tx)
        posts = tx.read.execute(select(RoleAssignment.role, RoleAssignment.unit_code).distinct()).all()
    for role in STAFF_ROLES:
        people_by_unit = Counter(account.unit for account in offered if role in account.roles)
        assert set(people_by_unit.values()) == {2}, role
        assert len(people_by_unit) >= min(2, sum(one == role for one, _unit in posts)), role
    colleagues = {account.login for account in offered if account.login.startswith(("canbo2.", "lanhdao2."))}
    assert {login.replace("2", "", 1) for login in colleagues} | colleagues == {account.login for account in offered}
    first = demo_accounts.first_of_each_role(offered)
    assert len({account.roles for account in first}) == len(first)
    assert colleagues.isdisjoint(account.login for account in first)


@pytest.mark.slow
def test_the_demonstration_has_cases_in_every_state(shown: Demonstration) -> None:
    status = shown.status
    assert status.replayed is not None
    assert (status.replayed.rejected, status.replayed.failed) == ([], [])
    assert status.totals.cases == status.replayed.cases > 110
    assert status.totals.open > 20
    assert set(status.marks) >= {"resolved", "overdue", "reopened", "false_report", "transferred", "withdrawn"}
    assert set(status.waiting) >= {"Tiếp nhận", "Xác minh", "Giải quyết", "Đôn đốc", "Đánh giá kết quả"}
    assert {"take_up", "reminder", "overdue", "chase", "answered"} <= set(status.totals.notices)


def test_nothing_happened_after_now_and_everything_is_on_record(first_run: Engine) -> None:
    with transaction(first_run) as tx:
        assert differences(tx) == []
        assert tx.read.execute(select(func.max(Instance.started_at))).scalar_one() <= NOW
        assert tx.read.execute(select(func.max(Task.opened_at))).scalar_one() <= NOW
        assert tx.read.execute(select(func.count()).where(Task.assignee_id.is_not(None))).scalar_one() > 0


def test_a_second_run_goes_on_where_the_first_stopped(shown: Demonstration, tmp_path: Path) -> None:
    copy, before = shown.copy_to(tmp_path / "again"), shown.status
    engine = copy.open()
    again = demo.make_or_resume(engine, copy.settings, deployment(), NOW + timedelta(days=3))
    engine.dispose()
    assert again.replayed is None
    assert (again.totals.cases, again.people) == (before.totals.cases, before.people)
    assert again.fired > 0
    assert again.totals.overdue >= before.totals.overdue


@pytest.mark.slow
def test_a_database_of_the_other_kind_of_province_is_refused(shown: Demonstration, first_run: Engine) -> None:
    (other,) = LEVELS.keys() - {shown.province}
    with pytest.raises(BadInput, match="holds another province"):
        demo.make_or_resume(first_run, replace(shown.settings, province=other), deployment(), NOW)


@pytest.mark.slow
def test_the_command_says_what_is_there_and_what_comes_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = demo.read_demo
    monkeypatch.setattr(demo, "read_demo", lambda *given: ReportFile(everything(*given).rows[::60]))
    environ = {"TONGDAI_DATABASE": f"sqlite:///{tmp_path / 'demo.sqlite3'}", "TONGDAI_LANGUAGE": "en"}
    environ["TONGDAI_VAR"] = str(tmp_path)
    first = CliRunner().invoke(main, ["demo", "--root", str(ROOT)], env=environ)
    assert first.exit_code == 0, first.output
    assert "10 reports were replayed; 443 invented people staff the province." in first.output
    assert "demo.sqlite3" in first.output
    again = CliRunner().invoke(main, ["demo", "--root", str(ROOT)], env=environ)
    assert "was there already" in again.output
