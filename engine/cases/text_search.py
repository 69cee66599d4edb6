"""Finding reports by what somebody types: the words of a text, and the reports that they lead to.

Imported by use cases. Both databases keep an index of the words of `report.folded` (the revisions make it), so that a
search among a million cases reads only what it finds.
"""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, and_, literal, select
from sqlalchemy import text as sql

from engine.cases import case_code
from engine.errors import BadInput
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Report
from engine.text import fold
from forms.texts import national_number

MOST_WORDS = 12

_report = table_of(Report)
_WORD = re.compile(r"[0-9a-z]+")
_MATCHING = {
    "sqlite": "SELECT rowid FROM report_search WHERE report_search MATCH :words",
    "postgresql": "SELECT id FROM report WHERE to_tsvector('simple', folded) @@ to_tsquery('simple', :words)",
}
_NEWEST = {"sqlite": " ORDER BY rowid DESC", "postgresql": " ORDER BY id DESC"}


def words(text: str) -> list[str]:
    """The words of a text as the index knows them."""
    return _WORD.findall(fold(text))


def ids(tx: Transaction, text: str, most: int, *, newest: bool) -> list[int]:
    """The ids of reports, at most so many, that a code, a phone number or words lead to; of many, any or the newest.

    Words of name, address and content may be typed with or without diacritics, in any order, and are found by their
    beginnings. A text without any finds nothing.
    """
    try:
        exact: ColumnElement[bool] = _report.c.code == case_code.parse(text)
    except BadInput:
        number = national_number(text)
        if number is None:
            return _among(tx, words(text)[:MOST_WORDS], most, newest=newest)
        exact = _report.c.phone == number
    wanted = select(_report.c.id).where(exact).order_by(_report.c.id.desc()).limit(most)
    return list(tx.read.execute(wanted).scalars())


def holding(text: str) -> ColumnElement[bool]:
    """What words ask of a report, tested on each row: for texts that so many reports match that looking
    them all up would take longer than meeting some in another order."""
    padded = literal(" ").concat(_report.c.folded)
    return and_(*(padded.like(f"% {word}%") for word in words(text)[:MOST_WORDS]))


def _among(tx: Transaction, found: list[str], most: int, *, newest: bool) -> list[int]:
    dialect = tx.read.dialect.name
    if not found:
        return []
    if dialect == "sqlite":
        asked = " ".join(f'"{word}"*' for word in found)
    else:
        asked = " & ".join(f"{word}:*" for word in found)
    order = _NEWEST[dialect] if newest else ""
    statement = sql(f"{_MATCHING[dialect]}{order} LIMIT :most")
    return list(tx.read.execute(statement, {"words": asked, "most": most}).scalars())
