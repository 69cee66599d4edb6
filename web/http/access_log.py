"""Logs and measures each request: the page's route pattern, never its URL or content (R14)."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, g, request

from engine import clock
from engine.operations.log import get_logger
from web.http.request import Application

log = get_logger()

MILLISECOND = timedelta(milliseconds=1)


def log_requests(app: Application) -> None:
    """Log every response of the application."""
    app.before_request(_start_clock)
    app.after_request(lambda response: _log_request(app, response))


def _start_clock() -> None:
    g.begun = clock.now()


def _log_request(app: Application, response: Response) -> Response:
    endpoint = request.endpoint or ""
    if endpoint.endswith("static") or endpoint.startswith("health."):
        return response
    route = request.url_rule.rule if request.url_rule is not None else "none"
    elapsed = clock.now() - g.get("begun", clock.now())
    app.meters.observe_request(route, response.status_code, elapsed.total_seconds())
    person = g.account.id if "account" in g else None
    milliseconds = round(elapsed / MILLISECOND, 1)
    log.info(
        "request",
        method=request.method,
        route=route,
        status=response.status_code,
        milliseconds=milliseconds,
        person=person,
    )
    return response
