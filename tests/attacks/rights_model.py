"""What administrators have granted and who has lent what, kept apart from the program: rights as plain sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

HEAD, OFFICE, COMMUNE = "unit_head", "provincial_office", "commune"
HANDLES = {COMMUNE, "tier2_focal"}  # Of the roles that tasks have here: whose work on cases is checked by others.
NEVER_LENT = {"administrator", "analyst", "leadership"}
# Pages that only these roles open, when they are one's own.
POWERS = {
    "/admin/people": {"administrator"},
    "/studio": {"analyst"},
    "/records/seen": {"administrator", OFFICE},
    "/privacy": {OFFICE},
    "/paper-templates/directive": {"leadership", OFFICE},
}
UNITS = (
    ("75", "province", None),
    ("75.VP", "office", "75"),
    ("731", "district", "75"),
    *((code, "commune", "731") for code in ("C1", "C2", "C3")),
)
MERGERS = (("C3", "C2"), ("C2", "C1"))
STAFF = {
    "admin": {("75.VP", "administrator"), ("75.VP", OFFICE), ("75.VP", "analyst")},
    "office.head": {("75.VP", HEAD)},
    "leader": {("75", "leadership"), ("75", HEAD)},
    "focal": {("731", "tier2_focal")},
    "first.head": {("C1", HEAD)},
    "first": {("C1", COMMUNE)},
    "second.head": {("C2", HEAD), ("C2", COMMUNE)},
    "second": {("C2", COMMUNE), ("C3", COMMUNE)},
    "third": {("C3", COMMUNE)},
}
WORK = (("C1", COMMUNE), ("C2", COMMUNE), ("731", "tier2_focal"), ("75.VP", OFFICE), ("75", "leadership"))


@dataclass(frozen=True)
class Loan:
    """An absence that somebody entitled has arranged: what is lent from when until when."""

    number: int
    lender: str
    substitute: str
    unit: str
    roles: frozenset[str]
    starts: datetime
    ends: datetime
    declined: bool = False

    def overlaps(self, starts: datetime, ends: datetime) -> bool:
        """Whether it lends anything in a period."""
        return not self.declined and self.starts < ends and starts < self.ends


@dataclass
class Rights:
    """The grants of administrators as (login, unit, role), the accounts they have closed, the loans by number."""

    granted: set[tuple[str, str, str]]
    closed: set[str] = field(default_factory=set)
    loans: dict[int, Loan] = field(default_factory=dict)
    done: set[tuple[str, int]] = field(default_factory=set)
    held: set[tuple[str, int]] = field(default_factory=set)

    def work_for_another(self, login: str, task: int, act: str) -> None:
        """Note what a substitute did with a task of HANDLES; to claim it and give it back is nothing."""
        if act == "claim":
            self.held.add((login, task))
        elif act == "release":
            self.held.discard((login, task))
        else:
            self.done.add((login, task))

    def has_worked(self, login: str, task: int) -> bool:
        """Whether somebody worked on a task in another's place."""
        return (login, task) in self.done | self.held

    def own(self, login: str) -> set[tuple[str, str]]:
        """What administrators have granted somebody."""
        return {(unit, role) for person, unit, role in self.granted if person == login}

    def holds(self, login: str, *roles: str) -> bool:
        """Whether somebody holds one of the roles, in any unit."""
        return any(role in roles for _unit, role in self.own(login))

    def works_in(self, login: str, unit: str) -> bool:
        """Whether somebody holds any role in a unit."""
        return any(code == unit for code, _role in self.own(login))

    def lent(self, login: str, now: datetime) -> Iterator[tuple[str, str, str]]:
        """What somebody is lent, as (lender, unit, role): only what the lender was granted."""
        for loan in self.loans.values():
            active = loan.starts <= now < loan.ends and not loan.declined and loan.lender not in self.closed
            if active and loan.substitute == login:
                yield from (
                    (loan.lender, loan.unit, role)
                    for role in loan.roles
                    if (loan.lender, loan.unit, role) in self.granted
                )

    def may_do_alone(self, login: str, task: tuple[str, str, str | None]) -> bool:
        """Whether somebody's own roles let them do a task, given as (unit, role, login of its holder)."""
        unit, role, holder = task
        accepted = {role, HEAD} if holder in (None, login) else {HEAD}
        return any(at == unit and one in accepted for at, one in self.own(login))

    def may_do(self, login: str, task: tuple[str, str, str | None], now: datetime) -> bool:
        """Whether somebody may do a task, given as `may_do_alone`."""
        unit, role, holder = task
        free, accepted = holder in (None, login), {role, HEAD}
        if self.may_do_alone(login, task):
            return True
        return role not in NEVER_LENT and any(
            at == unit and one in accepted and (free or one == HEAD or lender == holder)
            for lender, at, one in self.lent(login, now)
        )

    def lendable(self, arranger: str, absent: str, unit: str) -> frozenset[str]:
        """The roles that somebody may lend for an absent person in a unit; none where it is not theirs to arrange."""
        roles = {role for at, role in self.own(absent) if at == unit} - NEVER_LENT
        if arranger == absent or self.holds(arranger, "administrator"):
            return frozenset(roles)
        return frozenset(roles - {HEAD}) if (unit, HEAD) in self.own(arranger) else frozenset()

    def chained(self, loan: Loan, now: datetime) -> bool:
        """Whether a new loan would have one of the two away and standing in at once, or repeat another."""
        here = [other for other in self.loans.values() if other.unit == loan.unit]
        others = [other for other in here if other.overlaps(max(loan.starts, now), loan.ends)]
        return any(
            other.substitute == loan.lender
            or other.lender == loan.substitute
            or (other.lender, other.substitute) == (loan.lender, loan.substitute)
            for other in others
        )

    def ringed(self, loan: Loan, now: datetime) -> bool:
        """Whether the substitutes of substitutes come back to the absent person, in any units, at one time."""
        others = [other for other in self.loans.values() if other.overlaps(max(loan.starts, now), loan.ends)]
        ahead, seen = [loan], {loan.number}
        while ahead:
            last = ahead.pop()
            if last.substitute == loan.lender:
                return True
            for other in others:
                together = replace(other, starts=max(last.starts, other.starts), ends=min(last.ends, other.ends))
                if other.lender == last.substitute and together.starts < together.ends and other.number not in seen:
                    seen.add(other.number)
                    ahead.append(together)
        return False

    def take(self, login: str, unit: str, role: str, now: datetime) -> None:
        """Take a role from somebody, and end what lends it."""
        if (login, unit, role) in self.granted:
            self.granted.discard((login, unit, role))
            self._end_loans(lambda loan: (loan.lender, loan.unit) == (login, unit) and role in loan.roles, now)

    def close(self, login: str, now: datetime) -> None:
        """Close an account, and end what it lends."""
        self.closed.add(login)
        self._end_loans(lambda loan: loan.lender == login, now)

    def _end_loans(self, which: Callable[[Loan], bool], now: datetime) -> None:
        for loan in list(self.loans.values()):
            if loan.ends > now and which(loan):
                self.end(loan.number, now)

    def end(self, number: int, now: datetime) -> None:
        """End a loan."""
        self.loans[number] = replace(self.loans[number], ends=now)

    def merge_unit(self, old: str, new: str, now: datetime) -> None:
        """Carry roles from one commune to another, and with them the loans of what was not held there before."""
        before = set(self.granted)
        for login, unit, role in before:
            if unit == old:
                self.granted -= {(login, old, role)}
                self.granted |= {(login, new, role)}
        for loan in list(self.loans.values()):
            if loan.unit == old and loan.ends > now:
                carried = {
                    role
                    for role in loan.roles
                    if (loan.lender, old, role) in before and (loan.lender, new, role) not in before
                }
                moved = replace(loan, unit=new, roles=frozenset(carried))
                self.loans[loan.number] = moved if carried else replace(loan, ends=now)
