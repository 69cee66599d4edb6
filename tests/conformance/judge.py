"""What becomes of one foreign diagram: read, completed, checked, and walked beside the token game."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import PurePosixPath
from types import FrameType
from typing import Any

from lxml import etree

from engine.bpmn.lint.namespaces import BPMN
from engine.bpmn.parser import parse_processes
from engine.errors import BadInput, FileProblem, StepFailed
from engine.scenarios import deployment_check
from tests.conformance.analyst import complete
from tests.conformance.stubs import DECIDED, files_with_stubs
from tests.conformance.values import ForeignGiver, Names
from tests.walks.drawing import Files
from tests.walks.oracle.side import Oracle
from tests.walks.sides import FAILED
from tests.walks.stored import Stored
from tests.walks.walker import Walk, accompany

WALKS, LIMIT, SECONDS = 20, 30, 20.0
"""Walks of a file, steps of a walk, and how much processor time a file may take."""
PACE = timedelta(milliseconds=1)
"""The time between two steps: no turn of a repeating timer comes while nobody looks."""
FOLDER = PurePosixPath("workflows")


class OutOfTime(BaseException):
    """A file took longer than it may. What is looked for catches exceptions; this passes through it."""


@dataclass
class Verdict:
    """What was seen of one file; `rules` are those by which it is refused, empty for an accepted one.

    `is_written`: it is accepted with what an analyst writes where it says nothing.
    """

    name: str
    is_readable: bool = True
    rules: list[str] = field(default_factory=list)
    sentence: str = ""
    is_written: bool = False
    walks: int = 0
    steps: int = 0
    failed: int = 0
    stuck: int = 0
    differences: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    is_out_of_time: bool = False

    @property
    def is_accepted(self) -> bool:
        return self.is_readable and not self.rules and not self.is_out_of_time


def judge_file(name: str, content: bytes, walks: int = WALKS) -> Verdict:
    """The verdict on a file. Nothing in it makes this raise."""
    verdict = Verdict(name)
    try:
        with at_most(SECONDS):
            _judge(verdict, content, walks)
    except OutOfTime:
        verdict.is_out_of_time = True
    return verdict


def _judge(verdict: Verdict, content: bytes, walks: int) -> None:
    try:
        completed = complete(content)
        problems = _problems_of(completed)
        if problems:
            written = complete(content, written=True)
            problems = _problems_of(written)
            completed, verdict.is_written = written, True
    except BadInput:
        verdict.is_readable = False
        return
    except Exception as error:  # noqa: BLE001 - a bare exception is what is looked for
        verdict.exceptions.append(f"while it was read: {type(error).__name__}: {error}")
        return
    verdict.rules = sorted({problem.rule for problem in problems})
    verdict.sentence = problems[0].message if problems else ""
    if not verdict.rules:
        _walk(verdict, files_with_stubs(completed), walks)


def _problems_of(contents: Sequence[bytes]) -> list[FileProblem]:
    files = {FOLDER / f"import_{number}.bpmn": content for number, content in enumerate(contents)}
    return deployment_check.problems_in(files, "en", alone=True)


def _walk(verdict: Verdict, files: Files, walks: int) -> None:
    contents = [content for name, content in sorted(files.items()) if name.startswith("import_")]
    keys = [executable_process(content) for content in contents]
    starts = [cycle_start(content, key) for content, key in zip(contents, keys, strict=True)]
    try:
        machines = [parse_processes(files) for _ in range(2)]
    except Exception as error:  # noqa: BLE001 - as above
        verdict.exceptions.append(f"while it was parsed: {type(error).__name__}: {error}")
        return
    names = Names.of(files)
    for number in range(walks):
        rnd = random.Random(f"{verdict.name} {number}")
        key, start = keys[number % len(keys)], starts[number % len(keys)]
        stored = Stored([machine[key] for machine in machines], start)
        oracle = Oracle(files, key, decided=DECIDED, start=start)
        giver = ForeignGiver(rnd, nested=False, names=names)
        try:
            made = accompany(giver, oracle, stored, LIMIT, PACE)
        except Exception as error:  # noqa: BLE001 - the engine's own are caught where they are raised
            verdict.unknown.append(f"{type(error).__name__}: {error}")
            return
        _add(verdict, made, stored, oracle, number)
        if verdict.differences or verdict.exceptions:
            return


def _add(verdict: Verdict, made: Walk, stored: Stored, oracle: Oracle, number: int) -> None:
    verdict.walks += 1
    verdict.steps += len(made.steps)
    if made.difference and stored.error is not None:
        verdict.exceptions.append(f"walk {number}: {type(stored.error).__name__}: {stored.error}")
    elif made.difference:
        reason = f" ({_reason(stored.failure)})" if made.seen[-1][0] == FAILED else ""
        verdict.differences.append(f"walk {number}, step {len(made.steps)}: {'; '.join(made.difference)}{reason}")
    elif made.outcomes[-1] == FAILED:
        verdict.failed += 1
    elif not made.completed and not oracle.game.open_tasks() and not oracle.game.waits():
        verdict.stuck += 1


def _reason(failure: StepFailed | None) -> str:
    facts: dict[str, Any] = dict(failure.facts) if failure is not None else {}
    return f"{failure.rule if failure is not None else ''} {facts}"


def executable_process(content: bytes) -> str:
    """The key of the first process that can run."""
    processes = list(etree.fromstring(content).iter(f"{{{BPMN}}}process"))
    runs = [item for item in processes if item.get("isExecutable", "true") == "true"]
    return str((runs or processes)[0].get("id"))


def cycle_start(content: bytes, key: str) -> str:
    """The start event that begins an instance each time its cycle turns, where none begins without a trigger."""
    root = etree.fromstring(content)
    (process,) = [item for item in root.iter(f"{{{BPMN}}}process") if item.get("id") == key]
    starts = list(process.iterchildren(f"{{{BPMN}}}startEvent"))
    is_plain = any(not any(str(child.tag).endswith("EventDefinition") for child in start) for start in starts)
    cycles = [start for start in starts if start.find(f".//{{{BPMN}}}timeCycle") is not None]
    return str(cycles[0].get("id")) if cycles and not is_plain else ""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the block when it has used that much processor time."""

    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
