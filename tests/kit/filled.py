"""A database with cases that have everything a history speaks of, filled over HTTP; tests get a copy of it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.store import db
from tests.kit.site import COMMUNE, FOCAL, OFFICE, OPERATOR, Browser, Site
from tests.web.cli.test_commands import Tongdai
from tests.web.pages.test_corrections import REASON
from tests.web.pages.test_intake import CALL
from tests.web.pages.test_task import RECEIVE, RESOLVE, VERIFY, complete

# Case 1 has gone its whole way, has been called about, and has another caller; case 2 is merged into it; 3 is open.
DONE, MERGED, BEGUN = 1, 2, 3


def fill(site: Site) -> None:
    """Cases with everything that a history speaks of."""
    operator, commune, focal, office = (site.browser(login) for login in (OPERATOR, COMMUNE, FOCAL, OFFICE))
    codes = [site.file().code for _ in (DONE, MERGED, BEGUN)]
    site.later(minutes=10)
    for instance_id in (DONE, MERGED, BEGUN):
        complete(site, operator, instance_id, "receive", RECEIVE)
    operator.post("/intake", {**CALL, "phone": "0987 654 321", "outcome": f"join:{codes[0]}"})
    operator.post(f"/cases/{codes[1]}/corrections/merge", {**REASON, "into": codes[0]})
    for instance_id in (DONE, BEGUN):
        complete(site, focal, instance_id, "assign", {"place": RECEIVE["place"]})
    site.later(minutes=10)
    verify = site.task(DONE, "verify")
    commune.get(f"/tasks/{verify.id}")
    contact = {"means": "phone", "reached": "no", "note": "Máy bận, hẹn gọi lại buổi chiều."}
    commune.post(f"/tasks/{verify.id}/contacts", contact)
    take_the_whole_way(site, commune, focal, operator)
    task = site.task(BEGUN, "verify")
    commune.post(f"/tasks/{task.id}/claim", {"version": str(task.version)})
    office.post("/privacy/holds", {"code": codes[2], "reason": "Thanh tra tỉnh"})


def take_the_whole_way(site: Site, commune: Browser, focal: Browser, operator: Browser) -> None:
    """Case 1 to its end."""
    complete(site, commune, DONE, "verify", VERIFY)
    complete(site, commune, DONE, "resolve", RESOLVE)
    site.later(minutes=10)
    complete(site, focal, DONE, "check", {"check_decision": "accept"})
    told = {"answered_by": "phone", "answered_at": "2026-11-25T10:00", "answer_reached": "yes", "answer_text": "Xong."}
    complete(site, operator, DONE, "answer", told)
    complete(site, operator, DONE, "feedback", {"satisfied": "yes", "rating": "5"})


@dataclass(frozen=True, slots=True)
class FilledCopy:
    """A copy of the filled database, and the command line on it."""

    file: Path
    tongdai: Tongdai

    def edit(self, *statements: str) -> None:
        """Edit the database as an administrator of the machine could."""
        with closing(sqlite3.connect(self.file)) as connection:
            for statement in statements:
                assert connection.execute(statement).rowcount != 0, statement
            connection.commit()

    @contextmanager
    def site(self) -> Iterator[Site]:
        """The pages on this copy."""
        engine = db.engine_for(f"sqlite:///{self.file}", durable=False)
        site = Site(engine, self.file.parent)
        site.later(hours=1)
        yield site
        engine.dispose()

    def differences(self) -> list[str]:
        """What `history verify` prints of differences; it has to exit with 1 when there are some."""
        result = self.tongdai.run("history", "verify")
        lines = [line for line in result.stdout.splitlines() if line.startswith("case ")]
        assert result.exit_code == (1 if lines else 0), result.output
        return lines


@pytest.fixture(scope="module")
def filled_template(tmp_path_factory: pytest.TempPathFactory, province_template: Path) -> Path:
    """The filled database, made once for a module."""
    file = tmp_path_factory.mktemp("filled") / "site.sqlite3"
    shutil.copyfile(province_template, file)
    engine = db.engine_for(f"sqlite:///{file}", durable=False)
    fill(Site(engine, file.parent))
    engine.dispose()
    return file


@pytest.fixture
def filled(filled_template: Path, tmp_path: Path) -> FilledCopy:
    """A copy of it, with the command line."""
    (tmp_path / "var").mkdir()
    file = tmp_path / "var" / "tongdai.sqlite3"
    shutil.copyfile(filled_template, file)
    return FilledCopy(file, Tongdai(tmp_path))
