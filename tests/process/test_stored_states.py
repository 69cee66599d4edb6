"""A case that an older version of the program stored goes on as it would have gone on there."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from engine.bpmn.state import load_live_case
from engine.bpmn.step import advance, process_data_of
from engine.bpmn.stored_state import STATE_FORMAT
from tests.kit.hotline import NOW, WORLD
from tests.kit.stored_states import action, follow, process
from tests.paths import TEST_DATA

FILES = sorted((TEST_DATA).glob("states_format_*.json"))
MODEL = process()


def moments(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return found


def state(moment: dict[str, Any]) -> bytes:
    return base64.b64decode(moment["state"])


def open_work(moment: dict[str, Any]) -> tuple[dict[int, str], dict[int, tuple[str, str]]]:
    tasks = {int(number): name for number, name in moment["tasks"].items()}
    return tasks, {int(number): (name, due) for number, (name, due) in moment["timers"].items()}


def test_every_format_up_to_the_present_one_has_its_file() -> None:
    assert [file.stem for file in FILES] == [f"states_format_{number}" for number in range(1, STATE_FORMAT + 1)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_was_stored_is_read_with_its_tasks_and_data(file: Path) -> None:
    for moment in moments(file):
        case = load_live_case(state(moment), MODEL, None)
        numbers = {number for part in (case.workflow, *case.workflow.subprocesses.values()) for number in part.tasks}
        tasks, timers = open_work(moment)
        assert numbers >= {*tasks, *timers}
        # In format 1 a task had a copy of the data, and a waiting join none; now it sees all that its process has.
        assert process_data_of(MODEL, state(moment)).items() >= moment["data"].items()


@pytest.mark.parametrize("start", range(len(moments(FILES[0])) - 1))
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_from_every_moment_the_case_ends_as_it_did_then(file: Path, start: int) -> None:
    known = moments(file)
    tasks, timers = open_work(known[start])
    blob = state(known[start])
    for moment in known[start + 1 :]:
        step = advance(MODEL, blob, action(tasks, timers), NOW, WORLD)
        follow(step, tasks, timers)
        blob = step.state
        assert list(step.path) == moment["path"]
        assert sorted(tasks.values()) == sorted(moment["tasks"].values())
        assert sorted(timers.values()) == sorted((name, due) for name, due in moment["timers"].values())
        assert step.finished == moment["finished"]
