"""House numbers: a province's file is loaded whole or not at all, and found by what they begin with."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import event

from engine.actor import SYSTEM, ActStamp
from engine.errors import BadInput
from engine.province import addresses
from engine.province.address_file import fold_address
from engine.province.addresses import AddressLoadResult
from engine.province.borders import BorderOrigin
from engine.store.db import Transaction
from tests.kit.hotline import NOW
from tests.kit.province import load_year

sqlite_alone = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
HEADER = "address,commune,lon,lat\n"
ROWS = (
    '"10 Nguyễn Trãi, Phường Trảng Dài",25993,106.86,10.98\n'
    '"9 Nguyễn Trãi, Phường Trảng Dài",25993,106.861,10.981\n'
    '"10/2 Nguyễn Trãi, Phường Hóa An",26068,106.80,10.94\n'
    '"10 Nguyễn Trãi, Xã Nơi Khác",99999,106.86,10.98\n'
    '"Chợ Biên Hòa",,106.82,10.95\n'
)


def load(tx: Transaction, tmp_path: Path, content: str | bytes) -> AddressLoadResult:
    path = tmp_path / "addresses.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return addresses.load_addresses(tx, path, BorderOrigin("Sở Xây dựng", "nội bộ"), ActStamp(SYSTEM, NOW))


def texts(tx: Transaction, text: str, place: str = "") -> list[str]:
    return [row.text.partition(",")[0] for row in addresses.find_addresses(tx, text, place)]


def test_house_numbers_are_found_without_diacritics_by_number_or_street(tx: Transaction, tmp_path: Path) -> None:
    load_year(tx, 2021)
    assert addresses.current_addresses(tx) is None
    assert load(tx, tmp_path, HEADER + ROWS) == AddressLoadResult(4, 1)
    assert addresses.current_addresses(tx) == BorderOrigin("Sở Xây dựng", "nội bộ")
    assert texts(tx, "10 nguyen") == texts(tx, "số nhà 10, NGUYỄN TRÃI") == ["10 Nguyễn Trãi"]
    assert texts(tx, "10", "26068") == ["10/2 Nguyễn Trãi", "10 Nguyễn Trãi"]  # The chosen commune first.
    assert texts(tx, "nguyễn trãi") == ["10/2 Nguyễn Trãi", "9 Nguyễn Trãi", "10 Nguyễn Trãi"]
    assert texts(tx, "cho bien") == ["Chợ Biên Hòa"]
    for nothing in ("", "1", "%", "_", "xyz", "\x00", "ổ" * 500):
        assert texts(tx, nothing) == []
    assert load(tx, tmp_path, HEADER + ROWS.splitlines()[0]) == AddressLoadResult(1, 0)  # Replaced, not added.
    assert texts(tx, "cho bien") == []


def test_spellings_of_one_address_fold_alike() -> None:
    spellings = ("12/3 Nguyễn Trãi, P. Hóa An", "Số 12/3 nguyen trai p hoa an", "số nhà 12/3  Nguyễn Trãi; P.Hoá An")
    assert {fold_address(text) for text in spellings} == {"12/3 nguyen trai p hoa an"}


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("address,lon,lat\nA,106.8,10.9\n", "addresses-header-unknown"),
        (HEADER + "A 1,25993,10.9,106.8\n", "address-not-degrees"),
        (HEADER + "A 1,25993,x,106.8\n", "address-not-degrees"),
        (HEADER + ",25993,106.8,10.9\n", "address-unusable"),
        (HEADER + "A 1,99999,106.8,10.9\n", "addresses-of-no-commune"),
        (HEADER, "addresses-of-no-commune"),
        ((HEADER + "Ổ 1,25993,106.8,10.9\n").encode("utf-16"), "addresses-not-utf8"),
    ],
)
def test_an_unusable_file_is_refused_with_its_row(
    tx: Transaction, tmp_path: Path, content: str | bytes, rule: str
) -> None:
    load_year(tx, 2021)
    with pytest.raises(BadInput) as refused:
        load(tx, tmp_path, content)
    assert refused.value.rule == rule


def test_spreadsheets_with_semicolons_decimal_commas_and_a_mark_are_read(tx: Transaction, tmp_path: Path) -> None:
    load_year(tx, 2021)
    content = "\ufeffAddress;Commune;Lon;Lat\r\n1 Lê Lợi;25993;106,86;10,98\r\n"
    assert load(tx, tmp_path, content).addresses == 1
    assert texts(tx, "1 le") == ["1 Lê Lợi"]


@sqlite_alone
def test_what_begins_alike_is_read_from_an_index_and_no_more_than_is_ranked(tx: Transaction, tmp_path: Path) -> None:
    load_year(tx, 2021)
    load(tx, tmp_path, HEADER + "".join(f"{number} Lê Lợi,25993,106.8,10.9\n" for number in range(1, 2001)))
    asked: list[str] = []
    event.listen(tx.read, "before_cursor_execute", lambda *call: asked.append(call[2]))
    assert texts(tx, "1") == []
    assert texts(tx, "12 le") == ["12 Lê Lợi"]
    assert len(texts(tx, "le loi")) == addresses.MOST_OFFERED
    plans = [str(tx.read.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", ("a", "b", 1, 0)).all()) for sql in tuple(asked)]
    assert ["ix_address_folded" in plan or "ix_address_street" in plan for plan in plans] == [True, True]
    assert all("SCAN" not in plan and "TEMP B-TREE" not in plan for plan in plans)
