"""The command `decide`: asks the decisions of a DMN file, and says what is wrong with its tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from engine import clock
from engine.dmn.program import DmnProgram
from engine.dmn.reading import namespace_of, read_model
from engine.dmn.reasons import UnreadableModel
from engine.dmn.table_check import check_tables
from engine.errors import BadInput
from engine.feel.expression import FeelAnswer, evaluate
from engine.feel.moments import feel_moment
from engine.feel.reasons import FeelSyntaxError
from engine.feel.value_text import literal_text
from engine.feel.values import FeelValue
from engine.text import shorten_text
from engine.translation.catalogue import N_
from web.cli.bilingual import BilingualCommand
from web.cli.context import CommandContext, pass_context

FILE_TYPE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    cls=BilingualCommand,
    help=N_(
        "Hỏi các quyết định trong tệp DMN FILE và nêu những gì chưa đúng trong các bảng của nó; mã thoát là 1 khi một "
        "quyết định không có kết quả."
    ),
)
@click.argument("file", type=FILE_TYPE)
@click.option("--input", "inputs", multiple=True, help=N_("NAME=FEEL: một đầu vào, ví dụ age=35; nêu được nhiều lần."))
@click.option("--decision", "names", multiple=True, help=N_("Chỉ hỏi quyết định này; nêu được nhiều lần."))
@click.option("--import", "others", type=FILE_TYPE, multiple=True, help=N_("Một tệp DMN mà FILE nhập vào."))
@pass_context
def decide(
    context: CommandContext, file: Path, inputs: Sequence[str], names: Sequence[str], others: Sequence[Path]
) -> None:
    """Ask the decisions of a DMN FILE and say what is wrong in its tables; exit code 1 when one has no result."""
    program = _read_program(file, others)
    values = dict(_read_input(program, text) for text in inputs)
    _print_findings(context, program)
    if not program.names():
        raise BadInput("decide-nothing")
    now = feel_moment(clock.now())
    answers = {name: program.ask(name, values, now) for name in names or program.names()}
    for name, answer in answers.items():
        _print_answer(context, name, answer)
    failed = [name for name, answer in answers.items() if answer.value is None and answer.reasons]
    if failed:
        raise context.refusal(N_("Không có kết quả: {names}."), names=", ".join(failed))


def _read_program(file: Path, others: Sequence[Path]) -> DmnProgram:
    try:
        imported = {namespace_of(content): content for content in (path.read_bytes() for path in others)}
        return DmnProgram(read_model(file.read_bytes(), imported))
    except UnreadableModel as error:
        raise BadInput(error.reason.rule, **error.reason.facts) from error


def _read_input(program: DmnProgram, text: str) -> tuple[str, FeelValue]:
    """The name and the value of NAME=FEEL."""
    name, _, value = text.partition("=")
    name = name.strip()
    known = program.input_names()
    if name not in known:
        raise BadInput("decide-input-unknown" if known else "decide-input-none", name=name, known=known)
    try:
        answer = evaluate(value)
    except FeelSyntaxError as error:
        raise BadInput("decide-input-invalid", name=name, problem=error.reason) from error
    if answer.value is None and answer.reasons:
        raise BadInput("decide-input-invalid", name=name, problem=answer.reasons[0])
    return name, answer.value


def _print_findings(context: CommandContext, program: DmnProgram) -> None:
    for problem in program.problems:
        text = f" “{shorten_text(problem.text)}”" if problem.text else ""
        click.echo(f"{problem.element}{text}: {context.words(problem.reason)}")
    for element, finding in check_tables(program.model):
        click.echo(f"{element.name}: {context.words(finding)}")


def _print_answer(context: CommandContext, name: str, answer: FeelAnswer) -> None:
    click.echo(f"{name} = {literal_text(answer.value)}")
    for sentence in dict.fromkeys(context.words(reason) for reason in answer.reasons):
        click.echo(f"    {sentence}")


COMMANDS = (decide,)
