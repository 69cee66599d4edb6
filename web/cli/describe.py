"""The command `describe`: writes the handbook of a process as a Word file or a PDF."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import click

from engine import clock
from engine.documents import fonts
from engine.errors import NotFound
from engine.handbook import book
from engine.handbook.book import BookSource
from engine.process import definitions
from engine.province import unit_captions
from engine.store.db import transaction
from engine.studio import release
from engine.translation.catalogue import LANGUAGES, N_, Language
from engine.whole_number import parse_whole_number
from web.cli.bilingual import BilingualCommand
from web.cli.context import CommandContext, pass_context
from web.display.typefaces import SERIF_FOLDER

_DEPLOYED, _FOLDER = N_("Bản triển khai {number}"), N_("Thư mục {name}")


@click.command(
    cls=BilingualCommand,
    help=N_(
        "Ghi tài liệu của một quy trình vào tệp Word hoặc PDF: sơ đồ, vai trò, các bước, biểu mẫu, thời hạn, thư, "
        "bảng, thay đổi so với bản trước. Không nêu quy trình thì in ra tên các quy trình."
    ),
)
@click.argument("process", required=False)
@click.option(
    "--draft",
    help=N_("Một thư mục có workflows/ và forms/, hoặc số của một bản triển khai; không nêu là bản mới nhất."),
)
@click.option("--language", type=click.Choice(LANGUAGES), help=N_("Ngôn ngữ của tài liệu."))
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help=N_("Ghi vào tệp này, đuôi .docx hoặc .pdf.")
)
@pass_context
def describe(
    context: CommandContext, process: str | None, draft: str | None, language: Language | None, out: Path | None
) -> None:
    """Write the handbook of a PROCESS as a Word file or a PDF; without one the names of all processes are printed."""
    source, spoken = _read_source(context, draft), language or context.language
    books = book.list_books(source.files, spoken)
    if process is None:
        for path, name in books:
            click.echo(f"{path.stem}: {name}")
        return
    kind = next((one for one in book.PAPER_KINDS if out is not None and out.suffix == f".{one}"), None)
    if out is None or kind is None:
        raise context.refusal(N_("--out: nêu một tệp có đuôi .docx hoặc .pdf."))
    path = next((path for path, name in books if process in (path.stem, name)), PurePosixPath(process))
    composed = book.compose_book(source, path, spoken)
    out.write_bytes(book.write_book(composed, kind, fonts.choose_typeface(SERIF_FOLDER), clock.now()))
    context.echo(N_("Đã ghi {file}."), file=out)


def _read_source(context: CommandContext, draft: str | None) -> BookSource:
    """The files to tell of and those of the version before, which a folder has none of."""
    if draft is not None and not draft.isdigit():
        files = definitions.read_deployment_folder(Path(draft))
        return BookSource(files, None, context.text(_FOLDER, name=Path(draft).name))
    with transaction(context.database) as tx:
        numbers = [one.number for one in release.list_deployments(tx)]
        number = parse_whole_number(draft) if draft else max(numbers, default=None)
        if number not in numbers or number is None:
            raise NotFound("deployment-unknown", number=draft or "–")
        earlier = max((one for one in numbers if one < number), default=None)
        stored = [
            None if one is None else definitions.load_stored_files(tx, definitions.digest_of_number(tx, one))
            for one in (number, earlier)
        ]
        units = unit_captions.current_units(tx.read)
    return BookSource(stored[0] or {}, stored[1], context.text(_DEPLOYED, number=number), units)


COMMANDS = (describe,)
