"""Commands for the analyst: check, deploy and test a set of diagrams, decision tables, forms and mails."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import click
from rich.progress import Progress
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from engine import shipped
from engine.errors import EngineError, FileProblem, InvalidFiles
from engine.process import definitions, known_fields
from engine.process.report_fields import FIELDS_PATH
from engine.province import unit_captions
from engine.province.profile import find_profile, named_provinces
from engine.scenarios import deployment_check, runner, table_sheets
from engine.scenarios.runner import ScenarioCoverage, ScenarioOutcome
from engine.shipped import deployment_root
from engine.store import schema_migrations
from engine.store.db import transaction
from engine.studio import release
from engine.translation.catalogue import N_
from web.cli.bilingual import BilingualCommand
from web.cli.context import CommandContext, command_stamp, pass_context
from web.cli.failures import system_reason

ROOT_ARGUMENT = click.argument("root", type=click.Path(path_type=Path), default=deployment_root)


@click.command(
    cls=BilingualCommand,
    help=N_("Kiểm tra ROOT/workflows và ROOT/forms rồi lưu thành một bản triển khai có số."),
)
@ROOT_ARGUMENT
@click.option("--message", "-m", default="", help=N_("Vì sao triển khai; được lưu cùng bản triển khai."))
@click.option(
    "--emergency",
    default="",
    help=N_("Lý do triển khai khi chưa ai duyệt; được ghi vào nhật ký và báo cho quản trị viên."),
)
@pass_context
def deploy(context: CommandContext, root: Path, message: str, emergency: str) -> None:
    """Check ROOT/workflows and ROOT/forms and store them as one numbered deployment."""
    files, provinces = definitions.read_deployment_folder(root), named_provinces(context.settings.province)
    if root.resolve() == shipped.ROOT or FIELDS_PATH not in files:
        first = find_profile(context.settings.province).report_fields
        with transaction(context.database) as tx:
            files = known_fields.keep_fields(tx, files, first)
    problems = deployment_check.problems_in(files, context.language, provinces, units=_known_units(context))
    if problems:
        raise InvalidFiles(problems)
    with transaction(context.database) as tx:
        deployment = release.deploy_from_folder(tx, files, message, emergency, command_stamp())
    if deployment.new:
        context.echo(N_("Bản triển khai {number}."), number=deployment.number)
    else:
        context.echo(
            N_("Bản triển khai {number} đã có sẵn với cùng nội dung; hồ sơ mới đi theo bản này."),
            number=deployment.number,
        )


@click.command(
    name="check",
    cls=BilingualCommand,
    help=N_(
        "In mọi vấn đề của một thư mục ROOT (mặc định: các tệp ở đây) hoặc của từng tệp; mã thoát là 1 khi có vấn đề."
    ),
)
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1)
@click.option("--stored", is_flag=True, help=N_("Chỉ xem các bản đã triển khai: phần tử nào nay có nghĩa khác."))
@pass_context
def check_deployment(context: CommandContext, paths: tuple[Path, ...], *, stored: bool) -> None:
    """Print every problem of a ROOT (default: here) or of single files; exit code 1 when there is one."""
    if stored:
        if not _print_changed_meanings(context):
            context.echo(N_("Không bản triển khai nào đang dùng có phần tử đổi nghĩa."))
        return
    if not paths and _has_current_database(context):
        _print_changed_meanings(context)
    _check_paths(context, paths)


def _has_current_database(context: CommandContext) -> bool:
    """Whether there is a database of this version to look into; files can be checked without one."""
    url = make_url(context.settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return False
    try:
        with transaction(context.database) as tx:
            return schema_migrations.revision_of(tx) == schema_migrations.head_revision()
    except (EngineError, OSError, SQLAlchemyError):
        return False


def _print_changed_meanings(context: CommandContext) -> int:
    """Print the elements of deployments in use that mean something else than when they were deployed; their number."""
    with transaction(context.database) as tx:
        outdated = [
            (number, meaning, definitions.load_stored_files(tx, digest))
            for number, digest, meaning in definitions.list_outdated(tx)
        ]
    total = 0
    for number, meaning, files in outdated:
        changes = deployment_check.changes_in(files, meaning, context.language)
        total += len(changes)
        if changes:
            context.echo(
                N_("Bản triển khai {number}: {count} phần tử nay có nghĩa khác; hãy xem lại rồi triển khai lại."),
                number=number,
                count=len(changes),
            )
        for change in changes:
            click.echo(str(change))
    return total


def _check_paths(context: CommandContext, paths: tuple[Path, ...]) -> None:
    problems: list[FileProblem] = []
    notes: list[FileProblem] = []
    verdicts: list[FileProblem] = []
    provinces = named_provinces(context.settings.province)
    if not paths or all(path.is_dir() for path in paths):
        for root in paths or (deployment_root(),):
            folder = definitions.read_deployment_folder(root)
            problems += deployment_check.problems_in(folder, context.language, provinces, units=_known_units(context))
            notes += deployment_check.notes_on(folder, context.language)
            verdicts += deployment_check.verdicts_on(folder, context.language)
    else:
        files = dict(_read_single_file(context, path) for path in paths)
        problems = deployment_check.problems_in(files, context.language, provinces, alone=True)
    for problem in problems:
        click.echo(str(problem))
    if problems:
        raise context.refusal(N_("Có {count} vấn đề."), count=len(problems))
    context.echo(N_("Không có vấn đề nào."))
    for verdict in verdicts:
        click.echo(verdict.message)
    if notes:
        context.echo(N_("Nên biết:"))
    for note in notes:
        click.echo(str(note))


def _known_units(context: CommandContext) -> deployment_check.Units:
    """The units of the database; where none has been set up yet, those that ship."""
    if not _has_current_database(context):
        return unit_captions.shipped_units()
    with transaction(context.database) as tx:
        return unit_captions.current_units(tx.read) or unit_captions.shipped_units()


_SAYS_SOMETHING_ALONE = definitions.SUFFIXES - {table_sheets.ENDING}  # A sheet is nothing without its table.


def _read_single_file(context: CommandContext, path: Path) -> tuple[PurePosixPath, bytes]:
    if path.suffix not in _SAYS_SOMETHING_ALONE:
        raise context.refusal(
            N_("{path} không phải là tệp của một bản triển khai; các tệp đó có đuôi {suffixes}."),
            path=path,
            suffixes=", ".join(sorted(_SAYS_SOMETHING_ALONE)),
        )
    try:
        return PurePosixPath(path.as_posix()), path.read_bytes()
    except OSError as error:
        reason = system_reason(error, context.language)
        raise context.refusal(N_("Không đọc được {path}: {reason}."), path=path, reason=reason) from error


@click.command(
    name="test",
    cls=BilingualCommand,
    help=N_(
        "Chạy các kịch bản trong ROOT/workflows/tests theo đồng hồ ảo và in những phần của sơ đồ mà chúng đã đi qua."
    ),
)
@ROOT_ARGUMENT
@pass_context
def walk_scenarios(context: CommandContext, root: Path) -> None:
    """Run the scenarios under ROOT/workflows/tests on a virtual clock and print what of the diagrams they walked."""
    files, provinces = definitions.read_deployment_folder(root), named_provinces(context.settings.province)
    problems = deployment_check.problems_in(files, context.language, provinces)
    if problems:
        raise InvalidFiles(problems)
    with Progress(transient=True, disable=not os.isatty(2)) as progress:
        task = progress.add_task(context.text(N_("Các kịch bản")), total=len(runner.scenario_paths(files)))
        outcomes, coverage = runner.run_scenarios(
            definitions.compile_files(files), files, provinces, tick=lambda: progress.advance(task)
        )
    _print_coverage(context, coverage)
    _print_failures(context, outcomes)


def _print_coverage(context: CommandContext, coverage: ScenarioCoverage) -> None:
    rows = []
    for path, drawn in sorted(coverage.drawn.items()):
        nodes, flows = coverage.uncovered_in(path)
        missed = [node for _, node in nodes] + [f"{source} → {target}" for _, source, target in flows]
        walked = (len(drawn.nodes) - len(nodes), len(drawn.flows) - len(flows))
        rows.append(
            (path.name, f"{walked[0]}/{len(drawn.nodes)}", f"{walked[1]}/{len(drawn.flows)}", ", ".join(missed))
        )
    columns = (N_("sơ đồ"), N_("phần tử"), N_("đường nối"), N_("chưa đi qua"))
    context.print_table(N_("Độ phủ của kịch bản"), columns, rows)


def _print_failures(context: CommandContext, outcomes: list[ScenarioOutcome]) -> None:
    failed = [outcome for outcome in outcomes if outcome.failure]
    for outcome in failed:
        click.echo(f"{outcome.scenario.path}: {outcome.scenario.name}: {context.words(outcome.failure)}")
    context.echo(N_("{passed} trên {count} kịch bản đạt."), passed=len(outcomes) - len(failed), count=len(outcomes))
    if failed:
        raise context.refusal(N_("{count} kịch bản không đạt."), count=len(failed))


COMMANDS = (deploy, check_deployment, walk_scenarios)
