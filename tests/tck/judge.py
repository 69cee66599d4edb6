"""Asks a model each of the kit's cases and says what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.dmn.program import DmnProgram
from engine.dmn.reading import namespace_of, read_model
from engine.dmn.reasons import UnreadableModel
from engine.feel.expression import FeelAnswer
from engine.feel.temporal_text import parse_date_time
from engine.feel.value_text import literal_text
from engine.feel.values import FeelValue
from tests.tck.cases import TckCase, TckFile, TckResult, is_alike

NOW = parse_date_time("2026-11-30T08:00:00@Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class TckVerdict:
    """What became of a case: SUCCESS, ERROR when the answer is wrong, IGNORED when it is refused; and why."""

    case: TckCase
    outcome: str
    remark: str = ""


def judge_file(file: TckFile) -> Iterator[TckVerdict]:
    """The verdicts on the cases of a file."""
    try:
        others = {namespace_of(content): content for content in file.others}
        program = DmnProgram(read_model(file.model, others))
    except UnreadableModel as error:
        yield from (TckVerdict(case, "ERROR", str(error.reason)) for case in file.cases)
        return
    for case in file.cases:
        answers = [(result, program.ask(case.service or result.name, case.inputs, NOW)) for result in case.results]
        yield _verdict(case, [(result, answer) for result, answer in answers if not _is_right(case, result, answer)])


def _verdict(case: TckCase, wrong: list[tuple[TckResult, FeelAnswer]]) -> TckVerdict:
    """Functions of other programs are refused: they would run what a file names with the rights of this one."""
    remarks = "; ".join(_remark(case, result, answer) for result, answer in wrong)
    if any(reason.rule == "feel-external-function" for _, answer in wrong for reason in answer.reasons):
        return TckVerdict(case, "IGNORED", remarks)
    return TckVerdict(case, "ERROR" if wrong else "SUCCESS", remarks)


def _is_right(case: TckCase, result: TckResult, answer: FeelAnswer) -> bool:
    value = _part(answer.value, result.name) if case.service else answer.value
    return is_alike(value, None if result.is_error else result.value)


def _remark(case: TckCase, result: TckResult, answer: FeelAnswer) -> str:
    reasons = " ".join(str(reason) for reason in answer.reasons[:2])
    expected, answered = literal_text(result.value), literal_text(answer.value)
    return f"{result.name}: {expected} expected, {answered} answered. {reasons}".strip()


def _part(value: FeelValue, name: str) -> FeelValue:
    """The result of a decision among those that a service answers."""
    return value[name] if isinstance(value, dict) and name in value else value
