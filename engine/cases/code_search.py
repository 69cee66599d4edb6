"""Finds the case that somebody means by its code, also where they left parts of the code out."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from sqlalchemy import select

from engine.cases import case_code
from engine.cases.case_code import TypedCode
from engine.errors import BadInput, Invalid, NotFound
from engine.province import provinces
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Matter, Report

_report, _matter = table_of(Report), table_of(Matter)


def resolve_code(tx: Transaction, text: str) -> str:
    """The code of the report that a text means, in its canonical form; a whole code is not looked up.

    Raises BadInput: it is none, its check letter is wrong, it may mean several reports; NotFound.
    """
    typed = read_code(tx, text)
    if typed.whole:
        return typed.codes[0]
    existing = _existing_codes(tx, typed.codes)
    if len(existing) > 1:
        raise Invalid("code", "case-code-ambiguous", codes=existing)
    if existing:
        return existing[0]
    if typed.letter and _existing_codes(tx, typed.other_letters):
        raise BadInput("case-code-mistyped", code=repr(text[: case_code.MOST_REPEATED]))
    raise NotFound("case-code-unknown", code=text[: case_code.MOST_REPEATED])


def find_report_id(tx: Transaction, text: str) -> int:
    """The id of the report that a text means; raises like `resolve_code`, also for a whole code that no report has."""
    code = resolve_code(tx, text)
    report_id: int | None = tx.read.execute(select(_report.c.id).where(_report.c.code == code)).scalar()
    if report_id is None:
        raise NotFound("case-code-unknown", code=text[: case_code.MOST_REPEATED])
    return report_id


def begun_instance(tx: Transaction, text: str) -> int | None:
    """The instance, begun without a report, whose whole code a text has; None where it has no such code."""
    with suppress(BadInput):
        query = select(_matter.c.instance_id).where(_matter.c.code == parse_whole(tx, text))
        instance_id: int | None = tx.read.execute(query.where(_matter.c.unit_code.is_not(None))).scalar()
        return instance_id
    return None


def read_code(tx: Transaction, text: str) -> TypedCode:
    """The code in a text that somebody typed or pasted, whole or in part; raises BadInput."""
    return case_code.extract_typed(text, provinces.load_identity(tx).letters)


def parse_whole(tx: Transaction, text: str) -> str:
    """The code in a text in its canonical form, without looking it up; raises BadInput unless it means one code."""
    return case_code.extract_code(text, provinces.load_identity(tx).letters)


def settle_code(tx: Transaction, typed: TypedCode) -> str:
    """A code to try, whether or not there is such a report: both take the same work, so that nobody learns which."""
    existing = _existing_codes(tx, typed.codes)
    return existing[-1] if existing else typed.codes[0]


def _existing_codes(tx: Transaction, codes: Collection[str]) -> list[str]:
    query = select(_report.c.code).where(_report.c.code.in_(codes)).order_by(_report.c.id)
    return list(tx.read.execute(query).scalars())
