"""Exports the record as an XES event log (IEEE 1849-2016) for process mining elsewhere, without names (R14).

Cases started in a period become traces, acts become events; actors appear as unit and role. The log is written while it
is read, a few hundred cases at a time.
"""

from __future__ import annotations

import gzip
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree
from sqlalchemy import func, select, tuple_

from engine.actor import parse_party, person_key
from engine.errors import BadInput
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import History, Instance, Matter, ProcessDefinition, Report, RoleAssignment, Task

AT_ONCE = 200
NAMESPACE = "http://www.xes-standard.org/"
EXTENSIONS = (
    ("Concept", "concept", "concept.xesext"),
    ("Time", "time", "time.xesext"),
    ("Organizational", "org", "org.xesext"),
    ("Lifecycle", "lifecycle", "lifecycle.xesext"),
)
# Lifecycle transitions of acts, in the standard's terms; every other act is complete when it is recorded.
TRANSITIONS = {
    "claim": "assign",
    "release": "withdraw",
    "hand_over": "reassign",
    "delegate": "reassign",
    "cancel": "pi_abort",
    "message": "unknown",
    "reschedule": "unknown",
}
_DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "trace": {"concept:name": "", "field": "", "place": "", "process": ""},
    "event": {"concept:name": "", "org:resource": "", "lifecycle:transition": "complete", "act": ""},
}
_CLASSIFIERS = (("Activity", "concept:name"), ("Act", "act"), ("Resource", "org:resource"))

_history, _instance, _report = table_of(History), table_of(Instance), table_of(Report)
_matter = table_of(Matter)
_task, _assignment = table_of(Task), table_of(RoleAssignment)
_START_KEY = (_history.c.at, _history.c.instance_id)


@dataclass(slots=True)
class ExportCounts:
    """The number of traces and events written."""

    traces: int = 0
    events: int = 0


def export_log(tx: Transaction, start: datetime, end: datetime, target: BinaryIO) -> ExportCounts:
    """Write the cases started from `start` up to but excluding `end`; raises BadInput unless `end` is after `start`.

    `tx` should be a snapshot for the whole export.
    """
    if end <= start:
        raise BadInput("export-period-reversed")
    counts, posts = ExportCounts(), _first_posts(tx)
    with etree.xmlfile(target, encoding="utf-8") as out:
        out.write_declaration()
        with out.element("log", {"xes.version": "1849.2016", "xes.features": ""}, nsmap={None: NAMESPACE}):
            for part in _log_header():
                out.write(part, pretty_print=True)
            for cases in _started_case_ids(tx, start, end):
                for trace in _read_traces(tx, cases, posts):
                    out.write(trace, pretty_print=True)
                    counts.traces += 1
                    counts.events += sum(1 for part in trace if part.tag == "event")
    return counts


def export_to_file(tx: Transaction, start: datetime, end: datetime, file: Path) -> ExportCounts:
    """Export to a file, compressed if its name ends in .gz; raises BadInput if it exists already.

    The file gets its name once it is complete.
    """
    if file.exists():
        raise BadInput("export-file-exists", file=file)
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("wb") as raw:
            if file.suffix == ".gz":
                with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as packed:
                    counts = export_log(tx, start, end, packed)  # type: ignore[arg-type]
            else:
                counts = export_log(tx, start, end, raw)
        shutil.move(part, file)
    finally:
        part.unlink(missing_ok=True)
    return counts


def _log_header() -> Iterator[Any]:
    """What precedes the traces: extensions, global attributes, classifiers."""
    for name, prefix, file in EXTENSIONS:
        uri = f"{NAMESPACE}{file}"
        yield etree.Element("extension", {"name": name, "prefix": prefix, "uri": uri})
    for scope, defaults in _DEFAULTS.items():
        part = etree.Element("global", {"scope": scope})
        part.extend([_string_attribute(key, value) for key, value in defaults.items()])
        if scope == "event":
            part.append(etree.Element("date", {"key": "time:timestamp", "value": "1970-01-01T00:00:00+00:00"}))
        yield part
    for name, keys in _CLASSIFIERS:
        yield etree.Element("classifier", {"name": name, "keys": keys})
    yield _string_attribute("lifecycle:model", "standard")


def _string_attribute(key: str, value: str) -> Any:
    return etree.Element("string", {"key": key, "value": value})


def _started_case_ids(tx: Transaction, start: datetime, end: datetime) -> Iterator[list[int]]:
    """The ids of the cases started in a period, in batches, in the order in which they started."""
    query = select(*_START_KEY).where(_history.c.seq == 1, _history.c.at >= start, _history.c.at < end)
    query = query.order_by(*_START_KEY).limit(AT_ONCE)
    rows = tx.read.execute(query).all()
    while rows:
        yield [row.instance_id for row in rows]
        after = tuple_(*tuple(rows[-1]), types=[column.type for column in _START_KEY])
        rows = tx.read.execute(query.where(tuple_(*_START_KEY) > after)).all()


def _read_traces(tx: Transaction, ids: Sequence[int], posts: Mapping[str, tuple[str, str]]) -> Iterator[Any]:
    case_query = (
        select(
            _instance.c.id,
            func.coalesce(_report.c.code, _matter.c.code).label("code"),
            _report.c.field,
            func.coalesce(_report.c.place, _matter.c.unit_code).label("place"),
            ProcessDefinition.key,
        )
        .outerjoin(_report, _report.c.id == _instance.c.report_id)
        .outerjoin(_matter, _matter.c.instance_id == _instance.c.id)
        .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
        .where(_instance.c.id.in_(ids))
    )
    acts: dict[int, list[Any]] = defaultdict(list)
    columns = [_history.c[name] for name in ("instance_id", "seq", "at", "actor", "action", "node")]
    act_query = select(*columns).where(_history.c.instance_id.in_(ids)).order_by(_history.c.instance_id, _history.c.seq)
    for row in tx.read.execute(act_query):
        acts[row.instance_id].append(row)
    closed_tasks = select(_task.c.instance_id, _task.c.node, _task.c.closed_at, _task.c.unit_code, _task.c.role)
    closed_tasks = closed_tasks.where(_task.c.instance_id.in_(ids), _task.c.closed_at.is_not(None))
    posts_by_completion = {
        (row.instance_id, row.node, row.closed_at): (row.unit_code, row.role) for row in tx.read.execute(closed_tasks)
    }
    case_rows = {row.id: row for row in tx.read.execute(case_query)}
    for case_id in ids:
        yield _trace_element(case_rows[case_id], acts[case_id], posts_by_completion, posts)


def _trace_element(
    case: Any, acts: Sequence[Any], posts_by_completion: Mapping[Any, tuple[str, str]], posts: Mapping[str, Any]
) -> Any:
    trace = etree.Element("trace")
    facts = {"concept:name": case.code or str(case.id), "field": case.field, "place": case.place, "process": case.key}
    trace.extend([_string_attribute(key, value or "") for key, value in facts.items()])
    for act in acts:
        post = posts_by_completion.get((act.instance_id, act.node, act.at)) if act.action == "complete" else None
        trace.append(_event_element(act, post or posts.get(act.actor)))
    return trace


def _event_element(act: Any, post: tuple[str, str] | None) -> Any:
    event = etree.Element("event")
    # Someone who no longer holds a post still appears as a person, but an anonymous one.
    kind = parse_party(act.actor).kind
    facts = {
        "concept:name": f"{act.node}/{act.action}" if act.node else act.action,
        "act": act.action,
        "org:resource": "/".join(post) if post else kind,
        "lifecycle:transition": TRANSITIONS.get(act.action, "complete"),
    }
    if post:
        facts |= {"org:group": post[0], "org:role": post[1]}
    event.extend([_string_attribute(key, value) for key, value in facts.items()])
    event.append(etree.Element("date", {"key": "time:timestamp", "value": act.at.isoformat(timespec="milliseconds")}))
    return event


def _first_posts(tx: Transaction) -> dict[str, tuple[str, str]]:
    """The first post of each person, by actor: for acts that do not tell in which post they were done."""
    query = select(_assignment.c.person_id, _assignment.c.unit_code, _assignment.c.role)
    posts: dict[str, tuple[str, str]] = {}
    for row in tx.read.execute(query.order_by(_assignment.c.person_id, _assignment.c.unit_code, _assignment.c.role)):
        posts.setdefault(person_key(row.person_id), (row.unit_code, row.role))
    return posts
