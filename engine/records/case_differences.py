"""Compares the rows of an instance with what its history says: state, tasks, marks, notices, forms."""

from __future__ import annotations

import hmac
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from engine.journal.salted_digests import salted_digests
from engine.process import history
from engine.records import difference
from engine.records.difference import ADDED, DIFFERS, MISSING, CaseFindings, RecordDifference
from engine.records.expected_case import UNKNOWN, ExpectedCase, ExpectedSubmission, ExpectedTask
from engine.records.stored_case import StoredCase
from engine.store.models import NEVER, Submission, Task
from engine.translation.plain_faults import PlainFault
from engine.world.roles import CITIZEN

_TASK_COLUMNS = {"unit": "unit_code"}  # The names of an expectation's parts that are named otherwise in the table.


class CaseComparison:
    """Compares one case; what differs and what nothing proves is added to `findings`."""

    def __init__(self, stored: StoredCase, expected: ExpectedCase, findings: CaseFindings) -> None:
        self.stored, self.expected, self.findings = stored, expected, findings

    def add(self, rule: str, what: str, where: PlainFault) -> None:
        """Add a difference."""
        self.findings.differences.append(RecordDifference(self.stored.instance.id, rule, what, where))

    def count_unproven(self, what: str) -> None:
        """Count a fact that history of an older version does not record."""
        self.findings.unproven[what] += 1

    def compare_instance(self) -> None:
        """Compare the instance's own row."""
        row, expected = self.stored.instance, self.expected
        columns = {name: getattr(expected, name) for name in ("status", "started_at", "finished_at", "deployment")}
        for mark in ("overdue", "resolved"):
            columns[f"{mark}_at"] = next((at for name, at, _due in reversed(expected.marks) if name == mark), None)
        if expected.deadline_moved_on and row.overdue_at is None:
            columns["overdue_at"] = None
        for column, value in columns.items():
            if value is not UNKNOWN and getattr(row, column) != value:
                self.add(DIFFERS, difference.CASE_STATE, difference.at_column(column))
        if expected.due_at is UNKNOWN:
            self.count_unproven(difference.DEADLINE)
        elif row.due_at != expected.due_at:
            self.add(DIFFERS, difference.DEADLINE, difference.at_column("due_at"))
        if expected.state is UNKNOWN:
            self.count_unproven(difference.PROCESS_STATE)
        elif history.state_digest(row.state) != expected.state:
            self.add(DIFFERS, difference.PROCESS_STATE, difference.at_column("state"))

    def compare_tasks(self) -> None:
        """Compare the tasks one by one."""
        rows = {row.engine_id: row for row in self.stored.tasks}
        for task_id, task in self.expected.tasks.items():
            row = rows.pop(task_id, None)
            if row is None:
                self.add(MISSING, difference.TASK, difference.at_task(task_id, task.node))
                continue
            for column in _differing_columns(row, task):
                self.add(DIFFERS, difference.TASK, difference.at_task(task_id, task.node, column))
            if task.role is UNKNOWN:
                self.count_unproven(difference.ROLE)
        for row in rows.values():
            self.add(ADDED, difference.TASK, difference.at_task(row.engine_id, row.node))

    def compare_marks(self) -> None:
        """Compare the marks; the deadline in a mark only where history knows it."""
        rows = Counter((row.status, row.at) for row in self.stored.marks)
        expected = Counter((name, at) for name, at, _due in self.expected.marks)
        self._compare_counts(expected, rows, difference.MARK)
        dues = {(name, at): due for name, at, due in self.expected.marks if due is not UNKNOWN}
        for row in self.stored.marks:
            if row.due_at != dues.get((row.status, row.at), row.due_at):
                self.add(DIFFERS, difference.MARK, difference.at_instant(row.status, row.at))

    def _compare_counts(
        self, expected: Counter[tuple[str, datetime]], rows: Counter[tuple[str, datetime]], what: str
    ) -> None:
        for name, at in (expected - rows).elements():
            self.add(MISSING, what, difference.at_instant(name, at))
        for name, at in (rows - expected).elements():
            self.add(ADDED, what, difference.at_instant(name, at))

    def compare_notices(self) -> None:
        """Compare the notices: each has its row, for the same units."""
        rows = {(row.rung, row.occurrence): row.payload for row in self.stored.notices}
        for (rung, occurrence), units in self.expected.notices.items():
            where = PlainFault("record-at-notice", {"name": rung, "number": str(occurrence)})
            payload = rows.get((rung, occurrence))
            if payload is None:
                self.add(MISSING, difference.NOTICE, where)
            elif json.loads(payload).get("to") != units:
                self.add(DIFFERS, difference.NOTICE, where)

    def compare_submissions(self) -> dict[int, Submission]:
        """Compare the forms; returns the rows that history knows by the row of the history."""
        rows = {(row.task_engine_id, row.at, row.actor): row for row in self.stored.submissions}
        known: dict[int, Submission] = {}
        for item in self.expected.submissions:
            row = rows.pop((item.task, item.at, item.actor), None)
            if row is None:
                self.add(MISSING, difference.ANSWERS, difference.at_row(item.seq))
                continue
            known[item.seq] = row
            self._compare_submission(item, row)
        for row in rows.values():
            self.add(ADDED, difference.ANSWERS, difference.at_instant(row.form, row.at))
        self._compare_erased([row for row in self.stored.submissions if not row.salt])
        return known

    def _compare_erased(self, rows: Sequence[Submission]) -> None:
        """Compare what the erasure kept of the forms: without their salts, only as a whole."""
        if not rows or self.expected.anonymised_at is None:
            return
        kept = [[row.task_engine_id, row.content] for row in rows]
        if self.expected.kept is UNKNOWN:
            self.findings.unproven[difference.ANSWERS] += len(rows)
        elif history.plain_digest(kept) != self.expected.kept:
            self.add(DIFFERS, difference.ANSWERS, difference.at_instant("anonymise", self.expected.anonymised_at))

    def _compare_submission(self, item: ExpectedSubmission, row: Submission) -> None:
        if not row.salt and self.expected.anonymised_at is not None:
            return  # Erased: see _compare_erased.
        content = parse_content(row.content)
        digests = salted_digests(row.salt, content)
        fields = tuple(sorted(key for key in digests.keys() | item.digests if not _same(digests, item.digests, key)))
        if fields:
            self.add(DIFFERS, difference.ANSWERS, difference.at_row(item.seq, fields))


def parse_content(text: str) -> Mapping[str, object]:
    """The values of a submitted form; a text that is none counts as empty."""
    try:
        content = json.loads(text)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _same(digests: Mapping[str, str], recorded: Mapping[str, str], key: str) -> bool:
    return hmac.compare_digest(digests.get(key, ""), recorded.get(key, ""))


def _differing_columns(row: Task, task: ExpectedTask) -> Iterator[str]:
    for part in ("node", "unit", "passed_from", "role", "opened_at", "state", "closed_at", "closed_by"):
        column, value = _TASK_COLUMNS.get(part, part), getattr(task, part)
        if value is not UNKNOWN and getattr(row, column) != value:
            yield column
    # Closing an account returns its tasks to the queue, which the histories of the cases do not record.
    if row.assignee_id is not None and task.assignee is not UNKNOWN and row.assignee_id != task.assignee:
        yield "assignee_id"
    if row.owner_id is not None and row.owner_id != task.owner:
        yield "owner_id"
    if not _has_due(row, task):
        yield "due_at"


def _has_due(row: Task, task: ExpectedTask) -> bool:
    """Whether a task's deadline is one that its case had while the task was open; nobody waits for the public."""
    if task.dues is UNKNOWN or task.role is UNKNOWN:
        return True
    return row.due_at == NEVER if row.role == CITIZEN else row.due_at in {due or NEVER for due in task.dues}
