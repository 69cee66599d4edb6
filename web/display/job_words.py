"""Long work in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask_babel import lazy_gettext

from engine.documents.list_file import render_list
from engine.mailing.job_mails import JOB_NAMES
from engine.operations import jobs
from engine.simulation import weekly_load, wording
from engine.translation.catalogue import translate
from web.display.journal_captions import SUBJECT_PATTERNS
from web.http.request import current_language, request_time

_STATES = {
    jobs.WAITING: lazy_gettext("đang chờ"),
    jobs.RUNNING: lazy_gettext("đang chạy"),
    jobs.CANCELLING: lazy_gettext("đang hủy"),
    jobs.CANCELLED: lazy_gettext("đã hủy"),
    jobs.DONE: lazy_gettext("đã hoàn thành"),
    jobs.FAILED: lazy_gettext("không xong"),
}


def job_name(kind: str) -> str:
    """What a kind of work is called."""
    return translate(JOB_NAMES[kind], current_language())


def job_subject(subject: str) -> str:
    """What work is about, as the journal calls it."""
    kind, _colon, key = subject.partition(":")
    return str(SUBJECT_PATTERNS[kind]) % {"key": key}


def job_state(state: str) -> str:
    """How work stands."""
    return str(_STATES[state])


def difference_label(kind: str) -> str:
    """A kind of difference of a replay."""
    return wording.kind_label(kind, current_language())


def load_words() -> dict[str, Any]:
    """What a page of a replay needs to show work by unit and hour, and to hand it out as a file."""
    language = current_language()

    def link_of(week: weekly_load.Week, names: Mapping[str, str]) -> str:
        content = render_list("csv", weekly_load.week_table(week, names, language), request_time())
        return f"data:text/csv;charset=utf-8,{quote(content)}"

    return {"week_grid": lambda rows: weekly_load.week_grid(rows, language), "week_link": link_of}


def read_result(text: str | None) -> dict[str, Any] | None:
    """A kept result; None while there is none."""
    return json.loads(text) if text else None
