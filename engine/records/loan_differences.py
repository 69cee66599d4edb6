"""Proves loans of roles: who stands in for whom, and until when, is what the acts on absences in the journal say (R13).

Who has written themselves into an absence by hand would act with another's roles, and nobody would have lent them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from engine.actor import parse_party, person_key
from engine.clock import VIETNAM
from engine.journal import acts
from engine.records.journal_rows import apply_acts
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import JournalEntry, Person, Substitute
from engine.translation.plain_faults import PlainFault
from forms.texts import iso_date

_entry, _person, _absence = table_of(JournalEntry), table_of(Person), table_of(Substitute)
_lender, _deputy = _person.alias("lender"), _person.alias("deputy")
_ACTS = (
    *(acts.ADOPT_SUBSTITUTES, acts.ARRANGE_SUBSTITUTE, acts.MOVE_SUBSTITUTES),
    *(acts.DECLINE_SUBSTITUTION, acts.END_SUBSTITUTION),
)


@dataclass(frozen=True, slots=True)
class RecordedLoan:
    """Who lends to whom, as "person:12", until and since when, and which roles as [unit, role].

    Since when and which roles is None of loans that an older version recorded.
    """

    lender: str
    substitute: str
    until: datetime
    since: datetime | None = None
    roles: tuple[tuple[str, str], ...] | None = None

    def covers(self, row: Any) -> bool:
        """Whether a stored absence lends no more than this."""
        between = (person_key(row.person_id), person_key(row.substitute_id))
        lent = {(row.unit_code, role) for role in row.roles.split()}
        begins = self.since is None or row.starts_at >= self.since
        is_whole = self.roles is None or lent == set(self.roles)
        return between == (self.lender, self.substitute) and row.ends_at <= self.until and begins and is_whole


@dataclass(slots=True)
class RecordedLoans:
    """The loans that the journal knows, by the number of the absence."""

    loans: dict[int, RecordedLoan] = field(default_factory=dict)

    def apply_act(self, row: Any, facts: Mapping[str, Any]) -> None:
        """Add one act on absences."""
        loans = self.loans
        if row.act == acts.ADOPT_SUBSTITUTES:
            self.loans |= {int(number): _adopted(*rest) for number, *rest in facts["absences"]}
        elif row.act == acts.ARRANGE_SUBSTITUTE:
            loans[int(facts["absence"])] = _arranged(row.subject, facts)
        elif row.act == acts.MOVE_SUBSTITUTES:
            moved = {int(number): _pairs(roles) for number, roles in facts["loans"]}
            self.loans |= {
                number: replace(loans[number], roles=roles) for number, roles in moved.items() if number in loans
            }
        else:
            number = parse_party(row.subject).number
            self.loans |= {number: replace(loans[number], until=row.at)} if number in loans else {}


def find_differing_loans(tx: Transaction) -> Iterator[PlainFault]:
    """Each loan that nobody arranged, or that is of other roles, longer or earlier; `tx` should be a snapshot."""
    recorded = RecordedLoans()
    chain = acts.ARRANGE_SUBSTITUTE.partition(".")[0]
    recorded_acts = select(_entry).where(_entry.c.chain == chain, _entry.c.act.in_(_ACTS)).order_by(_entry.c.seq)
    yield from apply_acts(tx, recorded_acts, recorded.apply_act)
    query = (
        select(_absence, _lender.c.login.label("lender"), _deputy.c.login.label("deputy"))
        .join(_lender, _lender.c.id == _absence.c.person_id)
        .join(_deputy, _deputy.c.id == _absence.c.substitute_id)
        .where(_absence.c.declined_at.is_(None))
    )
    for row in tx.read.execute(query.order_by(_absence.c.id)):
        known = recorded.loans.get(row.id)
        if known is None or not known.covers(row):
            yield PlainFault("loan-without-act", {"login": row.deputy, "lender": row.lender, "unit": row.unit_code})


def _adopted(lender: str, substitute: str, until: str, since: str = "", roles: Any = None) -> RecordedLoan:
    begun = datetime.fromisoformat(since) if since else None
    return RecordedLoan(lender, substitute, datetime.fromisoformat(until), begun, _pairs(roles))


def _arranged(lender: str, facts: Mapping[str, Any]) -> RecordedLoan:
    since = datetime.combine(_day(facts["first"]), time(), VIETNAM)
    return RecordedLoan(lender, facts["substitute"], _end_of(facts["last"]), since, _pairs(facts.get("roles")))


def _pairs(roles: Any) -> tuple[tuple[str, str], ...] | None:
    return None if roles is None else tuple((unit, role) for unit, role in roles)


def _end_of(last: Any) -> datetime:
    """The end of an absence's last day."""
    return datetime.combine(_day(last) + timedelta(days=1), time(), VIETNAM)


def _day(text: str) -> date:
    """A day of an absence: older versions recorded it as it was typed, 10/12/2026."""
    return date.fromisoformat(iso_date(text) or text)
