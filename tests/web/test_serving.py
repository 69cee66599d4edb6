"""The server's own work: its tick, its key, the commands that make accounts and measure it."""

from __future__ import annotations

import re
import shutil
import socket
import stat
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from engine.config import secret_key
from engine.errors import BadSetting
from engine.province.snapshot import WorldCache
from engine.store.db import transaction
from engine.store.models import Instance, Person, Report, Task
from tests.kit.site import OPERATOR, Site
from tests.web.cli.test_commands import Tongdai
from web.benchmark.page_times import OFFICER_PAGES


@pytest.fixture
def tongdai(tmp_path: Path, province_template: Path) -> Tongdai:
    """The command line on a staffed province."""
    (tmp_path / "var").mkdir()
    shutil.copyfile(province_template, tmp_path / "var" / "tongdai.sqlite3")
    return Tongdai(tmp_path)


@pytest.fixture(scope="session")
def seeded_folder(tmp_path_factory: pytest.TempPathFactory, province_template: Path) -> Path:
    """The data of a staffed province with open cases, made once; part of them is beside the database's file."""
    folder = tmp_path_factory.mktemp("seeded")
    (folder / "var").mkdir()
    shutil.copyfile(province_template, folder / "var" / "tongdai.sqlite3")
    Tongdai(folder).done("seed", "--cases", 100, "--open", 100)
    return folder / "var"


@pytest.fixture
def seeded(seeded_folder: Path, tmp_path: Path) -> Tongdai:
    """The command line on a copy of them."""
    shutil.copytree(seeded_folder, tmp_path / "var")
    return Tongdai(tmp_path)


def test_a_machine_makes_its_own_key_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    key = secret_key.load_own_key(tmp_path / "var")
    assert len(key) == 32
    assert secret_key.load_own_key(tmp_path / "var") == key
    file = tmp_path / "var" / secret_key.KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == [secret_key.KEY_FILE]


@pytest.mark.parametrize("folder", ["file", "file/var"])
def test_a_key_that_cannot_be_kept_is_told(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("stands where a folder would have to be", encoding="utf-8")
    with pytest.raises(BadSetting, match="could not be kept"):
        secret_key.load_own_key(tmp_path / folder)


def test_an_account_is_made_from_the_command_line(tongdai: Tongdai) -> None:
    where = ("--unit", "75.VP", "--role", "administrator")
    tongdai.done("person", "quan.tri", "Trần Văn Bình", *where, "--password", "một câu dễ nhớ")
    again = tongdai.refused("person", "quan.tri", "X Y", *where, "--password", "một câu dễ nhớ")
    assert "Somebody has this login already" in again
    assert "There is no unit" in tongdai.refused(
        "person", "p.q", "X Y", "--unit", "?", "--role", "x", "--password", "p" * 20
    )
    tongdai.done("password", "quan.tri", "--password", "một câu khác hẳn")
    assert "at least 12 characters" in tongdai.refused("password", "quan.tri", "--password", "ngắn")
    assert "no account" in tongdai.refused("password", "nobody", "--password", "một câu khác hẳn")


@pytest.mark.slow
def test_seeded_cases_can_be_found_opened_and_worked_on(tongdai: Tongdai, site: Site) -> None:
    tongdai.done("seed", "--cases", 60, "--open", 40, TONGDAI_DATABASE=str(site.engine.url))
    counted = dict(map(tuple, site.read(select(Instance.status, func.count()).group_by(Instance.status))))
    assert counted["active"] >= 40
    assert sum(counted.values()) > 60
    newest = site.read(select(Report.code).order_by(Report.id.desc()))[0].code
    assert site.browser(OPERATOR).get(f"/cases/{newest}").status_code == 200
    waiting = site.read(select(Task.id).where(Task.node == "receive", Task.state == "open", Task.assignee_id.is_(None)))
    assert site.browser(OPERATOR).get(f"/tasks/{waiting[-1].id}").status_code == 200
    assert "No more cases" in tongdai.refused("seed", "--cases", 1, "--open", 2)


@pytest.mark.slow
def test_pages_are_measured_against_a_trivial_one(seeded: Tongdai) -> None:
    output = seeded.done("bench-pages", "--rounds", 2)
    rows = re.findall(r"│ (/[a-z]*)\S* .*│\s+(\d+)\s+│$", output, flags=re.MULTILINE)
    assert len(rows) >= 50
    lists = {urlsplit(page).path for page in OFFICER_PAGES}
    assert max(int(number) for page, number in rows if page in lists) <= 13
    assert [row for row in rows if int(row[1]) > 27] == []


@pytest.mark.slow
@pytest.mark.parametrize("command", ["serve", "web", "worker"])
def test_a_port_that_another_program_uses_is_named(tongdai: Tongdai, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        refusal = tongdai.refused(command, TONGDAI_PORT=port, TONGDAI_METRICS_PORT=port)
    assert f"Port {port} of 127.0.0.1 is used by another program" in refusal


@pytest.mark.slow
def test_officers_work_at_once_against_a_server_of_its_own(seeded: Tongdai) -> None:
    for seconds in (1, 10, 100):  # A busy machine needs longer for the first tasks to be completed.
        output = seeded.done("bench-load", "--officers", 3, "--seconds", seconds, "--think", 0.05)
        assert "0 errors." in output
        if "complete a task" in output:
            break
    assert "complete a task" in output


def test_changes_of_the_world_are_seen_by_the_next_request(site: Site) -> None:
    worlds = WorldCache(10)
    with transaction(site.engine) as tx:
        first = worlds.get(tx)
        assert worlds.get(tx) is first
    number = site.read(select(Person.id).where(Person.login == OPERATOR))[0].id
    admin = site.browser("canbo.75.vp")
    admin.post(f"/admin/people/{number}/roles", {"act": "take", "unit": "75.1022", "role": "operator"})
    with transaction(site.engine) as tx:
        assert worlds.get(tx).revision != first.revision
