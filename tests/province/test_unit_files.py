"""Promises of reading unit files and maps: formats are known by their header, and every bad row is named."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput, InvalidFiles
from engine.province.unit_files import MapRow, UnitRow, read_unit_file, read_unit_map, row_sentence
from engine.translation.catalogue import LANGUAGES
from tests.paths import PROVINCE_DATA

DATA = PROVINCE_DATA
THREE = "province_code,province,level,code,name_with_type,parent_code\n"
TWO = "province_code,province,code,name_with_type\n"
ORGANISATION = "code,name,kind,parent_code\n"
MAP = "old_code,new_code,relation\n"

Writer = Callable[[str | bytes], Path]


@pytest.fixture
def file(tmp_path: Path) -> Writer:
    """Writes a file and gives its path."""

    def write(content: str | bytes) -> Path:
        path = tmp_path / "units.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.mark.parametrize(
    ("name", "form", "rows"),
    [
        ("provinces/dong_nai_2021/units.csv", "three_level", 1 + 11 + 170),
        ("provinces/dong_nai_2025/units.csv", "two_level", 1 + 95),
        ("provinces/dong_nai_2021/organisation.csv", "organisation", 33),
        ("provinces/dong_nai_2025/organisation.csv", "organisation", 17),
    ],
)
def test_own_unit_files_are_recognised_and_complete(name: str, form: str, rows: int) -> None:
    found = read_unit_file(DATA / name)
    assert (found.format, len(found.rows)) == (form, rows)


@pytest.mark.parametrize(
    ("name", "rows"),
    [("provinces/dong_nai_2025/former_units.csv", 282), ("provinces/dong_nai_2025/former_organisation.csv", 23)],
)
def test_own_maps_are_read_completely(name: str, rows: int) -> None:
    assert len(read_unit_map(DATA / name)) == rows


def test_codes_keep_leading_zeros_and_order_of_columns_does_not_matter(file: Writer) -> None:
    path = file("name_with_type,code,province,province_code,lat,lon\n Phường Phúc Xá ,00001,Hà Nội,01,21.04,105.84\n")
    province, ward = read_unit_file(path).rows
    assert province == UnitRow(2, "01", "Hà Nội", "province", None, implied=True)
    assert ward == UnitRow(2, "00001", "Phường Phúc Xá", "commune", "01", 21.04, 105.84)


def test_byte_order_mark_of_a_spreadsheet_is_no_part_of_the_header(file: Writer) -> None:
    assert read_unit_file(file(b"\xef\xbb\xbf" + (TWO + "75,A,26068,B\n").encode())).format == "two_level"


def test_relation_unknown_leads_nowhere_whatever_stands_beside_it(file: Writer) -> None:
    path = file(MAP + "26071,26080,unknown\n")
    assert read_unit_map(path) == (MapRow(path, 2, "26071", None, "unknown"),)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "the file is empty"),
        (TWO, "a header and no rows"),
        ("code,name\n1,a\n", r"expected \(three_level\) province_code, .*two_level.*organisation.*kind, parent_code"),
        ("level," + TWO + "commune,75,A,26068,B\n", r"expected \(three_level\)"),
        ("code,code,kind,parent_code\n1,1,police,75\n", "named twice"),
        ((TWO + "75,A,1,B\n75,A,2,").encode() + b"\xd0\xfb\n", r":3: the row is not UTF-8"),
        (TWO + '75,A,1,"B\n', r":2: the row is not CSV"),
        (TWO + "75,A,1\n", r":2: the row has 3 columns instead of 4"),
        (TWO + "75,A,,B\n", ":2: code is missing"),
        (TWO + "75,A,1,\n", ":2: name_with_type is missing"),
        (TWO + "75,,1,A\n", ":2: province is missing"),
        (TWO + "75,A,1 2,B\n", ":2: code '1 2' is not a unit code"),
        (TWO + "75,A,75,B\n", ":2: the unit 75 is its own parent"),
        (TWO + "75,A,1,B\n75,A,2,C\n75,A,1,D\n", ":4: 1: the code stands in row 2 already"),
        (THREE + "75,A,hamlet,1,B,75\n", ":2: level 'hamlet' is not province, district or commune"),
        (THREE + "75,A,commune,1,B,\n", ":2: parent_code is missing"),
        (THREE + "75,A,district,1,B,76\n", ":2: the district's parent 76 is not its province 75"),
        (THREE + "75,A,province,76,B,\n", ":2: the province 76 stands under the province code 75"),
        (ORGANISATION + "75.X,A,ministry,75\n", ":2: kind 'ministry' is not one of department, hotline, office"),
        (TWO[:-1] + ",lat,lon\n75,A,1,B,north,106\n", ":2: lat 'north' is not a coordinate"),
        (TWO[:-1] + ",lat,lon\n75,A,1,B,11,nan\n", ":2: lon 'nan' is not a coordinate"),
    ],
)
def test_bad_unit_files_are_refused_naming_file_and_row(file: Writer, content: str | bytes, sentence: str) -> None:
    path = file(content)
    with pytest.raises(BadInput, match=sentence) as caught:
        read_unit_file(path)
    assert str(path) in str(caught.value)


def test_all_bad_rows_are_told_at_once(file: Writer) -> None:
    with pytest.raises(InvalidFiles) as caught:
        read_unit_file(file(TWO + "75,A,,B\n75,A,1,B\n75,A,2,\n"))
    assert [problem.line for problem in caught.value.problems] == [2, 4]


def test_a_bad_row_is_said_in_the_readers_language_by_file_and_row(file: Writer) -> None:
    with pytest.raises(InvalidFiles) as caught:
        read_unit_file(file(TWO + "75,A,,B\n75,A,1,B\n75,A,1,\n"))
    name = caught.value.problems[0].file.name
    sentences = [row_sentence(problem, language) for problem in caught.value.problems for language in LANGUAGES]
    assert sentences == [
        f"{name}, dòng 2: thiếu code",
        f"{name}, line 2: code is missing",
        f"{name}, dòng 4: thiếu name_with_type",
        f"{name}, line 4: name_with_type is missing",
    ]


def test_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nowhere\.csv: the file cannot be read"):
        read_unit_file(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("old,new\n1,2\n", r"old_commune_code, new_code, relation; or .* old_code, new_code, relation"),
        (MAP + "1,2,merged\n", ":2: relation 'merged' is not one of default, part, unknown"),
        (MAP + "1,,whole\n", ":2: new_code is missing"),
        (MAP + ",2,whole\n", ":2: old_code is missing"),
    ],
)
def test_bad_maps_are_refused_naming_file_and_row(file: Writer, content: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read_unit_map(file(content))


@given(st.binary(max_size=200) | st.text("0123,\n\"'abc\r\x00é", max_size=80).map(lambda rows: (TWO + rows).encode()))
def test_any_bytes_give_units_or_a_refusal(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    with suppress(BadInput):
        assert read_unit_file(path).rows


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_file_of_any_spreadsheet_is_read(file: Writer, delimiter: str, ending: str) -> None:
    header = "province_code,province,code,name_with_type,lat,lon".replace(",", delimiter)
    name = unicodedata.normalize("NFD", "Xã Ðại\u00a0 Phước ")
    place = ("10.98", "106.8") if delimiter == "," else ("10,98", "106,8")
    cells = (("75", "Đồng Nai", "26460", name, *place), ("75", "Đồng Nai", "26461", "B", "NA", ""))
    rows = [delimiter.join(row) for row in cells]
    read = read_unit_file(file("\ufeff" + ending.join([header, *rows, ""])))
    first, second = (row for row in read.rows if row.kind == "commune")
    assert (first.name, first.latitude, first.longitude) == ("Xã Đại Phước", 10.98, 106.8)
    assert second.latitude is None
