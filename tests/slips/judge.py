"""Whether a slip would be stopped before the deployment, and by which sentences; or whether it is harmless."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.errors import FileProblem
from engine.province.unit_captions import shipped_units
from engine.scenarios import deployment_check
from engine.studio import regression
from engine.studio.regression import MeasuredRun, Regression
from tests.slips.slip import Files, Slip

STOPPED, BROKEN, OTHERWISE, UNTRIED, HARMLESS = "stopped", "breaks a scenario", "goes otherwise", "untried", "harmless"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of a slip, the sentences that say so, and whether one of them names it."""

    outcome: str
    sentences: tuple[str, ...] = ()
    is_named: bool = True


def judge(slip: Slip, base: Files) -> Judgement:
    """What the studio says of a slip before it is deployed."""
    problems = deployment_check.problems_in(slip.files, units=shipped_units())
    if problems:
        return _judgement(STOPPED, slip, map(_sentence, problems))
    measured = regression.measure_draft(base, slip.files)
    for outcome, runs in ((BROKEN, measured.broken), (OTHERWISE, measured.otherwise)):
        if runs:
            return _judgement(outcome, slip, (line for one in runs for line in _lines(one)))
    return _judgement(UNTRIED, slip, _untried(measured)) if measured.untried else Judgement(HARMLESS)


def _judgement(outcome: str, slip: Slip, sentences: Iterator[str]) -> Judgement:
    told = tuple(sentences)
    words = (slip.path.name, *(word for word in slip.words if word))
    return Judgement(outcome, told, any(word in sentence for word in words for sentence in told))


def _sentence(problem: FileProblem) -> str:
    return f"{problem.file} {problem.element} {problem.caption}: {problem.message}"


def _lines(measured: MeasuredRun) -> Iterator[str]:
    yield f"{measured.run.path}: {measured.run.failure}"
    yield from measured.differences
    yield from measured.places


def _untried(measured: Regression) -> Iterator[str]:
    yield from (f"{one.path} {one.element}: {one.sentence}" for one in measured.untried)
