"""A process's handbook as a whole: what it says, which drawings it shows, what has changed; for Word and for PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Literal

from engine.documents.fonts import Typeface
from engine.documents.outline_docx import OutlinePicture, write_outline
from engine.errors import NotFound
from engine.handbook.chapters import ChapterWriter, HandbookChapter
from engine.handbook.drawing import DrawnSheet, draw_diagram
from engine.handbook.pages import write_pages
from engine.handbook.painting import paint_picture
from engine.handbook.table_chapters import table_chapters
from engine.studio.deployment_map import map_files
from engine.studio.diff import added_words, deployment_diff
from engine.studio.telling.step_facts import StepTeller
from engine.translation.catalogue import N_, Language, translate
from engine.translation.wording import Caption

Files = Mapping[PurePosixPath, bytes]
PaperKind = Literal["docx", "pdf"]
PAPER_KINDS: tuple[PaperKind, ...] = ("docx", "pdf")
TITLE = N_("Quy trình: {name}")
DRAWING, PURPOSE, CHANGES = N_("Sơ đồ"), N_("Mục đích"), N_("Thay đổi so với bản trước")


@dataclass(frozen=True, slots=True)
class BookSource:
    """What a handbook is written from: the files, those of the version before, a sentence that names the version."""

    files: Files
    before: Files | None
    version: str
    units: Mapping[str, Caption] | None = None


@dataclass(frozen=True, slots=True)
class ProcessBook:
    """The handbook of one diagram: title, notes under it, chapters; `drawing` belongs to the first chapter."""

    title: str
    notes: Sequence[str]
    chapters: Sequence[HandbookChapter]
    drawing: DrawnSheet
    language: Language


def list_books(files: Files, language: Language) -> list[tuple[PurePosixPath, str]]:
    """The diagrams that have a handbook, each with the name of its process."""
    teller = StepTeller(files, language)
    return [(path, _process_name(teller, path)) for path in teller.diagrams]


def compose_book(source: BookSource, path: PurePosixPath, language: Language) -> ProcessBook:
    """The handbook of the diagram at `path`; raises NotFound where there is none that can be read."""
    teller = StepTeller(source.files, language, source.units)
    if path not in teller.diagrams:
        raise NotFound("draft-file-unknown", file=path)
    writer, name = ChapterWriter(teller, path), _process_name(teller, path)
    mapped = map_files(source.files)
    own = [one.path for one in mapped.files if path in one.diagrams]
    chapters = [
        HandbookChapter(translate(DRAWING, language)),
        *([HandbookChapter(translate(PURPOSE, language), purpose)] if (purpose := writer.purpose()) else []),
        *writer.chapters(),
        *(chapter for one in own if one.suffix == ".dmn" for chapter in table_chapters(teller, one)),
        HandbookChapter(translate(CHANGES, language), _changes(source, own, teller)),
    ]
    drawing = draw_diagram(teller.diagrams[path].root, language)
    return ProcessBook(translate(TITLE, language).format(name=name), (source.version,), chapters, drawing, language)


def _process_name(teller: StepTeller, path: PurePosixPath) -> str:
    return teller.process_name(path) or path.stem


_FIRST, _SAME = N_("Không có bản trước để so sánh."), N_("Không có gì thay đổi so với bản trước.")


def _changes(source: BookSource, own: Sequence[PurePosixPath], teller: StepTeller) -> list[str]:
    """What this version changes in the files of the process, in sentences."""
    language = teller.language
    if source.before is None:
        return [translate(_FIRST, language)]
    differences = deployment_diff.compare_files(source.before, source.files)
    sentences = [
        added_words.describe_change_whole(change, one.path, teller)
        for one in differences
        if one.path in own and one.kind == deployment_diff.CHANGED
        for change in one.changes
        if change.kind != deployment_diff.MOVED
    ]
    sentences += [added_words.describe_file(one, teller) for one in differences if one.path in own and not one.changes]
    return list(dict.fromkeys(sentences)) or [translate(_SAME, language)]


def write_book(book: ProcessBook, kind: PaperKind, typeface: Typeface, made_at: datetime) -> bytes:
    """The handbook as the bytes of a Word file or a PDF."""
    if kind == "pdf":
        return write_pages(book.title, book.notes, book.chapters, book.drawing, (typeface, made_at, book.language))
    pictures = {}
    if book.drawing.marks:
        picture = OutlinePicture(paint_picture(book.drawing, typeface), book.drawing.width, book.drawing.height)
        pictures[book.chapters[0].heading] = picture
    return write_outline(book.title, book.notes, book.chapters, made_at, pictures)
