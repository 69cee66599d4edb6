"""Who stands in for whom, in which unit, with which roles, and when (R12).

An absence is arranged by the absent person, by a head of their unit for roles that handle cases, or by an
administrator; never by whoever would stand in. Whoever stands in works in that unit, unless an administrator brings
them from elsewhere. It lends the absent person's own roles in one unit, so that nothing borrowed is lent on, and it
ends by itself. `engine.staff.access` decides what a substitute may do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, insert, literal_column, or_, select, update

from engine.actor import Actor, ActStamp, parse_party, person_ids, person_key
from engine.errors import Forbidden, Invalid, NotFound
from engine.journal import acts, journal
from engine.staff import access
from engine.staff.access import HEAD, Officer
from engine.staff.person_turns import wait_turn
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Mail, Person, RoleAssignment, Substitute
from engine.store.statements import CompiledStatement
from engine.world.roles import NEVER_LENT

MAX_DURATION = timedelta(days=366)
# The mails about absences: their kind, and after the number of the absence what they tell.
ABSENCE_MAIL = "absence"
ARRANGED, DECLINED, LOST = "arranged", "declined", "lost"

_absence, _person, _mail = table_of(Substitute), table_of(Person), table_of(Mail)
_HAS_STOOD_IN = CompiledStatement(
    select(_absence.c.id)
    .where(_absence.c.substitute_id == bindparam("b_person", type_=Integer))
    .limit(literal_column("1"))
)
_away, _other = _person.alias("away"), _person.alias("other")


@dataclass(frozen=True, slots=True)
class NewAbsence:
    """An absence to arrange: who is away from which unit ("" for the only one), who stands in, and when."""

    person_id: int
    substitute_id: int
    unit: str
    starts_at: datetime
    ends_at: datetime


def list_absences_of(tx: Transaction, person_id: int, now: datetime) -> Sequence[Any]:
    """A person's own absences that have not ended, declined ones too, as (id, person, substitute, unit_code, …)."""
    return tx.read.execute(_absence_query(now).where(_absence.c.person_id == person_id)).all()


def list_absences_covered_by(tx: Transaction, person_id: int, now: datetime) -> Sequence[Any]:
    """The absences in which a person stands in, now or later."""
    covered = (_absence.c.substitute_id == person_id) & _absence.c.declined_at.is_(None)
    return tx.read.execute(_absence_query(now).where(covered)).all()


def list_absences_managed_by(tx: Transaction, officer: Officer, now: datetime) -> Sequence[Any]:
    """The absences of others that the officer may end: of the units they head, for administrators of all."""
    query = _absence_query(now).where(_absence.c.person_id != officer.id)
    if not access.has_permission(officer, "administer"):
        query = query.where(_absence.c.unit_code.in_(sorted(headed_units(officer))))
    return tx.read.execute(query).all()


def find_absence(tx: Transaction, absence_id: int) -> Any:
    """An absence with the names of both people, ended or not; raises NotFound."""
    row = tx.read.execute(_absence_query().where(_absence.c.id == absence_id)).one_or_none()
    if row is None:
        raise NotFound("absence-unknown")
    return row


def list_unseen(tx: Transaction, person_id: int, now: datetime) -> Sequence[Any]:
    """The absences in which a person is to stand in and that they have not read of."""
    return [row for row in list_absences_covered_by(tx, person_id, now) if row.seen_at is None]


def mark_seen(tx: Transaction, person_id: int, now: datetime) -> None:
    """Note that a person has read of the absences in which they stand in; writes nothing where all are known."""
    unseen = [row.id for row in list_unseen(tx, person_id, now)]
    if unseen:
        tx.write().execute(update(_absence).where(_absence.c.id.in_(unseen)).values(seen_at=now))


def list_active_substitutes(tx: Transaction, people: Collection[int], now: datetime) -> Sequence[Any]:
    """Who stands in for these people at this moment and can, as (person_id, unit_code, substitute_id)."""
    columns = (_absence.c.person_id, _absence.c.unit_code, _absence.c.substitute_id)
    query = select(*columns).join(_person, _person.c.id == _absence.c.substitute_id)
    query = query.where(
        _person.c.active,
        _absence.c.person_id.in_(sorted(people)),
        _absence.c.starts_at <= now,
        _absence.c.ends_at > now,
        _absence.c.declined_at.is_(None),
    )
    return tx.read.execute(query).all()


def has_stood_in(tx: Transaction, person_id: int) -> bool:
    """Whether a person was ever to stand in for somebody, in one cheap question: most officers never were."""
    return _HAS_STOOD_IN.read_row(tx.read, {"b_person": person_id}) is not None


def has_lent(tx: Transaction, lender: str, person_id: int, roles: Collection[str]) -> bool:
    """Whether somebody, as "person:12", ever lent a person one of these roles."""
    query = select(_absence.c.roles).where(
        _absence.c.person_id == parse_party(lender).person_id, _absence.c.substitute_id == person_id
    )
    return any(not set(roles).isdisjoint(lent.split()) for lent in tx.read.execute(query).scalars())


def headed_units(officer: Officer) -> set[str]:
    """The units that the officer heads in their own right."""
    return {unit for unit, role in officer.own_roles if role == HEAD}


def arrange_absence(tx: Transaction, officer: Officer, absence: NewAbsence, who: Actor, now: datetime) -> int:
    """Appoint a substitute, who is told; returns the absence's id. `who` is the officer as recorded.

    Raises Forbidden for people whose absence is not the officer's to arrange, Invalid naming the field.
    """
    _require_period(absence, now)
    if absence.person_id == absence.substitute_id:
        raise Invalid("substitute", "absence-of-oneself")
    wait_turn(tx, absence.person_id, absence.substitute_id)  # Two at once would make a chain together.
    person = access.load_officer(tx, absence.person_id, now)
    unit, roles = _roles_to_lend(officer, person, absence.unit)
    if absence.substitute_id == officer.id:
        raise Invalid("substitute", "absence-for-own-benefit")
    _require_colleague(officer, access.load_officer(tx, absence.substitute_id, now), unit)
    _require_no_chain(tx, absence, unit, now)
    _require_no_ring(tx, absence, now)
    row = {
        "person_id": absence.person_id,
        "substitute_id": absence.substitute_id,
        "unit_code": unit,
        "roles": " ".join(sorted(roles)),
        "starts_at": absence.starts_at,
        "ends_at": absence.ends_at,
        "arranged_by": who.actor,
    }
    number: int = tx.write().execute(insert(_absence).returning(_absence.c.id), row).scalar_one()
    _plan_mails(tx, number, ARRANGED, [absence.substitute_id], now)
    return number


def decline_absence(tx: Transaction, officer: Officer, absence_id: int, who: Actor, now: datetime) -> None:
    """Let a substitute decline: they stand in no longer, and the absent person and the arranger are told.

    `who` is the officer as recorded. Raises NotFound for an absence in which the officer does not stand in.
    """
    covered = _current(absence_id, now) & (_absence.c.substitute_id == officer.id)
    changed = update(_absence).where(covered).values(declined_at=now, seen_at=now, ended_by=who.actor)
    row = tx.write().execute(changed.returning(_absence.c.person_id, _absence.c.arranged_by)).one_or_none()
    if row is None:
        raise NotFound("absence-unknown")
    addressees = {row.person_id, *person_ids([row.arranged_by])}
    _plan_mails(tx, absence_id, DECLINED, addressees, now)


def end_absence(tx: Transaction, officer: Officer, absence_id: int, who: Actor, now: datetime) -> None:
    """End an absence now: the absent person, a head of the unit or an administrator may.

    `who` is the officer as recorded. Raises NotFound, also for absences that are not the officer's to end.
    """
    mine = (_absence.c.person_id == officer.id) | _absence.c.unit_code.in_(sorted(headed_units(officer)))
    ending = update(_absence).where(_absence.c.id == absence_id, _absence.c.ends_at > now)
    if not access.has_permission(officer, "administer"):
        ending = ending.where(mine)
    if tx.write().execute(ending.values(ends_at=now, ended_by=who.actor)).rowcount != 1:
        raise NotFound("absence-unknown")


def end_loans_of(tx: Transaction, person_id: int, by: ActStamp, post: tuple[str, str] | None = None) -> None:
    """End the absences that lend a role as (unit, role) which is taken from a person; without one, all of theirs.

    What has ended does not come back when the role is given, or the account opened, again.
    """
    for row in list_absences_of(tx, person_id, by.at):
        if post is None or (row.unit_code == post[0] and post[1] in row.roles.split()):
            ending = update(_absence).where(_absence.c.id == row.id)
            tx.write().execute(ending.values(ends_at=by.at, ended_by=by.who.actor))
            journal.record(tx, by, acts.END_SUBSTITUTION, f"absence:{row.id}")


def tell_of_lost_substitute(tx: Transaction, person_id: int, now: datetime) -> None:
    """Tell those whom a person stands in for, or will, that the account is closed; also the arrangers and the heads.

    The absence stays as it is: it lends nothing while the account is closed, and goes on when it is opened again.
    """
    heads = select(RoleAssignment.unit_code, RoleAssignment.person_id).where(RoleAssignment.role == HEAD)
    for row in list_absences_covered_by(tx, person_id, now):
        headed_by = tx.read.execute(heads.where(RoleAssignment.unit_code == row.unit_code)).all()
        addressees = {row.person_id, *person_ids([row.arranged_by]), *(head.person_id for head in headed_by)}
        _plan_mails(tx, row.id, LOST, addressees, now)


def _absence_query(now: datetime | None = None) -> Select[Any]:
    query = (
        select(
            _absence,
            _away.c.name.label("person"),
            _other.c.name.label("substitute"),
            _other.c.active.label("substitute_active"),
        )
        .join(_away, _away.c.id == _absence.c.person_id)
        .join(_other, _other.c.id == _absence.c.substitute_id)
        .order_by(_absence.c.starts_at, _absence.c.id)
    )
    return query if now is None else query.where(_absence.c.ends_at > now)


def _current(absence_id: int, now: datetime) -> ColumnElement[bool]:
    return and_(_absence.c.id == absence_id, _absence.c.ends_at > now, _absence.c.declined_at.is_(None))


def _require_period(absence: NewAbsence, now: datetime) -> None:
    if not timedelta(0) < absence.ends_at - absence.starts_at <= MAX_DURATION:
        raise Invalid("ends_at", "absence-period")
    if absence.ends_at <= now:
        raise Invalid("ends_at", "absence-over")


def _roles_to_lend(officer: Officer, person: Officer, unit: str) -> tuple[str, frozenset[str]]:
    """The unit and the roles of an absent person there that the officer may lend; Forbidden where there is none."""
    everything = officer.id == person.id or access.has_permission(officer, "administer")
    headed, lendable = headed_units(officer), dict[str, set[str]]()
    for code, role in person.own_roles:
        if role not in NEVER_LENT and (everything or (code in headed and role != HEAD)):
            lendable.setdefault(code, set()).add(role)
    if not everything and not any(code in headed for code, _role in person.own_roles):
        raise Forbidden("person-of-another-unit")
    if not unit and len(lendable) > 1:
        raise Invalid("unit", "absence-unit-unclear", units=sorted(lendable))
    chosen = unit or next(iter(lendable), "")
    if chosen not in lendable:
        raise Invalid("unit", "absence-nothing-to-lend")
    return chosen, frozenset(lendable[chosen])


def _require_colleague(officer: Officer, substitute: Officer, unit: str) -> None:
    """Raise Invalid for a substitute without a role in the unit; an administrator may name anybody with a role."""
    if not substitute.own_roles:
        raise Invalid("substitute", "substitute-without-role")
    if access.has_permission(officer, "administer"):
        return
    if not any(code == unit for code, _role in substitute.own_roles):
        raise Invalid("substitute", "substitute-of-another-unit")


def _require_no_chain(tx: Transaction, absence: NewAbsence, unit: str, now: datetime) -> None:
    """Raise Invalid when either person would stand in and be away at once in this unit."""
    both = (absence.person_id, absence.substitute_id)
    query = select(_absence).where(
        _absence.c.unit_code == unit,
        _absence.c.declined_at.is_(None),
        _absence.c.starts_at < absence.ends_at,
        _absence.c.ends_at > max(absence.starts_at, now),  # One that was ended today may be arranged anew.
        or_(_absence.c.person_id.in_(both), _absence.c.substitute_id.in_(both)),
    )
    for row in tx.read.execute(query):
        if row.substitute_id == absence.person_id:
            raise Invalid("person", "absence-of-substitute")
        if row.person_id == absence.substitute_id:
            raise Invalid("substitute", "substitute-is-absent")
        if (row.person_id, row.substitute_id) == both:
            raise Invalid("substitute", "absence-arranged-already")


def _require_no_ring(tx: Transaction, absence: NewAbsence, now: datetime) -> None:
    """Raise Invalid when substitutes of substitutes, in whatever units, come back to the absent person at one time.

    Only an administrator brings substitutes from elsewhere: in one unit, nobody who stands in is away.
    """
    columns = (_absence.c.person_id, _absence.c.substitute_id, _absence.c.starts_at, _absence.c.ends_at)
    overlapping = select(*columns).where(
        _absence.c.declined_at.is_(None),
        _absence.c.starts_at < absence.ends_at,
        _absence.c.ends_at > max(absence.starts_at, now),
    )
    rows, ahead = tx.read.execute(overlapping).all(), [(absence.substitute_id, absence.starts_at, absence.ends_at)]
    seen = set(ahead)
    while ahead:
        person_id, starts, ends = ahead.pop()
        if person_id == absence.person_id:
            raise Invalid("substitute", "absences-cover-each-other")
        further = (
            (row.substitute_id, max(starts, row.starts_at), min(ends, row.ends_at))
            for row in rows
            if row.person_id == person_id
        )
        together = {one for one in further if one[1] < one[2]} - seen
        seen |= together
        ahead += together


def _plan_mails(tx: Transaction, absence_id: int, event: str, people: Iterable[int], now: datetime) -> None:
    """Plan a mail about an absence for each person who has an address."""
    reachable = select(_person.c.id).where(
        _person.c.id.in_(sorted(people)), _person.c.active, _person.c.email.is_not(None), _person.c.email != ""
    )
    for person_id in tx.read.execute(reachable).scalars().all():
        mail = {"channel": "mail", "recipient": person_key(person_id), "kind": ABSENCE_MAIL}
        times = {"created_at": now, "available_at": now}
        tx.write().execute(insert(_mail), {**mail, **times, "about": f"{absence_id}:{event}"})
