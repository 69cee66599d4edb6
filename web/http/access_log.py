"""One line of the log and one measurement for each request: the page's pattern, never its address or content (R14)."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, g, request

from engine import clock
from engine.operations.log import get_logger
from web.http.request import Application

log = get_logger()

MILLISECOND = timedelta(milliseconds=1)


def keep(app: Application) -> None:
    """Note every answer of the application."""
    app.before_request(_begin)
    app.after_request(lambda answer: _end(app, answer))


def _begin() -> None:
    g.begun = clock.now()


def _end(app: Application, answer: Response) -> Response:
    endpoint = request.endpoint or ""
    if endpoint.endswith("static") or endpoint.startswith("health."):
        return answer
    route = request.url_rule.rule if request.url_rule is not None else "none"
    took = clock.now() - g.get("begun", clock.now())
    app.meters.request(route, answer.status_code, took.total_seconds())
    person = g.account.id if "account" in g else None
    milliseconds = round(took / MILLISECOND, 1)
    log.info(
        "request",
        method=request.method,
        route=route,
        status=answer.status_code,
        milliseconds=milliseconds,
        person=person,
    )
    return answer
