"""The appendix as a spreadsheet, a Word file and a PDF: what can be read back from each."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook
from pypdf import PdfReader

from engine.documents import appendix_files, appendix_layout, official
from engine.documents.appendix_paper import COLUMNS, TOTAL, AppendixPaper, AppendixRow
from engine.documents.appendix_xlsx import FIRST_COLUMN, FIRST_ROW, SHEETS
from engine.errors import NotFound
from engine.statistics import scope
from tests.documents.sample import MADE_AT, sample_paper, tree
from tests.paths import ROOT

SERIF = ROOT / "web" / "static" / "vendor"
HOSTILE = (
    "=1+1",
    "@SUM(A1)",
    "+84 912",
    "-2+3",
    '=HYPERLINK("http://x.example","y")',
    "<w:p/>&amp;\x07]]>",
    "Phường 😀",
)


@pytest.fixture(scope="module")
def province() -> AppendixPaper:
    return sample_paper(2021)


def read(paper: AppendixPaper, kind: str) -> BytesIO:
    return BytesIO(appendix_files.render_file(kind, paper, MADE_AT, SERIF))


def hostile(paper: AppendixPaper) -> AppendixPaper:
    """The same paper with names that somebody smuggled into a unit file."""
    units, fields = paper.tables
    lines = tuple(replace(line, name=name) for line, name in zip(units.lines, HOSTILE, strict=False))
    lines = tuple(replace(line, name=official.printable_text(line.name), children=()) for line in lines)
    return replace(paper, tables=(replace(units, lines=lines), fields))


@pytest.mark.slow
def test_the_spreadsheet_calculates_what_it_says(province: AppendixPaper) -> None:
    """Formulas are worked out here by hand: sums of cells and shares; the values kept with them are the same."""
    content = read(province, "xlsx")
    formulas, values = load_workbook(content), load_workbook(content, data_only=True)
    assert formulas.sheetnames == list(SHEETS)
    for name, table in zip(SHEETS, province.tables, strict=True):
        sheet, kept = formulas[name], values[name]
        total = FIRST_ROW + len(table.lines)
        assert sheet.cell(total, 2).value == TOTAL
        for row in range(FIRST_ROW, total + 1):
            of: Any = table.total if row == total else table.lines[row - FIRST_ROW].figures
            for place, column in enumerate(COLUMNS, FIRST_COLUMN):
                found = kept.cell(row, place).value
                assert found == calculated(sheet, sheet.cell(row, place).value), (name, row, column.key)
                if column.whole is None:
                    assert found == column.part(of)
        assert str(sheet.cell(total, FIRST_COLUMN).value).startswith("=SUM(")


def calculated(sheet: Any, value: Any) -> Any:
    """The value of a cell as a spreadsheet works it out, for the two kinds of formula that we write."""
    if not isinstance(value, str) or not value.startswith("="):
        return value
    if value.startswith("=SUM("):
        cells = [sheet[part] for part in value[5:-1].split(",")]
        flat = [cell for part in cells for row in (part if isinstance(part, tuple) else ((part,),)) for cell in row]
        return sum(calculated(sheet, cell.value) for cell in flat)
    whole, part = value.partition("=0,")[0].removeprefix("=IF("), value.rpartition("100*")[2].partition("/")[0]
    number = sum(calculated(sheet, sheet[name].value) for name in whole.strip("()").split("+"))
    return 100 * calculated(sheet, sheet[part].value) / number if number else official.NO_SHARE


def test_the_spreadsheet_is_ready_to_be_printed(province: AppendixPaper) -> None:
    for sheet in load_workbook(read(province, "xlsx")):
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
            "landscape",
            1,
            0,
        )
        assert sheet.print_title_rows == f"${FIRST_ROW - 3}:${FIRST_ROW - 1}"
        assert sheet.freeze_panes == f"C{FIRST_ROW}"


def test_no_name_is_taken_for_a_formula(province: AppendixPaper) -> None:
    paper = hostile(province)
    sheet = load_workbook(read(paper, "xlsx"))[SHEETS[0]]
    for place, line in enumerate(paper.tables[0].lines):
        cell = sheet.cell(FIRST_ROW + place, 2)
        assert (cell.data_type, cell.value) == ("s", line.name)
        assert cell.quotePrefix is (line.name[0] in "=+-@")


def test_word_repeats_the_head_keeps_lines_together_and_uses_the_decrees_measures(province: AppendixPaper) -> None:
    document = Document(read(province, "docx"))
    section: Any = document.sections[0]
    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [297, 210]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(side.mm) for side in margins] == [20, 20, 30, 15]
    _head, units, _fields, _signatures = document.tables
    rows: Any = units._tbl.tr_lst
    assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows[:4]] == [True, True, True, False]
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    text = ["".join(node.text or "" for node in cell.iter(qn("w:t"))) for cell in rows[-1].tc_lst]
    assert text[1:4] == [TOTAL, *(column.cell_text(province.tables[0].total) for column in COLUMNS[:2])]
    assert len(rows) == len(province.tables[0].lines) + 4
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert [line.text for line in document.paragraphs][:2] == [
        "Phụ lục",
        "KẾT QUẢ TIẾP NHẬN, XỬ LÝ PHẢN ÁNH, KIẾN NGHỊ QUA TỔNG ĐÀI 1022",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("year", "most"), [(2021, 400), (2025, 400), (2021, 60_000)])
def test_every_page_of_the_pdf_has_the_head_and_no_total_stands_alone(year: int, most: int) -> None:
    paper = sample_paper(year, most=most)
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(read(paper, "pdf")).pages]
    everything = "\n".join(pages)
    for text in (official.NATIONAL_TITLE, official.MOTTO, *paper.subject_lines, paper.place_and_date, *paper.signer):
        assert everything.count(text) >= 1, text
    assert all("Kỳ trước chuyển sang" in page for page in pages[:-1])
    names = {line.name for table in paper.tables for line in table.lines}
    ending = next(page for page in pages if TOTAL in page)
    assert sum(name in ending for name in names) >= 3
    assert paper.signer[0] in pages[-1]
    assert "Cách xếp" in pages[-1]
    assert [page.partition(" ")[0] for page in pages[1:]] == [str(number) for number in range(2, len(pages) + 1)]


@pytest.mark.parametrize("kind", sorted(appendix_files.MIME_TYPES))
def test_hostile_names_and_an_empty_appendix_are_drawn(province: AppendixPaper, kind: str) -> None:
    assert len(read(hostile(province), kind).getvalue()) > 5000
    empty = tuple(replace(table, lines=()) for table in province.tables)
    assert len(read(replace(province, tables=empty), kind).getvalue()) > 5000


def test_a_pdf_can_be_drawn_without_the_serif(tmp_path: Path, province: AppendixPaper) -> None:
    short = replace(province, tables=tuple(replace(table, lines=()) for table in province.tables))
    content = appendix_files.render_file("pdf", short, MADE_AT, tmp_path)
    assert official.MOTTO in PdfReader(BytesIO(content)).pages[0].extract_text()


def test_numbers_fit_their_columns() -> None:
    assert appendix_layout.fitting_type_size(sample_paper(2021, most=40)) == 11.0
    assert appendix_layout.fitting_type_size(sample_paper(2021, most=60_000)) < 11.0
    assert sum(appendix_layout.column_widths()) == pytest.approx(appendix_layout.INNER_WIDTH)


def test_check_calls_stand_below_the_ranking_in_every_kind_of_file(province: AppendixPaper) -> None:
    called = tuple(f"Xã {number}: rút thăm 1 hồ sơ, đã gọi 1, liên lạc được 0." for number in range(170))
    paper = replace(province, callbacks=called)
    pages = [page.extract_text() for page in PdfReader(read(paper, "pdf")).pages]
    assert sum(text.count("IV. GỌI LẠI KIỂM TRA") for text in pages) == 1
    assert all(line in "\n".join(pages) for line in called)
    assert called[-1] in pages[-1]  # The signatures are not alone.
    words = [paragraph.text for paragraph in Document(read(paper, "docx")).paragraphs]
    assert words[words.index("IV. GỌI LẠI KIỂM TRA") + 1 :][:170] == list(called)
    cells = [row[0] for row in load_workbook(read(paper, "xlsx"))[SHEETS[0]].iter_rows(values_only=True)]
    assert cells[cells.index("IV. GỌI LẠI KIỂM TRA") + 1 :][:170] == list(called)


def test_there_is_no_other_kind_of_file(province: AppendixPaper) -> None:
    with pytest.raises(NotFound):
        appendix_files.render_file("exe", province, MADE_AT)


def test_who_answers_for_several_units_issues_for_what_is_above_them() -> None:
    units = tree(2021)
    whole = scope.whole_province(units)
    assert appendix_files.issuer_for_scope(whole, units).name == "Ủy ban nhân dân tỉnh Đồng Nai"
    several = scope.FiguresScope(("731", "75.SYT"), everything=False, name="Thành phố Biên Hòa, Sở Y tế")
    assert appendix_files.issuer_for_scope(several, units).name == "Ủy ban nhân dân tỉnh Đồng Nai"
    one = scope.narrow_scope(whole, units, "731")
    assert appendix_files.issuer_for_scope(one, units).name == "Ủy ban nhân dân thành phố Biên Hòa"


def test_lines_know_their_units(province: AppendixPaper) -> None:
    lines: tuple[AppendixRow, ...] = province.tables[0].lines
    assert {line.code for line in lines if line.name == "Phường Trảng Dài"} == {"25993"}
