"""Damages every column of every table that a page or the worker reads, in every way in which SQLite keeps it."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, event, select, update

from engine.actor import SYSTEM, ActStamp
from engine.config.environment import Settings
from engine.mailing.channels import Channels
from engine.mailing.letters import MailContext
from engine.operations.metrics import Meters
from engine.operations.worker import Worker, WorkerContext
from engine.province.snapshot import WorldCache
from engine.staff import people
from engine.staff.people import NewPerson
from engine.store.columns import Base
from engine.store.models import Person, Report
from engine.world.roles import STAFF_ROLES
from tests.attacks import crawl, office_crawl
from tests.attacks.crawl import Planted
from tests.kit.mails import SITE
from tests.kit.sample import part_of_today
from tests.kit.site import COMMUNE, PLACE, Browser, Site, settings

# What somebody may have put in the place of a value, as SQL.
DAMAGES = {
    "text": "'rác'",
    "empty": "''",
    "braces": "'{}'",
    "none": "NULL",
    "number": "12",
    "negative": "-5",
    "huge": "9223372036854775807",
    "real": "1e300",
    "bytes": "x'00ff'",
    "no UTF-8": "CAST(x'61ff62' AS TEXT)",
    "control": "CAST(x'61000162' AS TEXT)",
    "first year": "'0001-01-01 00:00:00.000000'",
    "last year": "'9999-12-31 23:59:59.999999'",
    "first day": "'0001-01-01'",
}
EVERYBODY = "tat.ca"
_READ = re.compile(r'(?:FROM|JOIN) "?(\w+)')
_SESSION = {"web_session"}  # Without it nobody is signed in.


@dataclass(frozen=True, slots=True)
class Damage:
    """One value in one column, in all rows, or where rows differ in it, in the last."""

    table: str
    column: str
    kind: str

    @property
    def value(self) -> str:
        """The value as SQL."""
        return DAMAGES[self.kind]

    @property
    def has_no_type(self) -> bool:
        """Whether it cannot be taken for a value of the column; bytes can be anything."""
        column = Base.metadata.tables[self.table].c[self.column].type
        kind = getattr(column, "impl_instance", column).python_type
        if kind is bytes:
            return False
        return self.kind in (("bytes", "no UTF-8") if kind is str else ("text", "braces", "bytes", "no UTF-8"))


@dataclass
class DamagedSite:
    """A site with something in every table it could be filled with, and an officer who may open every page."""

    site: Site
    file: Path
    whole: Path
    browser: Browser
    pages: dict[str, set[str]]

    @contextmanager
    def damaged(self, damage: Damage) -> Iterator[bool]:
        """The database with this damage; False where its own constraints refuse it."""
        with closing(sqlite3.connect(self.file)) as connection:
            done = _write(connection, damage)
        yield done
        self.begin_anew()

    def begin_anew(self) -> None:
        """Put the whole database in the place of the damaged one."""
        self.site.engine.dispose()
        for suffix in ("-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.whole, self.file)
        self.site.app.worlds = WorldCache(10)

    def readers(self, table: str, most: int) -> list[str]:
        """Some of the pages that read a table, those that show cases first."""
        reading = [page for page, tables in self.pages.items() if table in tables]
        first = [page for page in reading if page.startswith(("/inbox", "/cases", "/tasks", "/records", "/monitor"))]
        others = [page for page in reading if page not in first]
        step = max(1, len(others) // most)
        return [*first[:: max(1, len(first) * 2 // most)], *others[::step]][:most]


def _write(connection: sqlite3.Connection, damage: Damage) -> bool:
    key = ", ".join(column.name for column in Base.metadata.tables[damage.table].primary_key)
    last = f" WHERE ({key}) = (SELECT {key} FROM {damage.table} ORDER BY {key} DESC LIMIT 1)"
    for which in ("", last):
        try:
            connection.execute(f"UPDATE {damage.table} SET {damage.column} = {damage.value}{which}")
        except sqlite3.IntegrityError:
            connection.rollback()
        else:
            connection.commit()
            return True
    return False


def every_damage(site: DamagedSite) -> list[Damage]:
    """All of them, in tables that have rows."""
    with closing(sqlite3.connect(site.file)) as connection:
        filled = [table for table in Base.metadata.sorted_tables if _count(connection, table)]
    columns = [(table.name, column.name) for table in filled if table.name not in _SESSION for column in table.c]
    return [Damage(table, column, kind) for kind in DAMAGES for table, column in columns]


def _count(connection: sqlite3.Connection, table: Table) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0])


def open_damaged_site(site: Site, file: Path) -> DamagedSite:
    """Fill the tables of a filled site further, and learn which page reads which table."""
    roles = tuple((unit, role) for unit in (PLACE, "731", "75.VP", "75.1022", "75") for role in STAFF_ROLES)
    site.write(people.create_many, [NewPerson(EVERYBODY, "Nguyễn Thị Tất", roles)], ActStamp(SYSTEM, site.now))
    plants = office_crawl.plant_office(site)
    browser = site.browser(EVERYBODY)
    draft = _fill_more(site, browser)
    code = site.read(select(Report.code).where(Report.id == 3))[0].code
    planted = Planted(3, code, site.open_tasks(3)[0].id, 1)
    addresses = {crawl.address_of(rule, planted) for rule in crawl.closed_rules(site, "GET")}
    addresses |= {
        crawl.fill_in(rule, {"code": code, "key": "x", "path": "x"}, "1") for rule in crawl.closed_rules(site, "GET")
    }
    addresses |= {question.format(code=code) for question in crawl.QUESTIONS}
    addresses |= set(office_crawl.addresses(site, plants, "GET", ("/matters", "/begin", "/callbacks", "/briefings")))
    addresses |= {f"/studio/drafts/{draft}/{page}" for page in ("review", "comments", "panel/comments", "edit")}
    tried = part_of_today(sorted(addresses), 6, "ATTACK_LONG")
    read = _tables_read(site, browser, tried)
    opened = DamagedSite(site, file, file.with_suffix(".whole"), browser, read)
    site.engine.dispose()
    shutil.copyfile(file, opened.whole)
    return opened


def _fill_more(site: Site, browser: Browser) -> str:
    """Keys, webhooks, lists, drafts, mails and more; returns the number of a draft of the studio."""
    draft: str = browser.post("/studio/drafts", {"title": "Thử"}).location.split("/")[3]
    first = site.now.astimezone().date()
    tasks = [f"{row.id}.{row.version}" for row in site.open_tasks(3)]
    acts: dict[str, dict[str, Any]] = {
        "/admin/keys": {"name": "Cổng tỉnh", "door": "open311", "per_minute": "60"},
        "/admin/webhooks": {"name": "Cổng tỉnh", "url": "https://cong.example.vn/hook"},
        f"/studio/drafts/{draft}/review/share": {"shared": "yes"},
        f"/studio/drafts/{draft}/comments": {"path": "", "element": "", "line": "", "text": "Vì sao?"},
        "/inbox/lists": {"name": "Của tôi", "query": "view=queue"},
        "/intake/unfiled": {"reason": "silent"},
        "/intake/question": {"text": "bao giờ", "field": "health"},
        "/privacy/breaches": {"happened_at": "25/11/2026 09:00", "text": "Gửi nhầm thư"},
        "/privacy": {"kind": "export", "phone": "0912345678", "name": "Trần Thị Mận", "identity": "Căn cước"},
        "/duty": {"unit": "75.VP", "person": EVERYBODY, "week": f"{first - timedelta(first.weekday())}"},
        "/briefings/plan/week": {"active": "yes", "address": "UBND tỉnh"},
        "/chase/directives": {"task": tasks},
        "/substitutes": {
            "person": COMMUNE,
            "substitute": EVERYBODY,
            "unit": PLACE,
            "first": f"{first}",
            "last": f"{first + timedelta(2)}",
        },
    }
    for address, form in acts.items():
        browser.post(address, form)
    browser.client.put("/intake/draft", data={"content": "alo", "csrf_token": browser.token()}, buffered=True)
    site.write(lambda tx: tx.write().execute(update(Person).values(email="can.bo@example.org")))
    worker = worker_of(site)
    for job in (worker.fire_timers, worker.deliver_mails, worker.tell_systems, worker.run_nightly):
        job()
    site.later(hours=1)
    return draft


def _tables_read(site: Site, browser: Browser, addresses: list[str]) -> dict[str, set[str]]:
    """The tables that each page reads, of those that open."""
    seen: set[str] = set()

    def note(*call: Any) -> None:
        seen.update(_READ.findall(call[2]))

    event.listen(site.engine, "before_cursor_execute", note)
    read: dict[str, set[str]] = {}
    for address in addresses:
        seen.clear()
        if browser.get(address).status_code == 200:
            read[address] = set(seen)
    event.remove(site.engine, "before_cursor_execute", note)
    return read


@dataclass
class _Post:
    """A mail server that takes everything."""

    taken: int = 0

    def send(self, _mail: Any) -> None:
        """Take a mail."""
        self.taken += 1

    def close(self) -> None:
        """Nothing is kept open."""


def worker_of(site: Site) -> Worker:
    """A worker on the site's database, with the site's clock."""
    own: Settings = replace(settings(site.var), mails_per_hour=100)
    writing = lambda world: MailContext(world, SITE, "1022 <hotline@1022.example>", lambda p: f"{SITE.site}/mails/{p}")  # noqa: E731
    return Worker(WorkerContext(site.engine, own, lambda: site.now, Channels(_Post()), writing, Meters()))  # type: ignore[arg-type]
