"""A difference between what is stored and what history says: in which case, of what, where; never the values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.clock import VIETNAM
from engine.process.history import ChainBreak
from engine.translation.catalogue import N_
from engine.translation.plain_faults import PlainFault
from engine.translation.wording import Fault, Term, say

DIFFERS, MISSING, ADDED = "record-differs", "record-missing", "record-added"

# What differs. Also the kinds of facts that an older version did not record, counted as unproven.
CASE_STATE, DEADLINE, PROCESS_STATE = N_("tình trạng hồ sơ"), N_("hạn của hồ sơ"), N_("dữ liệu quy trình")
TASK, MARK, NOTICE = N_("một việc"), N_("một mốc"), N_("một thông báo")
ANSWERS, REPORT, ERASURE = N_("nội dung biểu mẫu"), N_("nội dung của phản ánh"), N_("dấu đã xóa thông tin cá nhân")
CONTACT, LINK, HOLD = N_("lần liên hệ người dân"), N_("liên kết giữa các phản ánh"), N_("lệnh giữ dữ liệu")
LOOK, ROLE = N_("lượt xem dữ liệu cá nhân"), N_("vai trò của việc")


@dataclass(frozen=True, slots=True)
class RecordDifference:
    """A stored row that history contradicts: it differs, is missing, or was added; `where` places it in the case."""

    instance_id: int
    rule: str
    what: str
    where: PlainFault

    @property
    def facts(self) -> Mapping[str, object]:
        """The facts for the rule's sentence."""
        return {"case": str(self.instance_id), "what": Term(self.what), "where": self.where}

    def __str__(self) -> str:
        return say(self, "en")


@dataclass(slots=True)
class CaseFindings:
    """What checking found: broken chains, what an anchor knows otherwise, differences, unproven facts by kind."""

    chains: list[ChainBreak] = field(default_factory=list)
    forged: list[ChainBreak] = field(default_factory=list)
    differences: list[Fault] = field(default_factory=list)
    unproven: Counter[str] = field(default_factory=Counter)

    @property
    def all_faults(self) -> list[Fault]:
        """Everything that was found."""
        return [*self.chains, *self.forged, *self.differences]

    def merge(self, other: CaseFindings) -> None:
        """Add what checking other cases found."""
        self.chains += other.chains
        self.forged += other.forged
        self.differences += other.differences
        self.unproven += other.unproven


def at_task(task_id: int, node: str, column: str = "") -> PlainFault:
    """A task's row, and the column in it."""
    return PlainFault(
        "record-at-task-column" if column else "record-at-task", {"task": task_id, "node": node, "column": column}
    )


def at_column(column: str) -> PlainFault:
    """A column of the case or its report."""
    return PlainFault("record-at-column", {"column": column})


def at_instant(name: str, at: datetime) -> PlainFault:
    """A row that is known by its kind and time, such as a mark."""
    return PlainFault("record-at-instant", {"name": name, "at": at.astimezone(VIETNAM)})


def at_row(seq: int, fields: tuple[str, ...] = ()) -> PlainFault:
    """What a row of the history speaks of, and the fields of a form that differ."""
    return PlainFault("record-at-row-fields" if fields else "record-at-row", {"row": str(seq), "fields": fields})
