"""Full-text search for reports: finds the reports that match a code, a phone number or words.

Both databases keep an index of the words in `report.folded` and `report.matter` (created by the revisions), so that a
search among a million cases reads only what it finds. What names the reporter stands in `folded` alone, so that a
search by the matter never touches it (R14).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select
from sqlalchemy import text as sql

from engine.cases import case_code, reports
from engine.cases.masking import tokenize
from engine.errors import BadInput
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Report
from forms.phones import read_phone_entry

MOST_WORDS = 12

_report = table_of(Report)
_MATCH_SQL = {
    "sqlite": "SELECT rowid FROM report_search WHERE report_search MATCH :words",
    "postgresql": (
        "SELECT id FROM report WHERE to_tsvector('simple', folded || ' ' || matter) @@ to_tsquery('simple', :words)"
    ),
}
_MATCH_MATTER_SQL = {
    "sqlite": _MATCH_SQL["sqlite"],
    "postgresql": "SELECT id FROM report WHERE to_tsvector('simple', matter) @@ to_tsquery('simple', :words)",
}
_NEWEST_FIRST_SQL = {"sqlite": " ORDER BY rowid DESC", "postgresql": " ORDER BY id DESC"}


@dataclass(frozen=True, slots=True)
class ExactKey:
    """What names reports without searching: a case code, whole or in part, or full phone numbers.

    `certain` when nothing but a code or number looks like this; the digits "552" may be one or a word.
    """

    codes: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    certain: bool = True

    @property
    def newest_ids(self) -> Select[Any]:
        """The ids of these reports, newest first."""
        if self.codes:
            return select(_report.c.id).where(_report.c.code.in_(self.codes)).order_by(_report.c.id.desc())
        return reports.ids_with_phones(self.phones)

    @property
    def condition(self) -> ColumnElement[bool]:
        """The condition that finds these reports."""
        return _report.c.code.in_(self.codes) if self.codes else or_(*map(reports.has_phone, self.phones))


def parse_exact(text: str, home: str) -> ExactKey | None:
    """The code or phone numbers that a text is or has, as in a pasted sentence or link; None for words.

    Codes may leave out `home`, the province's letters. Raises BadInput for a wrong check letter.
    """
    entry = read_phone_entry(text)
    if entry is not None:
        return ExactKey(phones=tuple(filter(None, (entry.number, entry.second))), certain=not entry.note)
    try:
        typed = case_code.read_typed(text, home)
    except BadInput as error:
        if error.rule == "case-code-mistyped":
            raise
        codes = case_code.extract_all(text, home)
        return ExactKey(codes=codes) if codes else None
    return ExactKey(codes=typed.codes, certain=typed.certain)


def find_report_ids(tx: Transaction, text: str, limit: int, *, newest: bool, home: str = "") -> list[int]:
    """The ids of at most `limit` reports that match a code, a phone number or words; of more, any or the newest.

    Words of name, address and content may be typed with or without diacritics, in any order, and match by prefix. A
    text without words finds nothing. Only for lists of cases whose reporters the reader may see.
    """
    try:
        exact = parse_exact(text, home)
    except BadInput:
        exact = None
    named = list[int]()
    if exact is not None:
        named = list(tx.read.execute(exact.newest_ids.limit(limit)).scalars())
    if exact is not None and exact.certain:
        return named
    words = _ids_by_words(tx, tokenize(text)[:MOST_WORDS], limit, newest=newest)
    return list(dict.fromkeys([*named, *words]))[:limit]


def has_words(text: str) -> bool:
    """Whether a text has any word to search for."""
    return bool(tokenize(text))


def find_by_matter(tx: Transaction, text: str, limit: int) -> list[int]:
    """The ids of the newest reports with these words in their matter, in what names nobody."""
    return _ids_by_words(tx, tokenize(text)[:MOST_WORDS], limit, newest=True, matter=True)


def words_condition(text: str) -> ColumnElement[bool]:
    """A condition that matches words row by row.

    For texts that match so many reports that looking them all up would take longer than testing rows in another order,
    and for the few reports whose reporters somebody may see.
    """
    padded = literal(" ").concat(_report.c.folded).concat(" ").concat(_report.c.matter)
    return and_(*(padded.like(f"% {word}%") for word in tokenize(text)[:MOST_WORDS]))


def _ids_by_words(tx: Transaction, terms: list[str], limit: int, *, newest: bool, matter: bool = False) -> list[int]:
    dialect = tx.read.dialect.name
    if not terms:
        return []
    if dialect == "sqlite":
        match_query = " ".join(f'"{word}"*' for word in terms)
        match_query = f"matter : ({match_query})" if matter else match_query
    else:
        match_query = " & ".join(f"{word}:*" for word in terms)
    order = _NEWEST_FIRST_SQL[dialect] if newest else ""
    statement = sql(f"{(_MATCH_MATTER_SQL if matter else _MATCH_SQL)[dialect]}{order} LIMIT :most")
    return list(tx.read.execute(statement, {"words": match_query, "most": limit}).scalars())
