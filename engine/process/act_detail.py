"""What a row of history says beside who, when, which act and where: its facts, as they are stored and read.

This is the most durable format of the program: digests are computed over exactly the stored text, so a fact keeps its
name and form for ever. Facts of several kinds of act share one flat record, and what an act does not state is left
out. A change that this reader would misunderstand gets another number of the format; rows without one have the first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from engine.errors import BadInput

FORMAT = 1

# Digests are computed over exactly this text; encoding the same facts differently would break every existing chain.
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))

# A row of varying length as it is stored: fixed places, then any number of units.
_StoredRow = tuple[Any, ...]


class TaskOpening(NamedTuple):
    """A task that an act opened, and the units that would have had it but have nobody in its role."""

    task_id: int
    node: str
    unit: str
    passed_from: tuple[str, ...]


class SentNotice(NamedTuple):
    """A notice that an act created, and to which units or citizen."""

    rung: str
    occurrence: int
    to: tuple[str, ...]


class TaskTransfer(NamedTuple):
    """An open task that moved from a dissolved unit to another, and the units that it skipped."""

    task_id: int
    old_unit: str
    new_unit: str
    passed_from: tuple[str, ...]


class ChangedTask(msgspec.Struct, frozen=True, array_like=True):
    """An open task as a migration shows it."""

    task_id: int
    node: str
    unit: str


class TimerSetting(msgspec.Struct, frozen=True, array_like=True):
    """A timer that an act set or moved; `due` is None while the case's clock is paused."""

    task_id: int
    node: str
    due: str | None


class ActDetail(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The facts of one act; instants are ISO 8601 texts, people `person:12`, digests hexadecimal."""

    format: int = FORMAT

    # Why, for which absent person (R12), on which task, for whom.
    reason: str = ""
    absent: str = msgspec.field(name="for", default="")
    task: int | None = None
    to: str = ""
    kept: bool | str | None = None  # A claim that stays with somebody; the digest of what an erased case keeps.

    # The action: data of a form, payload of a message or signal, timers that fired or moved.
    data: Any = None
    start: str = ""
    payload: Any = None
    message: str = ""
    signal: str = ""
    fired: tuple[int, ...] = ()
    due: str = ""
    dues: Mapping[str, str] = {}
    extend: float = 0.0
    names: Mapping[str, str] = {}
    incident: int | None = None
    retried_by: str = ""

    # What a step of the process changed.
    path: tuple[str, ...] = ()
    skipped: tuple[int, ...] = ()
    opened: tuple[_StoredRow, ...] = ()
    roles: tuple[str, ...] = ()
    keepers: tuple[int | None, ...] = ()
    closed: tuple[int, ...] = ()
    changed: tuple[ChangedTask, ...] = ()
    timers: tuple[TimerSetting, ...] = ()
    notices: tuple[_StoredRow, ...] = ()
    messages: tuple[str | None, ...] = ()  # What other events throw has no name.
    signals: tuple[str | None, ...] = ()
    marks: tuple[str, ...] = ()
    deadline: str = ""
    finished: bool = False
    state: str = ""
    world: str = ""
    deployment: int | None = None

    # Reports: codes of others, digests of particulars and of what a form keeps out of the process.
    code: str = ""
    codes: tuple[str, ...] = ()
    origin: str | int | None = msgspec.field(name="from", default=None)
    into: str = ""
    end: str | None = None
    fields: tuple[str, ...] = ()
    report: Mapping[str, str] = {}
    personal: Mapping[str, str] = {}
    satisfied: str = ""
    means: str = ""
    reached: bool | None = None
    note: str | None = None
    checked: str = ""

    # Standard answers, directives, reminders, units that changed.
    answer: str = ""
    version: int | None = None
    unchanged: bool | None = None
    verdict: str = ""
    directive: int | None = None
    digest: str = ""
    units: tuple[str, ...] = ()
    place: tuple[str | None, str] | None = None
    begun_for: tuple[str | None, str] | None = None
    tasks: tuple[_StoredRow, ...] = ()

    @property
    def openings(self) -> list[TaskOpening]:
        """The tasks that the act opened, in that order."""
        return [TaskOpening(row[0], row[1], row[2], row[3:]) for row in self.opened]

    @property
    def sent_notices(self) -> list[SentNotice]:
        """The notices that the act created."""
        return [SentNotice(row[0], row[1], row[2:]) for row in self.notices]

    @property
    def transfers(self) -> list[TaskTransfer]:
        """The tasks that moved with a reorganisation of units."""
        return [TaskTransfer(row[0], row[1], row[2], row[3:]) for row in self.tasks]

    @property
    def form_data(self) -> Mapping[str, Any]:
        """What a form, or the beginning of a case, gave to the process; empty for an act without it."""
        return self.data if isinstance(self.data, dict) else {}


NO_DETAIL = ActDetail()


def canonical_text(value: object) -> str:
    """JSON-native values as the text that digests cover: the same for the same values."""
    return _ENCODER.encode(value)


def encode_detail(detail: ActDetail) -> str:
    """The text that is stored."""
    return canonical_text(msgspec.to_builtins(detail))


def decode_detail(text: str) -> ActDetail:
    """The facts of a stored row; raises BadInput, naming the format, for what this version cannot read."""
    try:
        stored = json.loads(text)
    except (ValueError, TypeError) as error:
        raise BadInput("history-row-unreadable", format=str(FORMAT), detail="JSON") from error
    if not isinstance(stored, dict):
        raise BadInput("history-row-unreadable", format=str(FORMAT), detail="JSON")
    number = stored.get("format", FORMAT)
    if number != FORMAT:
        raise BadInput("history-format-unknown", format=str(number))
    try:
        return msgspec.convert({name: fact for name, fact in stored.items() if fact is not None}, ActDetail)
    except msgspec.ValidationError as error:
        raise BadInput("history-row-unreadable", format=str(number), detail=str(error)) from error
