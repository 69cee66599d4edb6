"""Task lists: an officer's own tasks, their unit's queue, and what they do for an absent colleague (R12).

Every list begins with emergencies, then what is urgent, then the rest; each in deadline order, longest overdue first.
An officer may also ask for the order of the deadlines alone, or for what was received last.
It is read straight from indexes and page by page: each place where tasks may wait is one ordered range of the few that
are pressing and one of the rest, the ranges are merged, and only then are the cases looked up. The number of open tasks
therefore does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, literal, not_, or_, select, text, tuple_, union_all

from engine.bpmn import explain
from engine.cases import text_search
from engine.errors import BadInput
from engine.process.definitions import CompiledDeployment
from engine.process.instances import OPEN
from engine.staff import access
from engine.staff.access import HEAD, Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import ORDINARY, Instance, Matter, Person, Report, Task
from engine.text import strip_diacritics, vietnamese_order
from engine.translation.catalogue import Language
from engine.world.roles import NEVER_LENT, SERVED_BY

LAST_RANK = ORDINARY  # Of the tasks at the end of a list.
VIEWS = ("mine", "queue", "standing-in", "delegated", "soon", "overdue")
MINE, QUEUE, STANDING_IN, DELEGATED, SOON, OVERDUE = VIEWS
ORDERS = ("urgency", "due", "received")
BY_URGENCY, BY_DEADLINE, BY_RECEIPT = ORDERS
PAGE_SIZE = 50
MOST_COUNTED = 1000
MOST_LOOKED_UP = 1000
MOST_WORDS = 8
MOST_RANGES = 60  # Per list of a page; SQLite joins at most 500 into one statement.
SOON_WITHIN = timedelta(hours=24)

_task, _instance, _report, _person = table_of(Task), table_of(Instance), table_of(Report), table_of(Person)
_matter = table_of(Matter)
_received_at = func.coalesce(_report.c.received_at, _task.c.opened_at)


class ListPosition(NamedTuple):
    """Where a task stands in a list: its rank where the list has ranks, its deadline or receipt, its id."""

    rank: int
    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """Which list: a view and its filters. `after` is the position where the previous page ended.

    `home` are the letters that case codes in `text` may leave out.
    """

    view: str = MINE
    field: str = ""
    unit: str = ""
    stage: str = ""
    text: str = ""
    home: str = ""
    order: str = BY_URGENCY
    after: ListPosition | None = None

    def __post_init__(self) -> None:
        if self.view not in VIEWS or self.order not in ORDERS:
            raise BadInput("task-list-unknown")


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of a list; `following` is the position where the next one starts, None at the end."""

    rows: Sequence[Any]
    following: ListPosition | None


_COLUMNS = (
    _task.c.id,
    _task.c.version,
    _task.c.engine_id,
    _task.c.node,
    _task.c.name,
    _task.c.role,
    _task.c.unit_code,
    _task.c.passed_from,
    _task.c.assignee_id,
    _task.c.owner_id,
    _task.c.opened_at,
    _received_at.label("received_at"),
    _task.c.due_at,
    _task.c.urgency_rank,
    _task.c.instance_id,
    _report.c.id.label("report_id"),
    func.coalesce(_report.c.code, _matter.c.code).label("code"),
    func.coalesce(_report.c.field, "").label("field"),
    func.coalesce(_report.c.urgency, "").label("urgency"),
    func.coalesce(_report.c.place, _task.c.unit_code).label("place"),
    func.substr(func.coalesce(_report.c.content, _matter.c.line), 1, 160).label("content"),
    _matter.c.page,
    func.coalesce(_matter.c.name, "").label("matter_name"),
    _person.c.name.label("assignee"),
)
_SORT_COLUMNS: Mapping[str, tuple[Any, ...]] = {
    BY_URGENCY: (_task.c.urgency_rank, _task.c.due_at, _task.c.id),
    BY_DEADLINE: (_task.c.due_at, _task.c.id),
    BY_RECEIPT: (_received_at.desc(), _task.c.id.desc()),
}
_ROWS = (
    select(*_COLUMNS)
    .join(_instance, _instance.c.id == _task.c.instance_id)
    .outerjoin(_report, _report.c.id == _instance.c.report_id)
    .outerjoin(_matter, _matter.c.instance_id == _instance.c.id)
    .outerjoin(_person, _person.c.id == _task.c.assignee_id)
)


def list_row(tx: Transaction, task_id: int) -> Any:
    """A task as lists have it; whether the officer may see it is the caller's question."""
    return tx.read.execute(_ROWS.where(_task.c.id == task_id)).one()


def list_tasks(
    tx: Transaction, officer: Officer, filters: InboxFilter, now: datetime, limit: int = PAGE_SIZE
) -> InboxPage:
    """A page of at most `limit` tasks, most urgent first; one statement, preceded by another for a text search."""
    ranges = [
        part.limit(limit + 1).subquery()
        for whole in ordered_ranges(tx, officer, filters, now)
        for part in _sorted_parts(whole, filters)
    ]
    merged = union_all(*(select(part.c.id) for part in ranges)).subquery()
    statement = _ROWS.where(_task.c.id.in_(select(merged.c.id))).order_by(*_SORT_COLUMNS[filters.order])
    rows = tx.read.execute(statement.limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return InboxPage(rows[:limit], _position_of(last, filters.order) if last is not None else None)


def _position_of(row: Any, order: str) -> ListPosition:
    rank = row.urgency_rank if order == BY_URGENCY else LAST_RANK
    return ListPosition(rank, row.received_at if order == BY_RECEIPT else row.due_at, row.id)


def _sorted_parts(part: Select[Any], filters: InboxFilter) -> Iterator[Select[Any]]:
    """A range in the order of its list and after a position. What was received last has no index: it is sorted."""
    after = filters.after
    if filters.order == BY_URGENCY:
        yield from _by_urgency(part, after)
        return
    key: tuple[Any, Any] = (_task.c.due_at, _task.c.id)
    end = (literal(after.at), literal(after.id)) if after else ()
    if filters.order == BY_RECEIPT:
        part = part.join(_instance, _instance.c.id == _task.c.instance_id)
        part = part.outerjoin(_report, _report.c.id == _instance.c.report_id)
        key = (_received_at, _task.c.id)
    if end:
        part = part.where(tuple_(*key) < tuple_(*end) if filters.order == BY_RECEIPT else tuple_(*key) > tuple_(*end))
    yield part.order_by(*_SORT_COLUMNS[filters.order])


def _by_urgency(part: Select[Any], after: ListPosition | None) -> Iterator[Select[Any]]:
    """A range as the pressing tasks in it, and the rest, each in its order and after a position."""
    order, ranked = (_task.c.due_at, _task.c.id), (_task.c.urgency_rank, _task.c.due_at, _task.c.id)
    # Written out as the partial index has it: a parameter would hide from PostgreSQL that the index fits.
    pressing = part.where(text(f"task.urgency_rank < {ORDINARY}")).order_by(*ranked)
    rest = part.where(_task.c.urgency_rank == ORDINARY).order_by(*order)
    if after is None:
        yield from (pressing, rest)
    elif after.rank < ORDINARY:
        yield from (pressing.where(tuple_(*ranked) > tuple_(*map(literal, after))), rest)
    else:
        yield rest.where(tuple_(*order) > tuple_(literal(after.at), literal(after.id)))


def count_by_list(tx: Transaction, officer: Officer, lists: Mapping[str, InboxFilter], now: datetime) -> dict[str, int]:
    """How many tasks each list holds, up to MOST_COUNTED; one statement, plus one before it per text search."""
    columns = []
    for name, filters in lists.items():
        ranges = ordered_ranges(tx, officer, filters, now)
        capped = union_all(*ranges).limit(MOST_COUNTED).subquery()
        columns.append(select(func.count()).select_from(capped).scalar_subquery().label(name))
    row = tx.read.execute(select(*columns)).one()
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping.


def handled_places(officer: Officer) -> list[ColumnElement[bool]]:
    """The places where the tasks of the cases wait that the officer handles (`access.handles_task`)."""
    return [place for view in (SOON, DELEGATED) for place in _view_conditions(officer, view)]


def _view_conditions(officer: Officer, view: str) -> Iterator[ColumnElement[bool]]:
    """The places where a view's tasks wait, each an ordered range of an index; no task is in two of them."""
    if view in (MINE, SOON, OVERDUE):
        yield _task.c.assignee_id == officer.id
    if view in (STANDING_IN, SOON, OVERDUE):
        yield from _lent_conditions(officer)
    if view == DELEGATED:
        yield _task.c.owner_id == officer.id
    if view in (QUEUE, SOON, OVERDUE):
        yield from _queue_conditions(officer)
    yield literal(value=False)  # An empty list still needs one range.


def _lent_conditions(officer: Officer) -> Iterator[ColumnElement[bool]]:
    """The tasks that absent people hold and that the officer does for them, by person and unit."""
    roles_by_post: dict[tuple[int, str], set[str]] = {}
    for loan in officer.lent_roles:
        roles_by_post.setdefault((loan.lender, loan.unit), set()).update(_done_by(loan.role, own=False))
    for (lender, unit), roles in sorted(roles_by_post.items()):
        yield and_(_task.c.assignee_id == lender, _task.c.unit_code == unit, _task.c.role.in_(sorted(roles)))


def _done_by(role: str, *, own: bool) -> list[str]:
    """The roles whose tasks a holder of `role` does: a head all, of which only some may be lent."""
    roles = [*SERVED_BY, HEAD] if role == HEAD else access.covered_roles(role)
    return [covered for covered in roles if own or covered not in NEVER_LENT]


def _queue_conditions(officer: Officer) -> Iterator[ColumnElement[bool]]:
    """The tasks waiting in the officer's units: unclaimed ones for their roles, and for a head all tasks of others.

    For an officer with very many roles, two ranges that need sorting replace more than MOST_RANGES ordered ones.
    """
    lent = {(loan.unit, loan.role) for loan in officer.lent_roles}
    held = {(post, True) for post in officer.own_roles} | {(post, False) for post in lent}
    headed = {(unit, one) for (unit, role), own in held if role == HEAD for one in _done_by(HEAD, own=own)}
    posts = {(unit, one) for (unit, role), own in held if role != HEAD for one in _done_by(role, own=own)} - headed
    unclaimed = _task.c.assignee_id.is_(None)
    not_own = or_(unclaimed, not_(or_(_task.c.assignee_id == officer.id, *_lent_conditions(officer))))
    if len(headed) + len(posts) > MOST_RANGES:
        yield and_(_headed_condition(officer), not_own)
        yield and_(tuple_(_task.c.unit_code, _task.c.role).in_(sorted(posts)), unclaimed)
        return
    for unit, role in sorted(headed):
        yield and_(_task.c.unit_code == unit, _task.c.role == role, not_own)
    for unit, role in sorted(posts):
        yield and_(_task.c.unit_code == unit, _task.c.role == role, unclaimed)


def _headed_condition(officer: Officer) -> ColumnElement[bool]:
    """The tasks of the units that the officer heads, themselves or for somebody, by unit alone: there may be many."""
    own = {unit for unit, role in officer.own_roles if role == HEAD}
    lent = {loan.unit for loan in officer.lent_roles if loan.role == HEAD}
    may_be_lent = _task.c.role.not_in(sorted(NEVER_LENT))
    return or_(_task.c.unit_code.in_(sorted(own)), and_(_task.c.unit_code.in_(sorted(lent)), may_be_lent))


def ordered_ranges(tx: Transaction, officer: Officer, filters: InboxFilter, now: datetime) -> list[Select[Any]]:
    """The ordered ranges of a list.

    When few reports match the text, they are looked up first, then their tasks. When many match, the tasks are read in
    order, as usual, and tested one by one: the first page soon fills.
    """
    places = list(_view_conditions(officer, filters.view))
    if not filters.text:
        return [_ordered_range(place, filters, now) for place in places]
    report_ids = text_search.find_report_ids(tx, filters.text, MOST_LOOKED_UP, newest=False, home=filters.home)
    of_matter = _task.c.instance_id.in_(select(_matter.c.instance_id).where(matter_words(filters.text)))
    if len(report_ids) == MOST_LOOKED_UP:
        matches_text = or_(_report_condition(text_search.words_condition(filters.text)), of_matter)
        return [_ordered_range(place, filters, now).where(matches_text) for place in places]
    instance_ids = select(_instance.c.id).where(_instance.c.report_id.in_(report_ids))
    matches_text = or_(_task.c.instance_id.in_(instance_ids), of_matter)
    return [_ordered_range(or_(*places), filters, now).where(matches_text)]


def matter_words(words: str) -> ColumnElement[bool]:
    """A condition that matches the code, name and line of something begun without a report, word by word."""
    terms = strip_diacritics(words).split()[:MOST_WORDS]
    return and_(_matter.c.folded != "", *(_matter.c.folded.contains(word, autoescape=True) for word in terms))


def _report_condition(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition on a task's report, tested task by task in list order.

    PostgreSQL would turn a join into a sort of all matches before returning the first page.
    """
    query = select(condition).select_from(_instance.join(_report, _report.c.id == _instance.c.report_id))
    of_task: ColumnElement[bool] = query.where(_instance.c.id == _task.c.instance_id).correlate(_task).scalar_subquery()
    return of_task


def _ordered_range(place: ColumnElement[bool], filters: InboxFilter, now: datetime) -> Select[Any]:
    """The ids of one place's open tasks, filtered; the order follows (`_by_urgency`)."""
    statement = select(_task.c.id).where(place, _task.c.state == OPEN)
    if filters.view == OVERDUE:
        statement = statement.where(_task.c.due_at <= now)
    if filters.view == SOON:
        statement = statement.where(_task.c.due_at > now, _task.c.due_at <= now + SOON_WITHIN)
    if filters.unit:
        statement = statement.where(_task.c.unit_code == filters.unit)
    if filters.stage:
        statement = statement.where(_task.c.node == filters.stage)
    if filters.field:
        statement = statement.where(_report_condition(_report.c.field == filters.field))
    return statement


def list_stages(content: CompiledDeployment, officer: Officer, language: Language = "vi") -> dict[str, str]:
    """The stages whose tasks the officer may do, as node -> name, for the filter.

    They come from the diagrams of `content`, the active deployment, because scanning the open tasks would take longer
    than the list.
    """
    roles = {role for _unit, role in officer.roles}
    is_head = HEAD in roles
    covered_roles = {covered for role in roles for covered in access.covered_roles(role)}
    names_by_node = {
        task.node: task.name
        for process in content.processes.values()
        for task in explain.list_user_tasks(process, language)
        if is_head or task.role in covered_roles
    }
    return dict(sorted(names_by_node.items(), key=lambda item: vietnamese_order(item[1])))
