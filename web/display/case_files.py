"""The files of a case as its pages show them: who added each at which step, and pictures before and after the work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from engine.cases.dossier import Dossier
from engine.cases.file_origins import CaseFile, trace_files
from web.display import filters
from web.display.history_text import actor_name

COMPARING_NODES = frozenset({"check", "answer", "feedback", "provincial_decision"})  # Where a result is judged or told.


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file with the words about it; `shows_work` is whether it was added to show what was done."""

    number: int
    name: str
    size: int
    at: datetime
    who: str
    step: str
    has_thumbnail: bool
    shows_work: bool


def list_shown_files(case: Dossier) -> list[ShownFile]:
    """The files of a case, oldest first."""
    steps = {task.engine_id: filters.step_caption(task.name) for task in case.tasks}
    traced = trace_files(case.files, case.written, case.content)
    return [_describe(case, item, steps) for item in sorted(traced, key=lambda item: item.file.added_at)]


def _describe(case: Dossier, item: CaseFile, steps: dict[int, str]) -> ShownFile:
    row, origin = item.file, item.submission
    return ShownFile(
        number=row.id,
        name=row.name,
        size=row.size,
        at=row.added_at,
        who=actor_name(case, row.added_by),
        step=steps.get(origin.task_engine_id, "") if origin is not None else _("Gửi phản ánh"),
        has_thumbnail=bool(row.thumbnail),
        shows_work=item.shows_work,
    )


def pictures_to_compare(files: Sequence[ShownFile], node: str) -> tuple[list[ShownFile], list[ShownFile]]:
    """The pictures from before the work and those of it, for a task that judges the result; else none."""
    pictures = [file for file in files if file.has_thumbnail and node in COMPARING_NODES]
    after = [file for file in pictures if file.shows_work]
    return ([file for file in pictures if not file.shows_work], after) if after else ([], [])
