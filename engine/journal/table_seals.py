"""Seals of what the province works by: a digest of a small table, kept with each act that changes it (R13).

Who edits the unit tree, the calendar, a deployment's number or a standard answer by hand changes no act, and
`engine.records.table_differences` names the table. The next act on the same table seals it as it then is: an edit shows
in the nights until then, and its incident stays.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from engine.clock import VIETNAM
from engine.journal import acts
from engine.store.columns import table_of
from engine.store.models import (
    Activation,
    ApiKey,
    CallbackRate,
    Deployment,
    DirectiveTemplate,
    DutyShift,
    Holiday,
    OfficeHours,
    ProcessDefinition,
    Province,
    ReleaseApproval,
    ReleaseRule,
    StandardAnswer,
    Unit,
    Webhook,
)

# What is sealed of each table, rows in the order of these columns. Digests are computed over exactly these.
_SEALED: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "unit": (table_of(Unit), ("code", "name", "kind", "parent_code", "closed_at", "successor_code")),
    "province": (table_of(Province), ("id", "name", "kind", "letters")),
    "holiday": (table_of(Holiday), ("day", "kind", "name")),
    "office_hours": (table_of(OfficeHours), ("unit_kind", "weekday", "opens", "closes")),
    "deployment": (table_of(Deployment), ("number", "digest", "turn", "created_by", "message", "red_list")),
    "activation": (table_of(Activation), ("turn", "deployment_id", "by", "message")),
    "process_definition": (table_of(ProcessDefinition), ("id", "deployment_id", "key")),
    "release_approval": (table_of(ReleaseApproval), ("turn", "approved_by", "approved_at", "emergency")),
    "release_rule": (table_of(ReleaseRule), ("needs_approval", "set_by")),
    "duty_shift": (table_of(DutyShift), ("unit_code", "week", "person_id", "phone", "set_by")),
    "api_key": (
        table_of(ApiKey),
        ("id", "name", "digest", "door", "person_id", "per_minute", "sends_events", "made_by", "revoked_at"),
    ),
    "webhook": (table_of(Webhook), ("id", "name", "url", "handle", "made_by", "ended_at")),
    "callback_rate": (table_of(CallbackRate), ("unit_code", "percent", "set_by")),
    "directive_template": (table_of(DirectiveTemplate), ("id", "paper", "digest", "added_by", "turn")),
    "standard_answer": (
        table_of(StandardAnswer),
        ("key", "version", "field", "owner_code", "question", "answer", "created_by", "retired_at"),
    ),
}
SEALED_TABLES = tuple(table for table, _columns in _SEALED.values())
_UNITS, _ANSWERS, _TEMPLATES = ("unit", "province"), ("standard_answer",), ("directive_template",)
_CALENDAR, _DUTY = ("holiday", "office_hours"), ("duty_shift",)
# Which tables an act seals.
SEALED_BY_ACT: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((acts.SET_PROVINCE, acts.LOAD_UNITS), _UNITS),
    acts.MOVE_UNITS: (*_UNITS, *_ANSWERS),
    **dict.fromkeys((acts.SET_DAY, acts.CLEAR_DAY, acts.SET_OFFICE_HOURS), _CALENDAR),
    acts.ACTIVATE_DEPLOYMENT: ("deployment", "activation", "process_definition", "release_approval"),
    acts.SET_RELEASE_RULE: ("release_rule",),
    **dict.fromkeys((acts.SET_DUTY, acts.CLEAR_DUTY), _DUTY),
    **dict.fromkeys((acts.MAKE_API_KEY, acts.REVOKE_API_KEY), ("api_key",)),
    **dict.fromkeys((acts.MAKE_WEBHOOK, acts.END_WEBHOOK), ("webhook",)),
    acts.SET_CALLBACK_RATE: ("callback_rate",),
    **dict.fromkeys((acts.ADD_TEMPLATE, acts.USE_TEMPLATE), _TEMPLATES),
    **dict.fromkeys((acts.CREATE_ANSWER, acts.REVISE_ANSWER, acts.RETIRE_ANSWER, acts.RESTORE_ANSWER), _ANSWERS),
    acts.MIGRATE_DATABASE: tuple(_SEALED),
}


def seal_tables(connection: Connection, names: Iterable[str]) -> dict[str, str]:
    """The digests of tables as they are now."""
    return {name: _digest_rows(connection, *_SEALED[name]) for name in names}


def _digest_rows(connection: Connection, table: Any, columns: tuple[str, ...]) -> str:
    rows = connection.execute(select(*(table.c[name] for name in columns)))
    texts = sorted(json.dumps([_plain(value) for value in row], ensure_ascii=False) for row in rows)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:32]


def _plain(value: Any) -> Any:
    """A value as both databases say it."""
    if hasattr(value, "astimezone"):
        return value.astimezone(VIETNAM).isoformat()
    return value if value is None or isinstance(value, int | str) else str(value)
