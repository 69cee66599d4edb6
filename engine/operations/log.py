"""The log of servers and workers: one line of JSON per event, with a stable name and no personal data (R14).

Other libraries log through it too. An exception is logged as its type and where it was raised, never with its message,
which may repeat what a citizen wrote.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict

# The keys allowed in a line besides its action; the value of any other key is redacted.
ALLOWED_FIELDS = frozenset(
    {
        *("action", "level", "timestamp", "logger", "error", "where", "job", "database", "port"),
        *("fired", "failed", "delivered", "closed", "sent", "later", "refused", "resolved", "unreachable", "mails"),
        *("method", "route", "status", "milliseconds", "person", "case", "incident", "demonstration", "said"),
        *("cases", "cases_wrong", "sums_wrong"),
    }
)
QUIET_LOGGERS = ("apscheduler", "alembic", "sqlalchemy", "spiff", "waitress", "mail.log", "asyncio", "urllib3")
PROJECT_ROOT = Path(__file__).resolve().parent.parent.parent
REDACTED = "…"

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def get_logger() -> Any:
    """A logger; its methods take the action's name and allowed fields."""
    return structlog.get_logger()


def configure_logging(log_format: str) -> None:
    """Log to standard error from now on, as "json" or "text", including what other libraries log."""
    final_processors: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if log_format == "json":
        final_processors += [
            structlog.processors.EventRenamer("action"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        final_processors += [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=[_foreign_line, *_SHARED], processors=final_processors)
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)


def _foreign_line(_logger: Any, _name: str, line: EventDict) -> EventDict:
    """Log only the name of another library's logger: its text may contain anything and is dropped."""
    record: logging.LogRecord | None = line.get("_record")
    line["logger"] = record.name if record is not None else ""
    line["event"] = "library"
    return line


def _summarise_exception(_logger: Any, _name: str, line: EventDict) -> EventDict:
    """Replace an exception by its type and location."""
    raw_exc_info = line.pop("exc_info", None)
    record: logging.LogRecord | None = line.get("_record")
    error = _exc_info(raw_exc_info) or _exc_info(record.exc_info if record is not None else None)
    if record is not None:
        record.exc_info = record.exc_text = None
    if error is not None:
        line["error"], line["where"] = error[0].__name__, exception_location(error[2])
    return line


def _exc_info(raw: Any) -> _ExcInfo | None:
    if raw is True:
        raw = sys.exc_info()
    if isinstance(raw, BaseException):
        raw = (type(raw), raw, raw.__traceback__)
    return raw if isinstance(raw, tuple) and raw[0] is not None else None


def exception_location(trace: TracebackType | None) -> str:
    """The innermost frame of our own code in a traceback, as file:line; the outermost one if there is none."""
    place = ""
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        ours = path.is_relative_to(PROJECT_ROOT) and "site-packages" not in path.parts
        if ours or not place:
            place = f"{path.relative_to(PROJECT_ROOT) if ours else path.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _redact_unknown(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep the values only of fields that are known to contain nothing personal."""
    for key in line:
        if key not in ALLOWED_FIELDS and key != "event" and not key.startswith("_"):
            line[key] = REDACTED
    return line


_SHARED: list[Any] = [
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
    _summarise_exception,
    _redact_unknown,
]
# Applies even without `configure_logging`: by default, structlog prints an exception with the surrounding values.
structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=False,
)
