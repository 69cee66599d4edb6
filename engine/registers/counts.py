"""How much personal data there is and what happened to it, counted for the papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from engine.records import batch_cursor
from engine.registers import breaches
from engine.registers.breaches import BreachRecord
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import ApiKey, Attachment, DataRequest, Look, Person, Report, RoleAssignment, Webhook

YEAR = timedelta(days=365)

_report, _person, _look, _role = table_of(Report), table_of(Person), table_of(Look), table_of(RoleAssignment)
_request, _attachment = table_of(DataRequest), table_of(Attachment)
_key, _webhook = table_of(ApiKey), table_of(Webhook)


@dataclass(frozen=True, slots=True)
class RegisterCounts:
    """Numbers of reports, people, looks and requests; `looks` and `requests` are those of the last year.

    `keys` and `webhooks` are those of other systems that are in force.

    `verification` is the last finished sweep that verified the histories, None before the first.
    """

    reports: int
    erased: int
    files: int
    officers: int
    holders: Mapping[str, int]
    looks: int
    requests: int
    breaches: list[BreachRecord]
    verification: Any | None
    keys: int = 0
    webhooks: int = 0


def count_for_registers(tx: Transaction, now: datetime) -> RegisterCounts:
    """Count what the papers name."""

    def number(table: Any, *conditions: Any) -> int:
        return int(tx.read.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())

    people = select(_role.c.role, func.count(func.distinct(_role.c.person_id))).group_by(_role.c.role)
    of_active = people.join(_person, _person.c.id == _role.c.person_id).where(_person.c.active)
    return RegisterCounts(
        reports=number(_report),
        erased=number(_report, _report.c.anonymised_at.is_not(None)),
        files=number(_attachment),
        officers=number(_person, _person.c.active),
        holders={row[0]: row[1] for row in tx.read.execute(of_active)},
        looks=number(_look, _look.c.at > now - YEAR),
        requests=number(_request, _request.c.received_at > now - YEAR),
        breaches=breaches.list_breaches(tx),
        verification=batch_cursor.last_finished_sweep(tx, batch_cursor.HISTORY),
        keys=number(_key, _key.c.revoked_at.is_(None)),
        webhooks=number(_webhook, _webhook.c.ended_at.is_(None)),
    )
