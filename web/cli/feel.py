"""The command `feel`: shows what the texts of a deployment's diagrams are in FEEL, and writes them."""

from __future__ import annotations

from pathlib import Path

import click

from engine import clock
from engine.process import definitions
from engine.shipped import deployment_root
from engine.store.db import transaction
from engine.studio import feel_comparison, feel_rewriting
from engine.studio.feel_comparison import PastAnswers
from engine.studio.feel_rewriting import RewrittenText
from engine.translation.catalogue import N_
from web.cli.bilingual import BilingualCommand
from web.cli.context import CommandContext, pass_context


@click.command(
    cls=BilingualCommand,
    help=N_(
        "Viết lại điều kiện, hẹn giờ và kịch bản trong các sơ đồ của ROOT bằng FEEL; "
        "nêu lý do ở chỗ không viết lại được."
    ),
)
@click.argument("root", type=click.Path(path_type=Path), default=deployment_root)
@click.option("--write", "target", type=click.Path(path_type=Path), help=N_("Ghi các tệp đã viết lại vào thư mục này."))
@click.option("--cases", type=click.IntRange(0, 100_000), default=0, help=N_("So hai cách viết trên chừng này hồ sơ."))
@pass_context
def feel(context: CommandContext, root: Path, target: Path | None, cases: int) -> None:
    """Rewrite conditions, timers and scripts in the diagrams of ROOT in FEEL; say why where one cannot be."""
    files, texts = feel_rewriting.rewrite_files(definitions.read_deployment_folder(root))
    for text in texts:
        _print_text(context, text)
    if cases:
        _print_comparison(context, texts, cases)
    if target is not None:
        for path, content in files.items():
            place = target / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    done = sum(bool(text.after) for text in texts)
    context.echo(N_("{done} trên {all} đoạn viết được bằng FEEL."), done=done, all=len(texts))


def _print_text(context: CommandContext, text: RewrittenText) -> None:
    before = " ".join(text.before.split())
    after = text.after if text.refusal is None else context.words(text.refusal)
    sign = "→" if text.refusal is None else "✗"
    click.echo(f"{text.path.name}:{text.line} {text.element}: {before} {sign} {after}")


def _print_comparison(context: CommandContext, texts: list[RewrittenText], cases: int) -> None:
    with transaction(context.database) as tx:
        answers = feel_comparison.compare_answers(tx, texts, context.world, clock.now(), cases)
    rows = [
        (text.element, text.after, answer.same, answer.differ, _example_of(answer))
        for text, answer in zip(texts, answers, strict=True)
        if text.after
    ]
    columns = (N_("Phần tử"), "FEEL", N_("Giống"), N_("Khác"), N_("Ví dụ"))
    context.print_table(N_("Hai cách viết trên hồ sơ đã có"), columns, rows)


def _example_of(answers: PastAnswers) -> str:
    differing = (row for row in answers.results if not row.is_same)
    return next((f"{row.example}: {row.before} / {row.after}" for row in differing), "")


COMMANDS = (feel,)
