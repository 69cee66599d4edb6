"""What the page of a play shows of its case: open tasks, timers, what was passed, and the data with what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.clock import VIETNAM
from engine.studio.condition_names import list_condition_names
from engine.studio.playing.beginnings import starters_of
from engine.studio.playing.play import Play
from engine.studio.playing.playable_draft import PlayableDraft
from engine.studio.playing.played_case import PlayedCase
from engine.studio.playing.walked_drawing import DrawingNames
from engine.studio.value_words import value_words
from web.display import filters
from web.display.form_view import LOCAL_FORMATS, FilledForm
from web.http.request import current_language
from web.studio.files import MESSAGE_CAPTIONS, name_captions


@dataclass(frozen=True, slots=True)
class ShownTask:
    """An open task as the page lists it."""

    number: int
    node: str
    name: str
    path: str
    who: str
    opened_at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A name of the case's data in words, and whether the last act has changed it; `before` is what it was."""

    label: str
    value: str
    before: str
    changed: bool


@dataclass(frozen=True, slots=True)
class PlayPage:
    """A play, its case, and what was asked for: the task or the start that is filled in, and what went wrong."""

    draft: PlayableDraft
    names: DrawingNames
    play: Play
    case: PlayedCase
    asked: str = ""
    shown: FilledForm | None = None
    starter: str = ""
    fault: str = ""
    failed: str = ""

    @property
    def typed_now(self) -> str:
        """The case's time as people type it."""
        return self.case.now.astimezone(VIETNAM).strftime(LOCAL_FORMATS["datetime"])

    def tasks(self) -> list[ShownTask]:
        """The open tasks, by caption."""
        fresh = self.case.now
        return [
            ShownTask(
                task.task_id,
                task.node,
                self.names.caption(task.node),
                self._path(task.node),
                self._who(task.role, task.unit),
                task.opened_at,
                task.opened_at == fresh,
            )
            for task in self.case.open_tasks
        ]

    def timers(self) -> list[tuple[datetime, str]]:
        """When which timer is due, the next one first."""
        running = [(timer.due, timer.node) for timer in self.case.run.case.timers.values() if timer.due is not None]
        return [(due, self.names.caption(node)) for due, node in sorted(running)]

    def passed(self) -> list[str]:
        """The elements that the last act passed, in order, by caption."""
        return [self.names.caption(one.element) for one in self._last_passed() if self.names.is_drawn(one.element)]

    def marks(self) -> dict[str, str]:
        """For the drawing: its file, the open elements, those passed with flows as source>target, and the fault."""
        passed = self._last_passed()
        steps = [f"{one.source}>{one.element} {one.element}" if one.source else one.element for one in passed]
        spots = [task.node for task in self.case.open_tasks]
        last = self.failed or next(iter(reversed(spots)), passed[-1].element if passed else "")
        texts = {"open": " ".join(spots), "passed": " ".join(steps), "failed": self.failed}
        return {"path": self._path(last), **texts}

    def data(self, labels: Mapping[str, Mapping[str, Any]]) -> Iterator[ShownValue]:
        """The case's data, what has changed first; `labels` has caption and values of names."""
        before = self.case.acts[-1].data_before if self.case.acts else {}
        now, language = self.case.data, current_language()
        keys = {key for key in (*now, *before) if not key.startswith("_")}  # The program's own names are no data.
        for key in sorted(keys, key=lambda key: (now.get(key) == before.get(key), key)):
            row = labels.get(key, {})
            texts = {one["value"]: one["label"] for one in row.get("values") or ()}
            words = [self._value(value, texts, language) for value in (now.get(key), before.get(key))]
            changed = now.get(key) != before.get(key)
            yield ShownValue(str(row.get("label") or key), words[0], words[1] if changed else "", changed)

    def events(self) -> list[tuple[str, str]]:
        """Messages and signals that may be given, as kind and name with a caption."""
        pairs = self.names.events
        captions = {f"{kind} {name}": str(MESSAGE_CAPTIONS.get(name, name)) for kind, name in pairs}
        return sorted(captions.items(), key=lambda one: one[1])

    def starters(self) -> list[tuple[str, str]]:
        """Who may send the chosen start form: "role unit", and in words."""
        event = next((one for one in self.case.starts if one.node == self.asked), None)
        pairs = starters_of(event, self.case.run.world.units) if event is not None else []
        return [(f"{role} {unit}", self._who(role, unit)) for role, unit in pairs]

    def _path(self, element: str) -> str:
        """The file of an element: two diagrams may have steps of one id, of which the play has walked one."""
        walked = {process for process, _ in self.case.trace.nodes}
        return self.names.path(element, walked | {self.play.scenario.process})

    def _last_passed(self) -> Any:
        return self.case.acts[-1].passed if self.case.acts else ()

    def _who(self, role: str, unit: str) -> str:
        units = self.case.run.world.units
        name = units.get(unit).name if units.knows(unit) else unit
        return " · ".join(part for part in (str(filters.role_caption(role)) if role else "", name) if part)

    def _value(self, value: Any, texts: Mapping[str, str], language: Any) -> str:
        if isinstance(value, str) and value in texts:
            return texts[value]
        units = self.case.run.world.units
        if isinstance(value, str) and units.knows(value):
            return f"{units.get(value).name} ({value})"
        return value_words(value, language)


def data_labels(page: PlayPage) -> dict[str, Mapping[str, Any]]:
    """What the names of a play's data are called, with their values, by name."""
    rows = list_condition_names(
        page.draft.files,
        page.names.file_of_process(page.play.scenario.process),
        None,
        current_language(),
        name_captions(),
    )
    return {row["value"]: row for row in rows}
