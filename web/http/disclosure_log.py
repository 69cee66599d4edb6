"""Writes the disclosure log: who was shown whose personal data, after the response has been sent (R14).

Pages report what they show with `record_disclosure`. The rows are written in their own transaction when the response is
closed, so that a page never waits for them and never fails with them. Rows that could not be written are retried with
the next ones; rows that a process has written are not written again in the same hour.
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
    """Record that this page shows personal data of these reports to its viewer."""
    viewer = g.get("officer", CITIZEN)
    disclosure = Disclosure(viewer.who(here.request_origin()), purpose, tuple(reports), here.request_time())
    if disclosure.reports:
        g.setdefault("looks", []).append(disclosure)


def install_recorder(app: Flask, database: Engine) -> None:
    """Make the application write the disclosures that its pages record."""
    recorder = app.extensions["looks"] = DisclosureRecorder(database)

    @app.after_request
    def schedule_recording(response: Response) -> Response:
        recorded = g.pop("looks", [])
        if recorded:
            response.direct_passthrough = False  # A file passed through directly does not signal its closing.
            response.call_on_close(
                partial(recorder.take, [row for disclosure in recorded for row in disclosure.rows()])
            )
        return response


class DisclosureRecorder:
    """Rows that one process has written and still has to write; shared by threads."""

    def __init__(self, database: Engine) -> None:
        self._database = database
        self._known: dict[tuple[Any, ...], None] = {}
        self._waiting: deque[DisclosureRow] = deque(maxlen=MOST_WAITING)

    def take(self, rows: list[DisclosureRow]) -> None:
        """Write the new rows; never raises."""
        self._waiting.extend(row for row in rows if _row_key(row) not in self._known)
        batch: list[DisclosureRow] = []
        try:
            while self._waiting:
                batch.append(self._waiting.popleft())
            if batch:
                with transaction(self._database) as tx:
                    disclosures.write_rows(tx, batch)
        except Exception:  # Any error: the response has been sent, and the rows are retried.
            self._waiting.extend(batch)
            log.exception("looks.failed")
            return
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        self._known.update(dict.fromkeys(map(_row_key, batch)))

    def forget(self) -> None:
        """Forget which rows were written, as after a restart."""
        self._known.clear()


def _row_key(row: DisclosureRow) -> tuple[Any, ...]:
    return row["report_id"], row["viewer"], row["purpose"], row["period"]
