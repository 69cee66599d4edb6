"""A small province whose people have addresses, with cases whose notices go out. For tests of mails and the worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert, select, update

from engine.actor import SYSTEM, ActStamp
from engine.cases import intake
from engine.journal import acts, journal
from engine.mailing import batching, notices
from engine.mailing.facts import PageLinks
from engine.mailing.letters import MailContext
from engine.mailing.recipients import MAIL
from engine.process import definitions, timers
from engine.process.definitions import DefinitionRef
from engine.province import snapshot
from engine.staff import account_seals
from engine.store.db import transaction
from engine.store.models import Mail, NoticeRecipient, Outbox, Person, RoleAssignment
from engine.store.models import Unit as UnitRow
from engine.world.world import World
from tests.kit.hotline import FILES, NEW, NOW, PLACE, UNITS, WHO

OFFICER, HEAD, COLLEAGUE, FOCAL, FOCAL_HEAD, OFFICE = range(1, 7)
PEOPLE = {
    OFFICER: ("Trần Văn Bình", PLACE, "commune"),
    COLLEAGUE: ("Lê Thị Châu", PLACE, "commune"),
    HEAD: ("Vũ Ngọc Linh", PLACE, "unit_head"),
    FOCAL: ("Bùi Hữu Yến", "731", "tier2_focal"),
    FOCAL_HEAD: ("Đỗ Kim Nga", "731", "unit_head"),
    OFFICE: ("Hồ Minh Quân", "75.VP", "provincial_office"),
}
ANALYST = 7
SITE = PageLinks("https://1022.example", "vi")
# With the process `handle`: half of 16 hours of working time, and all of it.
HALF, WHOLE = timedelta(days=1), timedelta(days=2)


@dataclass
class Office:
    """The province in a database; its clock is the test's."""

    engine: Engine
    definition: DefinitionRef

    def world(self) -> World:
        """The world as the database knows it."""
        with transaction(self.engine) as tx:
            return snapshot.load_world(tx, 10)

    def writing(self) -> MailContext:
        """How mails are written here."""
        return MailContext(
            self.world(), SITE, "Tổng đài 1022 <hotline@1022.example>", lambda p: f"{SITE.site}/mails/{p}"
        )

    def file(self, at: datetime = NOW, **other: Any) -> int:
        """File a report; returns its case."""
        with transaction(self.engine) as tx:
            new = replace(NEW, **{"received_at": at, **other})
            return intake.file_report(tx, new, self.definition, WHO, self.world()).instance_id

    def fire(self, until: datetime) -> None:
        """Fire what is due until then."""
        timers.fire_until(self.engine, until, self.world())

    def resolve(self, now: datetime, channels: Sequence[str] = (MAIL,)) -> notices.ResolutionCounts:
        """Give due notices their recipients."""
        return notices.resolve_recipients(self.engine, now, self.world(), channels)

    def post(self, now: datetime, most: int = 10) -> list[Any]:
        """Resolve and pack; returns all mails there are."""
        self.resolve(now)
        batching.batch_notices(self.engine, now, most)
        return self.rows(select(Mail.__table__).order_by(Mail.id))

    def told(self) -> list[tuple[str, str, str]]:
        """Who gets which notice for which unit, as (rung, recipient, unit)."""
        wanted = select(Outbox.rung, NoticeRecipient.recipient, NoticeRecipient.unit_code).join(
            Outbox, Outbox.id == NoticeRecipient.outbox_id
        )
        return sorted((row[0], row[1], row[2] or "") for row in self.rows(wanted))

    def notice(self, case: int, to: Sequence[str], rung: str = "reminder", at: datetime = NOW) -> int:
        """A notice as a step would have queued it; returns its row."""
        row = {"instance_id": case, "kind": "notice", "rung": rung, "occurrence": 1, "template": "reminder"}
        listed = ", ".join(f'"{name}"' for name in to)
        rest = {"payload": f'{{"to": [{listed}], "node": "remind"}}', "created_at": at, "available_at": at}
        with transaction(self.engine) as tx:
            return int(tx.write().execute(insert(Outbox).returning(Outbox.id), {**row, **rest}).scalar_one())

    def rows(self, statement: Any) -> list[Any]:
        """What a statement finds."""
        with transaction(self.engine) as tx:
            return list(tx.read.execute(statement).all())

    def write(self, statement: Any) -> None:
        """Change something behind the program's back."""
        with transaction(self.engine) as tx:
            tx.write().execute(statement)

    def address(self, person: int, email: str | None) -> None:
        """Give a person an address, or take it."""
        self.write(update(Person).where(Person.id == person).values(email=email))


def office(engine: Engine) -> Office:
    """The province in an empty database: units, people with addresses, the process `handle`."""
    with transaction(engine) as tx:
        connection = tx.write()
        units = [{"code": u.code, "name": u.name, "kind": u.kind, "parent_code": u.parent} for u in UNITS]
        connection.execute(insert(UnitRow), units)
        names = {**{number: name for number, (name, _unit, _role) in PEOPLE.items()}, ANALYST: "Phan Thu Hạnh"}
        people = [
            {"id": number, "login": f"p{number}", "name": name, "email": f"p{number}@x.example", "active": True}
            for number, name in sorted(names.items())
        ]
        connection.execute(insert(Person), people)
        held = [
            *((number, unit, role) for number, (_name, unit, role) in PEOPLE.items()),
            (ANALYST, "75.VP", "analyst"),
        ]
        roles = [{"person_id": number, "unit_code": unit, "role": role} for number, unit, role in held]
        connection.execute(insert(RoleAssignment), roles)
        posts = [(unit, role, f"person:{number}") for number, unit, role in held]
        journal.record(tx, ActStamp(SYSTEM, NOW), acts.STAFF_UNITS, "province:", posts=posts)
        account_seals.adopt_accounts(tx, ActStamp(SYSTEM, NOW))
        definitions.deploy_files(tx, FILES, by=SYSTEM, message="", now=NOW)
        return Office(engine, definitions.find_by_key(tx, "handle"))
