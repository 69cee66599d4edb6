"""Renders errors as pages: the right status, one clear sentence in the visitor's language, never a traceback."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from engine.errors import BadInput, EngineError, Forbidden, NotFound, Overloaded, Stale
from engine.operations.log import get_logger
from engine.staff.api_keys import TooManyCalls
from engine.translation.catalogue import translate
from engine.translation.sentences import SENTENCES
from engine.translation.wording import say
from web.http import expired_forms
from web.http.plain_pages import error_sentence, render_plain_page
from web.http.request import AWAY_SECONDS, PROOF_FIELDS, Application, ErrorWriter, current_application, current_language

log = get_logger()
ErrorPage = tuple[str, int]

STATUS_BY_ERROR: tuple[tuple[type[EngineError], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (Stale, 409),
    (TooManyCalls, 429),
    (BadInput, 400),
)
# Errors of these rules add nothing to the page of their status.
GENERAL_RULES = frozenset(kind.default_rule for kind, _status in STATUS_BY_ERROR)
# Of the database: it is away, its disk is full, or all its connections are taken.
AWAY = (OperationalError, InterfaceError, PoolTimeout)


def register_handlers(app: Flask) -> None:
    """Register the error handlers."""
    app.register_error_handler(EngineError, _handle_engine_error)
    app.register_error_handler(CSRFError, _handle_csrf_error)
    app.register_error_handler(HTTPException, _handle_http_error)
    for away in AWAY:
        app.register_error_handler(away, _handle_database_away)
    app.register_error_handler(Exception, _handle_unexpected_error)


def answers_errors(app: Application, prefix: str, writer: ErrorWriter) -> None:
    """Have errors at addresses that begin with `prefix` written as the protocol spoken there has them.

    `writer` gets the status and the sentence.
    """
    app.error_writers[prefix] = writer


def _write_protocol_error(status: int, detail: str) -> Response | None:
    """The error as the protocol of this address has it; None where people read pages."""
    for prefix, writer in current_application().error_writers.items():
        if request.path.startswith(prefix):
            return writer(status, detail or translate(error_sentence(status)[1], current_language()))
    return None


def render_error(status: int, detail: str = "") -> ErrorPage | Response:
    """Render the page for a status below 500; `detail` replaces its general sentence."""
    written = _write_protocol_error(status, detail)
    if written is not None:
        return written
    title, sentence = (translate(text, current_language()) for text in error_sentence(status))
    return render_template("error.html", title=title, sentence=detail or sentence, status=status), status


def _handle_engine_error(error: EngineError) -> ErrorPage | Response:
    status = next((status for error_class, status in STATUS_BY_ERROR if isinstance(error, error_class)), 500)
    if isinstance(error, Overloaded):
        return _render_failure(503)
    if status == 500:
        return _handle_unexpected_error(error)
    return render_error(status, _precise_sentence(error))


def _precise_sentence(error: EngineError) -> str:
    """The sentence of the violated rule, in the visitor's language; empty if the error has nothing beyond its kind."""
    is_precise = error.rule in SENTENCES and error.rule not in GENERAL_RULES
    return say(error, current_language()) if is_precise else ""


def _handle_csrf_error(_error: CSRFError) -> Any:
    return expired_forms.answer_expired_form() or render_error(
        400, _("Trang đã mở quá lâu hoặc phiên làm việc đã đổi. Tải lại trang rồi gửi lại.")
    )


def _handle_http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    return _render_failure(error.code) if error.code >= 500 else render_error(error.code)


def _handle_database_away(error: Exception) -> Response:
    _log_failure(error)
    return _render_failure(503)


def _handle_unexpected_error(error: Exception) -> Response:
    _log_failure(error)
    return _render_failure(500)


def _log_failure(error: Exception) -> None:
    """Log where the error occurred, not its text, which may repeat what a citizen wrote (R14)."""
    route = request.url_rule.rule if request.url_rule is not None else "none"
    log.error("request.failed", exc_info=error, method=request.method, route=route)


def _render_failure(status: int) -> Response:
    """A page that needs nothing that may be failing; it keeps what was typed and can send it again."""
    written = _write_protocol_error(status, "")
    if written is not None:
        return written
    sent = [] if expired_forms.holds_secrets() else request.form.items(multi=True)
    fields = [(name, value) for name, value in sent if name not in PROOF_FIELDS]
    files = any(file.filename for file in request.files.values())
    page = render_plain_page(
        status, current_language(), action=request.full_path.rstrip("?"), fields=fields, files=files
    )
    return Response(page, status, {"Retry-After": str(AWAY_SECONDS)} if status == 503 else {})
