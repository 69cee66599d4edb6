"""Long work in words."""

from __future__ import annotations

import json
from typing import Any

from flask_babel import lazy_gettext

from engine.mailing.job_mails import JOB_NAMES
from engine.operations import jobs
from engine.simulation import wording
from engine.translation.catalogue import translate
from web.display.journal_captions import SUBJECT_PATTERNS
from web.http.request import current_language

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


def read_result(text: str | None) -> dict[str, Any] | None:
    """A kept result; None while there is none."""
    return json.loads(text) if text else None
