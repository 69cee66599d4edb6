"""Parses a province's file of addresses: CSV with the columns address, commune, lon and lat, without a database.

A province makes it from its own register, or from an extract of OpenStreetMap. The commune's code may be left empty:
it then follows from the point.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from engine.errors import BadInput
from engine.province.border_file import EAST, NORTH, SOUTH, WEST
from engine.text import find_delimiter, strip_diacritics
from forms.texts import BLOCKED, tidy_text

COLUMNS = ("address", "commune", "lon", "lat")
MAX_BYTES, MAX_ADDRESSES = 300_000_000, 3_000_000
LONGEST_ADDRESS = 200
_NUMBER = re.compile(r"^(?:so nha |nha so |so )?(?=[0-9])")
_NUMBER_FIRST = re.compile(r"^[0-9][^ ]* ")
_APART = re.compile(r"[^\w/]+")


@dataclass(frozen=True, slots=True)
class AddressLine:
    """One address; `place` is the code of its commune, "" where the file names none."""

    text: str
    place: str
    longitude: float
    latitude: float


def fold_address(text: str) -> str:
    """An address as it is compared: without diacritics and punctuation, and without "số", "số nhà" at the beginning."""
    return _NUMBER.sub("", _APART.sub(" ", strip_diacritics(text)).strip())[:LONGEST_ADDRESS]


def street_of(folded: str) -> str:
    """What follows the number of a folded address; all of one without a number."""
    return _NUMBER_FIRST.sub("", folded)


def read_addresses(path: Path) -> Iterator[AddressLine]:
    """The addresses in the file at `path`, one after the other; raises BadInput naming the row that cannot be used."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput("addresses-too-large", path=path, most=MAX_BYTES // 1_000_000)
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _read_rows(path, file)
    except OSError as error:
        raise BadInput("unit-file-unreadable", path=path, reason=error.strerror) from error
    except UnicodeDecodeError as error:
        raise BadInput("addresses-not-utf8", path=path) from error


def _read_rows(path: Path, file: TextIO) -> Iterator[AddressLine]:
    delimiter = find_delimiter(file.readline())
    file.seek(0)
    reader = csv.DictReader(file, delimiter=delimiter, strict=True)
    names = {(name or "").strip().lower().lstrip("\ufeff"): name for name in reader.fieldnames or ()}
    if not set(COLUMNS) <= names.keys():
        raise BadInput("addresses-header-unknown", path=path, columns=COLUMNS)
    try:
        for count, row in enumerate(reader, start=1):
            if count > MAX_ADDRESSES:
                raise BadInput("addresses-too-many", path=path, most=MAX_ADDRESSES)
            cells = {column: (row[names[column]] or "").strip() for column in COLUMNS}
            yield _read_row(path, reader.line_num, cells)
    except csv.Error as error:
        raise BadInput("unit-file-not-csv", path=path, line=str(reader.line_num), reason=str(error)) from error


def _read_row(path: Path, line: int, cells: Mapping[str, str]) -> AddressLine:
    text = tidy_text(cells["address"], LONGEST_ADDRESS)
    if not text or text == BLOCKED or not fold_address(text):
        raise BadInput("address-unusable", path=path, line=str(line))
    try:
        longitude, latitude = (float(cells[name].replace(",", ".")) for name in ("lon", "lat"))
    except ValueError:
        longitude, latitude = float("nan"), float("nan")
    if not (WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH):
        raise BadInput("address-not-degrees", path=path, line=str(line))
    return AddressLine(text, cells["commune"], longitude, latitude)
