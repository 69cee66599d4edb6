"""Learns once a day how often the province's reports use each word, and looks it up (R1).

Counted is what reports are about apart from who reported (`report.matter`), of the newest reports; a word that fewer
than LEAST_REPORTS of them use is not kept, so that no row is about one report.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from engine.cases.masking import split_folded
from engine.cases.similarity import WordWeights, word_terms
from engine.clock import VIETNAM
from engine.store import daily_jobs
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Report, WordCount

JOB = "word_counts"
NEWEST_REPORTS, LEAST_REPORTS = 20_000, 3
MOST_ASKED = 5_000  # Terms looked up at once; a database takes no more parameters than some ten thousand.
LONGEST_TERM = 80
ALL_REPORTS = ""  # The row with the number of reports counted.

_count, _report = table_of(WordCount), table_of(Report)


def learn_daily(database: Engine, now: datetime) -> int | None:
    """Count the words anew, once a day; returns how many were kept, None when that has been done today."""
    with transaction(database) as tx:
        if not daily_jobs.claim_job(tx, JOB, now.astimezone(VIETNAM).date(), now):
            return None
    with transaction(database) as tx:
        query = select(_report.c.matter).where(_report.c.matter != "").order_by(_report.c.id.desc())
        texts = list(tx.read.execute(query.limit(NEWEST_REPORTS)).scalars())
    rows = _count_rows(texts)
    with transaction(database) as tx:
        connection = tx.write()
        connection.execute(delete(_count))
        connection.execute(insert(_count), rows)
    return len(rows) - 1


def _count_rows(texts: Collection[str]) -> list[dict[str, object]]:
    """One row for each term that is used often enough, and one for the number of texts."""
    counts: dict[str, int] = {}
    for text in texts:
        for term in word_terms(split_folded(text)):
            counts[term] = counts.get(term, 0) + 1
    rows: list[dict[str, object]] = [{"word": ALL_REPORTS, "reports": len(texts)}]
    rows += (
        {"word": term, "reports": count}
        for term, count in counts.items()
        if count >= LEAST_REPORTS and len(term) <= LONGEST_TERM
    )
    return rows


def load_weights(tx: Transaction, terms: Collection[str]) -> WordWeights:
    """How many reports use each of the terms."""
    asked = [ALL_REPORTS, *sorted(terms)[: MOST_ASKED - 1]]
    rows = tx.read.execute(select(_count.c.word, _count.c.reports).where(_count.c.word.in_(asked)))
    counts = {row.word: row.reports for row in rows}
    return WordWeights(counts, counts.pop(ALL_REPORTS, 0))
