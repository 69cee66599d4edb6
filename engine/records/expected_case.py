"""What the rows of a case have to be by its history: every act is applied to an expectation, in order.

Applied are the facts that history records: opened and closed tasks, marks, contacts, links, holds, digests of personal
values. What an older version of the program did not record stays UNKNOWN: it can be neither proven nor refuted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final

from engine.actor import parse_party
from engine.cases.joined_reports import ASKED_AGAIN, UNMERGED
from engine.cases.report_links import MERGED, REPEAT, SPLIT
from engine.cases.reports import CONTACT_KEYS, PARTICULARS
from engine.clock import VIETNAM, parse_instant
from engine.process import past_acts
from engine.process.act_detail import ActDetail, decode_detail
from engine.process.instances import ACTIVE, DONE, FINISHED, GONE, OPEN
from engine.process.outbox import OFFICE_REMINDER
from engine.process.past_acts import JOINED_OPINION, JOINED_TASK
from engine.store.models import History


class Unrecorded(Enum):
    """The value of what history does not say."""

    UNKNOWN = 0


UNKNOWN: Final = Unrecorded.UNKNOWN
PERSONAL = ("reporter_name", "phone", "email", "address", "position", "content")
PLAIN = (*PARTICULARS, "channel", "code")
_CONTACT_FIELDS = frozenset(key for keys in CONTACT_KEYS for key in keys)


@dataclass(slots=True)
class ExpectedTask:
    """A task's row; `dues` are the deadlines that it may have copied, UNKNOWN when one of them was not recorded."""

    node: str
    unit: str
    passed_from: str | Unrecorded | None
    role: str | Unrecorded
    opened_at: datetime
    dues: frozenset[datetime | None] | Unrecorded
    state: str = OPEN
    closed_at: datetime | None = None
    closed_by: str | None = None
    assignee: int | Unrecorded | None = None
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class ExpectedSubmission:
    """A form's row: the task, when, by whom, and the digests of its values; `seq` is the row of the history."""

    seq: int
    task: int
    at: datetime
    actor: str
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ExpectedContact:
    """A contact's row; `note` is the digest of its note, "" when it has none, or UNKNOWN."""

    at: datetime
    means: str
    reached: bool
    recorded_at: datetime
    recorded_by: str
    note: str | Unrecorded


@dataclass(frozen=True, slots=True)
class Statement:
    """The last thing that history says of a value of the report: the value, or its digest and where its salt is.

    `submission` is the seq of the row whose form states it; None means the report's own salt.
    """

    value: object = UNKNOWN
    digest: str = ""
    submission: int | None = None


@dataclass(slots=True)
class JoinedReport:
    """A report that joined the case: the digests of its particulars, and whether it has been erased."""

    digests: dict[str, str] = field(default_factory=dict)
    anonymised_at: datetime | None = None
    held: tuple[datetime, str, str] | None = None


@dataclass(slots=True)
class ExpectedCase:
    """The rows of a case as far as its history tells them."""

    started_at: datetime | Unrecorded = UNKNOWN
    deployment: int | Unrecorded = UNKNOWN
    status: str = ACTIVE
    finished_at: datetime | None = None
    due_at: datetime | Unrecorded | None = UNKNOWN
    state: str | Unrecorded = UNKNOWN
    tasks: dict[int, ExpectedTask] = field(default_factory=dict)
    marks: list[tuple[str, datetime, datetime | Unrecorded | None]] = field(default_factory=list)
    submissions: list[ExpectedSubmission] = field(default_factory=list)
    contacts: list[ExpectedContact] = field(default_factory=list)
    form_contacts: list[tuple[int, datetime, str, Mapping[str, object]]] = field(default_factory=list)
    statements: dict[str, list[Statement]] = field(default_factory=dict)
    joined: dict[str, JoinedReport] = field(default_factory=dict)
    links: dict[tuple[str, str, datetime], datetime | None] = field(default_factory=dict)
    notices: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    held: tuple[datetime, str, str] | None = None
    anonymised_at: datetime | None = None
    kept: bool | str | Unrecorded = UNKNOWN
    deadline_moved_on: bool = False  # Since it was last overdue; earlier versions left the mark in the row.
    received_before: bool = False  # The case began when its report left the case of another one.


def expect_case(rows: Iterable[History]) -> ExpectedCase:
    """What follows from the history rows of one case, given in order."""
    expected = ExpectedCase()
    for row in rows:
        detail = decode_detail(row.detail)
        _apply_step(expected, row, detail)
        apply = _ACTS.get(row.action)
        if apply is not None:
            apply(expected, row, detail)
    return expected


def _apply_step(expected: ExpectedCase, row: History, detail: ActDetail) -> None:
    """Apply what every step of the process records."""
    if row.action not in past_acts.PROCESS_STEPS | past_acts.MIGRATIONS:
        return
    completed = detail.task if row.action == past_acts.COMPLETE else None
    for task_id in detail.closed:
        if task_id in expected.tasks:
            _close_task(expected.tasks[task_id], row, DONE if task_id == completed else GONE)
    expected.due_at = _deadline_of(detail)
    _apply_due(expected)
    _change_tasks(expected, detail)
    _open_tasks(expected, row, detail)
    marks = detail.marks
    expected.marks += [(mark, row.at, expected.due_at) for mark in marks]
    if "overdue" in marks:
        expected.deadline_moved_on = False
    elif isinstance(expected.due_at, datetime) and expected.due_at > row.at:
        expected.deadline_moved_on = True
    for notice in detail.sent_notices:
        expected.notices.setdefault((notice.rung, notice.occurrence), list(notice.to))
    expected.state = detail.state or UNKNOWN
    expected.deployment = expected.deployment if detail.deployment is None else detail.deployment
    if detail.finished:
        expected.status, expected.finished_at = FINISHED, row.at
    if detail.personal:
        task_id = completed or 0
        expected.submissions.append(ExpectedSubmission(row.seq, task_id, row.at, row.actor, detail.personal))


def _deadline_of(detail: ActDetail) -> datetime | Unrecorded | None:
    if not detail.deadline:
        return UNKNOWN
    return None if detail.deadline == past_acts.NO_DEADLINE else parse_instant(detail.deadline)


def _apply_due(expected: ExpectedCase) -> None:
    for task in expected.tasks.values():
        if task.state == OPEN and task.dues is not UNKNOWN:
            task.dues = UNKNOWN if expected.due_at is UNKNOWN else task.dues | {expected.due_at}


def _close_task(task: ExpectedTask, row: History, state: str) -> None:
    task.state, task.closed_at, task.closed_by = state, row.at, row.actor


def _open_tasks(expected: ExpectedCase, row: History, detail: ActDetail) -> None:
    opened = detail.openings
    roles: Sequence[str | Unrecorded] = detail.roles or [UNKNOWN] * len(opened)
    keepers = detail.keepers or [None] * len(opened)
    for (task_id, node, unit, passed), role, keeper in zip(opened, roles, keepers, strict=True):
        dues = UNKNOWN if expected.due_at is UNKNOWN else frozenset({expected.due_at})
        task = ExpectedTask(node, unit, ",".join(passed) or None, role, row.at, dues, assignee=keeper)
        expected.tasks[task_id] = task


def _change_tasks(expected: ExpectedCase, detail: ActDetail) -> None:
    """A migration shows tasks differently; history does not record their role, nor who keeps them."""
    for changed in detail.changed:
        if changed.task_id in expected.tasks:
            task = expected.tasks[changed.task_id]
            task.node, task.unit = changed.node, changed.unit
            task.passed_from = task.role = task.assignee = UNKNOWN


def _start(expected: ExpectedCase, row: History, detail: ActDetail) -> None:
    expected.started_at = row.at
    expected.received_before = detail.origin is not None
    _state_values(expected, detail.form_data)
    for key, digest in detail.report.items():
        expected.statements.setdefault(key, []).append(Statement(digest=digest))


def _state_values(expected: ExpectedCase, values: Mapping[str, object]) -> None:
    for key in PLAIN:
        if values.get(key) is not None:
            expected.statements[key] = [Statement(values[key])]


def _complete(expected: ExpectedCase, row: History, detail: ActDetail) -> None:
    data = detail.form_data
    _state_values(expected, {key: data.get(key) for key in PARTICULARS})
    personal = detail.personal
    _state_digests(expected, row.seq, personal)
    if not _CONTACT_FIELDS.isdisjoint((*data, *personal)):
        expected.form_contacts.append((row.seq, row.at, row.actor, data))


def _state_digests(expected: ExpectedCase, seq: int, digests: Mapping[str, str]) -> None:
    """A form states values; one that it left empty states nothing, which only its digest shows."""
    for key in PARTICULARS:
        if key in digests:
            expected.statements.setdefault(key, []).append(Statement(digest=digests[key], submission=seq))


def _correct(expected: ExpectedCase, row: History, detail: ActDetail) -> None:
    if detail.code:
        expected.joined.setdefault(detail.code, JoinedReport()).digests.update(detail.report)
        return
    digests = detail.personal
    expected.submissions.append(ExpectedSubmission(row.seq, 0, row.at, row.actor, digests))
    _state_digests(expected, row.seq, digests)


def _message(expected: ExpectedCase, row: History, detail: ActDetail) -> None:
    payload = detail.form_data
    if detail.message == "reroute":
        _state_values(expected, {key: payload.get(key) for key in ("place", "field")})
    elif detail.message == MERGED and "into" in payload:
        expected.links[MERGED, payload["into"], row.at] = None
    elif detail.message in (UNMERGED, ASKED_AGAIN):
        _undo_links(expected, row.at, MERGED)


def _undo_links(expected: ExpectedCase, at: datetime, kind: str, code: str | None = None) -> None:
    """Links of this kind end, to the report with this code or to any."""
    for key, undone_at in expected.links.items():
        if key[0] == kind and undone_at is None and code in (None, key[1]):
            expected.links[key] = at


def _leave(expected: ExpectedCase, row: History, detail: ActDetail) -> None:
    """Reports leave this case, or this case's own report its main case; what becomes of them is recorded there."""
    if detail.origin is not None:
        _undo_links(expected, row.at, MERGED)
    for code in filter(None, (detail.code, *detail.codes)):
        _undo_links(expected, row.at, REPEAT, code)
        expected.joined.pop(code, None)


def _move(expected: ExpectedCase, row: History, detail: ActDetail) -> None:
    _undo_links(expected, row.at, MERGED)
    expected.links[MERGED, detail.into, row.at] = None


def _opinion(expected: ExpectedCase, row: History, detail: ActDetail) -> None:
    if detail.personal:
        expected.submissions.append(ExpectedSubmission(row.seq, JOINED_TASK, row.at, row.actor, detail.personal))


def _move_unit(expected: ExpectedCase, _row: History, detail: ActDetail) -> None:
    if detail.place is not None:
        expected.statements["place"] = [Statement(detail.place[1])]
    for task_id, _old, new, passed in detail.transfers:
        task = expected.tasks[task_id]
        trail = [task.passed_from, *passed] if task.passed_from not in (None, UNKNOWN) else passed
        task.passed_from = UNKNOWN if task.passed_from is UNKNOWN else ",".join(trail) or None
        task.unit = new


def _assign(expected: ExpectedCase, row: History, detail: ActDetail) -> None:
    """Claim, hand over, delegate: an act that names nobody is for whoever does it."""
    task = expected.tasks.get(detail.task or 0)
    if task is not None:
        task.assignee = parse_party(detail.to or row.actor).person_id
        owner = detail.absent or row.actor  # What a substitute delegates is still the absent person's.
        task.owner = parse_party(owner).person_id if row.action == "delegate" else None


def _release(expected: ExpectedCase, row: History, detail: ActDetail) -> None:
    task = expected.tasks.get(detail.task or 0)
    if task is not None:
        returned = row.actor if task.owner is not None and task.owner == parse_party(row.actor).person_id else ""
        task.assignee, task.owner = parse_party(detail.to or returned).person_id, None


def _contact(expected: ExpectedCase, row: History, detail: ActDetail) -> None:
    note = UNKNOWN if detail.note is None else detail.note
    contact = ExpectedContact(row.at, detail.means, bool(detail.reached), row.at, row.actor, note)
    expected.contacts.append(contact)


def _split(expected: ExpectedCase, row: History, detail: ActDetail) -> None:
    expected.links[SPLIT, detail.code, row.at] = None


def _repeat(expected: ExpectedCase, row: History, detail: ActDetail) -> None:
    expected.links[REPEAT, detail.code, row.at] = None
    expected.joined[detail.code] = JoinedReport(dict(detail.report))


def _remind(expected: ExpectedCase, row: History, detail: ActDetail) -> None:
    day = int(f"{row.at.astimezone(VIETNAM):%Y%m%d}")
    expected.notices[OFFICE_REMINDER, day] = list(detail.units)


def _hold(expected: ExpectedCase, row: History, detail: ActDetail) -> None:
    held = None if row.action == "release_hold" else (row.at, row.actor, detail.reason)
    if detail.code:
        expected.joined.setdefault(detail.code, JoinedReport()).held = held
    else:
        expected.held = held


def _anonymise(expected: ExpectedCase, row: History, detail: ActDetail) -> None:
    if detail.code:
        expected.joined.setdefault(detail.code, JoinedReport()).anonymised_at = row.at
        return
    expected.anonymised_at, expected.kept = row.at, UNKNOWN if detail.kept is None else detail.kept
    expected.statements |= {key: [Statement("")] for key in PERSONAL}


_ACTS: Mapping[str, Callable[[ExpectedCase, History, ActDetail], None]] = {
    past_acts.START: _start,
    past_acts.COMPLETE: _complete,
    past_acts.MESSAGE: _message,
    past_acts.RELEASE: _release,
    **dict.fromkeys(past_acts.ASSIGNMENTS, _assign),
    "anonymise": _anonymise,
    "contact": _contact,
    "correct": _correct,
    "hold": _hold,
    "move_unit": _move_unit,
    "release_hold": _hold,
    "remind": _remind,
    REPEAT: _repeat,
    "left_main": _leave,
    "moved_to_main": _move,
    "passed_on": _leave,
    JOINED_OPINION: _opinion,
    SPLIT: _split,
}
