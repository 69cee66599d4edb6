"""At which step each file of a case was added: as evidence before the work, or of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine.cases import attachments
from engine.process.definitions import CompiledDeployment
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.json_text import stored_object
from engine.store.models import Instance, Submission
from engine.world.roles import CITIZEN

RECEIVE = "receive"
WORK_FORMS = frozenset({"resolve", "resolve_tier2", "handle"})  # The forms that tell what was done.

_submission, _instance = table_of(Submission), table_of(Instance)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file of a case with the submitted form that brought it; None for what came with the report itself."""

    file: Any
    submission: Any | None

    @property
    def shows_work(self) -> bool:
        """Whether it was added to show what was done."""
        return self.submission is not None and self.submission.form in WORK_FORMS


def trace_files(files: Sequence[Any], submissions: Sequence[Any], content: CompiledDeployment) -> list[CaseFile]:
    """The files of a case, oldest first, each with where it came from."""
    origins: dict[int, Any] = {}
    for row in submissions:
        for number in _numbers_in(row, content):
            origins[number] = row
    return [CaseFile(file, origins.get(file.id)) for file in files]


def _numbers_in(row: Any, content: CompiledDeployment) -> list[int]:
    form = content.forms.get(row.form)
    answers: Mapping[str, Any] = stored_object(row.content)
    keys = [key for key, item in form.inputs.items() if item.kind == "file"] if form is not None else []
    values = [answers[key] for key in keys if answers.get(key)]
    return [number for value in values for number in (value if isinstance(value, list) else [value])]


def list_citizens_files(tx: Transaction, report_id: int) -> list[Any]:
    """The files that a citizen gave with their report, on the web or through the operator who received it."""
    files = attachments.list_for_report(tx, report_id)
    query = (
        select(_submission.c.content)
        .join(_instance, _instance.c.id == _submission.c.instance_id)
        .where(_instance.c.report_id == report_id, _submission.c.form == RECEIVE)
    )
    received = [stored_object(content).get("files") or [] for content in tx.read.execute(query).scalars()]
    numbers = {number for value in received for number in (value if isinstance(value, list) else [value])}
    return [file for file in files if file.added_by == CITIZEN or file.id in numbers]
