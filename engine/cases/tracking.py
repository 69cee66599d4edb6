"""What citizens see of their own report, and their feedback on its result (R11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.cases import joined_opinions, report_links, tasks
from engine.cases.attachments import CleanFile
from engine.cases.calls import RECEIVE
from engine.cases.case_ends import WITHDRAWN, CaseStanding, case_standing
from engine.cases.joined_opinions import RatedReport
from engine.cases.masking import mask_personal_data
from engine.cases.tasks import Desk
from engine.errors import Stale
from engine.process.damaged_acts import readable_details
from engine.process.instances import OPEN
from engine.process.past_acts import JOINED_TASK, MESSAGE
from engine.staff.access import CITIZEN
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.json_text import stored_object
from engine.store.models import History, Instance, Report, Submission, Task
from engine.world.world import World

FEEDBACK, ANSWER = "feedback", "answer"
# The parts of forms that tell the citizen what has been decided, the last word first.
_ANSWER_KEYS = ("final_decision", "answer_text", "given_answer", "divert_reason")

_report, _instance, _task = table_of(Report), table_of(Instance), table_of(Task)
_submission, _history = table_of(Submission), table_of(History)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What the citizen has said of a result: when, and why they are not satisfied, or what else they wrote."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class ReportProgress:
    """The progress of a report: its row, the case that answers it, the open tasks, the answer, how the case stands.

    `main_code` is the code of the report whose case answers this one, "" when it is its own. `feedback` is the task
    that asks this report's citizen; `joined` is set when they may rate the result of the other one's case.
    `withdrawal` is the reason recorded when the report was withdrawn, `words` what its citizen has said of results.
    """

    report: Any
    case: Any
    open_tasks: Sequence[Any]
    answer: str
    feedback: int | None
    standing: CaseStanding | None = None
    main_code: str = ""
    joined: RatedReport | None = None
    withdrawal: str = ""
    words: Sequence[OwnWords] = ()

    @property
    def asks_citizen(self) -> bool:
        """Whether the citizen may say now what they think of the result."""
        return self.feedback is not None or self.joined is not None

    @property
    def awaits_intake(self) -> bool:
        """Whether the hotline has yet to take the report in: the deadline is then for that, not for the result."""
        return any(task.form == RECEIVE for task in self.open_tasks)


def load_progress(tx: Transaction, report_id: int, world: World, now: datetime) -> ReportProgress:
    """The progress of a report; one that hangs on another shows the other's progress."""
    report = tx.read.execute(select(_report).where(_report.c.id == report_id)).one()
    main_id = report_links.main_report_id(tx, report_id)
    case_query = select(_instance).where(_instance.c.report_id == main_id).order_by(_instance.c.id.desc())
    case = tx.read.execute(case_query.limit(1)).one_or_none()
    if case is None:
        return ReportProgress(report, None, (), "", None)
    task_query = select(_task).where(_task.c.instance_id == case.id, _task.c.state == OPEN).order_by(_task.c.id)
    open_tasks = tx.read.execute(task_query).all()
    standing, answer = case_standing(tx, case.id), latest_answer(tx, case.id)
    asking = next((task.id for task in open_tasks if task.node == FEEDBACK), None)
    if main_id == report_id:
        withdrawal = _withdrawal_reason(tx, case.id) if standing.mark == WITHDRAWN else ""
        words = _own_words(tx, case.id)
        answer = answer or (_answer_objected_to(tx, report) if words else "")
        return ReportProgress(report, case, open_tasks, answer, asking, standing, withdrawal=withdrawal, words=words)
    main = tx.read.execute(select(_report).where(_report.c.id == main_id)).one()
    joined = RatedReport(report.id, report.code, case.id)
    asks = joined_opinions.awaits_opinion(tx, joined, standing, asks_now=asking is not None, now=now, world=world)
    return ReportProgress(
        report,
        case,
        open_tasks,
        mask_personal_data(answer, main, *_others_hanging(tx, main_id, report_id)),
        None,
        standing,
        main.code,
        joined if asks else None,
    )


def _others_hanging(tx: Transaction, main_id: int, report_id: int) -> Sequence[Any]:
    """Who else hangs on the main report: an answer that names them is nothing for this citizen."""
    others = {row.id for row in report_links.list_hanging_reports(tx, main_id)} - {report_id}
    return tx.read.execute(select(_report).where(_report.c.id.in_(sorted(others)))).all()


def latest_answer(tx: Transaction, instance_id: int) -> str:
    """The latest answer given to the citizen; "" before there is one."""
    query = select(_submission.c.content).where(
        _submission.c.instance_id == instance_id, _submission.c.form.in_((ANSWER, "receive", "provincial_decision"))
    )
    for content in tx.read.execute(query.order_by(_submission.c.id.desc())).scalars():
        values = stored_object(content)
        text = next((values[key] for key in _ANSWER_KEYS if values.get(key)), None)
        if text:
            return str(text)
    return ""


def _answer_objected_to(tx: Transaction, report: Any) -> str:
    """The common answer that a citizen was not satisfied with before their report went on by itself; "" for none."""
    left_id = report_links.left_report_id(tx, report.id)
    if left_id is None:
        return ""
    main = tx.read.execute(select(_report).where(_report.c.id == left_id)).one()
    case_query = select(_instance.c.id).where(_instance.c.report_id == main.id).order_by(_instance.c.id.desc())
    case_id = tx.read.execute(case_query.limit(1)).scalar_one()
    return mask_personal_data(latest_answer(tx, case_id), main, *_others_hanging(tx, main.id, report.id))


def _withdrawal_reason(tx: Transaction, instance_id: int) -> str:
    """The reason recorded when the report was withdrawn."""
    query = select(_history.c.detail).where(_history.c.instance_id == instance_id, _history.c.action == MESSAGE)
    details = readable_details(tx.read.execute(query.order_by(_history.c.seq.desc())).scalars())
    return next((detail.reason for detail in details if detail.message == "withdraw"), "")


def _own_words(tx: Transaction, instance_id: int) -> list[OwnWords]:
    """What the case's own citizen has said of its results, in order."""
    query = select(_submission.c.at, _submission.c.content).where(
        _submission.c.instance_id == instance_id,
        _submission.c.form == FEEDBACK,
        _submission.c.task_engine_id != JOINED_TASK,
    )
    forms = [(row.at, stored_object(row.content)) for row in tx.read.execute(query.order_by(_submission.c.id))]
    texts = [(at, values.get("dissatisfied_reason") or values.get("comment")) for at, values in forms]
    return [OwnWords(at, str(text)) for at, text in texts if text]


def submit_feedback(
    tx: Transaction,
    report_progress: ReportProgress,
    values: Mapping[str, object],
    world: World,
    context: CitizenContext,
    files: Mapping[str, Sequence[CleanFile]] | None = None,
) -> None:
    """Submit the citizen's rating of the result, or request to reopen the case, with pictures of how it looks now.

    Raises Stale, InvalidForm, UnacceptableFile.
    """
    desk = Desk(CITIZEN, context.origin, context.now, world)
    if report_progress.joined is not None:
        joined_opinions.give_opinion(tx, desk, report_progress.joined, values, files or {})
        return
    if report_progress.feedback is None:
        raise Stale("opinion-not-awaited")
    tasks.complete_as_citizen(tx, desk, report_progress.feedback, values, files)


@dataclass(frozen=True, slots=True)
class CitizenContext:
    """From where and when the citizen acts."""

    origin: str
    now: datetime
