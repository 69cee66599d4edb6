"""No sequence of acts gives anybody a right that no administrator granted (R20); `make attacks` tries very many."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import insert, select, update

from engine.cases import own_work
from engine.clock import VIETNAM
from engine.errors import Invalid
from engine.province.snapshot import WorldCache
from engine.staff import access
from engine.store import db
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person, Substitute, Task, Unit, WebSession
from tests.attacks.bare_pages import Looks, leave_out_looks
from tests.attacks.rights_doors import KEY_PAGE, NewerDoors
from tests.attacks.rights_model import (
    COMMUNE,
    HANDLES,
    HEAD,
    MERGERS,
    OFFICE,
    POWERS,
    STAFF,
    UNITS,
    WORK,
    Loan,
    Rights,
)
from tests.kit.province import add_case, add_person
from tests.kit.site import NOW, Browser, Site

SEQUENCES = int(os.environ.get("ATTACK_SEQUENCES", "25"))
ACTS_IN_SEQUENCE = 20

OK, DONE, NOT_SIGNED_IN, FAILED = 200, 302, 401, 500
MOVE_PAGE = "units.html"  # The only page whose text an act needs.

anybody = st.sampled_from(sorted(STAFF))
anybody_or_colleague = st.one_of(st.none(), anybody)
mostly_entitled = st.one_of(st.just("admin"), anybody)
units = st.sampled_from([code for code, _kind, _parent in UNITS])
days = st.integers(0, 4)
works = st.sampled_from(["claim", "claim", "release", "hand_over", "delegate", "take-back"])
roles = st.sampled_from([HEAD, COMMUNE, "tier2_focal", OFFICE, "administrator", "analyst", "leadership", "operator"])


@dataclass(frozen=True)
class Stage:
    """A site on a few units, and everybody signed in; every sequence begins with a copy of its database."""

    site: Site
    untouched: Path
    browsers: Mapping[str, Browser]
    ids: Mapping[str, int]
    sessions: Mapping[str, Mapping[str, Any]]
    looks: Looks

    def sign_in_again(self, login: str) -> None:
        """Give somebody whose session has ended one like it, as signing in would."""
        self.site.write(lambda tx: tx.write().execute(insert(WebSession).values(self.sessions[login])))

    def begin_anew(self) -> None:
        """Put the untouched database in the place of the one that was played on, and turn the clock back."""
        played = Path(str(self.site.engine.url.database))
        self.site.engine.dispose()
        for suffix in ("-wal", "-shm"):
            played.with_name(played.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.untouched, played)
        self.site.app.worlds = WorldCache(self.site.app.settings.chase_cap)
        self.site.now = NOW


@pytest.fixture
def stage(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A stage whose sessions last as long as a sequence; when they end is promised elsewhere, as is what tokens do."""
    played, untouched = tmp_path / "played.sqlite3", tmp_path / "untouched.sqlite3"
    shutil.copyfile(sqlite_template, played)
    site = Site(db.engine_for(f"sqlite:///{played}", durable=False), tmp_path)
    site.app.config["WTF_CSRF_ENABLED"] = False
    looks = leave_out_looks(monkeypatch, MOVE_PAGE, KEY_PAGE)
    site.write(settle)
    browsers = {login: site.browser(login) for login in STAFF}
    far = NOW + timedelta(days=365)
    site.write(lambda tx: tx.write().execute(update(WebSession).values(seen_at=far, expires_at=far)))
    ids = {row.login: row.id for row in site.read(select(Person.id, Person.login))}
    logins = {number: login for login, number in ids.items()}
    sessions = {logins[row.person_id]: dict(row._mapping) for row in site.read(select(table_of(WebSession)))}
    site.engine.dispose()
    shutil.copyfile(played, untouched)
    yield Stage(site, untouched, browsers, ids, sessions, looks)
    site.engine.dispose()


def settle(tx: Transaction) -> None:
    """Units, their people, and open tasks."""
    for code, kind, parent in UNITS:
        tx.write().execute(insert(Unit).values(code=code, name=code, kind=kind, parent_code=parent))
    for login, posts in STAFF.items():
        add_person(tx, login, *sorted(posts))
    for unit, role in WORK:
        add_case(tx, "C1", (unit, role))


class Town(NewerDoors):
    """Everybody tries everything that touches rights; after each act everybody holds what the model says, no more."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.stage.begin_anew()
        self.site, self.ids, self.looks = self.stage.site, self.stage.ids, self.stage.looks
        self.logins = {number: login for login, number in self.ids.items()}
        self.rights = Rights({(login, unit, role) for login, posts in STAFF.items() for unit, role in posts})
        # Says whether anybody has committed anything since it was asked last.
        self.commits = sqlite3.connect(str(self.site.engine.url.database))
        self.checked: tuple[Any, ...] = ()

    def teardown(self) -> None:
        """Close what watches the database, so that the next sequence may begin anew."""
        self.commits.close()

    def post(self, actor: str, address: str, **data: Any) -> Any:
        """What the program answers to somebody's form; None for those whose account is closed."""
        answer = self.stage.browsers[actor].client.post(address, data=data, buffered=True)
        if actor in self.rights.closed:
            assert answer.status_code == NOT_SIGNED_IN
            return None
        assert answer.status_code < FAILED, answer.text
        return answer

    def administers(self, actor: str, answer: Any) -> bool:
        """Whether an act of administration was let in, which is for administrators alone."""
        entitled = actor not in self.rights.closed and self.rights.holds(actor, "administrator")
        assert entitled == (answer is not None and answer.status_code != 403)
        return entitled

    @rule(actor=mostly_entitled, person=anybody, unit=units, role=roles)
    def grant(self, actor: str, person: str, unit: str, role: str) -> None:
        answer = self.post(actor, f"/admin/people/{self.ids[person]}/roles", act="give", unit=unit, role=role)
        if self.administers(actor, answer):
            self.rights.granted.add((person, unit, role))

    @rule(actor=mostly_entitled, person=anybody, number=st.integers(0, 3))
    def revoke(self, actor: str, person: str, number: int) -> None:
        self.take_role(actor, person, *self.post_of(person, number))

    def take_role(self, actor: str, person: str, unit: str, role: str) -> None:
        """Have somebody revoke a role."""
        answer = self.post(actor, f"/admin/people/{self.ids[person]}/roles", act="take", unit=unit, role=role)
        if self.administers(actor, answer):
            self.rights.take(person, unit, role, self.site.now)

    @rule(actor=mostly_entitled, person=anybody, active=st.booleans())
    def close_or_open(self, actor: str, person: str, *, active: bool) -> None:
        state = "yes" if active else "no"
        answer = self.post(actor, f"/admin/people/{self.ids[person]}/active", active=state)
        if not self.administers(actor, answer) or actor == person:
            return
        if active and person in self.rights.closed:
            assert self.stage.browsers[person].get("/inbox").status_code == DONE  # Nothing revives a session.
            self.stage.sign_in_again(person)
        if active:
            self.rights.closed.discard(person)
        else:
            self.rights.close(person, self.site.now)

    @rule(
        actor=mostly_entitled,
        other=anybody,
        substitute=anybody_or_colleague,
        number=st.integers(0, 3),
        day=st.integers(0, 2),
        days=days,
    )
    def arrange_for_anybody(
        self, actor: str, other: str, substitute: str | None, number: int, day: int, days: int
    ) -> None:
        unit = self.post_of(other, number)[0]
        self.arrange((actor, other, substitute or self.colleague_of(other, unit)), unit, day, days)

    @initialize(actor=anybody, substitute=anybody_or_colleague, number=st.integers(0, 3))
    def begin_with_an_absence(self, actor: str, substitute: str | None, number: int) -> None:
        self.arrange_for_oneself(actor, substitute, number, 3)

    @rule(actor=anybody, substitute=anybody_or_colleague, number=st.integers(0, 3), days=days)
    def arrange_for_oneself(self, actor: str, substitute: str | None, number: int, days: int) -> None:
        unit = self.post_of(actor, number)[0]
        self.arrange((actor, actor, substitute or self.colleague_of(actor, unit)), unit, 0, days)

    def colleague_of(self, person: str, unit: str) -> str:
        """Somebody else who works in a unit; the person where nobody does."""
        others = {login for login, code, _role in self.rights.granted if code == unit} - {person}
        return min(others, default=person)

    @rule(actor=mostly_entitled, other=anybody, number=st.integers(0, 3))
    def arrange_to_stand_in_oneself(self, actor: str, other: str, number: int) -> None:
        self.arrange((actor, other, actor), self.post_of(other, number)[0], 0, 1)

    @precondition(lambda self: self.active_loans())
    @rule(pick=st.integers(0, 9), whose=st.integers(0, 9), third=anybody)
    def arrange_by_what_is_borrowed(self, pick: int, whose: int, third: str) -> None:
        loan = self.active_loans(pick)[0]
        members = sorted({login for login, unit, _role in self.rights.granted if unit == loan.unit} | {loan.substitute})
        self.arrange((loan.substitute, members[whose % len(members)], third), loan.unit, 0, 1)

    def arrange(self, people: tuple[str, str, str], unit: str, day: int, days: int) -> None:
        """Have somebody arrange that another is away and a third stands in: it succeeds exactly where it may."""
        actor, absent, substitute = people
        first = self.site.now.astimezone(VIETNAM).date() + timedelta(days=day)
        last = first + timedelta(days=days)
        data = {"person": absent, "substitute": substitute, "unit": unit, "first": first, "last": last}
        answer = self.post(actor, "/substitutes", **data)
        if answer is None:
            return
        starts, ends = (datetime.combine(at, time(), VIETNAM) for at in (first, last + timedelta(days=1)))
        loan = Loan(0, absent, substitute, unit, self.rights.lendable(actor, absent, unit), starts, ends)
        present = not {absent, substitute} & self.rights.closed and bool(self.rights.own(substitute))
        near = self.rights.holds(actor, "administrator") or self.rights.works_in(substitute, unit)
        entitled = bool(loan.roles) and substitute not in (actor, absent) and present and near
        refused = self.rights.chained(loan, self.site.now) or self.rights.ringed(loan, self.site.now)
        assert (answer.status_code == DONE) == (entitled and not refused)
        if answer.status_code == DONE:
            stored = self.site.read(select(Substitute.id).order_by(Substitute.id.desc()).limit(1))[0].id
            self.rights.loans[stored] = replace(loan, number=stored)

    @rule(actor=anybody, number=st.integers(1, 4), act=st.sampled_from(["decline", "remove"]))
    def decline_or_end(self, actor: str, number: int, act: str) -> None:
        answer = self.post(actor, f"/substitutes/{number}/{act}")
        loan, now = self.rights.loans.get(number), self.site.now
        if answer is None or loan is None or loan.ends <= now:
            assert answer is None or answer.status_code == 404
        elif act == "decline":
            assert (answer.status_code == DONE) == (actor == loan.substitute and not loan.declined)
            if answer.status_code == DONE:
                self.rights.loans[number] = replace(loan, declined=True)
        else:
            manages = (loan.unit, HEAD) in self.rights.own(actor) or self.rights.holds(actor, "administrator")
            assert (answer.status_code == DONE) == (actor == loan.lender or manages)
            if answer.status_code == DONE:
                self.rights.end(number, now)

    @rule(actor=anybody, number=st.integers(0, len(WORK) - 1), act=works, colleague=anybody)
    def work(self, actor: str, number: int, act: str, colleague: str) -> None:
        self.act_on_task(actor, self.tasks()[number], act, colleague)

    @precondition(lambda self: self.active_loans())
    @rule(pick=st.integers(0, 9), act=works, colleague=anybody)
    def work_by_what_is_borrowed(self, pick: int, act: str, colleague: str) -> None:
        loan = self.active_loans(pick)[0]
        for each in ("claim", act):
            for row in self.tasks():
                if row.unit_code == loan.unit:
                    self.act_on_task(loan.substitute, row, each, colleague)

    def act_on_task(self, actor: str, row: Any, act: str, colleague: str) -> None:
        """Have somebody try to claim, release, hand over, delegate or take back a task."""
        if act == "take-back":
            self.post(actor, f"/tasks/{row.id}/take-back", version=row.version)
            return
        self.post(actor, "/inbox/acts", act=act, task=f"{row.id}.{row.version}", colleague=colleague)
        [(version,)] = self.site.read(select(Task.version).where(Task.id == row.id))
        task = (row.unit_code, row.role, self.logins.get(row.assignee_id))
        if version != row.version and row.role in HANDLES and not self.rights.may_do_alone(actor, task):
            self.rights.work_for_another(actor, row.id, act)
        if actor not in self.rights.closed:
            self.judges_nothing_of_their_own(actor, row)

    def judges_nothing_of_their_own(self, actor: str, row: Any) -> None:
        """Whoever worked on a case in another's place does not judge it, whatever they hold by then; others do."""
        with db.transaction(self.site.engine) as tx:
            officer = access.load_officer(tx, self.ids[actor], self.site.now)
            try:
                own_work.require_other_eyes(tx, officer, row.instance_id, "case", borrows=False)
            except Invalid:
                refused = True
            else:
                refused = False
        assert refused == self.rights.has_worked(actor, row.id)

    @rule(pick=st.integers(0, 9))
    def revoke_from_whoever_has_claimed(self, pick: int) -> None:
        claimed = [row for row in self.tasks() if row.assignee_id is not None]
        for row in claimed[pick % len(claimed) :][:1] if claimed else []:
            holder = self.logins[row.assignee_id]
            for role in sorted({role for unit, role in self.rights.own(holder) if unit == row.unit_code}):
                self.take_role("admin", holder, row.unit_code, role)

    @rule(actor=mostly_entitled, merger=st.sampled_from(MERGERS))
    def merge_units(self, actor: str, merger: tuple[str, str]) -> None:
        old, new = merger
        table = f"old_code,new_code,relation\n{old},{new},whole\n".encode()
        plan = self.post(actor, "/admin/units/move", act="plan", maps=(BytesIO(table), "map.csv"))
        if not self.administers(actor, plan) or plan.status_code != OK:
            return
        revision = re.search(r'name="revision" value="([^"]+)"', plan.text)
        if revision is None:  # There is nothing to move.
            return
        sent = {"act": "apply", "revision": revision[1], "maps": (BytesIO(table), "map.csv")}
        assert self.post(actor, "/admin/units/move", **sent).status_code == DONE
        self.rights.merge_unit(old, new, self.site.now)

    @rule(hours=st.sampled_from([1, 20, 40]))
    def wait(self, hours: int) -> None:
        self.site.later(hours=hours)

    @rule(actor=anybody, page=st.sampled_from(sorted(POWERS)))
    def open_any_page(self, actor: str, page: str) -> None:
        self.open_page(actor, page)

    def open_page(self, actor: str, page: str) -> None:
        """Have somebody open a powerful page: it opens exactly by a role of their own."""
        opened = self.stage.browsers[actor].get(page).status_code == OK
        assert opened == (actor not in self.rights.closed and self.rights.holds(actor, *POWERS[page]))

    @precondition(lambda self: self.active_loans())
    @rule(pick=st.integers(0, 9), page=st.sampled_from(sorted(POWERS)))
    def open_page_by_what_is_borrowed(self, pick: int, page: str) -> None:
        self.open_page(self.active_loans(pick)[0].substitute, page)

    @invariant()
    def nothing_is_held_but_what_was_granted_and_lent(self) -> None:
        """Check everything again when the database, the clock or the model is another than at the last check."""
        rights = (frozenset(self.rights.granted), frozenset(self.rights.closed), tuple(self.rights.loans.values()))
        state = (self.commits.execute("PRAGMA data_version").fetchone(), self.site.now, rights)
        if state != self.checked:
            self.everybody_holds_what_was_granted_and_lent()
            self.nobody_keeps_a_task_without_a_role_of_their_own()
            self.checked = state

    def everybody_holds_what_was_granted_and_lent(self) -> None:
        """Own and lent roles are the model's, and so is what they allow."""
        now = self.site.now
        with db.transaction(self.site.engine) as tx:
            rows = tx.read.execute(select(Task.unit_code, Task.role, Task.assignee_id)).all()
            for login in STAFF.keys() - self.rights.closed:
                officer = access.load_officer(tx, self.ids[login], now)
                assert officer.own_roles == self.rights.own(login)
                lent = {(self.logins[loan.lender], loan.unit, loan.role) for loan in officer.lent_roles}
                assert lent == set(self.rights.lent(login, now))
                for row in rows:
                    task = (row.unit_code, row.role, self.logins.get(row.assignee_id))
                    assert access.may_work_on(officer, *row) == self.rights.may_do(login, task, now)

    def nobody_keeps_a_task_without_a_role_of_their_own(self) -> None:
        """Whoever holds a task has a role for it."""
        for row in self.site.read(select(Task.unit_code, Task.role, Task.assignee_id)):
            if row.assignee_id is not None:
                assert {(row.unit_code, row.role), (row.unit_code, HEAD)} & self.rights.own(
                    self.logins[row.assignee_id]
                )

    def post_of(self, person: str, number: int) -> tuple[str, str]:
        """A role that somebody holds, or one that they do not."""
        held = sorted(self.rights.own(person))
        return held[number % len(held)] if held else ("C1", COMMUNE)

    def active_loans(self, first: int = 0) -> list[Loan]:
        """What is lent at this moment, beginning with any."""
        now = self.site.now
        active = [loan for loan in self.rights.loans.values() if loan.overlaps(now, now + timedelta(seconds=1))]
        return [*active[first % len(active) :], *active] if active else []

    def tasks(self) -> list[Any]:
        """All tasks, the first one first."""
        tasks: list[Any] = self.site.read(select(table_of(Task)).order_by(Task.id))
        return tasks


@pytest.mark.slow
@pytest.mark.timeout(36_000)
def test_no_sequence_of_acts_gives_anybody_a_right_that_no_administrator_granted(stage: Stage) -> None:
    Town.stage = stage
    run_state_machine_as_test(Town, settings=settings(max_examples=SEQUENCES, stateful_step_count=ACTS_IN_SEQUENCE))
