"""Writes down who was shown whose personal data, after the answer has been handed over (R14). For the application.

Pages say what they show with `record_disclosure`. It is written in a boundary of its own when the answer is closed, so
that a page never waits for it and never fails with it. What could not be written is tried again with the next; what a
process has written is not written again in the same hour.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import Any

from flask import Flask, Response, g
from sqlalchemy import Engine

from engine.operations.log import get_logger
from engine.privacy import disclosures
from engine.privacy.disclosures import Disclosure
from engine.staff.access import CITIZEN
from engine.store.db import transaction
from web.http import request as here

MOST_KNOWN = 50_000
MOST_WAITING = 10_000
DisclosureRow = dict[str, Any]

log = get_logger()


def record_disclosure(purpose: str, reports: Iterable[int]) -> None:
    """Say that this page shows personal data of these reports to whoever asked for it."""
    viewer = g.get("officer", CITIZEN)
    disclosure = Disclosure(viewer.who(here.request_origin()), purpose, tuple(reports), here.request_time())
    if disclosure.reports:
        g.setdefault("looks", []).append(disclosure)


def install_recorder(app: Flask, database: Engine) -> None:
    """Let the application write down what its pages note."""
    recorder = app.extensions["looks"] = DisclosureRecorder(database)

    @app.after_request
    def schedule_recording(response: Response) -> Response:
        recorded = g.pop("looks", [])
        if recorded:
            response.direct_passthrough = False  # A file that is passed through tells nobody that it is closed.
            response.call_on_close(
                partial(recorder.take, [row for disclosure in recorded for row in disclosure.rows()])
            )
        return response


class DisclosureRecorder:
    """What one process has written and what it still has to write; threads may share it."""

    def __init__(self, database: Engine) -> None:
        self._database = database
        self._known: dict[tuple[Any, ...], None] = {}
        self._waiting: deque[DisclosureRow] = deque(maxlen=MOST_WAITING)

    def take(self, rows: list[DisclosureRow]) -> None:
        """Write rows that are new; never raises."""
        self._waiting.extend(row for row in rows if _row_key(row) not in self._known)
        batch: list[DisclosureRow] = []
        try:
            while self._waiting:
                batch.append(self._waiting.popleft())
            if batch:
                with transaction(self._database) as tx:
                    disclosures.write_rows(tx, batch)
        except Exception:  # Whatever it is: the page has been answered, and the rows are tried again.
            self._waiting.extend(batch)
            log.exception("looks.failed")
            return
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        self._known.update(dict.fromkeys(map(_row_key, batch)))

    def forget(self) -> None:
        """Know nothing of what was written, as after a restart."""
        self._known.clear()


def _row_key(row: DisclosureRow) -> tuple[Any, ...]:
    return row["report_id"], row["viewer"], row["purpose"], row["period"]
