"""Full-text search for reports: splits text into words and finds the reports that match.

Both databases keep an index of the words in `report.folded` (created by the revisions), so that a search among a
million cases reads only what it finds.
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
from engine.text import strip_diacritics
from forms.texts import national_number

MOST_WORDS = 12

_report = table_of(Report)
_WORD = re.compile(r"[0-9a-z]+")
_MATCH_SQL = {
    "sqlite": "SELECT rowid FROM report_search WHERE report_search MATCH :words",
    "postgresql": "SELECT id FROM report WHERE to_tsvector('simple', folded) @@ to_tsquery('simple', :words)",
}
_NEWEST_FIRST_SQL = {"sqlite": " ORDER BY rowid DESC", "postgresql": " ORDER BY id DESC"}


def tokenize(text: str) -> list[str]:
    """The words of a text as indexed."""
    return _WORD.findall(strip_diacritics(text))


def find_report_ids(tx: Transaction, text: str, limit: int, *, newest: bool) -> list[int]:
    """The ids of at most `limit` reports that match a code, a phone number or words; of more, any or the newest.

    Words of name, address and content may be typed with or without diacritics, in any order, and match by prefix. A
    text without words finds nothing.
    """
    try:
        exact: ColumnElement[bool] = _report.c.code == case_code.parse_code(text)
    except BadInput:
        number = national_number(text)
        if number is None:
            return _ids_by_words(tx, tokenize(text)[:MOST_WORDS], limit, newest=newest)
        exact = _report.c.phone == number
    query = select(_report.c.id).where(exact).order_by(_report.c.id.desc()).limit(limit)
    return list(tx.read.execute(query).scalars())


def words_condition(text: str) -> ColumnElement[bool]:
    """A condition that matches words row by row.

    For texts that match so many reports that looking them all up would take longer than testing rows in another order.
    """
    padded = literal(" ").concat(_report.c.folded)
    return and_(*(padded.like(f"% {word}%") for word in tokenize(text)[:MOST_WORDS]))


def _ids_by_words(tx: Transaction, terms: list[str], limit: int, *, newest: bool) -> list[int]:
    dialect = tx.read.dialect.name
    if not terms:
        return []
    if dialect == "sqlite":
        match_query = " ".join(f'"{word}"*' for word in terms)
    else:
        match_query = " & ".join(f"{word}:*" for word in terms)
    order = _NEWEST_FIRST_SQL[dialect] if newest else ""
    statement = sql(f"{_MATCH_SQL[dialect]}{order} LIMIT :most")
    return list(tx.read.execute(statement, {"words": match_query, "most": limit}).scalars())
