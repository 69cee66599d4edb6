"""The handbook of a process says everything about it, in captions and sentences, as a Word file and as a PDF."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from itertools import chain
from pathlib import PurePosixPath

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from pypdf import PdfReader

from engine.bpmn.lint.diagram import bpmn_tag
from engine.documents.fonts import choose_typeface
from engine.errors import NotFound
from engine.handbook.book import BookSource, compose_book, list_books, write_book
from engine.handbook.chapters import ChapterWriter
from engine.handbook.drawing import DrawnLine, DrawnText, draw_diagram
from engine.process import definitions
from engine.shipped import ROOT
from engine.studio.telling.step_facts import StepTeller
from engine.translation.catalogue import Language

FILES = definitions.read_deployment_folder(ROOT)
LEAVE = PurePosixPath("workflows/leave_request.bpmn")
NOON = datetime(2026, 12, 1, 5, tzinfo=UTC)
CHAPTERS = {
    "vi": ("Sơ đồ", "Mục đích", "Vai trò", "Các bước của cán bộ", "Việc hệ thống tự làm", "Biểu mẫu: Xin nghỉ phép"),
    "en": ("Diagram", "Purpose", "Role", "Steps of officers", "Steps of the system", "Form: Ask for leave"),
}


def _book_text(path: PurePosixPath, language: Language, before: dict[PurePosixPath, bytes] | None = None) -> str:
    book = compose_book(BookSource(FILES, before, "1"), path, language)
    cells = (chain(one.header, *one.rows) for one in book.chapters)
    return "\n".join(
        chain((book.title,), (one.heading for one in book.chapters), *(one.paragraphs for one in book.chapters), *cells)
    )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_chapters_say_everything_in_captions(language: Language) -> None:
    text = _book_text(LEAVE, language)
    assert all(chapter in text for chapter in CHAPTERS[language])
    teller = StepTeller(FILES, language)
    diagram = teller.diagrams[LEAVE]
    for node in diagram.nodes_of_kind("userTask", "serviceTask"):
        assert teller.caption(node.element) in text
    if language == "vi":
        for words in (
            "4 giờ làm việc",
            "16 giờ làm việc",
            "Loại nghỉ",
            "Nghỉ phép năm",
            "[mã hồ sơ]",
            "Lãnh đạo đơn vị",
        ):
            assert words in text


def test_no_id_of_an_element_stands_in_a_book() -> None:
    teller = StepTeller(FILES, "vi")
    for path, diagram in teller.diagrams.items():
        chapters = ChapterWriter(teller, path).chapters()
        text = "\n".join(cell for one in chapters for row in one.rows for cell in row)
        ids = {str(part.get("id")) for part in diagram.root.iter(bpmn_tag("*"))}
        assert not {one for one in ids if "_" in one and re.search(rf"\b{one}\b", text)}, path


def test_what_has_changed_is_told_and_so_is_that_nothing_has() -> None:
    assert "Không có gì thay đổi so với bản trước." in _book_text(LEAVE, "vi", dict(FILES))
    assert "Không có bản trước để so sánh." in _book_text(LEAVE, "vi")
    before = FILES | {LEAVE: FILES[LEAVE].replace(b"working_hours(4)", b"working_hours(2)")}
    assert "đổi từ 2 giờ làm việc thành 4 giờ làm việc." in _book_text(LEAVE, "vi", before)


def test_the_drawing_has_all_that_is_drawn() -> None:
    root = StepTeller(FILES, "vi").diagrams[LEAVE].root
    sheet = draw_diagram(root, "vi")
    texts = {mark.text for mark in sheet.marks if isinstance(mark, DrawnText)}
    assert {"Quyết định đơn xin nghỉ", "Ai quyết định?", "Người xin nghỉ", "đồng ý"} <= texts
    lines = [mark for mark in sheet.marks if isinstance(mark, DrawnLine)]
    assert len(lines) == len(list(root.iter("{*}sequenceFlow")))
    points = [point for line in lines for point in line.points]
    assert all(0 <= x <= sheet.width and 0 <= y <= sheet.height for x, y in points)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_word_file_and_pdf_can_be_opened_and_say_the_same(language: Language) -> None:
    book = compose_book(BookSource(FILES, None, "1"), LEAVE, language)
    typeface = choose_typeface(None)
    word = Document(BytesIO(write_book(book, "docx", typeface, NOON)))
    assert [one.orientation for one in word.sections] == [WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]
    assert len(word.inline_shapes) == 1
    reader = PdfReader(BytesIO(write_book(book, "pdf", typeface, NOON)))
    printed = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    written = " ".join(one.text for one in word.paragraphs)
    for chapter in book.chapters:
        assert chapter.heading in written
        assert chapter.heading in printed
    assert reader.metadata is not None
    assert reader.metadata.title == book.title


def test_a_process_that_is_not_there_is_refused() -> None:
    assert (LEAVE, "Đơn xin nghỉ phép") in list_books(FILES, "vi")
    with pytest.raises(NotFound):
        compose_book(BookSource(FILES, None, "1"), PurePosixPath("workflows/nothing.bpmn"), "vi")
