"""Writes down who was shown whose personal data, after the answer has been handed over (R14). For the application.

Pages say what they show with `note`. It is written in a boundary of its own when the answer is closed, so that a page
never waits for it and never fails with it. What could not be written is tried again with the next; what a process has
written is not written again in the same hour.
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
from engine.privacy.disclosures import Seen
from engine.staff.access import CITIZEN
from engine.store.db import transaction
from web.http import request as here

MOST_KNOWN = 50_000
MOST_WAITING = 10_000
Row = dict[str, Any]

log = get_logger()


def note(purpose: str, reports: Iterable[int]) -> None:
    """Say that this page shows personal data of these reports to whoever asked for it."""
    someone = g.get("officer", CITIZEN)
    seen = Seen(someone.who(here.origin()), purpose, tuple(reports), here.now())
    if seen.reports:
        g.setdefault("looks", []).append(seen)


def keep(app: Flask, database: Engine) -> None:
    """Let the application write down what its pages note."""
    recorder = app.extensions["looks"] = Recorder(database)

    @app.after_request
    def after(response: Response) -> Response:
        noted = g.pop("looks", [])
        if noted:
            response.direct_passthrough = False  # A file that is passed through tells nobody that it is closed.
            response.call_on_close(partial(recorder.take, [row for seen in noted for row in seen.rows()]))
        return response


class Recorder:
    """What one process has written and what it still has to write; threads may share it."""

    def __init__(self, database: Engine) -> None:
        self._database = database
        self._known: dict[tuple[Any, ...], None] = {}
        self._waiting: deque[Row] = deque(maxlen=MOST_WAITING)

    def take(self, rows: list[Row]) -> None:
        """Write rows that are new; never raises."""
        self._waiting.extend(row for row in rows if _key(row) not in self._known)
        batch: list[Row] = []
        try:
            while self._waiting:
                batch.append(self._waiting.popleft())
            if batch:
                with transaction(self._database) as tx:
                    disclosures.write(tx, batch)
        except Exception:  # Whatever it is: the page has been answered, and the rows are tried again.
            self._waiting.extend(batch)
            log.exception("looks.failed")
            return
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        self._known.update(dict.fromkeys(map(_key, batch)))

    def forget(self) -> None:
        """Know nothing of what was written, as after a restart."""
        self._known.clear()


def _key(row: Row) -> tuple[Any, ...]:
    return row["report_id"], row["viewer"], row["purpose"], row["period"]
