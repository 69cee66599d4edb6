"""The page of the journal: every act outside cases, with filters (R13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import clock
from engine.errors import BadInput, NotFound
from engine.journal import journal as journal_rows
from engine.records import journal_log
from engine.records.journal_log import JournalFilter, JournalKey, JournalPage
from engine.store.unreadable import READING_FAULTS
from engine.translation.wording import say
from web.display import history_text, journal_text
from web.display.journal_captions import CHAIN_CAPTIONS, JOURNAL_ACT_CAPTIONS
from web.display.origins import origin_prefix
from web.http.parsing import parse_digits, parse_period
from web.http.request import current_language, requires_permission, tx

blueprint = Blueprint("journal", __name__, url_prefix="/records/journal")

ACT = "read_records"
FILTER_NAMES = ("chain", "act", "login", "origin")


@blueprint.get("")
@requires_permission(ACT)
def show_journal() -> ResponseReturnValue:
    """List the acts outside cases, newest first."""
    typed = {name: request.args.get(name, "").strip()[:100] for name in (*FILTER_NAMES, "from", "to")}
    fault, page = "", JournalPage((), {}, None)
    try:
        page = journal_log.list_entries(tx(), _parse_filter(typed))
    except (BadInput, NotFound) as error:
        fault = say(error, current_language())
    context = {
        "typed": typed,
        "fault": fault,
        "filtered": any(typed.values()),
        "lines": [_line(page, row) for row in page.rows],
        "following": _page_link(typed, page.following) if page.following else "",
        "chains": CHAIN_CAPTIONS,
        "acts": JOURNAL_ACT_CAPTIONS,
    }
    return render_template("journal.html", **context), 422 if fault else 200


def _line(page: JournalPage, row: Any) -> dict[str, object]:
    """One act in words; of a row that somebody damaged, that it cannot be read."""
    try:
        journal_rows.facts_of(row)
        return _line_in_words(page, row)
    except READING_FAULTS:
        fault = BadInput("journal-row-unreadable", chain=str(row.chain), row=str(row.seq))
        return {"row": row, "who": "", "act": say(fault, current_language()), "subject": "", "facts": ""}


def _line_in_words(page: JournalPage, row: Any) -> dict[str, object]:
    return {
        "row": row,
        "who": history_text.actor_name(page, row.actor),
        "act": JOURNAL_ACT_CAPTIONS.get(row.act, row.act),
        "subject": "" if row.subject == row.actor else journal_text.subject_text(page, row.subject),
        "facts": journal_text.facts_text(page, row.detail),
    }


def _parse_filter(typed: Mapping[str, str]) -> JournalFilter:
    """Parse the filter in a URL; raises BadInput with the fault."""
    start, end = parse_period(typed["from"], typed["to"])
    after = request.args.get("after", "")
    narrowing = {name: typed[name] for name in FILTER_NAMES} | {"origin": origin_prefix(typed["origin"])}
    return JournalFilter(**narrowing, start=start, end=end, after=_parse_after(after) if after else None)


def _parse_after(text: str) -> JournalKey:
    """Parse where a page ended: an instant, a chain and a row."""
    at, chain, seq = [*text.split(","), "", ""][:3]
    number = parse_digits(seq)
    if number is None:
        raise BadInput("list-page-unknown")
    return clock.parse_instant(at), chain[:80], number


def _page_link(typed: Mapping[str, str], after: JournalKey) -> str:
    filled_in = {name: value for name, value in typed.items() if value}
    cursor = ",".join([after[0].isoformat(), after[1], str(after[2])])
    return f"{url_for('journal.show_journal')}?{urlencode({**filled_in, 'after': cursor})}"
