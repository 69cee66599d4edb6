"""Renders errors as pages: the right status, one clear sentence in the visitor's language, never a traceback."""

from __future__ import annotations

from typing import Any

from flask import Flask, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from engine.errors import BadInput, EngineError, Forbidden, NotFound, Stale
from engine.operations.log import get_logger
from engine.translation.sentences import SENTENCES
from engine.translation.wording import say
from web.http.request import current_language

log = get_logger()
ErrorPage = tuple[str, int]

STATUS_BY_ERROR: tuple[tuple[type[EngineError], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (Stale, 409),
    (BadInput, 400),
)
# Errors of these rules add nothing to the page of their status.
GENERAL_RULES = frozenset(kind.default_rule for kind, _status in STATUS_BY_ERROR)
ERROR_PAGES: dict[int, tuple[Any, Any]] = {
    400: (
        lazy_gettext("Yêu cầu không hợp lệ"),
        lazy_gettext("Hệ thống không hiểu nội dung vừa gửi. Quay lại, kiểm tra và gửi lại."),
    ),
    401: (
        lazy_gettext("Cần đăng nhập"),
        lazy_gettext("Phiên làm việc đã hết. Đăng nhập lại; bản nháp đã lưu vẫn còn."),
    ),
    403: (lazy_gettext("Không có quyền"), lazy_gettext("Việc này thuộc đơn vị khác hoặc vai trò khác.")),
    404: (lazy_gettext("Không tìm thấy"), lazy_gettext("Trang hoặc hồ sơ này không có. Kiểm tra lại địa chỉ hoặc mã.")),
    405: (lazy_gettext("Yêu cầu không hợp lệ"), lazy_gettext("Trang này không nhận yêu cầu kiểu đó.")),
    409: (
        lazy_gettext("Đã có thay đổi"),
        lazy_gettext("Người khác vừa xử lý việc này trước. Mở lại để xem hiện trạng."),
    ),
    413: (lazy_gettext("Nội dung quá lớn"), lazy_gettext("Tệp hoặc nội dung gửi lên vượt quá giới hạn 32 MB.")),
    429: (lazy_gettext("Quá nhiều lần thử"), lazy_gettext("Bạn đã thử quá nhiều lần. Đợi một lúc rồi thử lại.")),
    500: (
        lazy_gettext("Hệ thống gặp lỗi"),
        lazy_gettext("Việc vừa làm chưa được lưu. Thử lại; nếu vẫn lỗi, báo quản trị viên."),
    ),
}


def register_handlers(app: Flask) -> None:
    """Register the error handlers."""
    app.register_error_handler(EngineError, _handle_engine_error)
    app.register_error_handler(CSRFError, _handle_csrf_error)
    app.register_error_handler(HTTPException, _handle_http_error)
    app.register_error_handler(Exception, _handle_unexpected_error)


def render_error(status: int, detail: str = "") -> ErrorPage:
    """Render the page for a status; `detail` replaces its general sentence."""
    title, sentence = ERROR_PAGES.get(status, ERROR_PAGES[500 if status >= 500 else 400])
    return render_template("error.html", title=title, sentence=detail or sentence, status=status), status


def _handle_engine_error(error: EngineError) -> ErrorPage:
    status = next((status for error_class, status in STATUS_BY_ERROR if isinstance(error, error_class)), 500)
    if status == 500:
        return _handle_unexpected_error(error)
    return render_error(status, _precise_sentence(error))


def _precise_sentence(error: EngineError) -> str:
    """The sentence of the violated rule, in the visitor's language; empty if the error has nothing beyond its kind."""
    is_precise = error.rule in SENTENCES and error.rule not in GENERAL_RULES
    return say(error, current_language()) if is_precise else ""


def _handle_csrf_error(_error: CSRFError) -> ErrorPage:
    return render_error(400, _("Trang đã mở quá lâu hoặc phiên làm việc đã đổi. Tải lại trang rồi gửi lại."))


def _handle_http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    return render_error(error.code)


def _handle_unexpected_error(error: Exception) -> ErrorPage:
    """Log where the error occurred, not its text, which may repeat what a citizen wrote (R14)."""
    route = request.url_rule.rule if request.url_rule is not None else "none"
    log.error("request.failed", exc_info=error, method=request.method, route=route)
    return render_error(500)
